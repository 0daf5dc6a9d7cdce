"""The header of an rpm package, as databases keep it: an index of tags, and their data behind it.

Layout: rpm 4.18, docs/manual/format.md (header format) and lib/header.c. All numbers are big endian. Two counts, of
index entries and of bytes of data; entries of 16 bytes (tag, type, offset, count); the data. A first entry (tag 63)
marks the region that came with the package; what rpm added on installing stands behind it and prevails.
"""

import struct
from bisect import bisect_right
from collections.abc import Container
from typing import TypeAlias

import msgspec

from pratique.errors import UnreadableFileError

Value: TypeAlias = bytes | UnreadableFileError
"""What a database holds: a header, or why it could not be read while others can."""

LARGEST = 64 << 20
"""Bytes of a header. rpm ends at 256 MiB; headers of packages with 100,000 files have some 15 MiB."""

_ENTRIES_MOST = 65_535
"""Index entries; rpm's own bound. Headers have some hundred."""

_COUNT_MOST = 500_000
"""Values of one tag. The packages richest in files have some 200,000."""

_TEXT_LONGEST = 64 << 10
"""Bytes of a single string: names, licences, vendors."""

_STRING, _STRING_ARRAY, _I18N_STRING = 6, 8, 9
_NUMBERS = {2: "B", 3: "H", 4: "I", 5: "Q"}
"""Types of unsigned numbers, and how `struct` spells them."""


class Header(msgspec.Struct, frozen=True):
    """The wanted tags of a header, as far as it has them."""

    texts: dict[int, list[str]]
    """Strings of each tag of a string type."""
    numbers: dict[int, tuple[int, ...]]
    """Numbers of each tag of a number type."""

    def text(self, tag: int) -> str:
        """The (first) string of `tag`; empty where the header has none."""
        return next(iter(self.texts.get(tag, ())), "")


def read(blob: bytes, wanted: Container[int]) -> Header:
    """Take the wanted tags out of a header. Raises UnreadableFileError if one of them lies outside of it."""
    if len(blob) < 8:
        raise UnreadableFileError("rpm header without index")
    entries, size = struct.unpack_from(">II", blob)
    first = 8 + 16 * entries
    if not 0 < entries <= _ENTRIES_MOST or first + size > len(blob):
        raise UnreadableFileError(f"rpm header of {len(blob)} bytes claims {entries} entries and {size} bytes")
    index = list(struct.iter_unpack(">IIII", blob[8:first]))
    bounds = sorted({offset for _, _, offset, _ in index if offset < size} | {size})
    header = Header({}, {})
    for tag, kind, offset, count in index:
        if tag not in wanted:
            continue
        if offset >= size:
            raise UnreadableFileError(f"rpm header with tag {tag} outside of its data")
        end = first + bounds[bisect_right(bounds, offset)]
        if kind in _NUMBERS:
            header.numbers[tag] = _numbers(blob, first + offset, end, _NUMBERS[kind], count)
        elif kind in (_STRING, _STRING_ARRAY, _I18N_STRING):
            header.texts[tag] = _strings(blob, first + offset, end, 1 if kind == _STRING else count)
    return header


def _numbers(blob: bytes, start: int, end: int, letter: str, count: int) -> tuple[int, ...]:
    if count > min(_COUNT_MOST, (end - start) // struct.calcsize(f">{letter}")):
        raise UnreadableFileError(f"rpm header with {count} numbers in {end - start} bytes")
    return struct.unpack_from(f">{count}{letter}", blob, start)


def _strings(blob: bytes, start: int, end: int, count: int) -> list[str]:
    """`count` strings, each ended by a NUL; padding may follow."""
    if count == 1:
        stop = blob.find(b"\0", start, min(end, start + _TEXT_LONGEST))
        if stop < 0:
            raise UnreadableFileError("rpm header with a string that does not end")
        return [blob[start:stop].decode(errors="replace")]
    if count > _COUNT_MOST:
        raise UnreadableFileError(f"rpm header with {count} strings")
    texts = blob[start:end].decode(errors="replace").split("\0", count)
    if len(texts) <= count:
        raise UnreadableFileError(f"rpm header with fewer than {count} strings")
    del texts[count:]
    return texts
