"""The content of claimed files: sliced, copied or on disk, it is the same."""

import mmap
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique import limits
from pratique.errors import UnreadableFileError
from pratique.formats.tar import Entry, TarReader, Window
from pratique.image.rootfs import FolderReader
from pratique.records.file import Data
from pratique.scan.collect import collect
from tests.simulators.layers import Flavour, file, sparse, tar_bytes

SPANS = st.lists(
    st.tuples(st.integers(0, 700), st.integers(0, 700)).map(lambda span: (min(span), max(span))), max_size=4
)


class Reader:
    """A reader that stands at one file."""

    offset = 0

    def __init__(self, data: bytes, piece: int = 1 << 20, *, whole: bool = False) -> None:
        self._data = data
        self._piece = piece
        self._whole = whole

    def entries(self) -> Iterator[Entry]:
        yield Entry("file", "f", 0o644, len(self._data))

    def peek(self, size: int) -> Window:
        return self._data[:size]

    def chunks(self) -> Iterator[Window]:
        for at in range(0, len(self._data), self._piece):
            yield memoryview(self._data)[at : at + self._piece]

    def mapped(self) -> memoryview | None:
        return memoryview(self._data) if self._whole else None


def entry(size: int, pieces: tuple[tuple[int, int], ...] | None = None) -> Entry:
    return Entry("file", "f", 0o644, size, "", pieces)


@pytest.fixture(params=[100, 1 << 20], ids=["on disk", "in memory"])
def in_memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the files of these tests, some hundred bytes large, stay in memory."""
    monkeypatch.setattr(limits, "FILE_IN_MEMORY_LARGEST", request.param)
    return bool(request.param > 100)


def test_whole_files(in_memory: bool) -> None:
    data = bytes(range(256)) * 2
    for piece in (1, 100, 512, 1000):
        content = collect(Reader(data, piece), entry(len(data)))
        assert bytes(content) == data
        assert isinstance(content, mmap.mmap) == (not in_memory)
    assert bytes(collect(Reader(b""), entry(0))) == b""


def test_what_is_mapped_already_is_not_copied(in_memory: bool) -> None:
    data = b"x" * 500
    for spans in (None, ((1, 2),)):
        content = collect(Reader(data, whole=True), entry(500), spans)
        assert isinstance(content, memoryview)
        assert content.obj is data


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=600),
    spans=SPANS,
    piece=st.sampled_from([1, 13, 100, 1000]),
    bound=st.sampled_from([50, 1000]),
)
def test_spans_are_kept_and_the_rest_reads_as_zeros(
    data: bytes, spans: list[tuple[int, int]], piece: int, bound: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "FILE_IN_MEMORY_LARGEST", bound)
        content = collect(Reader(data, piece), entry(len(data)), tuple(spans))
    expected = bytearray(len(data))
    for start, end in spans:
        expected[start:end] = data[start:end]
    assert bytes(content) == expected


def test_what_is_behind_the_last_span_is_not_read() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * 100
        yield b"y" * 100
        yield b"z" * 100
        raise AssertionError("read on")

    reader = Reader(b"")
    reader.chunks = chunks  # type: ignore[method-assign]
    assert bytes(collect(reader, entry(10_000), ((10, 20), (150, 160)))) == (
        bytes(10) + b"x" * 10 + bytes(130) + b"y" * 10 + bytes(9840)
    )


@pytest.mark.parametrize("flavour", ["gnu", "pax"])
@pytest.mark.parametrize("piece", [1, 700, 1 << 20])
def test_sparse_files(flavour: Flavour, piece: int, in_memory: bool) -> None:
    pieces = [(1024 * at, bytes([at + 1]) * 512) for at in range(30)]
    data = tar_bytes([sparse("holes", 40_000, pieces), file("next", "x")], flavour)
    expected = bytearray(40_000)
    for offset, part in pieces:
        expected[offset : offset + 512] = part
    windows = (data[at : at + piece] for at in range(0, len(data), piece))
    for whole in (None, memoryview(data)):
        reader = TarReader(windows if whole is None else iter((data,)), whole)
        found: dict[str, Data] = {item.path: collect(reader, item) for item in reader.entries()}
        assert bytes(found["holes"]) == expected
        assert isinstance(found["holes"], mmap.mmap) == (not in_memory)
        assert bytes(found["next"]) == b"x"


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (((0, 5),), "more data than its map"),
        ((), "more data than its map"),
        (((0, 10), (10, 0)), None),
        (((0, 10), (90, 5)), "less data than its map"),
        (((0, 15),), "less data than its map"),
        (((95, 10),), "beyond its end"),
        (((1 << 62, 10),), "beyond its end"),
        (((50, 10), (50, 0), (0, 0)), None),
        (((0, 0), (90, 10)), None),
    ],
)
@pytest.mark.parametrize("piece", [3, 100])
def test_sparse_maps_that_lie(
    pieces: tuple[tuple[int, int], ...], text: str | None, piece: int, in_memory: bool
) -> None:
    item = entry(100 if in_memory else 101, pieces)
    if text is None:
        (place,) = [at for at, length in pieces if length]
        assert bytes(collect(Reader(b"0123456789", piece), item))[place : place + 10] == b"0123456789"
    else:
        with pytest.raises(UnreadableFileError, match=text):
            collect(Reader(b"0123456789", piece), item)


def test_holes_and_files_on_disk_leave_no_names_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(limits, "FILE_IN_MEMORY_LARGEST", 10)
    content = collect(Reader(b"x" * 10), entry(1 << 40, ((1 << 39, 10),)))
    assert len(content) == 1 << 40
    assert bytes(content[(1 << 39) - 1 : (1 << 39) + 11]) == b"\0" + b"x" * 10 + b"\0"
    assert list(tmp_path.iterdir()) == []


def test_files_of_a_folder(tmp_path: Path, in_memory: bool) -> None:
    (tmp_path / "file").write_bytes(b"0123456789" * 50)
    reader = FolderReader(tmp_path)
    for item in reader.entries():
        content = collect(reader, item)
        assert bytes(content) == b"0123456789" * 50
        assert isinstance(content, memoryview) == (not in_memory)
        assert bytes(collect(reader, item, ((5, 10),)))[5:10] == b"56789"
