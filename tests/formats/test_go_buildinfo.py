import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats import elf
from pratique.formats.go_buildinfo import MAGIC, BuildInfo, Module, read
from tests.formats.elf_file import program

TESTDATA = Path(__file__).parents[1] / "packages" / "testdata" / "executable"

LINES = (
    "path\texample.org/tug/cmd/tug\n"
    "mod\texample.org/tug\tv1.0.0\th1:abc=\n"
    "dep\texample.org/rope\tv0.2.0\th1:def=\n"
    "dep\texample.org/old\tv1.0.0\n"
    "=>\texample.org/new\tv1.1.0\th1:ghi=\n"
    "dep\texample.org/here\tv0.0.0\n"
    "=>\t../here\t(devel)\t\n"
    "\n"
    "build\t-compiler=gc\n"
    'build\t-ldflags="-s -X \'main.motto=ahoy \\"you\\"\' -X main.tab=\\t\\u00e9\\x41\\101"\n'
    "build\tCGO_CFLAGS=`-O2 -g`\n"
    'build\t"odd key"=1\n'
    "future\tline\n"
)
MODULES = (
    b"0w\xaf\x0c\x92t\x08\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6"
    + LINES.encode()
    + b"\xf92C1\x86\x18 r\x00\x82B\x10A\x16\xd8\xf2"
)


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def inline(version: bytes = b"go1.21.5", modules: bytes = MODULES, flags: int = 2) -> bytes:
    head = MAGIC + bytes([8, flags]) + bytes(16)
    return head + varint(len(version)) + version + varint(len(modules)) + modules


def carrier(blob: bytes, offset: int = 512) -> bytes:
    """An ELF file with a writable segment of 16 bytes of something else and the blob."""
    return program(True, "<", [(elf.LOAD, 6, offset - 16, 0x4000F0, b"something before" + blob)])


def test_inline_strings() -> None:
    assert read(carrier(inline())) == BuildInfo(
        go="go1.21.5",
        path="example.org/tug/cmd/tug",
        main=Module("example.org/tug", "v1.0.0"),
        modules=(
            Module("example.org/rope", "v0.2.0"),
            Module("example.org/old", "v1.0.0", Module("example.org/new", "v1.1.0")),
            Module("example.org/here", "v0.0.0", Module("../here", "(devel)")),
        ),
        settings={
            "-compiler": "gc",
            "-ldflags": "-s -X 'main.motto=ahoy \"you\"' -X main.tab=\té" + "AA",
            "CGO_CFLAGS": "-O2 -g",
            "odd key": "1",
        },
    )


@pytest.mark.parametrize(("wide", "order"), [(True, "<"), (True, ">"), (False, "<"), (False, ">")])
def test_pointers_as_before_go_1_18(wide: bool, order: str) -> None:
    word = "Q" if wide else "L"
    size = 8 if wide else 4
    texts = b"go1.16.2" + MODULES
    strings = struct.pack(order + 4 * word, 0x10000, 8, 0x10008, len(MODULES))
    blob = MAGIC + bytes([size, order == ">"]) + struct.pack(order + 2 * word, 0x20040, 0x20040 + 2 * size)
    blob = blob.ljust(64, b"\0") + strings
    data = program(wide, order, [(elf.LOAD, 4, 512, 0x10000, texts), (elf.LOAD, 6, 2048, 0x20000, blob)])
    info = read(data)
    assert info is not None
    assert info.go == "go1.16.2"
    assert info.path == "example.org/tug/cmd/tug"
    assert read(memoryview(data)) == info

    def moved(address: int, length: int) -> bytes:
        lie = blob[:64] + struct.pack(order + 4 * word, address, length, 0x10008, len(MODULES))
        return program(wide, order, [(elf.LOAD, 4, 512, 0x10000, texts), (elf.LOAD, 6, 2048, 0x20000, lie)])

    for address, length in ((0x10000, len(texts) + 1), (0x99999, 8), (0, 8), (0x10000, (1 << 8 * size) - 1)):
        with pytest.raises(UnreadableFileError):
            read(moved(address, length))
    with pytest.raises(UnreadableFileError, match="without a Go version"):
        read(moved(0x10000, 0))


def test_pointers_to_no_modules() -> None:
    blob = MAGIC + bytes([8, 0]) + struct.pack("<QQQQ", 0x20020, 0, 0x20030, 8) + b"go1.12.1"
    data = program(True, "<", [(elf.LOAD, 6, 512, 0x20000, blob)])
    assert read(data) == BuildInfo("go1.12.1")


