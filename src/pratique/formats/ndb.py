"""NDB, the database that rpm brings along: `Packages.db` of SUSE.

Layout: rpm 4.18, lib/backend/ndb/rpmpkg.c. All numbers are 32 bit little endian. A header of 32 bytes and slots of
16 bytes fill the first pages of 4096 bytes; each slot names a blob by its place in blocks of 16 bytes.
"""

import struct
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.rpm_header import LARGEST, Value
from pratique.records.file import Data

MAGIC = b"RpmP"
"""The first bytes of the file."""

_SLOT_PAGES_MOST = 4096
"""A million packages; the largest distributions hold some 70,000."""

_PAGE, _BLOCK, _HEADER, _TAIL = 4096, 16, 32, 12
_SLOT, _BLOB = b"Slot", b"BlbS"


def values(data: Data) -> Iterator[Value]:
    """All blobs, in the order of their slots.

    What is broken about one blob is yielded in its place. Raises UnreadableFileError where rpm itself would give up:
    a wrong header or slot, or slots beyond the end of the file. As rpm does on reading, checksums are not compared.
    """
    if len(data) < _PAGE or bytes(data[:4]) != MAGIC:
        raise UnreadableFileError("not an NDB")
    version, _, pages = struct.unpack_from("<III", data, 4)
    if version != 0:
        raise UnreadableFileError(f"NDB of version {version}")
    if not 0 < pages <= min(_SLOT_PAGES_MOST, len(data) // _PAGE):
        raise UnreadableFileError(f"NDB of {len(data)} bytes with {pages} pages of slots")
    budget = len(data)
    for number in range(pages):
        page = bytes(data[number * _PAGE + (0 if number else _HEADER) : (number + 1) * _PAGE])
        for magic, index, offset, count in struct.iter_unpack("<4sIII", page):
            if magic != _SLOT:
                raise UnreadableFileError("NDB with a broken slot")
            if not offset:
                continue
            value = _blob(data, index, offset, count, pages * _PAGE)
            budget -= len(value) if isinstance(value, bytes) else 0
            if budget < 0:
                raise UnreadableFileError("NDB with more blobs than its size can hold")
            yield value


def _blob(data: Data, index: int, offset: int, count: int, first: int) -> Value:
    """Read a blob: header of 16 bytes, content, padding, tail of 12 bytes. `first`: where blobs may begin."""
    start = offset * _BLOCK
    if start < first or start + max(count, 2) * _BLOCK > len(data):
        return UnreadableFileError(f"NDB blob {index} lies outside of the file")
    magic, owner, _, length = struct.unpack_from("<4sIII", data, start)
    if magic != _BLOB or owner != index:
        return UnreadableFileError(f"NDB blob {index} is not where its slot says")
    if length > LARGEST or count != -(-(16 + length + _TAIL) // _BLOCK):
        return UnreadableFileError(f"NDB blob {index} of {length} bytes in {count} blocks")
    return bytes(data[start + 16 : start + 16 + length])
