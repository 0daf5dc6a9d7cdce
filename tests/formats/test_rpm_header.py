import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats import ndb
from pratique.formats.rpm_header import Header, read

DATABASE = Path(__file__).parents[1] / "packages" / "testdata" / "rpm" / "ndb" / "input"
NAME, EPOCH, SUMMARY, BASENAMES, DIRINDEXES = 1000, 1003, 1004, 1117, 1116
WANTED = frozenset({NAME, EPOCH, SUMMARY, BASENAMES, DIRINDEXES})


def real() -> bytes:
    blobs = [blob for blob in ndb.values(DATABASE.read_bytes()) if isinstance(blob, bytes)]
    return max(blobs, key=len)


def made(*entries: tuple[int, int, int, int], data: bytes = b"") -> bytes:
    """A header blob of index entries (tag, type, offset, count)."""
    index = b"".join(struct.pack(">IIII", *entry) for entry in entries)
    return struct.pack(">II", len(entries), len(data)) + index + data


def test_real_header() -> None:
    header = read(real(), WANTED)
    assert header.text(NAME) == "tiny-big"
    assert header.text(SUMMARY) == "Many files, so that its header overflows pages"
    assert header.numbers == {EPOCH: (2,), DIRINDEXES: (0,) * 24}
    assert sorted(header.texts[BASENAMES]) == sorted(f"file-{i}.txt" for i in range(1, 25))
    assert set(header.texts) == {NAME, SUMMARY, BASENAMES}


def test_of_two_entries_the_later_prevails() -> None:
    blob = made((NAME, 6, 0, 1), (NAME, 6, 4, 1), data=b"old\0new\0")
    assert read(blob, WANTED) == Header({NAME: ["new"]}, {})


def test_numbers_of_all_widths() -> None:
    data = bytes(range(8))
    tags = {4: 0x00010203, 5: 0x0001020304050607, 3: 0x0001, 2: 0}
    for kind, number in tags.items():
        assert read(made((EPOCH, kind, 0, 1), data=data), WANTED).numbers == {EPOCH: (number,)}


def test_bytes_that_are_no_utf8_are_replaced_and_end_nothing() -> None:
    blob = made((NAME, 6, 0, 1), (BASENAMES, 8, 3, 2), data=b"\xe4x\0\xe4\0\xf0\x9f\0")
    assert read(blob, WANTED).texts == {NAME: ["�x"], BASENAMES: ["�", "�"]}


def test_unwanted_entries_may_be_broken() -> None:
    assert read(made((NAME, 6, 0, 1), (5, 6, 0xFFFFFFFF, 9), data=b"x\0"), WANTED).text(NAME) == "x"


def test_missing_text_is_empty() -> None:
    assert read(made((EPOCH, 4, 0, 1), data=b"\0" * 4), WANTED).text(NAME) == ""


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\0" * 8,
        struct.pack(">II", 0xFFFFFFFF, 0xFFFFFFFF),
        made((NAME, 6, 0, 1), data=b"x\0")[:-1],
        made((NAME, 6, 2, 1), data=b"x\0"),
        made((NAME, 6, 0xFFFFFFFF, 1), data=b"x\0"),
        made((NAME, 6, 0, 1), data=b"x"),
        made((NAME, 6, 0, 1), data=b"x" * 100_000 + b"\0"),
        made((NAME, 6, 0, 1), (SUMMARY, 6, 1, 1), data=b"xy\0"),
        made((BASENAMES, 8, 0, 3), data=b"a\0b\0c"),
        made((BASENAMES, 8, 0, 0xFFFFFFFF), data=b"\0" * 100),
        made((DIRINDEXES, 4, 0, 2), data=b"\0" * 7),
        made((DIRINDEXES, 4, 0, 0xFFFFFFFF), data=b"\0" * 8),
    ],
)
def test_broken_headers(blob: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read(blob, WANTED)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.lists(st.tuples(st.integers(0, 6000), st.binary(max_size=8)), max_size=8))
def test_any_bytes(junk: bytes, edits: list[tuple[int, bytes]]) -> None:
    blob = bytearray(real())
    for at, piece in edits:
        blob[at : at + len(piece)] = piece
    for candidate in (junk, struct.pack(">II", 1, 60) + junk, bytes(blob)):
        try:
            header = read(candidate, WANTED)
        except UnreadableFileError:
            continue
        assert isinstance(header.text(NAME), str)
