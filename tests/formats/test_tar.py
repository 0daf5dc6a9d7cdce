"""The tar walk against Python's tarfile and GNU tar, and against whatever a hostile archive may hold."""

import io
import itertools
import posixpath
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pratique import limits
from pratique.errors import CorruptImageError, LimitError
from pratique.formats.tar import BLOCK, TarReader, Window, clean
from tests.simulators import layers
from tests.simulators.layers import FORMATS, Flavour, tar_bytes

FLAVOURS: tuple[Flavour, ...] = ("ustar", "gnu", "pax")
KINDS = {
    tarfile.REGTYPE: "f",
    tarfile.CONTTYPE: "f",
    tarfile.DIRTYPE: "d",
    tarfile.SYMTYPE: "l",
    tarfile.LNKTYPE: "h",
    tarfile.CHRTYPE: "o",
    tarfile.BLKTYPE: "o",
    tarfile.FIFOTYPE: "o",
}
END = bytes(2 * BLOCK)
Seen: TypeAlias = tuple[str, str, int, int, str, bytes]
"""Path, kind, mode, size, target, content."""


def windows(data: bytes, sizes: Iterable[int] = (1 << 20,)) -> Iterator[Window]:
    at = 0
    for size in itertools.cycle(sizes):
        if at >= len(data):
            return
        yield memoryview(data)[at : at + size]
        at += size


def walk(data: bytes, sizes: Iterable[int] = (1 << 20,)) -> list[Seen]:
    reader = TarReader(windows(data, sizes))
    return [
        (entry.path, entry.kind, entry.mode, entry.size, entry.target, b"".join(map(bytes, reader.chunks())))
        for entry in reader.entries()
    ]


def paths(data: bytes) -> list[str]:
    return [seen[0] for seen in walk(data)]


def printable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def confined(path: str) -> str:
    return posixpath.normpath(f"/{path}").lstrip("/")


def oracle(data: bytes) -> list[Seen]:
    """What Python's tarfile reads, in our words."""
    seen: list[Seen] = []
    with tarfile.open(fileobj=io.BytesIO(data), errors="surrogateescape") as archive:
        for info in archive:
            kind = KINDS[info.type]
            target = {"l": printable(info.linkname), "h": confined(printable(info.linkname))}.get(kind, "")
            content = archive.extractfile(info) if kind == "f" else None
            body = content.read() if content else b""
            seen.append((confined(printable(info.name)), kind, info.mode & 0o7777, len(body), target, body))
    return seen


# ---- every flavour, against tarfile ---------------------------------------------------------------------

LETTERS = st.one_of(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]),
    st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF),  # bytes that are no UTF-8
    st.sampled_from("abc.-_ \\"),
)
NAMES = st.one_of(
    st.text(LETTERS, min_size=1, max_size=40),
    st.text("xyz", min_size=90, max_size=110),
    st.sampled_from([".", "..", "n" * 99, "n" * 100, "n" * 101, ".wh.gone", ".wh..wh..opq"]),
)
PATHS = st.lists(NAMES, min_size=1, max_size=6).map("/".join)


@st.composite
def members(draw: st.DrawFn) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(draw(PATHS))
    info.type = draw(st.sampled_from(sorted(KINDS)))
    info.mode = draw(st.integers(0, 0o7777))
    info.uid = draw(st.sampled_from([0, 1000, 2097152]))
    info.mtime = draw(st.sampled_from([0, layers.MTIME]))
    info.uname = draw(st.sampled_from(["", "root", "ünì"]))
    data = b""
    if KINDS[info.type] == "f":
        data = draw(st.one_of(st.binary(max_size=40), st.sampled_from([511, 512, 513, 3000]).map(lambda n: b"d" * n)))
        info.size = len(data)
    if info.type in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        info.linkname = draw(PATHS)
    return info, data


def packed(entries: Sequence[tuple[tarfile.TarInfo, bytes]], flavour: Flavour) -> bytes:
    out = []
    for info, data in entries:
        try:
            head = info.tobuf(FORMATS[flavour], "utf-8", "surrogateescape")
        except ValueError:  # ustar has no room for some
            continue
        out.append(head + data + bytes(-len(data) % BLOCK))
    return b"".join(out) + END


