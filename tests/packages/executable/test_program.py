import struct
import zlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.formats import elf
from pratique.packages.executable import note
from pratique.packages.executable.program import parse, spans
from pratique.packages.rust import auditable
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Linked, Package, Requires
from tests.formats.elf_file import program

TESTDATA = Path(__file__).parents[1] / "testdata" / "executable"
CASES = {name: (TESTDATA / name / "input").read_bytes() for name in ("c-program", "rust-program", "shared-library")}
HEAD = 64 << 10
MIB = 1 << 20


def records(data: bytes, path: str = "usr/bin/x") -> list[Found | Unknown]:
    return list(parse(File(path, 0o755, len(data), data)))


def kept(data: bytes, path: str = "usr/bin/x") -> bytes:
    """The file as `parse` gets it from a layer that streams by."""
    zeros = bytearray(len(data))
    for start, end in spans(path, data[:HEAD], len(data)) or ():
        zeros[start:end] = data[start:end]
    return bytes(zeros)


def facts(data: bytes) -> list[object]:
    return [record.fact if isinstance(record, Found) else record.reason for record in records(data)]


# ---- ELF


def with_table(strings_at: int, size: int) -> bytes:
    """A library whose names for the dynamic linker begin at an offset of its first segment of that size."""
    table = struct.pack("<8Q", 1, 1, 14, 11, 5, 0x1000 + strings_at, 0, 0)
    first = bytes(strings_at) + b"\0libc.so.6\0libme.so.1\0"
    rows = [
        (elf.LOAD, 4, 4096, 0x1000, first.ljust(size, b"\0")),
        (elf.LOAD, 6, 4096 + size, 0x1000 + size, table),
        (elf.DYNAMIC, 6, 4096 + size, 0x1000 + size, table),
    ]
    return program(True, "<", rows, elf.SHARED)


@pytest.mark.parametrize(
    ("strings_at", "size", "found"),
    [
        (0, 8192, True),
        (500_000, 4 * MIB, True),
        (600_000, 4 * MIB, False),
        (600_000, 16 * MIB, True),
        (700_000, 15 * MIB, False),
    ],
)
def test_names_far_in_the_file_are_given_up_however_it_comes(strings_at: int, size: int, found: bool) -> None:
    data = with_table(strings_at, size)
    assert facts(data) == ([Linked("libme.so.1", ("libc.so.6",))] if found else [])
    assert facts(kept(data)) == facts(data)


def test_a_small_part_of_a_large_library_is_kept() -> None:
    data = with_table(0, 64 * MIB)
    ranges = spans("usr/lib/libme.so.1", data[:HEAD], len(data))
    assert ranges is not None
    assert sum(end - start for start, end in ranges) < len(data) / 20


def test_files_for_debuggers_are_declined() -> None:
    data = CASES["c-program"]
    assert spans("usr/lib/debug/.build-id/12/3456.debug", data, len(data)) is None
    assert spans("usr/lib/libdebug.so", data, len(data)) is not None


def test_what_a_linker_asks_for_nothing_gives_nothing() -> None:
    assert facts(program(True, "<", [(elf.LOAD, 5, 512, 0x400000, b"static")])) == []


def with_sections(tail: list[bytes], program_: bool = False, gap: int = 0) -> bytes:
    """A file with sections behind what is loaded, which have no names."""
    kind = elf.EXECUTABLE if program_ else elf.SHARED
    data = bytearray(program(True, "<", [(elf.LOAD, 5, 512, 0x400000, b"code")], kind)[:516])
    data += bytes(gap)
    rows = bytes(64)
    for content in tail:
        rows += struct.pack("<LLQQQQLLQQ", 0, elf.PLAIN, 0, 0, len(data), len(content), 0, 0, 0, 0)
        data += content
    struct.pack_into("<Q", data, 40, len(data))
    struct.pack_into("<HH", data, 60, len(tail) + 1, 0)
    return bytes(data) + rows


def packed(*crates: dict[str, object]) -> bytes:
    return zlib.compress(msgspec.json.encode({"packages": crates, "format": 8}))


CRATES = packed(
    {"name": "a", "version": "1.0.0", "source": "crates.io", "dependencies": [1, 2], "root": True},
    {"name": "b", "version": "2.0.0", "source": "git", "kind": "runtime"},
    {"name": "c", "version": "3.0.0", "source": "crates.io", "kind": "build", "dependencies": [1]},
)
FACTS = [
    Package("cargo", "a", "1.0.0"),
    Requires("cargo", "a", "1.0.0", ("b@2.0.0",)),
    Package("cargo", "b", "2.0.0"),
]


def test_crates_in_a_section_without_a_name() -> None:
    data = with_sections([b"GCC: 12", CRATES, b"\x78more", zlib.compress(b"no crates")])
    assert facts(data) == FACTS
    assert facts(kept(data)) == FACTS


@pytest.mark.parametrize(
    ("gap", "program_", "found"),
    [
        (0, False, True),
        (MIB - 5000, False, True),
        (2 * MIB, False, False),
        (2 * MIB, True, True),
        (9 * MIB, True, False),
    ],
)
def test_symbols_stand_before_the_crates(gap: int, program_: bool, found: bool) -> None:
    data = with_sections([CRATES], program_, gap)
    assert facts(data) == (FACTS if found else [])
    assert facts(kept(data)) == facts(data)


def test_thousands_of_sections_that_look_packed_are_given_up_soon() -> None:
    bomb = zlib.compress(bytes(40 * MIB))
    assert facts(with_sections([bomb] * 200)) == []
    assert facts(with_sections([b"\x78\x9c"] * 60_000)) == []


