"""The SBOM in a program that GraalVM compiled ahead of time.

Source: GraalVM, "Software Bill of Materials (SBOM) in Native Image": CycloneDX as JSON, packed by gzip, where the
exported symbol `sbom` points; `sbom_length` points to the number of its bytes, a machine word. Quarkus writes the same.
System V ABI, chapter 4 (symbol table).
"""

import struct
from typing import cast

from isal import isal_zlib

from pratique.errors import UnreadableFileError
from pratique.formats import elf
from pratique.formats.elf import Elf, Section
from pratique.limits import MIB
from pratique.records.file import Data

_SBOM, _LENGTH = b"sbom", b"sbom_length"
_TABLES = ((".dynsym", ".dynstr"), (".symtab", ".strtab"))
"""The exported symbols, and all of them: a program that is linked statically exports none."""
_NAMES_LARGEST = 256 * MIB
_SYMBOLS_MOST = 4_000_000
_PACKED_LARGEST = 64 * MIB
_LARGEST = 128 * MIB
"""Bytes of JSON. 20,000 components take some 4 MiB."""
_GZIP = b"\x1f\x8b"
_BROKEN = cast("type[Exception]", isal_zlib.error)
"""Its stub calls it an instance."""


def native_image(data: Data) -> bytes | None:
    """The SBOM of a program, a CycloneDX document; None if it is no ELF file or has none.

    `data` must hold all of the program, or zeros for what was not read. Raises `UnreadableFileError` for an SBOM
    that is damaged.
    """
    if bytes(data[:4]) != elf.MAGIC:
        return None
    try:
        program = elf.read(data)
    except UnreadableFileError:
        return None  # others say so
    by_name = {section.name: section for section in elf.sections(data, program)}
    for table, names in _TABLES:
        symbols, strings = by_name.get(table), by_name.get(names)
        if symbols and strings:
            found = _addresses(data, program, symbols, strings)
            if found:
                return _content(data, program, *found)
    return None


def _addresses(data: Data, program: Elf, symbols: Section, strings: Section) -> tuple[int, int] | None:
    """What the two symbols point to."""
    if strings.size > _NAMES_LARGEST:
        return None
    names = bytes(data[strings.offset : strings.offset + strings.size])
    if names.find(_LENGTH + b"\0") < 0:
        return None
    row = struct.Struct(program.order + ("L4xQ8x" if program.wide else "LL8x"))
    count = min(symbols.size, max(len(data) - symbols.offset, 0)) // row.size
    found: dict[bytes, int] = {}
    with memoryview(data) as view:
        table = view[symbols.offset : symbols.offset + min(count, _SYMBOLS_MOST) * row.size]
        with table:
            for at, address in row.iter_unpack(table):
                if address and names.startswith((_SBOM + b"\0", _LENGTH + b"\0"), at):
                    found[names[at : names.index(b"\0", at)]] = address
    return (found[_SBOM], found[_LENGTH]) if len(found) == 2 else None


def _content(data: Data, program: Elf, sbom: int, length: int) -> bytes | None:
    """The unpacked document; None if there is none where the symbols point, so that they mean something else."""
    word = struct.Struct(program.order + ("Q" if program.wide else "L"))
    counted, packed = elf.place(program, length), elf.place(program, sbom)
    if counted is None or packed is None or counted[1] < word.size or counted[0] + word.size > len(data):
        return None
    size: int = word.unpack_from(data, counted[0])[0]
    start = packed[0]
    if bytes(data[start : start + 2]) != _GZIP:
        return None
    if not 0 < size <= min(packed[1], len(data) - start, _PACKED_LARGEST):
        raise UnreadableFileError(f"an SBOM of {size} bytes, which are not in the program or too many")
    try:
        unpacker = isal_zlib.decompressobj(wbits=31)
        content = bytes(unpacker.decompress(bytes(data[start : start + size]), _LARGEST + 1))
    except _BROKEN as error:
        raise UnreadableFileError(f"a damaged SBOM: {error}") from None
    if len(content) > _LARGEST:
        raise UnreadableFileError(f"an SBOM of more than {_LARGEST >> 20} MiB")
    if not unpacker.eof:
        raise UnreadableFileError("an SBOM that is cut short")
    return content