@settings(max_examples=150, deadline=None)
@given(
    entries=st.lists(members(), max_size=6),
    flavour=st.sampled_from(FLAVOURS),
    sizes=st.lists(st.sampled_from([1, 7, 511, 512, 513, 4096, 1 << 20]), min_size=1, max_size=4),
)
def test_reads_what_tarfile_reads(
    entries: list[tuple[tarfile.TarInfo, bytes]], flavour: Flavour, sizes: list[int]
) -> None:
    data = packed(entries, flavour)
    assert walk(data, sizes) == oracle(data)


@settings(max_examples=100, deadline=None)
@given(
    entries=st.lists(members(), min_size=1, max_size=5),
    flavour=st.sampled_from(FLAVOURS),
    sizes=st.lists(st.integers(1, 5000), min_size=1, max_size=4),
    steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4000)), min_size=5, max_size=5),
)
def test_content_is_the_same_however_it_is_asked_for(
    entries: list[tuple[tarfile.TarInfo, bytes]], flavour: Flavour, sizes: list[int], steps: list[tuple[int, int]]
) -> None:
    """Nothing, a peek, a peek and a part, or the map: the next entry and the offsets are not disturbed."""
    data = packed(entries, flavour)
    for whole in (None, memoryview(data)):
        reader = TarReader(windows(data, sizes), whole)
        expected = oracle(data)
        for entry, (how, length) in zip(reader.entries(), itertools.cycle(steps), strict=False):
            path, kind, _, size, _, body = expected.pop(0)
            assert (entry.path, entry.kind, entry.size) == (path, kind, size)
            if how:
                assert bytes(reader.peek(length)) == body[:length]
            if how > 1:
                mapped = reader.mapped()
                assert (mapped is None) == (whole is None)
                assert mapped is None or bytes(mapped) == body
            if how > 2:
                assert body.startswith(bytes(next(reader.chunks(), b"")))
        assert not expected
        assert reader.offset == len(data)


# ---- headers, byte by byte ------------------------------------------------------------------------------

PLACES = {"name": 0, "mode": 100, "size": 124, "flag": 156, "link": 157, "magic": 257, "prefix": 345, "end": 508}


def header(name: str | bytes, flag: bytes = b"0", size: int = 0, fields: dict[str, bytes] | None = None) -> bytes:
    """One header block; fields by name replace what is usual."""
    block = bytearray(BLOCK)
    usual = {
        "name": name.encode() if isinstance(name, str) else name,
        "mode": b"0000644\0",
        "size": b"%011o\0" % size,
        "flag": flag,
        "magic": b"ustar\x0000",
    }
    for field, value in (usual | (fields or {})).items():
        block[PLACES[field] : PLACES[field] + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def summed(data: bytes) -> bytes:
    """With right checksums in every block that looks like a header."""
    blocks = [bytearray(data[at : at + BLOCK]) for at in range(0, len(data), BLOCK)]
    for block in blocks:
        if len(block) == BLOCK and block[257:262] == b"ustar":
            block[148:156] = b" " * 8
            block[148:156] = b"%06o\0 " % sum(block)
    return b"".join(blocks)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % BLOCK)


def file(name: str, data: bytes = b"", fields: dict[str, bytes] | None = None) -> bytes:
    return header(name, b"0", len(data), fields) + padded(data)


def extension(flag: bytes, data: bytes) -> bytes:
    return header("././@x", flag, len(data)) + padded(data)


def pax(records: dict[str, str | bytes], flag: bytes = b"x") -> bytes:
    return extension(flag, b"".join(record(key, value) for key, value in records.items()))


def record(key: str, value: str | bytes) -> bytes:
    text = b" " + key.encode() + b"=" + (value.encode() if isinstance(value, str) else value) + b"\n"
    length = len(text) + 1
    while length != len(text) + len(str(length)):
        length = len(text) + len(str(length))
    return str(length).encode() + text


def large(number: int, width: int = 12) -> bytes:
    """Base 256, as GNU tar writes what octal digits cannot hold."""
    return (number | 1 << 8 * width - 1).to_bytes(width, "big")


