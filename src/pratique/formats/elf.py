"""ELF files: program headers, section headers, notes, and from addresses to places in the file.

Source: System V ABI, chapters 4 (Object Files) and 5 (Program Loading). Only what lies in the file is believed:
a table that reaches beyond the end is no table. All numbers are bytes.
"""

import struct
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.file import Data

MAGIC = b"\x7fELF"

RELOCATABLE, EXECUTABLE, SHARED, CORE = 1, 2, 3, 4
"""`Elf.kind`. Position-independent executables are SHARED."""
LOAD, NOTE, RELRO = 1, 4, 0x6474E552
"""`Segment.kind`: PT_LOAD, PT_NOTE, PT_GNU_RELRO."""
WRITABLE = 2
"""Bit of `Segment.flags`, PF_W."""
NOBITS = 8
"""`Section.kind` of a section without bytes in the file, SHT_NOBITS."""

_NAME_LONGEST = 256
"""A section name. Compilers that put function names there stay under it; the rest is cut."""
_SECTIONS_MOST = 200_000
"""An object file with one section a function has some tens of thousands."""
_NOTES_LARGEST = 64 << 10
"""All notes of a file. Real ones have a few hundred bytes."""


class Segment(msgspec.Struct, frozen=True):
    """One program header: what the loader sees."""

    kind: int
    flags: int
    offset: int
    address: int
    size: int
    """Bytes in the file. As the header says: they need not be there."""


class Section(msgspec.Struct, frozen=True):
    """One section header: what the linker saw. Stripped or partly read files have none."""

    name: str
    kind: int
    flags: int
    address: int
    offset: int
    size: int


class Elf(msgspec.Struct, frozen=True):
    """The header and the program headers."""

    kind: int
    wide: bool
    """64 bit."""
    order: str
    """Byte order in the notation of `struct`: `<` or `>`."""
    segments: tuple[Segment, ...]
    headers_end: int
    """Offset behind the program headers."""
    section_table: int
    """Offset of the section headers; 0 if there are none."""
    section_size: int
    """Bytes of one section header."""
    section_count: int
    names_index: int
    """Number of the section that holds the names."""


def read(data: Data) -> Elf:
    """Header and program headers of the ELF file that starts at the first byte of `data`.

    `data` may be the beginning of a file, if it reaches behind the program headers. Raises `UnreadableFileError`.
    """
    if bytes(data[:4]) != MAGIC or len(data) < 52:
        raise UnreadableFileError("no ELF header")
    ident_class, ident_order = data[4], data[5]
    if ident_class not in (1, 2) or ident_order not in (1, 2):
        raise UnreadableFileError("an ELF header of unknown class or byte order")
    wide, order = ident_class == 2, "<" if ident_order == 1 else ">"
    if wide and len(data) < 64:
        raise UnreadableFileError("the ELF header is cut short")
    kind = struct.unpack_from(order + "H", data, 16)[0]
    table, section_table = struct.unpack_from(order + ("QQ" if wide else "LL"), data, 32 if wide else 28)
    size, count, section_size, section_count, names_index = struct.unpack_from(order + "5H", data, 54 if wide else 42)
    if count and (size < (56 if wide else 32) or table + size * count > len(data)):
        raise UnreadableFileError("the ELF program headers are not in the file")
    segment = _wide_segment if wide else _narrow_segment
    return Elf(
        kind=kind,
        wide=wide,
        order=order,
        segments=tuple(segment(data, order, table + size * number) for number in range(count)),
        headers_end=table + size * count if count else 64 if wide else 52,
        section_table=section_table,
        section_size=section_size,
        section_count=section_count,
        names_index=names_index,
    )


def sections(data: Data, elf: Elf) -> tuple[Section, ...]:
    """The sections; empty where the file has no table, or one that is not wholly in it.

    Programs run without section headers, so that a broken table is no error.
    """
    wide, table, size = elf.wide, elf.section_table, elf.section_size
    layout = struct.Struct(elf.order + ("LLQQQQLLQQ" if wide else "10L"))
    if not table or size < layout.size or table + size > len(data):
        return ()
    count, names_index = elf.section_count, elf.names_index
    first = layout.unpack_from(data, table)
    if count == 0:
        count = first[5]  # more than 65,279 sections: the first, unused header holds the number
    if names_index == 0xFFFF:
        names_index = first[6]
    if not 0 < count <= _SECTIONS_MOST or table + size * count > len(data):
        return ()
    rows = [layout.unpack_from(data, table + size * number) for number in range(count)]
    names = rows[names_index] if names_index < count else first
    names_start, names_end = names[4], min(names[4] + names[5], len(data))
    return tuple(
        Section(
            name=_name(data, names_start + row[0], names_end),
            kind=row[1],
            flags=row[2],
            address=row[3],
            offset=row[4],
            size=row[5],
        )
        for row in rows
    )


def place(elf: Elf, address: int) -> tuple[int, int] | None:
    """Where a virtual address lies in the file, (offset, bytes of its segment from there); None if nowhere."""
    for segment in elf.segments:
        if segment.kind == LOAD and segment.address <= address < segment.address + segment.size:
            inside = address - segment.address
            return segment.offset + inside, segment.size - inside
    return None


def notes(data: Data, elf: Elf) -> Iterator[tuple[bytes, int]]:
    """(name with its final NUL, type) of the notes in PT_NOTE segments, as far as `data` holds them."""
    left = _NOTES_LARGEST
    for segment in elf.segments:
        if segment.kind != NOTE:
            continue
        at, end = segment.offset, min(segment.offset + min(segment.size, left), len(data))
        left -= max(end - at, 0)
        while at + 12 <= end:
            name_size, size, kind = struct.unpack_from(elf.order + "3L", data, at)
            at += 12
            if name_size > end - at:
                break
            yield bytes(data[at : at + min(name_size, _NAME_LONGEST)]), kind
            at += (name_size + 3 & ~3) + (size + 3 & ~3)


def _wide_segment(data: Data, order: str, at: int) -> Segment:
    kind, flags, offset, address, _, size = struct.unpack_from(order + "LLQQQQ", data, at)
    return Segment(kind, flags, offset, address, size)


def _narrow_segment(data: Data, order: str, at: int) -> Segment:
    kind, offset, address, _, size, _, flags = struct.unpack_from(order + "7L", data, at)
    return Segment(kind, flags, offset, address, size)


def _name(data: Data, start: int, end: int) -> str:
    text = bytes(data[start : min(start + _NAME_LONGEST, end)]) if start < end else b""
    return text.partition(b"\0")[0].decode("utf-8", "replace")
