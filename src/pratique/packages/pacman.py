"""Packages of Arch Linux and its kin: the database of pacman, `var/lib/pacman/local/NAME-VERSION-RELEASE/`.

Sections of a `%NAME%` line and lines of values up to a blank one. `desc` tells about the package, `files` what it owns,
folders with a slash at their end (pacman source, lib/libalpm/be_local.c).
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import OwnedFiles, Package, Requires


def spans(path: str, _head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """The whole of a file of the database, nothing of others named `desc` or `files`."""
    return ((0, size),) if path.split("/")[-4:-2] == ["pacman", "local"] else None


def parse(file: File) -> Iterator[Found]:
    """The package of a `desc`, or the files that one owns."""
    parts = file.path.split("/")
    if parts[-4:-2] != ["pacman", "local"]:
        return
    sections = _sections(text_of(file.data))
    if parts[-1] == "files":
        paths = [path for path in sections.get("%FILES%", ()) if not path.endswith("/")]
        name = "-".join(parts[-2].split("-")[:-2])
        if name and paths:
            yield Found(file.path, 1, OwnedFiles("alpm", name, "\n".join(paths)))
    elif parts[-1] == "desc":
        yield from _package(file.path, sections)


def _sections(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for block in text.split("\n\n"):
        title, *values = block.strip("\n").split("\n")
        sections.setdefault(title, values)
    return sections


def _package(path: str, sections: dict[str, list[str]]) -> Iterator[Found]:
    def first(title: str) -> str:
        return next(iter(sections.get(title, ())), "")

    name, version, base = first("%NAME%"), first("%VERSION%"), first("%BASE%")
    if not (name and version):
        raise UnreadableFileError("package without %NAME% or %VERSION%")
    package = Package(
        "alpm",
        name,
        version,
        arch=first("%ARCH%"),
        source="" if base == name else base,
        licenses=tuple(sections.get("%LICENSE%", ())),
        vendor=first("%PACKAGER%"),
    )
    yield Found(path, 1, package)
    needs, provides = _names(sections, "%DEPENDS%"), _names(sections, "%PROVIDES%")
    if needs or provides:
        yield Found(path, 1, Requires("alpm", name, version, needs, provides))


def _names(sections: dict[str, list[str]], title: str) -> tuple[str, ...]:
    """Names without the versions wanted or given: `libfoo.so=1-64` -> `libfoo.so`."""
    names = (re.split("[<>=]", value, maxsplit=1)[0] for value in sections.get(title, ()))
    return tuple(dict.fromkeys(filter(None, names)))