@pytest.mark.parametrize(
    "size",
    [b"00000000005\0", b"00000000005 ", b"000000000005", b"5\0", b"     5 \0", b"\0\0 5", large(5)],
    ids=repr,
)
def test_spellings_of_a_number(size: bytes) -> None:
    assert walk(file("a", b"hello", {"size": size}) + file("b") + END) == [
        ("a", "f", 0o644, 5, "", b"hello"),
        ("b", "f", 0o644, 0, "", b""),
    ]


@pytest.mark.parametrize(
    "size",
    [
        b"88888888888\0",
        b"00000000019\0",
        b"-0000000005\0",
        b"+0000000005\0",
        b"0000_000005\0",
        b"0o5\0",
        b"5 5\0",
        b"five\0",
        b"\xff" * 12,
        large(1 << 63),
        b"\x80" + b"\xff" * 11,
    ],
    ids=repr,
)
def test_impossible_sizes(size: bytes) -> None:
    with pytest.raises(CorruptImageError, match="impossible size"):
        walk(file("a", b"hello", {"size": size}) + END)


def test_a_size_of_twelve_digits_is_not_cut_short() -> None:
    with pytest.raises(CorruptImageError, match="middle of a file"):
        walk(file("a", b"hello", {"size": b"777777777777"}) + END)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (b"0004755\0", 0o4755),
        (b"00004755", 0o4755),
        (b"100644 \0", 0o644),
        (b"99999999", 0),
        (b"rwxr-xr-", 0),
        (b"\0" * 8, 0),
    ],
    ids=repr,
)
def test_modes(mode: bytes, expected: int) -> None:
    assert walk(file("a", fields={"mode": mode}) + END) == [("a", "f", expected, 0, "", b"")]


def test_sums_of_signed_bytes_and_wrong_sums() -> None:
    block = bytearray(header("größe"))
    unsigned = sum(block) - sum(block[148:156]) + 8 * 32
    signed = unsigned - 256 * sum(byte > 127 for byte in block)
    block[148:156] = b"%06o\0 " % signed
    assert paths(bytes(block) + END) == ["größe"]
    for wrong in (signed + 1, unsigned - 1, unsigned + 256):
        block[148:156] = b"%06o\0 " % wrong
        with pytest.raises(CorruptImageError, match="checksum"):
            paths(bytes(block) + END)


@pytest.mark.parametrize("garbage", [b"", b"x", bytes(100_000), b"garbage" * 5000, file("not/read", b"after the end")])
def test_what_follows_the_end_marker_is_read_but_holds_no_entries(garbage: bytes) -> None:
    data = file("a") + END + garbage
    reader = TarReader(windows(data, (1000,)))
    assert [entry.path for entry in reader.entries()] == ["a"]
    assert reader.offset == len(data)


def test_no_end_marker_and_one_block_of_it() -> None:
    assert paths(file("a") + file("b", b"x")) == ["a", "b"]
    assert paths(file("a") + bytes(BLOCK)) == ["a"]
    assert paths(b"") == paths(bytes(BLOCK)) == []


def test_cut_anywhere_it_is_corrupt_or_ends_between_entries() -> None:
    whole = (
        file("a", b"x" * 1000) + pax({"path": "long" * 50}) + file("b", b"y") + extension(b"L", b"c" * 120) + file("c")
    )
    ends = {0: 0, 1536: 1, 1536 + 2048: 2, len(whole): 3}
    for length in [*range(0, len(whole) + 1, 256), 1, len(whole) - 1, *ends]:
        if length in ends:
            assert len(paths(whole[:length])) == ends[length]
        elif length in (1536 + 1024, 1536 + 2048 + 1024):
            assert len(paths(whole[:length])) in (1, 2)  # an extension that speaks of nothing
        else:
            with pytest.raises(CorruptImageError, match="ends in the middle"):
                paths(whole[:length])


# ---- extensions -----------------------------------------------------------------------------------------


def test_pax_size_replaces_the_header_s() -> None:
    data = pax({"size": "5"}) + header("a") + padded(b"hello") + file("b") + END
    assert [(seen[0], seen[3], seen[5]) for seen in walk(data)] == [("a", 5, b"hello"), ("b", 0, b"")]


@pytest.mark.parametrize("size", ["-5", "1e3", "٣", "9" * 19, "9" * 30, " 5", "0x5"])
def test_impossible_pax_sizes(size: str) -> None:
    with pytest.raises(CorruptImageError, match="impossible size"):
        walk(pax({"size": size}) + file("a") + END)


