from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats import macho, pe

TESTDATA = Path(__file__).parents[1] / "packages" / "testdata" / "executable"
WINDOWS = (TESTDATA / "go-windows-amd64" / "input").read_bytes()
DARWIN = (TESTDATA / "go-darwin-arm64" / "input").read_bytes()


def test_sections_of_a_real_program() -> None:
    sections, end = pe.read(WINDOWS)
    assert [section.name for section in sections] == [
        b".text", b".rdata", b".data", b".pdata", b".xdata", b".idata", b".reloc", b".symtab",
    ]  # fmt: skip
    data = sections[2]
    assert data.address == 0x1401A3000
    assert data.flags & pe.WRITABLE
    assert not sections[0].flags & pe.WRITABLE
    assert WINDOWS[data.offset :].startswith(b"\xff Go buildinf:")
    assert pe.read(WINDOWS[:end]) == (sections, end)


@pytest.mark.parametrize("cut", [0, 10, 63, 100, 300])
def test_windows_cut_short(cut: int) -> None:
    with pytest.raises(UnreadableFileError):
        pe.read(WINDOWS[:cut])


def test_segments_of_a_real_program() -> None:
    segments = macho.read(DARWIN)
    assert [segment.name for segment in segments][:3] == [b"__PAGEZERO", b"__TEXT", b"__DATA_CONST"]
    data = next(segment for segment in segments if segment.name == b"__DATA")
    assert data.protection & macho.WRITABLE
    assert DARWIN[data.offset :].startswith(b"\xff Go buildinf:")
    moved = macho.read(b"x" * 100 + DARWIN, 100)
    assert [segment.offset - 100 for segment in moved] == [segment.offset for segment in segments]


def test_a_section_of_a_real_program() -> None:
    assert macho.section(DARWIN, b"__go_buildinfo") == (DARWIN.find(b"\xff Go buildinf:"), 1040)
    assert macho.section(b"x" * 100 + DARWIN, b"__go_buildinfo", 100) == (2084, 1040)
    assert macho.section(DARWIN, b"__nothing") is None
    with pytest.raises(UnreadableFileError):
        macho.section(WINDOWS, b"__text")


@pytest.mark.parametrize(("magic", "directories"), [(b"\x0b\x01", 96), (b"\x0b\x02", 112)])
def test_assemblies(magic: bytes, directories: int) -> None:
    assert not pe.is_managed(WINDOWS)
    start = int.from_bytes(WINDOWS[60:64], "little") + 24
    data = bytearray(WINDOWS)
    data[start : start + 2] = magic
    data[start + directories - 4 : start + directories] = (16).to_bytes(4, "little")
    at = start + directories + 14 * 8
    data[at : at + 4] = (0x2008).to_bytes(4, "little")
    assert pe.is_managed(data)
    data[start + directories - 4] = 14
    assert not pe.is_managed(data)


@pytest.mark.parametrize("cut", [0, 31, 40, 500])
def test_darwin_cut_short(cut: int) -> None:
    with pytest.raises(UnreadableFileError):
        macho.read(DARWIN[:cut])


def test_parts_of_fat_files_only() -> None:
    fat = bytes.fromhex("cafebabe 00000001 0000000c 00000000 00001000 00000020 0000000c")
    assert macho.parts(fat) == ((0x1000, 0x20),)
    wide = bytes.fromhex("cafebabf 00000001 0000000c 00000000 0000000000001000 0000000000000020 0000000c 00000000")
    assert macho.parts(wide) == ((0x1000, 0x20),)
    assert macho.parts((TESTDATA / "java-class" / "input").read_bytes()) == ()
    assert macho.parts(fat[:-1]) == ()
    assert macho.parts(DARWIN) == ()


@settings(deadline=None, max_examples=200)
@given(st.sampled_from([WINDOWS, DARWIN]), st.integers(2, 600), st.one_of(st.binary(max_size=9), st.just(b"\xff" * 8)))
def test_any_bytes_give_headers_or_our_error(whole: bytes, at: int, junk: bytes) -> None:
    data = whole[:at] + junk + whole[at + len(junk) :]
    for reader in (pe.read, macho.read, macho.parts, lambda data: macho.section(data, b"__text")):
        try:
            reader(data)
        except UnreadableFileError:
            continue
        if reader is pe.read:
            pe.is_managed(data)
