"""Files of the host: opened once, mapped, and given back."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pratique.errors import CorruptImageError, InputError, LimitError, NoSuchInputError
from pratique.image.blob import CHUNK, Mapping, Streamed, read


def test_regions_are_slices(tmp_path: Path) -> None:
    data = os.urandom(2 * CHUNK + 77)
    (tmp_path / "file").write_bytes(data)
    mapping = Mapping(tmp_path / "file")
    for start, size in ((0, len(data)), (5, CHUNK), (CHUNK, CHUNK + 77), (len(data), 0), (100, 3)):
        region = mapping.region(start, size)
        assert (region.start, region.size) == (start, size)
        for _ in range(2):  # as often as wanted, although pages are given back
            assert b"".join(map(bytes, region.chunks())) == data[start : start + size]
        assert bytes(region.mapped() or b"") == data[start : start + size]
    for start, size in ((0, len(data) + 1), (len(data), 1), (1, len(data))):
        with pytest.raises(CorruptImageError, match="middle of a file"):
            mapping.region(start, size)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    region = Mapping(tmp_path / "file").region(0, 0)
    mapped = region.mapped()
    assert mapped is not None
    assert len(mapped) == 0
    assert list(region.chunks()) == []


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="there is no /proc here")
def test_no_descriptor_outlives_its_mapping(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"data")
    before = descriptors()
    mappings = [Mapping(tmp_path / "file") for _ in range(20)]
    assert descriptors() <= before + 20  # a layout of 500 layers must fit into the usual 1,024
    del mappings
    with contextlib.suppress(InputError):
        Mapping(tmp_path)
    assert descriptors() == before


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/null")):
        with pytest.raises(InputError, match="not a regular file") as caught:
            Mapping(path)
        assert caught.value.advice
    with pytest.raises(NoSuchInputError, match="no such file"):
        Mapping(tmp_path / "none")
    with pytest.raises(InputError, match="too long") as caught:
        Mapping(tmp_path / ("x" * 300))
    assert caught.value.advice


def test_small_blobs_are_read_whole_and_large_ones_not_at_all() -> None:
    def never() -> Iterator[bytes]:
        raise AssertionError("read")

    assert read(Streamed(0, 4, lambda: iter((b"ab", memoryview(b"cd")))), 4, "the index") == b"abcd"
    with pytest.raises(LimitError, match="the index of 5 bytes; pratique reads up to 4"):
        read(Streamed(0, 5, never), 4, "the index")
    assert Streamed(0, 5, never).mapped() is None
