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
    assert list(elf.notes(data, elf.read(data))) == [
        elf.Note(b"Go\0\0", 4, 528, 5),
        elf.Note(b"GNU\0", 3, 552, 1),
    ]
    cut = program(wide, order, [(elf.NOTE, 4, 512, 0, two[:14])])
    cut = cut[: 512 + 14]
    assert list(elf.notes(cut, elf.read(cut))) == []


def dynamic(wide: bool, order: str, tags: list[tuple[int, int]], strings: bytes) -> bytes:
    """A shared library of one segment: strings at its beginning, 1,000 bytes before the table."""
    table = b"".join(struct.pack(order + ("QQ" if wide else "LL"), tag, value) for tag, value in tags)
    whole = strings.ljust(1000, b"\0") + table
    rows = [(elf.LOAD, 4, 512, 0x1000, whole), (elf.DYNAMIC, 6, 1512, 0x1000 + 1000, table)]
    return program(wide, order, rows, elf.SHARED)


STRINGS = b"\0libc.so.6\0libme.so.1\0$ORIGIN/../lib:/opt\0/old\0"
TAGS = [(1, 1), (14, 11), (5, 0x1000), (29, 22), (15, 42), (1, 1), (0, 0), (1, 22)]


@pytest.mark.parametrize(("wide", "order"), KINDS)
def test_what_the_dynamic_linker_is_asked_for(wide: bool, order: str) -> None:
    data = dynamic(wide, order, TAGS, STRINGS)
    whole = ((0, len(data)),)
    found = elf.asked(data, elf.read(data), whole)
    assert found == elf.Asked("libme.so.1", ("libc.so.6", "libc.so.6"), "$ORIGIN/../lib:/opt")
    older = dynamic(wide, order, [tag for tag in TAGS if tag[0] not in (14, 29)], STRINGS)
    assert elf.asked(older, elf.read(older), whole) == elf.Asked("", ("libc.so.6", "libc.so.6"), "/old")


@pytest.mark.parametrize(
    "tags",
    [
        [],
        [(1, 1)],
        [(1, 1), (5, 0x9000)],
        [(1, 1 << 63), (5, 0x1000)],
        [(1, 990), (5, 0x1000)],
        [(1, 1 << 63), (5, (1 << 64) - 1)],
    ],
)
def test_names_that_are_not_there(tags: list[tuple[int, int]]) -> None:
    data = dynamic(True, "<", tags, STRINGS).ljust(5000, b"x")
    assert elf.asked(data, elf.read(data), ((0, 600), (1512, 1600))) is None


def test_names_outside_of_what_is_kept_are_not_believed() -> None:
    data = dynamic(True, "<", TAGS, STRINGS)
    header = elf.read(data)
    assert elf.asked(data, header, ((0, 560), (1500, 1600))) is not None
    assert elf.asked(data, header, ((0, 530), (1500, 1600))) is None
    assert elf.asked(data, header, ((0, 512), (1500, 1600))) is None


def test_a_long_name() -> None:
    long = dynamic(True, "<", [(1, 1), (5, 0x1000)], b"\0" + b"n" * 900 + b"\0")
    found = elf.asked(long, elf.read(long), ((0, len(long)),))
    assert found == elf.Asked("", ("n" * 900,), "")


@pytest.mark.parametrize(("wide", "order"), KINDS)
def test_sections_that_no_loader_sees(wide: bool, order: str) -> None:
    data = bytearray(program(wide, order, [(elf.LOAD, elf.ALLOCATED, 512, 0x400000, b"content")]))
    header = elf.read(data)
    assert list(elf.unloaded(bytes(data), header)) == []
    flags = header.section_table + header.section_size + 8
    data[flags : flags + (8 if wide else 4)] = bytes(8 if wide else 4)
    assert list(elf.unloaded(bytes(data), header)) == [(512, 7)]
    assert list(elf.unloaded(bytes(data[:-1]), header)) == []


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
            lambda whole, at, junk: whole[:at] + junk + whole[at + len(junk) :],
            st.sampled_from([WHOLE, dynamic(True, "<", TAGS, STRINGS), dynamic(False, ">", TAGS, STRINGS)]),
            st.integers(4, 1700),
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
    list(elf.unloaded(data, header))
    elf.asked(data, header, ((0, len(data)),))
