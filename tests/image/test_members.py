"""Files of an image by name: in a folder, in a tar, in a compressed tar."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
from backports import zstd

from pratique import limits
from pratique.errors import CorruptImageError, InputError, LimitError, NoSuchInputError
from pratique.formats.tar import TarReader
from pratique.image.inflate import compression
from pratique.image.members import Archive, CompressedArchive, Folder, Members
from tests.simulators.layers import Entry, fifo, file, folder, hard_link, sparse, symlink, tar_bytes

Open: TypeAlias = Callable[[Sequence[Entry]], Archive | CompressedArchive]
PACK: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": zstd.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}


@pytest.fixture(params=sorted(PACK))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    def open_(entries: Sequence[Entry]) -> Archive | CompressedArchive:
        data = PACK[request.param](tar_bytes(entries))
        path = tmp_path / f"archive.{len(list(tmp_path.iterdir()))}"
        path.write_bytes(data)
        packed = compression(data)
        return CompressedArchive(path, packed) if packed else Archive(path)

    return open_


def content(members: Members, name: str) -> bytes:
    blob = members.blob(name)
    data = b"".join(map(bytes, blob.chunks()))
    assert len(data) == blob.size
    return data


def test_members_by_name(opened: Open) -> None:
    archive = opened(
        [file("./manifest.json", "{}"), folder("blobs"), file("blobs//a", "A" * 3000), file("/rooted", "r")]
    )
    assert len(archive) == 4
    assert [content(archive, name) for name in ("manifest.json", "blobs/a", "rooted")] == [b"{}", b"A" * 3000, b"r"]
    assert "blobs/a" in archive
    assert "blobs/b" not in archive
    with pytest.raises(NoSuchInputError, match="the archive has no 'blobs/b'"):
        archive.blob("blobs/b")
    with pytest.raises(NoSuchInputError):
        archive.blob("../manifest.json")
    with pytest.raises(CorruptImageError, match="'blobs' in the archive is not a regular file"):
        archive.blob("blobs")


def test_links_lead_to_other_members_and_nowhere_else(opened: Open) -> None:
    archive = opened(
        [
            file("a/layer.tar", "layer"),
            symlink("b/layer.tar", "../a/layer.tar"),
            symlink("c/layer.tar", "/a/layer.tar"),
            hard_link("d/layer.tar", "a/layer.tar"),
            symlink("e/layer.tar", "../b/layer.tar"),
            symlink("f/layer.tar", "../../../../../a/layer.tar"),
            symlink("loop", "loop"),
            symlink("host", "/etc/passwd"),
            fifo("pipe"),
        ]
    )
    for name in "abcdef":
        assert content(archive, f"{name}/layer.tar") == b"layer"
    with pytest.raises(CorruptImageError, match="leads in a circle"):
        archive.blob("loop")
    with pytest.raises(NoSuchInputError, match="no 'etc/passwd' \\('host' leads there\\)"):
        archive.blob("host")
    with pytest.raises(CorruptImageError, match="not a regular file"):
        archive.blob("pipe")


def test_of_two_members_with_one_name_the_last_counts(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for whoever unpacks the archive; also where neither is small enough to be kept."""
    for largest in (limits.JSON_LARGEST, 1, 3):
        monkeypatch.setattr(limits, "JSON_LARGEST", largest)
        archive = opened([file("a", "old"), file("b", "b"), file("a", "newer"), file("c", "c")])
        assert [content(archive, name) for name in "abcab"] == [b"newer", b"b", b"c", b"newer", b"b"]
    archive = opened([file("a", "old"), symlink("a", "b"), file("b", "new")])
    assert content(archive, "a") == b"new"


def test_sparse_members_are_named(opened: Open) -> None:
    with pytest.raises(CorruptImageError, match="'a' in the archive is a sparse file") as caught:
        opened([sparse("a", 5000, [(1024, b"x" * 512)])]).blob("a")
    assert "--sparse" in caught.value.advice


