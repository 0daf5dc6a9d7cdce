"""What the lock files of Python have in common: a list of packages in TOML or JSON, and names that find each other."""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from pratique.ecosystems import ECOSYSTEMS
from pratique.errors import UnreadableFileError
from pratique.limits import MIB
from pratique.records.facts import Found
from pratique.records.file import Data
from pratique.records.package import Package, Requires

T = TypeVar("T")

_REST_LARGEST = 3 * MIB
"""Bytes of TOML without the lists of archives, which take tomllib seconds. 1,000 packages come to 400 KiB."""

_UNWANTED = (
    r'(?m)^(?:[ \t]+\{ ?(?:name = "[^"\n]*", ?|upload-time = [^,\n]*, ?)*(?:url|file) = "[^\n]*\},?'
    r'|(?:description|summary) = "[^\n]*")[ \t]*\r?$'
)
"""Lines of one archive and its hash, nine tenths of a lock file, and of prose."""
_TEXT_OR_COMMENT = r""""[^"\\\n]*(?:\\.[^"\\\n]*)*"?|'[^'\n]*'?|#[^\n]*"""

_DEEPEST = 5
"""Dots in a key. Writers of lock files use two; each further one costs tomllib more than the one before."""
_DOTS_MOST = 50_000
"""In all keys together. 10,000 packages come to 20,000."""

DEVELOPMENT = frozenset(
    {
        *("dev", "develop", "development", "test", "tests", "testing", "lint", "linting", "linters", "typing", "mypy"),
        *("types", "doc", "docs", "documentation", "ci", "format", "formatting", "build", "coverage", "bench", "debug"),
    }
)
"""Names of groups that say that nothing runs by them, where the format itself does not tell."""


class Entry(msgspec.Struct, frozen=True):
    """One package of a lock file."""

    line: int
    name: str
    version: str
    """Empty where the file pins a commit or a URL."""
    needs: tuple[str, ...] = ()
    """Names by any spelling, or `name@version`."""
    development: bool = False


def toml(data: Data, table: str, shape: type[T]) -> tuple[T, Iterator[int]]:
    """A document of TOML 1.0 in `shape`, and the line of each `[[table]]` in order, then zeros.

    Raises `UnreadableFileError`; also for texts of several lines, which no lock file needs.
    """
    text = bytes(data).decode(errors="replace").removeprefix("\ufeff")
    rest = re.sub(_UNWANTED, "", text)
    if len(rest) > _REST_LARGEST:
        raise UnreadableFileError(f"more than {_REST_LARGEST} bytes of TOML without the lists of archives")
    _refuse_costly(rest)
    import tomllib

    try:
        document = msgspec.convert(tomllib.loads(rest), type=shape)
    except RecursionError as error:
        raise UnreadableFileError("nested too deeply") from error
    except ValueError as error:
        raise UnreadableFileError(f"no lock file: {str(error)[:200]}") from error
    return document, _lines(text, f"[[{table}]]")


def json(data: Data, shape: type[T]) -> T:
    """A document of JSON in `shape`. Raises `UnreadableFileError`."""
    try:
        return msgspec.json.decode(bytes(data).decode(errors="replace").removeprefix("\ufeff"), type=shape)
    except RecursionError as error:
        raise UnreadableFileError("nested too deeply") from error
    except ValueError as error:
        raise UnreadableFileError(f"no lock file: {str(error)[:200]}") from error


def facts(path: str, entries: Iterable[Entry]) -> Iterator[Found]:
    """Each package once, where it stands first, with all of the file that its entries need, pinned if that is clear."""
    merged: dict[tuple[str, str], list[Entry]] = {}
    versions: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for entry in entries:
        key = normal(entry.name)
        merged.setdefault((key, entry.version), []).append(entry)
        versions.setdefault(key, set()).add(entry.version)
        spelled.setdefault(key, entry.name)
    for (key, version), same in merged.items():
        name, line, development = spelled[key], same[0].line, all(entry.development for entry in same)
        yield Found(path, line, Package("pypi", name, version, declared=True, development=development))
        needs = dict[str, None]()
        for need in (need for entry in same for need in entry.needs):
            wanted, _, pinned = need.partition("@")
            other = normal(wanted)
            among = versions.get(other, set())
            if other == key or not among:
                continue  # the same with extras; ruled out when the file was made, or a local folder
            if pinned not in among:
                pinned = min(among) if len(among) == 1 else ""
            needs[f"{spelled[other]}@{pinned}" if pinned else spelled[other]] = None
        if needs:
            yield Found(path, line, Requires("pypi", name, version, tuple(needs)))


def normal(name: str) -> str:
    """The name as PEP 503 compares it."""
    return ECOSYSTEMS["pypi"].normalise(name)


def _refuse_costly(text: str) -> None:
    """Keys of many parts, `a.b.c.d`, cost tomllib the cube of their number."""
    if '"""' in text or "'''" in text:
        raise UnreadableFileError("texts of several lines, which no lock file has")
    bare = re.sub(_TEXT_OR_COMMENT, "", text)
    if re.search(r"(?:\.[^.=,\[\]{}\n]*)" + f"{{{_DEEPEST}}}", bare):
        raise UnreadableFileError(f"a key with {_DEEPEST} dots or more")
    if bare.count(".") > _DOTS_MOST:
        raise UnreadableFileError(f"keys with more than {_DOTS_MOST} dots in all")


def _lines(text: str, header: str) -> Iterator[int]:
    line, at = 1, 0
    for found in re.finditer(r"(?m)^[ \t]*" + re.escape(header), text):
        line += text.count("\n", at, found.start())
        at = found.start()
        yield line
    while True:
        yield 0
