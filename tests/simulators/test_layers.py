import bz2
import gzip
import hashlib
import io
import lzma
import os
import shutil
import subprocess
import tarfile
import tracemalloc
from pathlib import Path

import pytest
from backports import zstd

from tests.simulators.layers import (
    MTIME,
    SKIPPABLE,
    Compression,
    Entry,
    Flavour,
    device,
    fifo,
    file,
    folder,
    hard_link,
    opaque,
    sparse,
    symlink,
    tar_bytes,
    tree,
    whiteout,
    write_layer,
)

FLAVOURS: list[Flavour] = ["ustar", "gnu", "pax"]
ALL_KINDS = (
    folder("etc", 0o700, uid=7, gid=8),
    file("etc/empty"),
    file("etc/passwd", "root:x:0:0\n", 0o4755, 1000, 1001),
    symlink("etc/link", "../etc/passwd"),
    hard_link("etc/again", "etc/passwd"),
    whiteout("etc/gone"),
    whiteout("gone"),
    opaque("var/lib"),
    device("dev/null", 1, 3),
    device("dev/sda", 8, 0, block=True),
    fifo("run/pipe"),
)
LONG = "/".join(["folder-with-a-long-name"] * 12) + "/" + "n" * 120


def members(data: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return archive.getmembers()


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_kind_of_entry_reads_back(flavour: Flavour) -> None:
    found = members(tar_bytes(ALL_KINDS, flavour))
    assert [(info.name, info.type, info.mode, info.uid, info.gid, info.linkname) for info in found] == [
        (entry.path, entry.kind, entry.mode, entry.uid, entry.gid, entry.target) for entry in ALL_KINDS
    ]
    assert {info.mtime for info in found} == {MTIME}
    assert [(info.devmajor, info.devminor) for info in found if info.isdev()][:2] == [(1, 3), (8, 0)]
    assert [info.name for info in found if ".wh." in info.name] == ["etc/.wh.gone", ".wh.gone", "var/lib/.wh..wh..opq"]


def test_the_flavour_shows_in_the_bytes() -> None:
    entries = (file(LONG, "x"),)
    assert tar_bytes(entries, "gnu")[156:157] == tarfile.GNUTYPE_LONGNAME
    assert tar_bytes(entries, "pax")[156:157] == tarfile.XHDTYPE
    assert tar_bytes((file("short"),), "pax")[156:157] == tarfile.REGTYPE
    with pytest.raises(ValueError, match="name is too long"):
        tar_bytes(entries, "ustar")


@pytest.mark.parametrize("flavour", ["gnu", "pax"])
def test_long_names_and_targets_read_back(flavour: Flavour) -> None:
    found = members(tar_bytes((file(LONG, "x"), hard_link("a", LONG), symlink("ü", "é" * 150)), flavour))
    assert [(info.name, info.linkname) for info in found] == [(LONG, ""), ("a", LONG), ("ü", "é" * 150)]


def test_records_of_the_extended_header_read_back() -> None:
    entry = Entry("usr/bin/ping", b"elf", pax=(("SCHILY.xattr.user.note", "yes"),))
    assert members(tar_bytes((entry,)))[0].pax_headers["SCHILY.xattr.user.note"] == "yes"


@pytest.mark.parametrize("flavour", ["gnu", "pax"])
@pytest.mark.parametrize("regions", [0, 2, 3, 23, 24, 60])
def test_sparse_files_read_back(flavour: Flavour, regions: int, tmp_path: Path) -> None:
    chunks = [(number * 4096, bytes([number]) * 512) for number in range(regions)]
    chunks.append((regions * 4096, b"end"))
    size = regions * 4096 + 100
    whole = bytearray(size)
    for offset, chunk in chunks:
        whole[offset : offset + len(chunk)] = chunk
    data = tar_bytes((sparse("data/holes", size, chunks), file("after", "here")), flavour)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert [info.name for info in archive] == ["data/holes", "after"]
        holes, after = archive.extractfile("data/holes"), archive.extractfile("after")
        assert holes is not None
        assert after is not None
        assert (holes.read(), after.read()) == (bytes(whole), b"here")
    assert len(data) < regions * 512 + 10_000


@pytest.mark.skipif(shutil.which("tar") is None, reason="tar is not installed")
@pytest.mark.parametrize("flavour", ["gnu", "pax"])
def test_gnu_tar_agrees_about_sparse_files(flavour: Flavour, tmp_path: Path) -> None:
    chunks = [(number * 4096, b"%03d" % number + bytes(509)) for number in range(30)]
    data = tar_bytes((sparse("holes", 200_000, chunks), file("after", "here")), flavour)
    subprocess.run(("tar", "--extract", "--file=-", f"--directory={tmp_path}"), input=data, check=True)
    read = (tmp_path / "holes").read_bytes()
    assert (len(read), read[29 * 4096 :][:3], (tmp_path / "after").read_text()) == (200_000, b"029", "here")


def unpack(compression: Compression, data: bytes) -> bytes:
    match compression:
        case "none":
            return data
        case "gzip" | "gzip-multi":
            return gzip.decompress(data)
        case "zstd" | "zstd-frames":
            return zstd.decompress(data)
        case "xz":
            return lzma.decompress(data)
        case "bzip2":
            return bz2.decompress(data)


@pytest.mark.parametrize("compression", ["none", "gzip", "gzip-multi", "zstd", "zstd-frames", "xz", "bzip2"])
def test_digests_are_of_the_bytes(compression: Compression) -> None:
    entries = (*ALL_KINDS, file("noise", os.urandom(50_000)))
    out = io.BytesIO()
    written = write_layer(out, entries, "pax", compression)
    packed, plain = out.getvalue(), tar_bytes(entries)
    assert unpack(compression, packed) == plain
    assert written.size == len(packed)
    assert written.digest == f"sha256:{hashlib.sha256(packed).hexdigest()}"
    assert written.diff_id == f"sha256:{hashlib.sha256(plain).hexdigest()}"


def test_several_members_and_frames_are_several() -> None:
    out = io.BytesIO()
    write_layer(out, (file("noise", os.urandom(50_000)),), compression="gzip-multi")
    assert out.getvalue().count(b"\x1f\x8b\x08\0\0\0\0\0\0\x03") >= 5
    write_layer(out, (file("noise", os.urandom(50_000)),), compression="zstd-frames")
    assert out.getvalue().count(SKIPPABLE) >= 5


def test_chunks_end_with_a_block() -> None:
    with pytest.raises(ValueError, match="within a block"):
        sparse("holes", 9000, [(0, b"short"), (4096, b"end")])


def test_a_folder_becomes_sorted_entries(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b/file").write_text("text")
    (tmp_path / "b/file").chmod(0o640)
    os.link(tmp_path / "b/file", tmp_path / "c")
    (tmp_path / "a").symlink_to("b/file")
    found = tree(tmp_path, "opt")
    assert [(entry.path, entry.kind, entry.target) for entry in found] == [
        ("opt/a", tarfile.SYMTYPE, "b/file"),
        ("opt/b", tarfile.DIRTYPE, ""),
        ("opt/b/file", tarfile.REGTYPE, ""),
        ("opt/c", tarfile.LNKTYPE, "opt/b/file"),
    ]
    assert found[2].mode == 0o640
    assert b"text" in tar_bytes(found)


def test_a_large_file_is_never_held_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as large:
        large.truncate(48 << 20)
    with (tmp_path / "out").open("wb") as out:
        tracemalloc.start()
        written = write_layer(out, (file("large", tmp_path / "large"),), compression="none")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert written.size > 48 << 20
    assert peak < 8 << 20
