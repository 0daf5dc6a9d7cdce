"""The texts of a program's version resource: what Windows shows as its details.

Microsoft, "The .rsrc Section" of the PE/COFF specification, and "VS_VERSIONINFO", "StringFileInfo", "StringTable",
"String" of the menus and other resources of Windows.
"""

import struct
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.pe_image import RESOURCES, Image

_RT_VERSION = 16
_FOLDER = 0x80000000
"""Bit of an entry that leads to further entries."""
_ENTRIES_MOST = 4096
_LARGEST = 64 << 10
"""Bytes. Lengths in it are of 16 bits."""


def strings(image: Image) -> dict[str, str]:
    """By name (`ProductVersion`) the texts of the first version resource in its first language; none without one.

    Raises `UnreadableFileError` where the resources lead out of the file.
    """
    root, size = image.directory(RESOURCES)
    if not (root and size):
        return {}
    place = _entry(image, root, 0, _RT_VERSION)
    for _ in range(2):  # of every name, and of every language, the first
        place = _entry(image, root, place & ~_FOLDER, None) if place & _FOLDER else 0
    if not place or place & _FOLDER:
        return {}
    address, length = struct.unpack("<LL", image.at(root + place, 8))
    if length > _LARGEST:
        raise UnreadableFileError(f"a version resource of {length:,} bytes")
    return dict(_strings(image.at(address, length)))


def _entry(image: Image, root: int, folder: int, wanted: int | None) -> int:
    """Where the entry of a folder leads that has the number, or the first of all; 0 if there is none."""
    named, numbered = struct.unpack("<12xHH", image.at(root + folder, 16))
    count = min(named + numbered, _ENTRIES_MOST)
    for key, place in struct.iter_unpack("<LL", image.at(root + folder + 16, 8 * count)):
        if wanted is None or key == wanted:
            return int(place)
    return 0


class _Block(msgspec.Struct, frozen=True):
    """A piece of the resource: all have the same header, and a value or further pieces behind it."""

    name: str
    body: int
    """Offset of what is behind the header."""
    end: int
    value: int
    """Length of the value as the header has it: bytes of binary ones."""


def _strings(data: bytes) -> Iterator[tuple[str, str]]:
    """`VS_VERSION_INFO` has numbers and `StringFileInfo` in it; in that is a table for each language."""
    for version in _blocks(data, 0, len(data)):
        for info in _blocks(data, _aligned(version.body + version.value), version.end):
            if info.name == "StringFileInfo":
                for table in _blocks(data, info.body, info.end):
                    for string in _blocks(data, table.body, table.end):
                        text = data[string.body : string.end].decode("utf-16-le", errors="replace")
                        yield string.name, text.partition("\0")[0].strip()
                    return


def _blocks(data: bytes, at: int, end: int) -> Iterator[_Block]:
    """The pieces in a range, up to the first that does not fit into it."""
    while at + 6 <= end:
        length, value = struct.unpack_from("<HH", data, at)
        if length < 8 or at + length > end:
            return
        name = data[at + 6 : at + length].decode("utf-16-le", errors="replace").partition("\0")[0]
        body = _aligned(at + 6 + 2 * (len(name) + 1))
        yield _Block(name, body, at + length, value)
        at = _aligned(at + length)


def _aligned(offset: int) -> int:
    return (offset + 3) & ~3