@pytest.mark.parametrize("name", ["linux-amd64", "linux-386", "linux-s390x", "windows-amd64", "darwin-arm64"])
def test_real_programs_cut_to_their_headers(name: str) -> None:
    info = read((TESTDATA / f"go-{name}" / "input").read_bytes())
    assert info is not None
    assert info.go == "go1.26.8"
    system, architecture = name.split("-")
    assert (info.settings["GOOS"], info.settings["GOARCH"]) == (system, architecture)


def test_a_fat_file_of_two_processors() -> None:
    thin = (TESTDATA / "go-darwin-arm64" / "input").read_bytes()
    head = struct.pack(">LL10L", 0xCAFEBABE, 2, 7, 3, 4096, 16, 12, 0x100000C, 0, 8192, len(thin), 12)
    fat = head.ljust(8192, b"\0") + thin
    assert read(fat) == read(thin)
    assert read(thin) is not None


def test_a_section_alone_will_do() -> None:
    blob = inline()
    data = program(True, "<", [(elf.NOTE, 6, 512, 0, blob)]).replace(b".data\0", b".go.b\0")
    assert read(data) is None
    named = data.replace(b"\0.go.b\0.shstrtab\0", b"\0.go.buildinfo\0\0\0")
    assert read(named) == read(carrier(blob))


def test_the_magic_elsewhere() -> None:
    assert read(carrier(b"text" + MAGIC + b"in a text")) is None
    assert read(program(True, "<", [(elf.LOAD, 4, 512, 0x400000, inline())])) is None
    decoy = MAGIC + bytes([9, 0]) + bytes(16)
    assert read(carrier(decoy + inline())) == read(carrier(inline()))


def test_other_files_hold_nothing() -> None:
    for data in (b"", b"MZ\x90\0" + bytes(100), b"\x7fELF" + bytes(100), b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(100)):
        assert read(data) is None


@pytest.mark.parametrize(
    "blob",
    [
        MAGIC,
        MAGIC + bytes([8, 0]) + struct.pack("<QQ", 1 << 63, 1 << 63),
        MAGIC + bytes([3, 0]) + bytes(16),
        MAGIC + bytes([8, 0xFF]) + bytes(16),
        MAGIC + bytes([8, 4]) + bytes(16),
        MAGIC + bytes([8, 2]) + bytes(16),
        MAGIC + bytes([8, 2]) + bytes(16) + b"\xff" * 20,
        MAGIC + bytes([8, 2]) + bytes(16) + varint(1 << 63) + b"go1.20",
        MAGIC + bytes([8, 2]) + bytes(16) + varint(6) + b"go1.20" + varint(1 << 40),
        inline(version=b""),
        inline(version=b"g" * 2000),
        inline(modules=b"x" * 16 + b"no newline" + b"x" * 16),
        inline(modules=b"short"),
        inline(modules=b"x" * 16 + b"mod\t" + b"v" * 70_000 + b"\n" + b"x" * 16),
        inline(modules=b"x" * 16 + b"dep\t\tv1.0.0\n" + b"x" * 16),
        inline(modules=b"x" * (10 << 20)),
    ],
    ids=range(16),
)
def test_lies(blob: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read(carrier(blob))


def test_a_damaged_header_with_the_magic() -> None:
    data = bytearray(carrier(MAGIC + bytes([8, 0xFF]) + bytes(16)))
    data[4] = 9
    with pytest.raises(UnreadableFileError, match="unknown kind"):
        read(bytes(data))


def test_nothing_but_magic_is_given_up_soon() -> None:
    with pytest.raises(UnreadableFileError):
        read(carrier((MAGIC + b"\x08\xff") * 200_000))


def test_segments_that_overlap_are_not_searched_for_ever() -> None:
    one = (elf.LOAD, 6, 0x8000, 0x400000, b"x" * (1 << 20))
    assert read(program(True, "<", [one] * 400)) is None


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(
        [inline(), inline(flags=3), MAGIC + bytes([8, 0]) + struct.pack("<QQQQ", 0x400120, 0x400120, 0x400100, 8)]
    ),
    st.integers(0, 500),
    st.one_of(st.binary(max_size=9), st.just(b"\xff" * 9), st.just(b"\n\tmod\t")),
)
def test_any_blob_gives_information_or_our_error(blob: bytes, at: int, junk: bytes) -> None:
    try:
        info = read(carrier(blob[:at] + junk + blob[at + len(junk) :]))
    except UnreadableFileError:
        return
    assert info is None or info.go
