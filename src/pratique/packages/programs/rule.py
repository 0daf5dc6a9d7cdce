"""What a rule is by which a program is recognised: names of files, bytes to look for, and who makes it."""

import re

import msgspec

NUMBER = rb"(?P<version>\d{1,3}\.\d{1,3}\.\d{1,3})"
"""Three numbers, as most versions have."""


class Rule(msgspec.Struct, frozen=True):
    """One program or library. The first rule of a file's name that finds its version is right, no other is."""

    name: str
    """Name of the rule, and of the package unless `package` says otherwise."""
    vendor: str
    """As CPE names it, `vendor:product`."""
    files: str
    """Names of files, without versions and endings (see `classify.stem`), separated by blanks."""
    anchors: tuple[bytes, ...]
    """Bytes that stand near every place with the version, one of them at each: they are found without a regex."""
    pattern: bytes
    """Regex around an anchor, with a group `version`. No repetition without bound."""
    confirm: bytes = b""
    """Template of bytes that must stand elsewhere in the file or in its name: `python\\g<minor>`."""
    unique: bool = False
    """Nothing is claimed if the file has several versions that fit. Otherwise the first is taken."""
    before: int = 64
    """Bytes before an anchor in which the pattern may start."""
    after: int = 192
    """Bytes behind the start of an anchor in which the pattern must end."""
    packed: bool = False
    """The version is a number whose last four digits are two parts of two digits each: 20914 is 2.9.14."""
    makers: tuple[tuple[bytes, str, str], ...] = ()
    """Bytes that somebody else's build has, its name and its vendor; the first that stands in the file counts."""
    type: str = "generic"
    """Package URL type."""
    package: str = ""
    """Name of the package where that is another; in a Go module `{v}` stands for the suffix of its major version."""


def said(name: str, vendor: str, files: str, before: bytes, version: bytes = NUMBER, behind: bytes = b"") -> Rule:
    """A program that says its name right before its version. `version` and `behind` are regexes, `before` is not."""
    return Rule(name, vendor, files, (before,), re.escape(before) + version + behind, before=0, after=96)