def test_an_empty_pax_value_changes_nothing() -> None:
    data = pax({"path": "", "linkpath": "", "size": ""}) + header("a", b"2", fields={"link": b"to"}) + END
    assert walk(data) == [("a", "l", 0o644, 0, "to", b"")]


def test_global_headers_speak_for_nothing() -> None:
    poison = pax({"path": "poison", "size": "999", "linkpath": "poison"}, b"g")
    assert walk(poison + file("a", b"x") + poison + header("l", b"2", fields={"link": b"to"}) + END) == [
        ("a", "f", 0o644, 1, "", b"x"),
        ("l", "l", 0o644, 0, "to", b""),
    ]


@pytest.mark.parametrize("between", [pax({"comment": "x"}, b"g"), extension(b"V", b""), extension(b"M", b"x")])
def test_an_extension_speaks_for_the_next_header_only(between: bytes) -> None:
    """As Go's archive/tar: what stands between takes what was said before."""
    assert paths(pax({"path": "x"}) + between + file("a") + END) == ["a"]
    assert paths(pax({"path": "x"}) + file("a") + file("b") + END) == ["x", "b"]
    assert paths(extension(b"L", b"x\0") + file("a") + file("b") + END) == ["x", "b"]


def test_pax_before_a_sparse_file_does_not_reach_the_next_one() -> None:
    hole = header("sparse", b"S", fields={"magic": b"ustar  \0"})
    assert paths(pax({"path": "x"}) + hole + file("b") + END) == ["x", "b"]


def test_a_gnu_long_name_wins_over_pax_and_pax_over_the_header() -> None:
    """In Go's order: a header with two names must not hide a file under the wrong one."""
    assert paths(pax({"path": "pax"}) + extension(b"L", b"gnu") + file("old") + END) == ["gnu"]
    assert paths(extension(b"L", b"gnu") + pax({"path": "pax"}) + file("old") + END) == ["gnu"]
    link = header("old", b"2", fields={"link": b"old"})
    assert walk(pax({"linkpath": "pax"}) + extension(b"K", b"gnu") + link + END)[0][4] == "gnu"


def test_a_sparse_name_counts_for_sparse_files_only() -> None:
    records: dict[str, str | bytes] = {"path": "var/lib/dpkg/status", "GNU.sparse.name": "tmp/other"}
    assert paths(pax(records) + file("old", b"x") + END) == ["var/lib/dpkg/status"]
    assert paths(pax(records | {"GNU.sparse.major": "7", "GNU.sparse.minor": "0"}) + file("old", b"x") + END) == [
        "var/lib/dpkg/status"
    ]
    sparse = records | {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.map": "0,1"}
    assert paths(pax(sparse) + file("old", b"x") + END) == ["tmp/other"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"prefix": b"usr/lib"}, "usr/lib/name"),
        ({"prefix": b"p" * 155}, "p" * 155 + "/name"),
        ({"prefix": b"p" * 131 + b"00000000000 ", "end": b"tar\0"}, "p" * 131 + "/name"),
        ({"prefix": b"usr/lib", "magic": b"\0" * 8}, "name"),
        ({"prefix": b"usr/lib", "magic": b"ustar  \0"}, "usr/lib/name"),
        ({"prefix": b"usr/l\xffb", "magic": b"ustar  \0"}, "name"),
        ({"prefix": b"14544400000\x0014544400000\0", "magic": b"ustar  \0"}, "name"),
    ],
    ids=["ustar", "ustar, full", "star", "v7", "early Go", "no ASCII", "GNU times"],
)
def test_prefixes(fields: dict[str, bytes], expected: str) -> None:
    assert paths(header("name", fields=fields) + END) == [expected]


def test_a_folder_by_its_slash_is_one_only_in_the_oldest_tars() -> None:
    """Go makes a file of type `0` whatever its name ends in: it must not be overlooked."""
    data = header("old/", b"\0", size=600) + file("lib/status/", b"Package: x") + END
    assert [(seen[0], seen[1], seen[5]) for seen in walk(data)] == [
        ("old", "d", b""),
        ("lib/status", "f", b"Package: x"),
    ]


