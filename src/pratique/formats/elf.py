"""ELF files: program headers, section headers, notes, what the dynamic linker is asked for.

Source: System V ABI, chapters 4 (Object Files) and 5 (Program Loading and Dynamic Linking). Only what lies in the file
is believed: a table that reaches beyond the end is no table. All numbers are bytes.
"""

import struct
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.file import Data

MAGIC = b"\x7fELF"

RELOCATABLE, EXECUTABLE, SHARED, CORE = 1, 2, 3, 4
"""`Elf.kind`. Position-independent executables are SHARED."""
LOAD, DYNAMIC, INTERPRETER, NOTE, RELRO = 1, 2, 3, 4, 0x6474E552
"""`Segment.kind`: PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_GNU_RELRO."""
WRITABLE = 2
"""Bit of `Segment.flags`, PF_W."""
PLAIN, STRINGS, NOBITS = 1, 3, 8
"""`Section.kind`: SHT_PROGBITS, SHT_STRTAB; SHT_NOBITS of a section without bytes in the file."""
ALLOCATED = 2
"""Bit of `Section.flags`, SHF_ALLOC: the loader sees it."""

_LAYOUTS = {
    MAGIC + bytes([wide, order]): (
        wide == 2,
        sign,
        struct.Struct(sign + ("16xH6xQQQL6H" if wide == 2 else "16xH6xLLLL6H")),
        struct.Struct(sign + ("LLQQQQQQ" if wide == 2 else "8L")),
    )
    for wide in (1, 2)
    for order, sign in ((1, "<"), (2, ">"))
}
"""By the first six bytes: 64 bit, byte order, layout of the header and of a program header."""

_NAME_LONGEST = 256
"""A section name. Compilers that put function names there stay under it; the rest is cut."""
_SECTIONS_MOST = 200_000
"""An object file with one section a function has some tens of thousands."""
_NOTES_LARGEST = 64 << 10
"""All notes of a file. Real ones have a few hundred bytes."""
_DYNAMIC_LARGEST = 64 << 10
"""The table for the dynamic linker. Real ones have 30 to 60 entries, of 16 bytes."""
_STRING_USUAL, _STRING_LONGEST = 96, 4 << 10
"""A library's name or a list of folders. PATH_MAX is 4 KiB."""
_NULL, _NEEDED, _STRINGS, _SONAME, _RPATH, _RUNPATH = 0, 1, 5, 14, 15, 29
"""Tags of the table: DT_NULL, DT_NEEDED, DT_STRTAB, DT_SONAME, DT_RPATH, DT_RUNPATH."""


class Segment(msgspec.Struct, frozen=True, gc=False):
    """One program header: what the loader sees."""

    kind: int
    flags: int
    offset: int
    address: int
    size: int
    """Bytes in the file. As the header says: they need not be there."""


class Section(msgspec.Struct, frozen=True, gc=False):
    """One section header: what the linker saw. Stripped or partly read files have none."""

    name: str
    kind: int
    flags: int
    address: int
    offset: int
    size: int


class Note(msgspec.Struct, frozen=True, gc=False):
    """One note: who wrote it, of which type, and where its content lies in the file."""

    name: bytes
    """With its final NUL."""
    kind: int
    offset: int
    size: int


