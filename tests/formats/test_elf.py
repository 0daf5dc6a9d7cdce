import struct
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats import elf
from tests.formats.elf_file import program

KINDS = [(wide, order) for wide in (True, False) for order in "<>"]


@pytest.mark.parametrize(("wide", "order"), KINDS)
def test_headers(wide: bool, order: str) -> None:
    data = program(wide, order, [(elf.LOAD, 6, 512, 0x400000, b"content"), (elf.NOTE, 4, 600, 0, b"")])
    header = elf.read(data)
    assert (header.kind, header.wide, header.order) == (elf.EXECUTABLE, wide, order)
    assert header.segments == (elf.Segment(elf.LOAD, 6, 512, 0x400000, 7), elf.Segment(elf.NOTE, 4, 600, 0, 0))
    assert header.headers_end == (64 + 2 * 56 if wide else 52 + 2 * 32)
    nothing, content, names = elf.sections(data, header)
    assert (nothing.name, content.name, names.name) == ("", ".data", ".shstrtab")
    assert (content.kind, content.flags, content.address, content.offset, content.size) == (1, 6, 0x400000, 512, 7)


@pytest.mark.parametrize(("wide", "order"), KINDS)
def test_place(wide: bool, order: str) -> None:
    header = elf.read(program(wide, order, [(elf.LOAD, 5, 512, 0x1000, b"ab"), (elf.LOAD, 6, 520, 0x2000, b"cde")]))
    assert elf.place(header, 0x1000) == (512, 2)
    assert elf.place(header, 0x2002) == (522, 1)
    assert elf.place(header, 0x2003) is None
    assert elf.place(header, 0xFFF) is None


@pytest.mark.parametrize(("wide", "order"), KINDS)
def test_notes(wide: bool, order: str) -> None:
    two = (
        struct.pack(order + "3L", 4, 5, 4) + b"Go\0\0" + b"12345\0\0\0" + struct.pack(order + "3L", 4, 1, 3) + b"GNU\0x"
    )
    data = program(wide, order, [(elf.NOTE, 4, 512, 0, two)])
    assert list(elf.notes(data, elf.read(data))) == [(b"Go\0\0", 4), (b"GNU\0", 3)]
    cut = program(wide, order, [(elf.NOTE, 4, 512, 0, two[:14])])
    cut = cut[: 512 + 14]
    assert list(elf.notes(cut, elf.read(cut))) == []


def test_the_beginning_of_a_file_is_enough() -> None:
    data = program(True, "<", [(elf.LOAD, 6, 512, 0x400000, b"content")])
    assert elf.read(data[:120]).segments == elf.read(data).segments
    assert elf.sections(data[:120], elf.read(data)) == ()
    with pytest.raises(UnreadableFileError, match="program headers"):
        elf.read(data[:119])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x7fELF",
        b"MZ" + bytes(100),
        b"\x7fELF\x03\x01" + bytes(100),
        b"\x7fELF\x02\x03" + bytes(100),
        b"\x7fELF\x02\x01" + bytes(47),
    ],
)
def test_no_header(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        elf.read(data)


def test_more_sections_than_the_header_can_count() -> None:
    data = bytearray(program(True, "<", [(elf.LOAD, 6, 512, 0x400000, b"content")]))
    table = elf.read(data).section_table
    struct.pack_into("<HH", data, 60, 0, 0xFFFF)
    struct.pack_into("<QL", data, table + 32, 3, 2)
    assert [section.name for section in elf.sections(data, elf.read(data))] == ["", ".data", ".shstrtab"]
    struct.pack_into("<Q", data, table + 32, 1 << 60)
    assert elf.sections(data, elf.read(data)) == ()


@pytest.mark.skipif(which("readelf") is None or sys.platform != "linux", reason="no readelf")
def test_a_real_program_as_readelf_sees_it() -> None:
    path = Path(sys.executable).resolve()
    data = path.read_bytes()
    header = elf.read(data)
    shown = subprocess.run(["readelf", "-lW", path], capture_output=True, text=True, check=True).stdout
    loads = [line.split()[1:3] for line in shown.splitlines() if line.split()[:1] == ["LOAD"]]
    assert [[s.offset, s.address] for s in header.segments if s.kind == elf.LOAD] == [
        [int(offset, 16), int(address, 16)] for offset, address in loads
    ]
    shown = subprocess.run(["readelf", "-SW", path], capture_output=True, text=True, check=True).stdout
    assert all(f" {section.name} " in shown for section in elf.sections(data, header))


WHOLE = program(True, ">", [(elf.LOAD, 6, 512, 0x400000, b"content"), (elf.NOTE, 4, 600, 0, bytes(40))])


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=200).map(lambda rest: b"\x7fELF" + rest),
        st.builds(
            lambda at, junk: WHOLE[:at] + junk + WHOLE[at + len(junk) :],
            st.integers(4, len(WHOLE)),
            st.one_of(st.binary(max_size=9), st.just(b"\xff" * 8)),
        ),
    )
)
def test_any_bytes_give_headers_or_our_error(data: bytes) -> None:
    try:
        header = elf.read(data)
    except UnreadableFileError:
        return
    assert all(len(section.name) <= 256 for section in elf.sections(data, header))
    assert sum(1 for _ in elf.notes(data, header)) <= 6000
    elf.place(header, 0x400000)
