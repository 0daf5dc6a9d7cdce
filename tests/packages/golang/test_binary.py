import gzip
import itertools
import os
import shutil
import struct
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.formats import elf
from pratique.formats.go_buildinfo import MAGIC
from pratique.packages.executable.program import parse, spans
from pratique.packages.registry import ANALYZERS
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Linked, Package, Requires
from tests.formats.elf_file import program

SHARED = Path(__file__).parents[3].parent / "shared"
TESTDATA = Path(__file__).parents[1] / "testdata" / "executable"
NOTE = struct.pack("<3L", 4, 4, 4) + b"Go\0\0" + b"id42"
HEAD = 64 << 10


CLAIMED = next(one.claims.magic for one in ANALYZERS if one.name == "executable")


def text(string: bytes) -> bytes:
    assert len(string) < 1 << 14
    return bytes([len(string) & 0x7F | 0x80, len(string) >> 7]) + string


def go_program(lines: str = "", version: bytes = b"go1.22.3") -> bytes:
    modules = b"m" * 16 + lines.encode() + b"m" * 16 if lines else b""
    blob = MAGIC + bytes([8, 2]) + bytes(16) + text(version) + text(modules)
    return program(True, "<", [(elf.LOAD, 6, 512, 0x400000, blob)])


def records(data: bytes) -> list[Found | Unknown]:
    return list(parse(File("usr/bin/x", 0o755, len(data), data)))


def packages(data: bytes) -> list[tuple[str, str]]:
    found = []
    for record in records(data):
        assert isinstance(record, Found)
        if isinstance(record.fact, Requires | Linked):
            continue
        assert isinstance(record.fact, Package)
        assert (record.path, record.line, record.fact.type) == ("usr/bin/x", 0, "golang")
        found.append((record.fact.name, record.fact.version))
    return found


def kept(data: bytes) -> bytes | None:
    """The file as `parse` gets it from a layer that streams by."""
    ranges = spans("", data[:HEAD], len(data))
    if ranges is None:
        return None
    assert list(ranges) == sorted(ranges)
    assert all(0 <= start < end <= len(data) for start, end in ranges)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(ranges))
    zeros = bytearray(len(data))
    for start, end in ranges:
        zeros[start:end] = data[start:end]
    return bytes(zeros)


@pytest.mark.parametrize(
    ("written", "version"),
    [
        (b"go1.21.5", "1.21.5"),
        (b"go1.26", "1.26"),
        (b"go1.22rc1", "1.22rc1"),
        (b"go1.21.5 X:boringcrypto,nounified", "1.21.5"),
        (b"go1.19.6 (Red Hat 1.19.6-1.el9)", "1.19.6"),
        (b"go1.20.7-google", "1.20.7"),
        (b"go1.18.5b7", "1.18.5"),
        (b"devel go1.23-7fcd4a7 Mon Jan 1 00:00:00 2024", ""),
        (b"devel +a1b2c3d", ""),
    ],
)
def test_toolchains(written: bytes, version: str) -> None:
    data = go_program("path\tcmd/vet\n", version=written)
    assert packages(data) == [("stdlib", version)]


@pytest.mark.parametrize(
    ("main", "ldflags", "version"),
    [
        ("v1.2.3", "-X main.version=9.9.9", "v1.2.3"),
        ("v1.2.3+dirty", "", "v1.2.3+dirty"),
        ("v2.0.0+incompatible", "", "v2.0.0+incompatible"),
        ("(devel)", "", ""),
        ("(devel)", "-s -w -X main.version=1.2.3", "v1.2.3"),
        ("v0.0.0-20240102030405-abcdefabcdef", "-X main.version=v1.2.3", "v1.2.3"),
        ("v1.2.4-0.20240102030405-abcdefabcdef+dirty", "", "v1.2.4-0.20240102030405-abcdefabcdef+dirty"),
        (
            "v1.2.4-rc.1.0.20240102030405-abcdefabcdef",
            "-X main.commit=abc",
            "v1.2.4-rc.1.0.20240102030405-abcdefabcdef",
        ),
    ],
)
def test_main_module(main: str, ldflags: str, version: str) -> None:
    build = f'build\t-ldflags="{ldflags}"\n' if ldflags else ""
    data = go_program(f"path\texample.org/tug\nmod\texample.org/tug\t{main}\t\n{build}")
    assert packages(data)[1:] == [("example.org/tug", version)]