@pytest.mark.parametrize("flag", [b"1", b"2", b"3", b"4", b"5", b"6"])
def test_what_has_no_content_has_none_whatever_its_size_says(flag: bytes) -> None:
    for data in (header("a", flag, 10_000), pax({"size": "10000"}) + header("a", flag)):
        assert [(seen[0], seen[3]) for seen in walk(data + file("b", b"x") + END)] == [("a", 0), ("b", 1)]


def test_nul_in_pax_values() -> None:
    assert paths(pax({"path": b"etc/passwd\0.txt"}) + file("a") + END) == ["etc/passwd"]


def test_names_that_are_no_utf_8_stay_apart() -> None:
    names = [b"caf\xe9", b"caf\xe8", "café".encode(), b"caf\xc3"]
    data = b"".join(header(name) for name in names) + b"".join(pax({"path": name}) + file("x") for name in names)
    assert len(set(paths(data + END))) == 4
    assert paths(data + END)[2] == "café"


@pytest.mark.parametrize(
    "data",
    [
        b"5 a=b",
        b"7 a=b\n",
        b"6 ab\n",
        b"6a=bc\n",
        b"0 a=b\n",
        b"-6 a=b\n",
        b"99999999999999999999 a=b\n",
        b"9" * 600,
        b"x",
        b"3 =\n\n",
        b"2 \n",
    ],
    ids=repr,
)
def test_broken_pax_records(data: bytes) -> None:
    with pytest.raises(CorruptImageError, match="pax header with a broken record"):
        walk(extension(b"x", data) + file("a") + END)


# ---- sparse files ---------------------------------------------------------------------------------------


def filled(data: bytes, sizes: Iterable[int] = (1 << 20,)) -> dict[str, bytes]:
    """Content of every file, sparse ones with their holes."""
    files = {}
    reader = TarReader(windows(data, sizes))
    for entry in reader.entries():
        stored = b"".join(map(bytes, reader.chunks()))
        if entry.sparse is not None:
            content, used = bytearray(entry.size), 0
            for offset, length in entry.sparse:
                content[offset : offset + length] = stored[used : used + length]
                used += length
            assert used == len(stored)
            stored = bytes(content)
        files[entry.path] = stored
    return files


def gnu_tar() -> str:
    found = shutil.which("tar") or ""
    if not found or b"GNU tar" not in subprocess.run((found, "--version"), check=True, capture_output=True).stdout:
        pytest.skip("there is no GNU tar here")
    return found


@pytest.mark.parametrize("form", ["gnu", "posix 0.0", "posix 0.1", "posix 1.0"])
@pytest.mark.parametrize("pieces", [0, 1, 4, 5, 26, 200])
def test_sparse_files_of_gnu_tar(tmp_path: Path, form: str, pieces: int) -> None:
    """Four pieces fit an old header, 21 each of the blocks behind it; 200 numbers need several blocks in format 1.0."""
    with (tmp_path / "holes").open("wb") as holes:
        for at in range(pieces):
            holes.seek(4096 * (2 * at + 1))
            holes.write(bytes([at + 1]) * 4096)
        holes.truncate(4096 * (2 * pieces + 1))
    content = (tmp_path / "holes").read_bytes()
    (tmp_path / "tight").write_bytes(b"tight")
    format_, _, version = form.partition(" ")
    options = [f"--format={format_}", *([f"--sparse-version={version}"] if version else [])]
    subprocess.run(
        (gnu_tar(), "-cf", "out.tar", "--sparse", "--hole-detection=raw", *options, "holes", "tight"),
        check=True,
        cwd=tmp_path,
    )
    data = (tmp_path / "out.tar").read_bytes()
    assert b"GNU.sparse" in data or data[156:157] == b"S"
    for sizes in ((1 << 20,), (100,), (512, 1)):
        assert filled(data, sizes) == {"holes": content, "tight": b"tight"}


@pytest.mark.parametrize("flavour", ["gnu", "pax"])
def test_sparse_files_of_the_simulator(flavour: Flavour) -> None:
    pieces = [(1024 * at, bytes([at]) * BLOCK) for at in range(60)]
    data = tar_bytes([layers.sparse("etc/big", 100_000, pieces), layers.file("b", "x")], flavour)
    content = bytearray(100_000)
    for offset, piece in pieces:
        content[offset : offset + BLOCK] = piece
    assert filled(data) == {"etc/big": bytes(content), "b": b"x"}


