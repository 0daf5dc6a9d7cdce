import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats import ndb
from pratique.formats.rpm_header import read

DATABASE = (Path(__file__).parents[1] / "packages" / "testdata" / "rpm" / "ndb" / "input").read_bytes()
SLOTS = [at for at in range(32, 4096, 16) if any(DATABASE[at + 8 : at + 12])]


def edited(at: int, piece: bytes, data: bytes = DATABASE) -> bytes:
    return data[:at] + piece + data[at + len(piece) :]


def slot(index: int, offset: int, count: int) -> bytes:
    return b"Slot" + struct.pack("<III", index, offset, count)


def test_every_blob_is_a_header_and_none_of_the_removed_comes_back() -> None:
    blobs = [blob for blob in ndb.values(DATABASE) if isinstance(blob, bytes)]
    names = [read(blob, {1000}).text(1000) for blob in blobs]
    assert names == ["gpg-pubkey", "tiny", "tiny-libs", "tiny-empty", "tiny-big"]
    assert len(SLOTS) == 5


@pytest.mark.parametrize(
    "bad",
    [
        slot(1, 0xFFFFFFF0, 0xFFFFFFFF),
        slot(1, 1, 4),
        slot(1, len(DATABASE) // 16 - 1, 1),
        slot(1, 257, 0),
        slot(7, 256, 3),
    ],
    ids=["beyond", "among the slots", "at the end", "not a blob", "of another"],
)
def test_a_broken_blob_costs_itself_only(bad: bytes) -> None:
    found = list(ndb.values(edited(SLOTS[0], bad)))
    assert [isinstance(value, bytes) for value in found] == [False, True, True, True, True]


def test_a_blob_of_a_wrong_length() -> None:
    (offset,) = struct.unpack_from("<I", DATABASE, SLOTS[0] + 8)
    found = list(ndb.values(edited(offset * 16 + 12, b"\xff\xff\xff\xff")))
    assert "4294967295 bytes" in str(found[0])
    assert len(found) == 5


def test_slots_that_share_one_blob_end_it() -> None:
    entry = DATABASE[SLOTS[4] : SLOTS[4] + 16]
    with pytest.raises(UnreadableFileError, match="more blobs"):
        list(ndb.values(edited(32, entry * 200)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RpmP",
        DATABASE[:4000],
        edited(0, b"rpmP"),
        edited(4, b"\1"),
        edited(12, b"\0\0\0\0"),
        edited(12, b"\xff\xff\xff\xff"),
        edited(12, b"\5"),
        edited(SLOTS[2], b"slot"),
    ],
)
def test_what_rpm_itself_would_not_read(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        list(ndb.values(data))


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=100),
    st.lists(st.tuples(st.integers(0, len(DATABASE)), st.binary(max_size=6)), max_size=6),
    st.integers(0, len(DATABASE)),
)
def test_any_bytes(junk: bytes, edits: list[tuple[int, bytes]], end: int) -> None:
    data = DATABASE
    for at, piece in edits:
        data = edited(at, piece, data)
    for candidate in (junk, edited(16, junk), data, data[:end]):
        try:
            for value in ndb.values(candidate):
                assert isinstance(value, bytes | UnreadableFileError)
        except UnreadableFileError:
            pass