def test_replaced_modules() -> None:
    data = go_program(
        "path\texample.org/tug\nmod\texample.org/tug\tv1.0.0\t\n"
        "dep\texample.org/a\tv1.0.0\n=>\texample.org/b\tv2.0.0\th1:x=\n"
        "dep\texample.org/c\tv1.0.0\n=>\t./c\t(devel)\t\n"
        "dep\texample.org/d\tv1.0.0\n=>\t/src/d\t\t\n"
        "dep\texample.org/e\tv1.0.0\n=>\tC:\\src\\e\t(devel)\t\n"
        "dep\texample.org/f\t(devel)\t\n"
    )
    assert packages(data)[2:] == [
        ("example.org/b", "v2.0.0"),
        ("example.org/c", ""),
        ("example.org/d", ""),
        ("example.org/e", ""),
        ("example.org/f", ""),
    ]


@pytest.mark.parametrize("lines", ["", "path\texample.org/tug\nbuild\t-compiler=gc\n"])
def test_programs_without_modules_are_not_silent(lines: str) -> None:
    found, unknown = records(go_program(lines))
    assert isinstance(found, Found)
    assert isinstance(unknown, Unknown)
    assert "module information" in unknown.reason


def test_a_program_of_plain_files_has_no_other_modules() -> None:
    assert packages(go_program("path\tcommand-line-arguments\nbuild\t-compiler=gc\n")) == [("stdlib", "1.22.3")]


def test_old_and_packed_programs_are_not_silent() -> None:
    old = program(True, "<", [(elf.NOTE, 4, 400, 0, NOTE), (elf.LOAD, 6, 512, 0x400000, b"data")])
    (unknown,) = records(old)
    assert isinstance(unknown, Unknown)
    assert "before Go 1.13" in unknown.reason
    symbols = program(True, "<", [(elf.NOTE, 4, 400, 0, NOTE), (elf.LOAD, 6, 512, 0x400000, b"")])
    assert records(symbols) == []
    packed = bytearray(program(True, "<", [(elf.LOAD, 5, 512, 0x400000, b"packed")]))
    assert records(bytes(packed)) == []
    packed[124:128] = b"UPX!"
    (unknown,) = records(bytes(packed))
    assert isinstance(unknown, Unknown)
    assert "UPX" in unknown.reason
    assert kept(bytes(packed)) is not None


def library(writable: bytes, size: int, kind: int = elf.SHARED) -> bytes:
    """A large shared library: code, then data."""
    return program(
        True, "<", [(elf.LOAD, 5, 4096, 0, bytes(size)), (elf.LOAD, 6, 4096 + size, 0x800000, writable)], kind
    )


def test_of_large_libraries_the_writable_part_is_enough() -> None:
    data = library(b"data" * 1000, 1 << 20)
    assert spans("", data[:HEAD], len(data)) == ((0, 4096), (4096 + (1 << 20), len(data)))


def test_what_becomes_read_only_is_left_out() -> None:
    rows = [
        (elf.LOAD, 6, 16384, 0x8000, b"d" * 32768),
        (elf.RELRO, 4, 16384, 0x8000, b"d" * 25000),
        (elf.LOAD, 4, 65536, 0x80000, b"d" * 100),
    ]
    data = program(True, "<", rows, elf.SHARED)
    assert spans("", data[:HEAD], len(data)) == ((0, 4096), (41384, 49152), (65636, len(data)))


@pytest.mark.parametrize("kind", [elf.RELOCATABLE, elf.CORE])
def test_what_does_not_run_is_declined(kind: int) -> None:
    data = library(b"data", 1 << 17, kind)
    assert spans("", data[:HEAD], len(data)) is None


@pytest.mark.parametrize(
    "head",
    [
        b"MZ\x90\0" + bytes(HEAD),
        b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(100),
        b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0" + bytes(100),
    ],
)
def test_other_heads_are_declined_or_kept_whole(head: bytes) -> None:
    whole = ((0, len(head)),)
    assert spans("", head[:HEAD], len(head)) == (whole if head[:4] == elf.MAGIC else None)


def test_a_program_in_a_thousand_pieces_is_kept_whole() -> None:
    rows = [(elf.LOAD, 6, 60_000 + 100 * number, 0x1000 * number, b"d") for number in range(1000)]
    data = program(True, "<", rows, elf.SHARED)
    assert spans("", data[:HEAD], len(data)) == ((0, len(data)),)


def test_of_a_library_without_data_only_both_ends_are_kept() -> None:
    data = program(True, "<", [(elf.LOAD, 5, 4096, 0, bytes(100_000))], elf.SHARED)
    assert spans("", data[:HEAD], len(data)) == ((0, 4096), (104_096, len(data)))


