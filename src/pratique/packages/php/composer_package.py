"""A package as Composer describes it in `installed.json` and in `composer.lock`: its `composer.json` with a version.

Composer, "The composer.json schema". PHP writes an object without fields as `[]`.
"""

from collections.abc import Iterator, Sequence

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import Lines, decode_json
from pratique.limits import BROKEN_TOLD_MOST
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package, Requires

_Names = dict[str, msgspec.Raw] | list[msgspec.Raw]
"""Names of packages and the versions that are allowed."""


class _Described(msgspec.Struct):
    name: str = ""
    version: str = ""
    license: str | list[str] | None = None
    require: _Names = msgspec.field(default_factory=dict)
    provide: _Names = msgspec.field(default_factory=dict)
    replace: _Names = msgspec.field(default_factory=dict)


class Source(msgspec.Struct, frozen=True):
    """Where packages are described, and what that says of them."""

    file: File
    analyzer: str
    lines: Lines
    declared: bool = False


def packages(
    source: Source, described: Sequence[msgspec.Raw], development: frozenset[str] | None = frozenset()
) -> Iterator[Found | Unknown]:
    """The packages of a list with what they need; `development` are the names of those for builders, None: all."""
    path, broken = source.file.path, 0
    for raw in described:
        text = bytes(raw).decode()
        line = source.lines.of(text)
        try:
            entry = _read(text)
        except UnreadableFileError as error:
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(path, source.analyzer, f"line {line}: {error}")
            continue
        package = Package(
            "composer",
            entry.name,
            entry.version,
            licenses=_licences(entry.license),
            declared=source.declared,
            development=development is None or entry.name in development,
        )
        yield Found(path, line, package)
        needs, provides = _of_packages(entry.require), _of_packages(entry.provide, entry.replace)
        if needs or provides:
            yield Found(path, line, Requires("composer", entry.name, entry.version, needs, provides))
    if broken > BROKEN_TOLD_MOST:
        yield Unknown(path, source.analyzer, f"{broken - BROKEN_TOLD_MOST} more broken packages")


def _read(text: str) -> _Described:
    entry = decode_json(text, _Described)
    if not (entry.name and entry.version):
        raise UnreadableFileError("a package without name or version")
    return entry


def _licences(value: str | list[str] | None) -> tuple[str, ...]:
    return tuple(filter(None, [value] if isinstance(value, str) else value or ()))


def _of_packages(*named: _Names) -> tuple[str, ...]:
    """The names of packages; PHP, its extensions and Composer itself (`php`, `ext-json`) have no vendor."""
    return tuple(dict.fromkeys(name for names in named if isinstance(names, dict) for name in names if "/" in name))
