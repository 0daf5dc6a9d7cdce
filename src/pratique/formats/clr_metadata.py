"""What a .NET assembly calls itself: the one row of the table `Assembly` in its metadata.

ECMA-335, partition II: 24 (physical layout), 22 (tables). Tables follow one another without gaps, so that the sizes of
all rows before it must be known.
"""

import functools
import struct

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.pe_image import CLR_HEADER, Image

_ASSEMBLY = 0x20

_STREAMS_MOST = 64
_METADATA_LARGEST = 128 << 20
"""Bytes. The framework's largest assembly has 5 MiB."""

_NAME_LONGEST = 1024
"""Bytes; 24.2.6 has no bound, Windows ends at 260 characters."""

_CODED = {
    "TypeDefOrRef": (2, "02 01 1b"),
    "HasConstant": (2, "04 08 17"),
    "HasCustomAttribute": (5, "06 04 01 02 08 09 0a 00 0e 17 14 11 1a 1b 20 23 26 27 28 2a 2c 2b"),
    "HasFieldMarshal": (1, "04 08"),
    "HasDeclSecurity": (2, "02 06 20"),
    "MemberRefParent": (3, "02 01 1a 06 1b"),
    "HasSemantics": (1, "14 17"),
    "MethodDefOrRef": (1, "06 0a"),
    "MemberForwarded": (1, "04 06"),
    "CustomAttributeType": (3, "06 0a"),
    "ResolutionScope": (2, "00 1a 23 01"),
}
"""24.2.6: bits of the tag, and the tables that such a column leads to."""

_COLUMNS = """
    00 2 S G G G
    01 ResolutionScope S S
    02 4 S S TypeDefOrRef 04 06
    03 04
    04 2 S B
    05 06
    06 4 2 2 S B 08
    07 08
    08 2 2 S
    09 02 TypeDefOrRef
    0a MemberRefParent S B
    0b 2 HasConstant B
    0c HasCustomAttribute CustomAttributeType B
    0d HasFieldMarshal B
    0e 2 HasDeclSecurity B
    0f 2 4 02
    10 4 04
    11 B
    12 02 14
    13 14
    14 2 S TypeDefOrRef
    15 02 17
    16 17
    17 2 S B
    18 2 06 HasSemantics
    19 02 MethodDefOrRef MethodDefOrRef
    1a S
    1b B
    1c 2 MemberForwarded S 1a
    1d 4 04
    1e 4 4
    1f 4
"""
"""22: the tables before `Assembly`, and what is in a row: bytes of a number (2, 4), S, G, B for a place in the heaps of
strings, GUIDs and blobs, two digits for a row of that table, a name for a coded row."""


class Identity(msgspec.Struct, frozen=True):
    """Name and version by which other assemblies refer to it."""

    name: str
    version: str
    """Four numbers."""
    culture: str
    """Language of one that has nothing but translations; empty for all others."""


def read(image: Image) -> Identity | None:
    """The identity of an assembly; None for programs of other kinds, and for modules, that are part of another file.

    Raises `UnreadableFileError` for metadata that breaks its format.
    """
    address, size = image.directory(CLR_HEADER)
    if not (address and size):
        return None
    metadata, length = struct.unpack("<LL", image.at(address + 8, 8))
    if length > _METADATA_LARGEST:
        raise UnreadableFileError(f"metadata of {length:,} bytes")
    content = image.at(metadata, length)
    try:
        streams = _streams(content)
        tables = streams.get(b"#~") or streams.get(b"#-")
        if not tables:
            raise UnreadableFileError("metadata without tables")
        return _identity(content[slice(*tables)], content[slice(*streams.get(b"#Strings", (0, 0)))])
    except struct.error as error:
        raise UnreadableFileError("metadata that ends before it should") from error


def _streams(content: bytes) -> dict[bytes, tuple[int, int]]:
    """Where the heaps and tables begin and end, by name."""
    if content[:4] != b"BSJB":
        raise UnreadableFileError("metadata without its signature")
    at = 16 + int(struct.unpack_from("<L", content, 12)[0])
    count = min(struct.unpack_from("<2xH", content, at)[0], _STREAMS_MOST)
    at += 4
    streams: dict[bytes, tuple[int, int]] = {}
    for _ in range(count):
        offset, size = struct.unpack_from("<LL", content, at)
        name = content[at + 8 : at + 40].partition(b"\0")[0]
        streams.setdefault(name, (offset, offset + size))
        at += 8 + (len(name) + 4 & ~3)
    return streams


def _identity(tables: bytes, strings: bytes) -> Identity | None:
    heaps, valid = struct.unpack_from("<6xBxQ", tables, 0)
    if not valid >> _ASSEMBLY & 1:
        return None
    present = [number for number in range(64) if valid >> number & 1]
    counts = struct.unpack_from(f"<{len(present)}L", tables, 24)
    rows = dict(zip(present, counts, strict=True))
    at = 24 + 4 * len(present) + (4 if heaps & 0x40 else 0)  # of `#-` streams: extra data
    widths = {"2": 2, "4": 4, "S": 4 if heaps & 1 else 2, "G": 4 if heaps & 2 else 2, "B": 4 if heaps & 4 else 2}
    for number, columns in _columns().items():
        if number in rows:
            at += rows[number] * sum(widths.get(column) or _width(column, rows) for column in columns)
    major, minor, build, revision = struct.unpack_from("<4x4H", tables, at)
    form = "<L" if widths["S"] == 4 else "<H"
    name = struct.unpack_from(form, tables, at + 16 + widths["B"])[0]
    culture = struct.unpack_from(form, tables, at + 16 + widths["B"] + widths["S"])[0]
    return Identity(_text(strings, name), f"{major}.{minor}.{build}.{revision}", _text(strings, culture))


@functools.cache
def _columns() -> dict[int, list[str]]:
    return {int(line.split()[0], 16): line.split()[1:] for line in _COLUMNS.strip().splitlines()}


def _width(column: str, rows: dict[int, int]) -> int:
    """Bytes of a column that leads to rows: as many as the number of the last row, and its tag, need."""
    tag, tables = _CODED.get(column, (0, column))
    most = max(rows.get(int(table, 16), 0) for table in tables.split())
    return 4 if most >= 1 << (16 - tag) else 2


def _text(strings: bytes, at: int) -> str:
    return strings[at : at + _NAME_LONGEST].partition(b"\0")[0].decode(errors="replace")