def test_of_programs_before_go_1_18_all_that_is_not_code_is_kept() -> None:
    blob = MAGIC + bytes([8, 0]) + struct.pack("<QQ", 0x400100, 0)
    rows = [(elf.LOAD, 5, 8192, 0x10000, bytes(50_000)), (elf.LOAD, 6, 1 << 20, 0x400000, blob)]
    note = (elf.NOTE, 4, 400, 0, NOTE)
    mixed = program(True, "<", [*rows, note])
    assert spans("", mixed[:HEAD], len(mixed)) == ((0, len(mixed)),)
    apart = program(True, "<", [(elf.LOAD, 4, 65536, 0x80000, bytes(1000)), *rows, note])
    assert spans("", apart[:HEAD], len(apart)) == ((0, 4096), (65536, 66536), (1 << 20, len(apart)))


@pytest.mark.parametrize("case", sorted(path.parent.name for path in TESTDATA.glob("*/input")))
def test_spans_hold_all_that_is_needed(case: str) -> None:
    data = (TESTDATA / case / "input").read_bytes()
    part = kept(data)
    if part is None:
        assert records(data) == []
        return
    assert records(part) == records(data)


MAIN = """package main

var version = "none"

func main() { println(version) }
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real program of a real toolchain, with a replaced module."""
    if shutil.which("go") is None:
        pytest.skip("no go")
    folder = tmp_path_factory.mktemp("go")
    (folder / "rope").mkdir()
    (folder / "rope" / "go.mod").write_text("module example.org/rope\n\ngo 1.18\n")
    (folder / "rope" / "rope.go").write_text("package rope\n\nfunc Pull() {}\n")
    (folder / "go.mod").write_text(
        "module example.org/tug\n\ngo 1.18\n\nrequire example.org/rope v1.4.0\n\n"
        "replace example.org/rope v1.4.0 => ./rope\n"
    )
    source = MAIN.replace("\n\nvar", '\n\nimport "example.org/rope"\n\nvar').replace("println", "rope.Pull(); println")
    (folder / "main.go").write_text(source)
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off", "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    command = ["go", "build", "-buildvcs=false", "-ldflags=-s -buildid= -X main.version=4.5.6", "-o", "tug", "."]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return folder / "tug"


def test_a_program_built_now(built: Path) -> None:
    data = built.read_bytes()
    shown = subprocess.run(["go", "version", "-m", built], capture_output=True, text=True, check=True).stdout
    go = shown.split("\n")[0].rpartition(": go")[2].split()[0]
    assert "-ldflags" in shown
    assert packages(data) == [("stdlib", go), ("example.org/tug", "v4.5.6"), ("example.org/rope", "")]


@pytest.mark.skipif(sys.platform != "linux", reason="the program is an ELF file on Linux")
def test_a_part_of_a_program_built_now_is_enough(built: Path) -> None:
    data = built.read_bytes()
    part = kept(data)
    assert part is not None
    assert packages(part) == packages(data)
    ranges = spans("", data[:HEAD], len(data))
    assert ranges is not None
    assert sum(end - start for start, end in ranges) < len(data) / 4


@pytest.mark.skipif(not (SHARED / "hostile").is_dir(), reason="no hostile images beside the checkout")
def test_hostile_programs_are_said_to_be_unreadable() -> None:
    tried = 0
    with tarfile.open(SHARED / "hostile" / "c18-go-buildinfo.oci.tar") as image:
        for blob in [member for member in image.getmembers() if member.size > 500 and "blobs" in member.name]:
            packed = image.extractfile(blob)
            assert packed is not None
            head = packed.read()
            if head[:2] != b"\x1f\x8b":
                continue
            with tarfile.open(fileobj=BytesIO(gzip.decompress(head))) as layer:
                for entry in layer.getmembers():
                    file = layer.extractfile(entry)
                    data = file.read() if file else b""
                    if data[:4] in CLAIMED:
                        tried += 1
                        part = kept(data)
                        assert part is not None
                        (unknown,) = [record for record in records(part) if isinstance(record, Unknown)]
                        assert unknown.reason.startswith("Go ")
    assert tried == 4


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(
        [go_program("path\tx.org/y\nmod\tx.org/y\tv1\t\n"), library(b"data", 100), b"MZ\x90\0" + bytes(99)]
    ),
    st.integers(4, 600),
    st.one_of(st.binary(max_size=9), st.just(b"\xff" * 8)),
)
def test_any_head_gives_ranges_within_the_file(whole: bytes, at: int, junk: bytes) -> None:
    data = whole[:at] + junk + whole[at + len(junk) :]
    part = kept(data)
    if part is not None:
        records(part)
