"""Names of Perl's distributions."""

import re

_UNLIKE = {
    "Cwd": "PathTools",
    "Image::Magick": "PerlMagick",
    "LWP": "libwww-perl",
    "List::Util": "Scalar-List-Utils",
    "Net::LDAP": "perl-ldap",
    "Template": "Template-Toolkit",
    "Term::ReadKey": "TermReadKey",
}
"""Distributions that are not named after the module that installs them."""


def distribution_of(module: str) -> str:
    """The distribution that a module installs as: `Foo::Bar` -> `Foo-Bar`."""
    return _UNLIKE.get(module) or module.replace("::", "-")


def split_distribution(text: str) -> tuple[str, str]:
    """Name and version of `Foo-Bar-1.05` and `Foo-v0.2.1-TRIAL`; no version where there is none."""
    match = re.fullmatch(r"(.{1,200}?)-(v?\d[^-]{0,80}(?:-TRIAL\d*)?)", text)
    return (match[1], match[2]) if match else (text, "")
