"""What the lock files of npm, yarn, pnpm, bun and deno have in common."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.facts import Found
from pratique.records.file import Data
from pratique.records.package import Package, Requires

NESTED_MOST = 24
"""Folders `node_modules` in each other that are looked through for a dependency. npm 2, which nested without need,
reached some 15."""

PROJECTS_OWN = ("workspace:", "link:", "portal:", "root:")
"""Specifiers of folders of the project itself."""


class Locked(msgspec.Struct, eq=False):
    """A package as a lock file pins it; one that stands in several places is one."""

    name: str
    version: str
    """Empty where the file names none, as npm 6 does for a git repository."""
    line: int = 0
    development: bool = False
    licenses: tuple[str, ...] = ()
    needs: dict[str, None] = msgspec.field(default_factory=dict)
    """A set in the order of the file."""

    @property
    def pin(self) -> str:
        """How others name it in `Requires.needs`."""
        return f"{self.name}@{self.version}" if self.version else self.name


def facts(path: str, locked: Iterable[Locked], *, kind: str = "npm", declared: bool = True) -> Iterator[Found]:
    """Every name and version once, with what any of its copies needs; for development only if all of them are."""
    merged: dict[tuple[str, str], Locked] = {}
    for each in locked:
        first = merged.setdefault((each.name, each.version), each)
        if first is not each:
            first.needs |= each.needs
            first.development = first.development and each.development
    for each in merged.values():
        each.needs.pop(each.pin, None)  # a patched package needs the one it is made of
        package = Package(
            kind,
            each.name,
            each.version,
            licenses=each.licenses,
            declared=declared,
            development=each.development,
        )
        yield Found(path, each.line, package)
        if each.needs:
            yield Found(path, each.line, Requires(kind, each.name, each.version, tuple(each.needs)))


def is_of_dependency(path: str) -> bool:
    """Whether a lock file came with an installed package, whose own builders alone have read it."""
    return "/node_modules/" in f"/{path}"


def text_of(data: Data) -> str:
    """The text of a file, without the mark of its byte order."""
    return bytes(data).decode(errors="replace").removeprefix("\ufeff")


def decode(text: str) -> dict[str, Any]:
    """The object that a JSON text is. Raises `UnreadableFileError`."""
    try:
        value = msgspec.json.decode(text)
    except RecursionError as error:
        raise UnreadableFileError("nested too deeply") from error
    except ValueError as error:
        raise UnreadableFileError(f"no valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise UnreadableFileError("no JSON object")
    return value


def as_json(text: str) -> str:
    """JSON as people and JavaScript write it, without comments and without commas before closing brackets."""
    pattern = r'("(?:[^"\\\n]|\\.)*+"?)|//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|,(?=\s*[}\]])'
    return re.sub(pattern, lambda match: match[1] or "", text)


def objects(value: Any) -> dict[str, dict[str, Any]]:
    """Those members of an object that are objects; none where it is none."""
    return {key: each for key, each in value.items() if isinstance(each, dict)} if isinstance(value, dict) else {}


def texts(value: Any) -> dict[str, str]:
    """Those members of an object that are texts; none where it is none."""
    if not isinstance(value, dict):
        return {}
    return {key: each for key, each in value.items() if isinstance(each, str)}


def split_pin(pin: str) -> tuple[str, str]:
    """Name and rest of `name@rest` and `@scope/name@rest`."""
    at = pin.find("@", 1)
    return (pin, "") if at < 0 else (pin[:at], pin[at + 1 :])


def real_name(name: str, specifier: str) -> str:
    """The name of the package that stands behind an alias: `npm:is-number@^7.0.0` -> `is-number`."""
    if not specifier.startswith("npm:"):
        return name
    target = split_pin(specifier[4:])
    return target[0] if target[1] or target[0].startswith("@") else name


def version_in(specifier: str) -> str:
    """The version that a specifier is; empty for URLs, paths and repositories."""
    return "" if ":" in specifier or "/" in specifier else specifier


def lines_of_keys(text: str) -> Iterator[tuple[str, int]]:
    """Every key of a JSON text that begins a line and holds an object or a list, with the number of its line."""
    line, last = 1, 0
    for match in re.finditer(r'(?m)^[ \t]*"((?:[^"\\\n]|\\.)*+)"[ \t]*:[ \t]*[{\[]', text):
        line += text.count("\n", last, match.start())
        last = match.start()
        yield match[1], line
