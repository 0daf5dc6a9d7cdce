"""What Julia's package manager pins: `Manifest.toml` of format 1 and 2 (Pkg.jl, "Project.toml and Manifest.toml").

Pkg writes a table in a list for each package, `[[deps.NAME]]`, in format 1 `[[NAME]]`. Parts of the standard library
may come without a version: then they have Julia's. Two packages of one name are told apart by their `uuid`.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.formats.texts import text_of
from pratique.packages.julia.toml_lines import text_in, texts_in
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires


class _Entry(msgspec.Struct, eq=False):
    line: int
    name: str
    version: str = ""
    own: bool = False
    """Has a source of its own, and is no part of Julia."""
    needs: list[str] = msgspec.field(default_factory=list)


def parse(file: File) -> Iterator[Found]:
    """The pinned packages with what they need."""
    julia, entries = _entries(text_of(file.data))
    versions: dict[str, set[str]] = {}
    for entry in entries:
        entry.version = entry.version or ("" if entry.own else julia)
        versions.setdefault(entry.name, set()).add(entry.version)
    for entry in entries:
        yield Found(file.path, entry.line, Package("julia", entry.name, entry.version, declared=True))
        needs = tuple(_pin(each, versions.get(each, ())) for each in entry.needs)
        if needs:
            yield Found(file.path, entry.line, Requires("julia", entry.name, entry.version, needs))


def _entries(text: str) -> tuple[str, list[_Entry]]:
    """Julia's version, which format 1 does not tell, and the packages."""
    julia, entries, part = "", list[_Entry](), ""
    for number, line in enumerate(map(str.strip, text.split("\n")), 1):
        if line.startswith("["):
            table = re.fullmatch(r"\[(\[)?(?:deps\.)?([\w-]{1,200})(?:\.(\w{1,20}))?\]\]?", line)
            part = "?"
            if table and table[1]:
                entries.append(_Entry(number, table[2]))
                part = ""
            elif table and table[3]:
                part = table[3]
            continue
        key, equals, value = (piece.strip() for piece in line.partition("="))
        if not equals:
            continue
        if not entries:
            julia = text_in(value) if key == "julia_version" else julia
        elif part == "deps":
            entries[-1].needs.append(key)
        elif not part:
            _set(entries[-1], key, value)
    return julia, entries


def _set(entry: _Entry, key: str, value: str) -> None:
    if key == "version":
        entry.version = text_in(value)
    elif key == "deps":
        entry.needs = list(texts_in(value))
    elif key in {"git-tree-sha1", "path", "repo-url"}:
        entry.own = True


def _pin(name: str, versions: set[str] | tuple[()]) -> str:
    version = next(iter(versions), "")
    return f"{name}@{version}" if len(versions) == 1 and version else name