def test_members_are_counted(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_MEMBERS_MOST", 3)
    assert len(opened([file(name) for name in "abc"])) == 3
    with pytest.raises(LimitError, match="more than 3 files in the archive"):
        opened([file(name) for name in "abcd"])


def test_a_damaged_archive_is_corrupt(opened: Open, tmp_path: Path) -> None:
    opened([file("a", "x" * 5000), file("b", os.urandom(3000))])
    whole = next(tmp_path.iterdir()).read_bytes()
    packed = compression(whole)
    for length in (1, 100, len(whole) // 4, len(whole) // 2):
        (tmp_path / "cut").write_bytes(whole[:length])
        with pytest.raises(CorruptImageError):
            _ = CompressedArchive(tmp_path / "cut", packed) if packed else Archive(tmp_path / "cut")


# ---- compressed archives are streams --------------------------------------------------------------------


class Counted(CompressedArchive):
    """Tells how often it was inflated from its front."""

    passes = 0

    def _reader(self) -> TarReader:
        self.passes += 1
        return super()._reader()


@pytest.fixture
def stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Ten members, none of which is small enough to be kept."""
    data = gzip.compress(tar_bytes([file(f"m{at}", bytes([at]) * (1000 * at + 1)) for at in range(10)]))
    (tmp_path / "archive.tar.gz").write_bytes(data)
    monkeypatch.setattr(limits, "JSON_LARGEST", 0)
    return Counted(tmp_path / "archive.tar.gz", "gzip")


def test_all_members_in_their_order_take_one_pass_more(stream: Counted) -> None:
    blobs = sorted((stream.blob(f"m{at}") for at in (3, 1, 9, 4, 7)), key=lambda blob: blob.start)
    assert [blob.size for blob in blobs] == [1001, 3001, 4001, 7001, 9001]
    for blob in blobs:
        assert len(b"".join(map(bytes, blob.chunks()))) == blob.size
    assert stream.passes == 2


def test_any_other_order_is_read_right_too(stream: Counted) -> None:
    for at in (5, 5, 2, 3, 9, 0):
        assert content(stream, f"m{at}") == bytes([at]) * (1000 * at + 1)
    assert stream.passes == 5


def test_streams_that_are_left_or_read_at_once_do_not_disturb_each_other(stream: Counted) -> None:
    first, second = stream.blob("m4").chunks(), stream.blob("m8").chunks()
    started = bytes(next(first))
    assert b"".join(map(bytes, second)) == b"\x08" * 8001
    assert started + b"".join(map(bytes, first)) == b"\x04" * 4001
    next(stream.blob("m5").chunks())
    assert content(stream, "m6") == b"\x06" * 6001


def test_an_archive_that_changes_under_our_hands(stream: Counted, tmp_path: Path) -> None:
    short = gzip.compress(tar_bytes([file("m0", "x")]))
    with (tmp_path / "archive.tar.gz").open("r+b") as archive:
        archive.write(short + bytes((tmp_path / "archive.tar.gz").stat().st_size - len(short)))
    with pytest.raises(CorruptImageError, match="m7 vanished"):
        content(stream, "m7")


def test_small_members_are_kept_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "JSON_LARGEST", 100)
    data = tar_bytes([file(f"m{at}", hashlib.sha256(bytes([at])).digest() * 3) for at in range(20)])
    (tmp_path / "archive.tar.gz").write_bytes(gzip.compress(data))
    archive = Counted(tmp_path / "archive.tar.gz", "gzip")
    assert all(content(archive, f"m{at}") for at in range(8))
    assert archive.passes == 1
    assert all(content(archive, f"m{at}") for at in range(8, 20))
    assert archive.passes == 2


# ---- folders --------------------------------------------------------------------------------------------


def test_folders_follow_no_links(tmp_path: Path) -> None:
    (tmp_path / "blobs/sha256").mkdir(parents=True)
    (tmp_path / "blobs/sha256/a").write_text("A")
    (tmp_path / "blobs/sha256/l").symlink_to("a")
    (tmp_path / "blobs/sha512").symlink_to("sha256")
    os.mkfifo(tmp_path / "blobs/sha256/pipe")
    members = Folder(tmp_path)
    assert content(members, "blobs/sha256/a") == b"A"
    assert "blobs/sha256/none" not in members
    for name in ("blobs/sha256/l", "blobs/sha512/a"):
        with pytest.raises(InputError, match="a symbolic link inside an image folder") as caught:
            members.blob(name)
        assert caught.value.advice
    with pytest.raises(InputError, match="not a regular file"):
        members.blob("blobs/sha256/pipe")
    with pytest.raises(NoSuchInputError):
        members.blob("blobs/sha256/none")


def test_python_s_own_archives(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "archive.tar", "w") as archive:
        info = tarfile.TarInfo("ünïcode/" + "long" * 60)
        info.size = 5
        archive.addfile(info, io.BytesIO(b"hello"))
    assert content(Archive(tmp_path / "archive.tar"), info.name) == b"hello"