class Asked(msgspec.Struct, frozen=True):
    """What a dynamic file asks of the dynamic linker, names as they stand there."""

    soname: str
    needed: tuple[str, ...]
    runpath: str
    """DT_RUNPATH, or else DT_RPATH."""


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
    start = bytes(data[:6])
    if start[:4] != MAGIC or len(data) < 52:
        raise UnreadableFileError("no ELF header")
    if start not in _LAYOUTS:
        raise UnreadableFileError("an ELF header of unknown class or byte order")
    wide, order, header, row = _LAYOUTS[start]
    if len(data) < header.size:
        raise UnreadableFileError("the ELF header is cut short")
    kind, _, table, section_table, _, _, size, count, section_size, section_count, names = header.unpack_from(data)
    if count and (size < row.size or table + size * count > len(data)):
        raise UnreadableFileError("the ELF program headers are not in the file")
    rows = [row.unpack_from(data, at) for at in range(table, table + size * count, size or 1)]
    if wide:
        segments = [Segment(kind_, flags, at, address, length) for kind_, flags, at, address, _, length, _, _ in rows]
    else:
        segments = [Segment(kind_, flags, at, address, length) for kind_, at, address, _, length, _, flags, _ in rows]
    return Elf(
        kind=kind,
        wide=wide,
        order=order,
        segments=tuple(segments),
        headers_end=table + size * count if count else header.size,
        section_table=section_table,
        section_size=section_size,
        section_count=section_count,
        names_index=names,
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


def unloaded(data: Data, elf: Elf) -> Iterator[tuple[int, int]]:
    """(offset, size) of the last sections that no loader sees, from the end; without names, which lie elsewhere.

    Compilers leave their remarks there, linkers the names of sections and symbols.
    """
    table, size = elf.section_table, elf.section_size
    layout = struct.Struct(elf.order + ("4xLQ8xQQ" if elf.wide else "4xLL4xLL"))
    if not table or size < layout.size or table + size * elf.section_count > len(data):
        return
    for number in range(elf.section_count - 1, 0, -1):
        kind, flags, offset, length = layout.unpack_from(data, table + size * number)
        if flags & ALLOCATED or not kind:
            return
        if kind == PLAIN and length and offset + length <= len(data):
            yield offset, length


def place(elf: Elf, address: int) -> tuple[int, int] | None:
    """Where a virtual address lies in the file, (offset, bytes of its segment from there); None if nowhere."""
    for segment in elf.segments:
        if segment.kind == LOAD and segment.address <= address < segment.address + segment.size:
            inside = address - segment.address
            return segment.offset + inside, segment.size - inside
    return None


def notes(data: Data, elf: Elf) -> Iterator[Note]:
    """The notes in PT_NOTE segments, as far as `data` holds them."""
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
            behind = at + (name_size + 3 & ~3)
            yield Note(bytes(data[at : at + min(name_size, _NAME_LONGEST)]), kind, behind, size)
            at = behind + (size + 3 & ~3)


def asked(data: Data, elf: Elf, kept: tuple[tuple[int, int], ...]) -> Asked | None:
    """What the file asks of the dynamic linker; None for static files, and where a name lies outside of `kept`.

    `kept`: the (start, end) ranges of the file that `data` holds.
    """
    table = next((segment for segment in elf.segments if segment.kind == DYNAMIC), None)
    if table is None:
        return None
    word = 8 if elf.wide else 4
    raw = bytes(data[table.offset : table.offset + min(table.size, _DYNAMIC_LARGEST)])
    count = len(raw) // (2 * word)
    numbers = struct.unpack_from(f"{elf.order}{2 * count}{'Q' if elf.wide else 'L'}", raw)
    tags, values = numbers[::2], numbers[1::2]
    if _NULL in tags:
        tags = tags[: tags.index(_NULL)]
    where = place(elf, values[tags.index(_STRINGS)]) if _STRINGS in tags else None
    if where is None:
        return None
    offsets = [value for tag, value in zip(tags, values, strict=False) if tag == _NEEDED]
    soname = _SONAME in tags
    runpath = _RUNPATH if _RUNPATH in tags else _RPATH if _RPATH in tags else 0
    offsets += [values[tags.index(tag)] for tag, there in ((_SONAME, soname), (runpath, runpath)) if there]
    names = _strings(data, where[0], offsets, kept)
    if names is None:
        return None
    path = names.pop() if runpath else ""
    own = names.pop() if soname else ""
    return Asked(own, tuple(names), path)


def _strings(data: Data, table: int, offsets: list[int], kept: tuple[tuple[int, int], ...]) -> list[str] | None:
    """The strings at these places of a table; None if one does not lie in what is kept."""
    found: list[str] = []
    start = end = 0
    for offset in offsets:
        at = table + offset
        if not start <= at < end:
            start, end = next((piece for piece in kept if piece[0] <= at < piece[1]), (at, at))
        text, zero, _ = bytes(data[at : min(at + _STRING_USUAL, end)]).partition(b"\0")
        if not zero:
            text, zero, _ = bytes(data[at : min(at + _STRING_LONGEST, end)]).partition(b"\0")
            if not zero:
                return None
        found.append(text.decode("utf-8", "replace"))
    return found


def _name(data: Data, start: int, end: int) -> str:
    text = bytes(data[start : min(start + _NAME_LONGEST, end)]) if start < end else b""
    return text.partition(b"\0")[0].decode("utf-8", "replace")
