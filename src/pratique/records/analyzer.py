"""What an analyzer is: claims held as data, and one pure function of bytes."""

from collections.abc import Callable, Iterable

import msgspec

from pratique.records.facts import Found
from pratique.records.file import File, Unknown

MIB = 1 << 20


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """Which files an analyzer wants. Data, not a predicate: 150,000 paths are dispatched by table lookups."""

    paths: frozenset[str] = frozenset()
    """Exact paths, without leading slash."""
    folders: frozenset[str] = frozenset()
    """Every file directly in these folders, without leading or final slash."""
    parents: frozenset[str] = frozenset()
    """Every file directly in a folder of such a name, wherever that is."""
    names: frozenset[str] = frozenset()
    """Last parts of paths."""
    suffixes: tuple[str, ...] = ()
    """Endings of paths, in lower case; compared without regard to case."""
    magic: tuple[bytes, ...] = ()
    """First bytes of a file, each exactly four long."""
    largest: int = 64 * MIB
    """Bytes. A larger file is not read: it becomes an `Unknown`."""


class Analyzer(msgspec.Struct, frozen=True, kw_only=True):
    """One format."""

    name: str
    version: int
    """Raise it when the same bytes give other records: stored facts depend on it."""
    claims: Claims
    module: str = ""
    """Its module in `pratique.packages`, whose docstring says where the format is from."""
    parse: Callable[[File], Iterable[Found | Unknown]]
    """Pure. Raises `pratique.errors.UnreadableFileError` when nothing can be read, or yields `Unknown` beside facts."""
    spans: Callable[[str, bytes, int], tuple[tuple[int, int], ...] | None] | None = None
    """From the path, the first bytes (up to 64 KiB) and the size of a file to the (start, end) byte ranges that `parse`
    needs, unsorted and overlapping as they come. None from the function: not mine. No function: the whole file."""
