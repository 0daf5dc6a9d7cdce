"""Mach-O files (macOS), thin and fat: where their segments and sections lie.

Source: `mach-o/loader.h` and `mach-o/fat.h` of Apple's xnu.
"""

import struct
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.file import Data

THIN = {
    b"\xfe\xed\xfa\xce": (">", False),
    b"\xfe\xed\xfa\xcf": (">", True),
    b"\xce\xfa\xed\xfe": ("<", False),
    b"\xcf\xfa\xed\xfe": ("<", True),
}
"""First bytes of a file for one processor: byte order in the notation of `struct`, 64 bit."""
FAT = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
"""First bytes of a file for several processors, with 32 and 64 bit offsets. Java classes share the first."""
WRITABLE = 2
"""Bit of `Segment.protection`, VM_PROT_WRITE."""

_PARTS_MOST = 32
"""Processors of one fat file. A Java class has its version in that place, 45 and above."""
_NARROW, _WIDE = 0x1, 0x19
_SEGMENT = {_NARROW: "16s4L2l", _WIDE: "16s4Q2l"}
"""LC_SEGMENT and LC_SEGMENT_64, without the numbers of sections and flags at their end."""


class Segment(msgspec.Struct, frozen=True):
    """One LC_SEGMENT command. Nothing promises that its bytes are in the file."""

    name: bytes
    protection: int
    """As it is loaded first."""
    address: int
    offset: int
    size: int
    """Bytes in the file."""


def parts(data: Data) -> tuple[tuple[int, int], ...]:
    """(offset, size) of the files for one processor in a fat file; empty for anything else, Java classes too."""
    magic = bytes(data[:4])
    if magic not in FAT or len(data) < 8:
        return ()
    count = struct.unpack_from(">L", data, 4)[0]
    layout = struct.Struct(">8xLL4x" if magic == FAT[0] else ">8xQQ8x")
    if count > _PARTS_MOST or 8 + count * layout.size > len(data):
        return ()
    return tuple(layout.unpack_from(data, 8 + number * layout.size) for number in range(count))


def section(data: Data, wanted: bytes, start: int = 0) -> tuple[int, int] | None:
    """(offset, size) of the section of that name in the thin file at `start`; None if it has none.

    Raises `UnreadableFileError`.
    """
    order, _ = THIN.get(bytes(data[start : start + 4]), ("<", False))
    for command, at, length in _commands(data, start):
        if command not in _SEGMENT:
            continue
        wide = command == _WIDE
        first, row = at + (72 if wide else 56), struct.Struct(order + ("16s24xQL28x" if wide else "16s20xLL24x"))
        count = (length - (first - at)) // row.size
        for number in range(count):
            name, size, offset = row.unpack_from(data, first + number * row.size)
            if name.rstrip(b"\0") == wanted:
                return start + offset, size
    return None


def read(data: Data, start: int = 0) -> tuple[Segment, ...]:
    """The segments of the thin file at `start`, offsets counted from the first byte of `data`.

    Raises `UnreadableFileError`.
    """
    order, _ = THIN.get(bytes(data[start : start + 4]), ("<", False))
    found = []
    for command, at, length in _commands(data, start):
        if command in _SEGMENT:
            layout = struct.Struct(order + _SEGMENT[command])
            if 8 + layout.size > length:
                raise UnreadableFileError("the Mach-O load commands are not in the file")
            name, address, _, offset, stored, _, protection = layout.unpack_from(data, at + 8)
            found.append(Segment(name.rstrip(b"\0"), protection, address, start + offset, stored))
    return tuple(found)


def _commands(data: Data, start: int) -> Iterator[tuple[int, int, int]]:
    """(kind, offset, length) of each load command, all of it in the file."""
    if bytes(data[start : start + 4]) not in THIN or start + 32 > len(data):
        raise UnreadableFileError("no Mach-O header")
    order, wide = THIN[bytes(data[start : start + 4])]
    count, size = struct.unpack_from(order + "LL", data, start + 16)
    at = start + (32 if wide else 28)
    end = min(at + size, len(data))
    for _ in range(count):
        if at + 8 > end:
            raise UnreadableFileError("the Mach-O load commands are not in the file")
        command, length = struct.unpack_from(order + "LL", data, at)
        if length < 8:
            raise UnreadableFileError("a Mach-O load command of impossible length")
        if command in _SEGMENT and at + length > end:
            raise UnreadableFileError("the Mach-O load commands are not in the file")
        yield command, at, length
        at += length
