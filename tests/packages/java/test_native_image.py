import gzip
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats import elf
from pratique.packages.executable import program as executable
from pratique.packages.java.native_image import native_image
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package

DOCUMENT = b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"name": "rope", "version": "1.0"}]}'
PACKED = gzip.compress(DOCUMENT, mtime=0)
BASE = 0x400000


def program(
    packed: bytes = PACKED,
    *,
    size: int | None = None,
    tables: tuple[str, str] = (".dynsym", ".dynstr"),
    symbols: tuple[bytes, ...] = (b"malloc", b"sbom", b"sbom_length", b"__svm_version_info"),
    wide: bool = True,
    order: str = "<",
    length_address: int | None = None,
) -> bytes:
    """A program with one segment that holds the SBOM and its length, and a table of symbols that name places in it.

    The layout is that of a library that gcc and ld link from a C file with these two variables.
    """
    header_size, row_size = (64, 56) if wide else (52, 32)
    word = struct.Struct(order + ("Q" if wide else "L"))
    start = header_size + row_size
    body = word.pack(len(packed) if size is None else size) + packed
    addresses = {b"sbom_length": BASE + start if length_address is None else length_address}
    addresses[b"sbom"] = BASE + start + word.size
    names, rows = b"\0", bytes(24 if wide else 16)
    for symbol in symbols:
        address = addresses.get(symbol, BASE + start)
        rows += (
            struct.pack(order + "LBBHQQ", len(names), 0x11, 0, 1, address, 8)
            if wide
            else struct.pack(order + "LLLBBH", len(names), address, 8, 0x11, 0, 1)
        )
        names += symbol + b"\0"
    section_names = b"\0.shstrtab\0" + b"\0".join(name.encode() for name in tables) + b"\0"
    offset = start + len(body)
    parts = ((3, section_names, ".shstrtab"), (11, rows, tables[0]), (3, names, tables[1]))
    layout = order + ("LLQQQQLLQQ" if wide else "10L")
    headers = struct.pack(layout, *[0] * 10)
    content = b""
    for kind, part, name in parts:
        at = section_names.index(b"\0" + name.encode() + b"\0") + 1
        headers += struct.pack(layout, at, kind, 0, 0, offset + len(content), len(part), 0, 0, 1, 0)
        content += part
    end = offset + len(content)
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    head = ident + struct.pack(
        order + "HHL" + ("QQQ" if wide else "LLL") + "L6H",
        *(elf.SHARED, 62, 1, 0, header_size, end, 0, header_size, row_size, 1, struct.calcsize(layout), 4, 1),
    )
    segment = (
        struct.pack(order + "LLQQQQQQ", elf.LOAD, 6, start, BASE + start, 0, len(body), len(body), 1)
        if wide
        else struct.pack(order + "8L", elf.LOAD, start, BASE + start, 0, len(body), len(body), 6, 1)
    )
    return head + segment + body + content + headers


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tables", [(".dynsym", ".dynstr"), (".symtab", ".strtab")])
def test_the_document_of_exported_and_of_local_symbols(wide: bool, order: str, tables: tuple[str, str]) -> None:
    data = program(wide=wide, order=order, tables=tables)
    assert native_image(data) == DOCUMENT
    assert native_image(memoryview(data)) == DOCUMENT


def test_names_may_share_their_ends() -> None:
    """`sbom` may be the end of another symbol's name: linkers merge them. Here only the other is a symbol."""
    assert native_image(program(symbols=(b"my_sbom", b"sbom_length"))) is None
    assert native_image(program(symbols=(b"my_sbom", b"sbom_length", b"sbom"))) == DOCUMENT


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#!/bin/sh\n",
        b"\x7fELF",
        program(symbols=(b"malloc", b"sbom")),
        program(symbols=(b"sbom_length",)),
        program(b"not packed by gzip"),
        program(length_address=BASE + (1 << 40)),
        program(length_address=0),
        program(tables=(".other", ".names")),
    ],
)
def test_programs_without_one(data: bytes) -> None:
    assert native_image(data) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (program(PACKED[:-12]), "cut short"),
        (program(size=1 << 40), "1099511627776 bytes"),
        (program(size=0), "0 bytes"),
        (program(PACKED[:20] + b"\xff" * 20 + PACKED[40:]), "damaged"),
    ],
)
def test_a_damaged_one_is_told(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        native_image(data)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(UnreadableFileError, match="128 MiB"):
        native_image(program(gzip.compress(bytes(129 << 20), 9, mtime=0)))


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from([program(), program(wide=False, order=">")]),
    st.integers(0, 1 << 12),
    st.one_of(st.binary(min_size=1, max_size=8), st.just(b"\xff" * 8)),
)
def test_any_bytes_give_a_document_or_our_error(whole: bytes, at: int, junk: bytes) -> None:
    at %= len(whole)
    try:
        native_image(whole[:at] + junk + whole[at + len(junk) :])
    except UnreadableFileError:
        return


def test_the_analyzer_of_programs_reads_it() -> None:
    document = b'{"bomFormat": "CycloneDX", "components": [{"purl": "pkg:maven/org.example/mast@2.0"}]}'
    data = program(gzip.compress(document)).ljust(2 << 20, b"\0")
    spans = executable.spans("app/server", data[: 64 << 10], len(data))
    assert spans == ((0, len(data)),)
    records = executable.parse(File("app/server", 0o755, len(data), data))
    found = [record.fact for record in records if isinstance(record, Found)]
    assert Package("maven", "org.example:mast", "2.0") in found