@pytest.mark.parametrize("version", [("0", "0"), ("0", "1"), ("", "")])
def test_sparse_size_and_name_in_pax_records(version: tuple[str, str]) -> None:
    records: dict[str, str | bytes] = {"GNU.sparse.size": "10", "GNU.sparse.map": "8,2", "GNU.sparse.realsize": "99"}
    if version[0]:
        records |= {"GNU.sparse.major": version[0], "GNU.sparse.minor": version[1]}
    assert filled(pax(records) + file("a", b"hi") + END) == {"a": bytes(8) + b"hi"}


@pytest.mark.parametrize(
    "content",
    [b"", b"x\n", b"-1\n", b"1\n0\n", b"99999999999999999999\n", b"9" * 600 + b"\n", b"99999\n" + b"0\n" * 500],
    ids=lambda content: repr(content[:12]),
)
def test_broken_sparse_maps_before_the_data(content: bytes) -> None:
    records: dict[str, str | bytes] = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"}
    with pytest.raises(CorruptImageError):
        walk(pax(records) + file("a", content) + END)


@pytest.mark.parametrize("numbers", ["x", "1,2,x", "-1,2", "1,2," + "9" * 20])
def test_broken_sparse_maps_in_records(numbers: str) -> None:
    with pytest.raises(CorruptImageError, match="sparse map"):
        walk(pax({"GNU.sparse.map": numbers}) + file("a", b"x") + END)


def test_an_endless_old_sparse_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TAR_EXTENSION_LARGEST", 10 * BLOCK)
    block = bytearray(header("a", b"S", fields={"magic": b"ustar  \0"}))
    block[482] = 1
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    more = bytes(504) + b"\1" + bytes(7)
    with pytest.raises(LimitError, match="too long a map"):
        walk(bytes(block) + more * 11)
    with pytest.raises(CorruptImageError):
        walk(bytes(block) + more * 5)


# ---- paths ----------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["", ".", "..", "...", ".a", "a", "b.", "é", " "]), min_size=1, max_size=8).map("/".join)
)
@example("a//")
@example(".//a")
@example("./.a")
@example("a/./")
def test_paths_are_confined(path: str) -> None:
    assert clean(path) == confined(path)
    assert clean(clean(path)) == clean(path)
    assert paths(pax({"path": path or "x"}) + file("x") + END) == [confined(path or "x")]


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "//etc/passwd", "./etc/passwd", "../../etc/passwd", "a/../../etc/passwd"]
)
def test_targets_of_hard_links_are_confined_those_of_symbolic_ones_kept(path: str) -> None:
    data = header("h", b"1", fields={"link": path.encode()}) + header("l", b"2", fields={"link": path.encode()}) + END
    assert [seen[4] for seen in walk(data)] == ["etc/passwd", path]


# ---- bounds ---------------------------------------------------------------------------------------------


def test_entries_and_paths_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LAYER_ENTRIES_MOST", 3)
    assert len(paths(file("a") * 3 + END)) == 3
    with pytest.raises(LimitError, match="more than 3 entries"):
        paths(file("a") * 4 + END)
    monkeypatch.setattr(limits, "PATH_LONGEST", 200)
    assert paths(pax({"path": "p" * 200}) + file("a") + END) == ["p" * 200]
    for path in ("p" * 201, "./" + "p/./" * 101):
        with pytest.raises(LimitError, match="a path of"):
            paths(pax({"path": path}) + file("a") + END)


@pytest.mark.parametrize("flag", [b"x", b"L", b"K", b"X"])
def test_a_huge_extension_is_refused_before_it_is_read(flag: bytes) -> None:
    def endless() -> Iterator[Window]:
        yield header("a", flag, limits.TAR_EXTENSION_LARGEST + 1)
        raise AssertionError("read on")

    with pytest.raises(LimitError, match="a tar header of 1,048,577 bytes"):
        list(TarReader(endless()).entries())


