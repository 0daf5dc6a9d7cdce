"""Portable executables as they lie in memory: places are addresses there, and sections say where in the file that is.

Microsoft PE/COFF specification, "Optional Header", "Optional Header Data Directories".
"""

import struct

from pratique.errors import UnreadableFileError
from pratique.formats import pe
from pratique.records.file import Data

RESOURCES, CLR_HEADER = 2, 14
"""Numbers of data directories."""


class Image:
    """The bytes of a file by address. Raises `UnreadableFileError` where `pratique.formats.pe.read` does."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._sections, _ = pe.read(data)
        self._optional = int(struct.unpack_from("<L", data, 60)[0]) + 24
        size = int(struct.unpack_from("<H", data, self._optional - 4)[0])
        self._header = bytes(data[self._optional : self._optional + size])
        self._wide = self._header[:2] == b"\x0b\x02"
        self._base = self._number("<Q", 24) if self._wide else self._number("<L", 28)

    def _number(self, form: str, at: int) -> int:
        """A number of the optional header; 0 where that is too short for it."""
        fits = at + struct.calcsize(form) <= len(self._header)
        return int(struct.unpack_from(form, self._header, at)[0]) if fits else 0

    def directory(self, number: int) -> tuple[int, int]:
        """Address and size of a table; zeros where there is none."""
        first = 112 if self._wide else 96
        if number >= self._number("<L", first - 4):
            return 0, 0
        return self._number("<L", first + 8 * number), self._number("<L", first + 8 * number + 4)

    def at(self, address: int, size: int) -> bytes:
        """Bytes at an address, relative to the base.

        Raises `UnreadableFileError` if the file does not hold all of them.
        """
        for section in self._sections:
            start = address + self._base - section.address
            if start >= 0 and start + size <= section.size:
                content = bytes(self._data[section.offset + start : section.offset + start + size])
                if len(content) == size:
                    return content
        raise UnreadableFileError(f"no {size} bytes at address {address:#x}")
