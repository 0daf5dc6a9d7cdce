"""Distributions that cpanm installed: `.meta/NAME-VERSION/install.json` and `MYMETA.json` among the modules.

`install.json` is cpanm's own record, with the modules that the distribution brought and the author's folder on CPAN;
`MYMETA.json` has licences and prerequisites, which are modules (App::cpanminus; CPAN::Meta::Spec 2).
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import decode_json, text_of
from pratique.packages.perl.names import split_distribution
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Licensed, Package, Requires


class _Installed(msgspec.Struct):
    """The wanted part of `install.json`."""

    dist: str = ""
    pathname: Any = None
    provides: Any = None


class _Meta(msgspec.Struct):
    """The wanted part of `MYMETA.json`."""

    license: Any = None
    prereqs: Any = None


def parse(file: File) -> Iterator[Found]:
    """The distribution and the modules that it provides, or its licences and the modules that it needs."""
    parts = file.path.split("/")
    if len(parts) < 3 or parts[-3] != ".meta":
        return
    name, version = split_distribution(parts[-2])
    if not version:
        raise UnreadableFileError("a folder that is not named after a distribution and its version")
    text = text_of(file.data)
    if parts[-1] == "install.json":
        installed = decode_json(text, _Installed)
        yield Found(file.path, 1, Package("cpan", name, version, vendor=_author(installed.pathname)))
        provides = tuple(sorted(installed.provides)) if isinstance(installed.provides, dict) else ()
        if provides:
            yield Found(file.path, 1, Requires("cpan", name, version, (), provides))
        return
    meta = decode_json(text, _Meta)
    licences = meta.license if isinstance(meta.license, list) else [meta.license]
    told = tuple(each for each in licences if isinstance(each, str) and each != "unknown")
    if told:
        yield Found(file.path, 1, Licensed("cpan", name, told))
    needs = _member(_member(meta.prereqs, "runtime"), "requires")
    modules = tuple(each for each in needs if each != "perl")
    if modules:
        yield Found(file.path, 1, Requires("cpan", name, version, modules))


def _author(path: Any) -> str:
    """`J/JA/JANE/Foo-Bar-1.05.tar.gz` -> `JANE`."""
    parts = path.split("/") if isinstance(path, str) else []
    return parts[2] if len(parts) > 3 else ""


def _member(value: Any, key: str) -> dict[str, Any]:
    member = value.get(key) if isinstance(value, dict) else None
    return member if isinstance(member, dict) else {}