def test_a_peek_over_many_windows_takes_time_in_proportion() -> None:
    """Windows of one byte, as an archive of one gzip member a byte makes them: peeking must not copy all again."""
    size = 512 << 10
    data = file("a", b"x" * size) + END
    reader = TarReader(windows(data, (BLOCK, *[1] * size, len(END))))
    started = time.thread_time()
    assert [bytes(reader.peek(size)) for _ in reader.entries()] == [b"x" * size]
    assert time.thread_time() - started < 10  # copying all again for each window takes minutes


# ---- anything else --------------------------------------------------------------------------------------

EVERYTHING = [
    layers.folder("etc"),
    layers.file("etc/os-release", "ID=debian\n" * 100),
    layers.symlink("lib", "usr/lib"),
    layers.hard_link("etc/other", "etc/os-release"),
    layers.device("dev/null", 1, 3),
    layers.file("p" * 99 + "/" + "q" * 90, "long", mode=0o4755),
    layers.symlink("far", "usr/lib/" * 20),
    layers.sparse("holes", 40_000, [(at * 1024, b"x" * BLOCK) for at in range(30)]),
]
REAL = [tar_bytes(EVERYTHING[: 6 if flavour == "ustar" else None], flavour) for flavour in FLAVOURS]
Change: TypeAlias = tuple[Literal["set", "cut", "drop", "twice"], int, int]


def mutated(data: bytes, changes: Sequence[Change]) -> bytes:
    for what, where, value in changes:
        at = where % (len(data) or 1)
        block = at - at % BLOCK
        if what == "set":
            data = data[:at] + bytes([value]) + data[at + 1 :]
        elif what == "cut":
            data = data[:at]
        elif what == "drop":
            data = data[:block] + data[block + BLOCK :]
        else:
            data = data[:block] + data[block : block + BLOCK] * 2 + data[block + BLOCK :]
    return data


def consume(data: bytes, sizes: Iterable[int]) -> None:
    """Read everything in every way; only errors of ours may come."""
    for whole in (None, memoryview(data)):
        reader = TarReader(windows(data, sizes), whole)
        try:
            for entry in reader.entries():
                assert 0 <= entry.size < 1 << 63
                assert "\0" not in entry.path
                assert entry.path == clean(entry.path)
                reader.peek(4)
                reader.mapped()
                for _ in reader.chunks():
                    pass
        except (CorruptImageError, LimitError) as error:
            if not error.advice or "\n" in str(error):
                raise AssertionError(repr(error)) from error


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["set", "set", "set", "cut", "drop", "twice"]), st.integers(0, 1 << 16), st.integers(0, 255)
    ),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(REAL), CHANGES, st.booleans(), st.sampled_from([(1 << 20,), (512,), (100, 1)]))
def test_mutations_of_real_tars(data: bytes, changes: list[Change], sums: bool, sizes: tuple[int, ...]) -> None:
    data = mutated(data, changes)
    consume(summed(data) if sums else data, sizes)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes(data: bytes) -> None:
    consume(data, (700,))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([b"x", b"L", b"K", b"g", b"S"]),
    st.binary(max_size=600),
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "path",
                    "size",
                    "linkpath",
                    "GNU.sparse.map",
                    "GNU.sparse.realsize",
                    "GNU.sparse.major",
                    "GNU.sparse.minor",
                    "GNU.sparse.offset",
                    "GNU.sparse.numbytes",
                    "GNU.sparse.name",
                ]
            ),
            st.one_of(st.binary(max_size=20), st.sampled_from([b"1", b"0", b"0,1,2", b"9" * 18])),
        ),
        max_size=5,
    ),
)
def test_any_extension(flag: bytes, data: bytes, records: list[tuple[str, bytes]]) -> None:
    text = b"".join(record(key, value) for key, value in records)
    consume(extension(b"x", text) + extension(flag, data) + file("a", data) + END, (512,))


def test_readers_take_any_kind_of_window() -> None:
    data = file("a", b"hello") + END
    makers: list[Callable[[bytes], Window]] = [bytes, memoryview]
    for make in makers:
        assert [seen[5] for seen in walk(bytes(make(data)))] == [b"hello"]
        reader = TarReader(iter((make(b""), make(data[:5]), make(b""), make(data[5:]))))
        assert [bytes(reader.peek(9)) for _ in reader.entries()] == [b"hello"]
