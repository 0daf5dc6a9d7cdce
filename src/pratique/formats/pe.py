"""Portable executables (Windows): where their sections lie, and whether they are .NET assemblies.

Source: Microsoft PE/COFF specification, sections "MS-DOS Stub", "COFF File Header", "Section Table".
"""

import struct

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.file import Data

MAGIC = b"MZ"
WRITABLE = 0x80000000
"""Bit of `Section.flags`, IMAGE_SCN_MEM_WRITE."""


class Section(msgspec.Struct, frozen=True):
    """One row of the section table. Nothing promises that its bytes are in the file."""

    name: bytes
    flags: int
    address: int
    """Virtual address, image base included."""
    offset: int
    size: int
    """Bytes in the file."""


def read(data: Data) -> tuple[tuple[Section, ...], int]:
    """The sections, and the offset behind their table. `data` may be the beginning of a file.

    Raises `UnreadableFileError` when there is no PE header behind the DOS stub, or the table is not in `data`.
    """
    if bytes(data[:2]) != MAGIC or len(data) < 64:
        raise UnreadableFileError("no DOS header")
    start = struct.unpack_from("<L", data, 60)[0]
    if start + 24 > len(data) or bytes(data[start : start + 4]) != b"PE\0\0":
        raise UnreadableFileError("no PE header behind the DOS stub")
    count, optional = struct.unpack_from("<2xH12xH", data, start + 4)
    table = start + 24 + optional
    if table + 40 * count > len(data):
        raise UnreadableFileError("the PE section table is not in the file")
    base = _image_base(data, start + 24, optional)
    found = []
    for number in range(count):
        name, address, size, offset, flags = struct.unpack_from("<8s4xLLL12xL", data, table + 40 * number)
        found.append(Section(name.rstrip(b"\0"), flags, base + address, offset, size))
    return tuple(found), table + 40 * count


def is_managed(data: Data) -> bool:
    """Whether a file whose sections `read` found is a .NET assembly: it has a header for the common language runtime.

    ECMA-335, II.25.2.3.3: the fifteenth data directory, behind 96 bytes of PE32 or 112 of PE32+.
    """
    optional = int(struct.unpack_from("<L", data, 60)[0]) + 24
    size, magic = struct.unpack_from("<H", data, optional - 4)[0], bytes(data[optional : optional + 2])
    behind = {b"\x0b\x01": 96, b"\x0b\x02": 112}.get(magic, 0)
    if not behind or size < behind + 15 * 8:
        return False
    directories = struct.unpack_from("<L112xL", data, optional + behind - 4)
    return int(directories[0]) > 14 and int(directories[1]) > 0


def _image_base(data: Data, optional: int, size: int) -> int:
    """PE32 has it in 32 bits at 28, PE32+ in 64 bits at 24 of the optional header."""
    if size < 32:
        return 0
    wide = struct.unpack_from("<H", data, optional)[0] == 0x20B
    base: int = struct.unpack_from("<Q" if wide else "<L", data, optional + (24 if wide else 28))[0]
    return base