# ---- the note of a package


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            '{"type":"rpm","name":"a","version":"9.1-11.fc38","architecture":"x86_64","os":"fedora","osVersion":"38"}',
            Package("rpm", "a", "9.1-11.fc38", "x86_64", "a", "9.1-11.fc38", vendor="fedora 38", declared=True),
        ),
        (
            '{"type":"apk","os":"wolfi","name":"zlib","version":"1.3.1-r4"}\0\0',
            Package("apk", "zlib", "1.3.1-r4", "", "zlib", "1.3.1-r4", vendor="wolfi", declared=True),
        ),
        ('{"type":"pacman","name":"a","version":"1-1"}', Package("alpm", "a", "1-1", "", "a", "1-1", declared=True)),
        ('{"type":"nix","name":"a","version":"1"}', Package("generic", "a", "1", "", "a", "1", declared=True)),
        ('{"type":"deb","name":"a"}', None),
        ('{"type":"deb","name":"","version":"1"}', None),
        ('{"name":7,"version":"1"}', None),
        ("[" * 5000, None),
        ("", None),
    ],
)  # fmt: skip
def test_note(text: str, found: Package | None) -> None:
    assert note.package(text.encode()) == found


# ---- crates


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cut short"),
        (b"junk", "incorrect header"),
        (CRATES[:-9], "cut short"),
        (zlib.compress(bytes(33 * MIB)), "too large"),
        (zlib.compress(b"{}"), "packages"),
        (zlib.compress(b'{"packages":[{"name":"a"}]}'), "version"),
        (zlib.compress(b'{"future":' + b"[" * 5000), "recursion"),
    ],
)
def test_damaged_crates_are_told_where_they_are_meant(content: bytes, reason: str) -> None:
    (unknown,) = auditable.crates("x", content, certain=True)
    assert isinstance(unknown, Unknown)
    assert reason in unknown.reason.lower()
    assert list(auditable.crates("x", content, certain=False)) == []


def test_dependencies_that_nobody_names() -> None:
    content = packed({"name": "a", "version": "1.0.0", "dependencies": [0, 7, -1]})
    *found, unknown = auditable.crates("x", content, certain=False)
    assert [record.fact for record in found if isinstance(record, Found)] == [
        Package("cargo", "a", "1.0.0"),
        Requires("cargo", "a", "1.0.0", ("a@1.0.0",)),
    ]
    assert isinstance(unknown, Unknown)
    assert "2 dependencies" in unknown.reason


# ---- macOS and Windows


def mach_o(content: bytes, wide: bool = True) -> bytes:
    """A thin file of one segment with two sections, the second with the content."""
    at = 512
    if wide:
        row = struct.Struct("<16s16sQQL28x")
        rows = row.pack(b"__data", b"__DATA", 0, 4, 0) + row.pack(b".dep-v0", b"__DATA", 0, len(content), at)
        command = struct.pack("<LL16s4Q4L", 0x19, 72 + len(rows), b"__DATA", 0, 0, at, len(content), 3, 3, 2, 0)
        head = struct.pack("<7L4x", 0xFEEDFACF, 0x100000C, 0, 2, 1, 72 + len(rows), 0)
    else:
        row = struct.Struct("<16s16sLLL24x")
        rows = row.pack(b"__data", b"__DATA", 0, 4, 0) + row.pack(b".dep-v0", b"__DATA", 0, len(content), at)
        command = struct.pack("<LL16s4L4L", 0x1, 56 + len(rows), b"__DATA", 0, 0, at, len(content), 3, 3, 2, 0)
        head = struct.pack("<7L", 0xFEEDFACE, 7, 0, 2, 1, 56 + len(rows), 0)
    return (head + command + rows).ljust(at, b"\0") + content


@pytest.mark.parametrize("wide", [True, False])
def test_crates_on_macos(wide: bool) -> None:
    thin = mach_o(CRATES, wide)
    assert facts(thin) == FACTS
    fat = struct.pack(">LL10L", 0xCAFEBABE, 2, 7, 3, 60, 4, 0, 0x100000C, 0, 4096, len(thin), 12)
    whole = fat.ljust(4096, b"\0") + thin
    assert facts(whole) == FACTS
    assert spans("x", whole[:HEAD], len(whole)) == ((0, len(whole)),)
    assert (
        facts(thin[: len(thin) - 8])[0] == "data of cargo auditable that cannot be read: it is cut short or too large"
    )


def test_a_part_of_a_program_for_windows_is_enough() -> None:
    data = (TESTDATA / "rust-windows" / "input").read_bytes().ljust(MIB, b"\0")
    assert facts(kept(data)) == facts(data) != []
    assert spans("x", data[:HEAD], len(data)) != ((0, len(data)),)


def test_packed_for_windows() -> None:
    data = (TESTDATA / "rust-windows" / "input").read_bytes()
    assert facts(data.replace(b".dep-v0\0", b"UPX0\0\0\0\0")) == ["packed with UPX, its content cannot be read"]


# ---- anything


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from([*CASES.values(), with_sections([CRATES]), mach_o(CRATES), mach_o(CRATES, wide=False)]),
    st.integers(4, 7000),
    st.one_of(st.binary(max_size=9), st.just(b"\xff" * 8), st.just(bytes(8))),
)
def test_any_bytes_give_the_same_whether_they_stream_by_or_not(whole: bytes, at: int, junk: bytes) -> None:
    data = whole[:at] + junk + whole[at + len(junk) :]
    if spans("usr/bin/x", data[:HEAD], len(data)) is not None:
        assert records(kept(data)) == records(data)
