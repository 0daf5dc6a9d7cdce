import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats import bdb

TESTDATA = Path(__file__).parents[1] / "packages" / "testdata" / "rpm"
FILES = sorted(TESTDATA.glob("bdb-*/input"))
HASH, BTREE = TESTDATA / "bdb-hash-big-512" / "input", TESTDATA / "bdb-btree-big-512" / "input"
PAGE = 512


def blobs() -> list[bytes]:
    """The headers that were put into the databases, as SQLite itself reads them."""
    with closing(sqlite3.connect(":memory:")) as db:
        image = bytearray((TESTDATA / "sqlite" / "input").read_bytes())
        image[18:20] = b"\1\1"
        db.deserialize(bytes(image))
        return [row[0] for row in db.execute("SELECT blob FROM Packages")]


def pages(data: bytes | bytearray, kind: int) -> list[int]:
    return [at for at in range(PAGE, len(data), PAGE) if data[at + 25] == kind]


def test_the_fixtures_cover_both_kinds_and_orders() -> None:
    assert len(FILES) == 4


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_value_comes_out_once(path: Path) -> None:
    expected = blobs()
    assert len(expected) == 5
    found = list(bdb.values(path.read_bytes()))
    assert all(isinstance(value, bytes) for value in found)
    assert sorted(value for value in found if isinstance(value, bytes)) == sorted(expected)


@pytest.mark.parametrize("path", [HASH, BTREE], ids=["hash", "btree"])
def test_a_chain_that_loops_costs_its_value_only(path: Path) -> None:
    data = bytearray(path.read_bytes())
    first = next(at for at in pages(data, 7) if any(data[at + 16 : at + 20]))
    data[first + 16 : first + 20] = struct.pack(">I", first // PAGE)
    found = list(bdb.values(data))
    assert [str(value) for value in found if not isinstance(value, bytes)] == [
        "Berkeley DB value on a broken chain of overflow pages"
    ]
    assert sum(isinstance(value, bytes) for value in found) == 4


@pytest.mark.parametrize("path", [HASH, BTREE], ids=["hash", "btree"])
def test_a_page_that_is_no_overflow_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[pages(data, 7)[0] + 25] = 9
    assert sum(isinstance(value, UnreadableFileError) for value in bdb.values(data)) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_a_truncated_file_is_told(path: Path) -> None:
    data = path.read_bytes()
    size = int(path.parent.name.rpartition("-")[2])
    found = list(bdb.values(data[:-size]))
    assert str(found[-1]) == "Berkeley DB ends 1 pages too early"
    assert any(isinstance(value, bytes) for value in found)


@pytest.mark.parametrize(("path", "kind"), [(HASH, 13), (BTREE, 5)], ids=["hash", "btree"])
@pytest.mark.parametrize("entries", [1, 3, 0xFFFF, 0xFFFE])
def test_a_leaf_with_a_wrong_count_costs_that_leaf_only(path: Path, kind: int, entries: int) -> None:
    data = bytearray(path.read_bytes())
    leaves = [at for at in pages(data, kind) if struct.unpack_from(">H", data, at + 20)[0]]
    assert len(leaves) > 1 or path == BTREE
    struct.pack_into(">H", data, leaves[0] + 20, entries)
    found = list(bdb.values(data))
    assert sum(isinstance(value, UnreadableFileError) for value in found) == 1


def test_items_of_a_btree_that_all_lie_in_one_place_end_it() -> None:
    data = bytearray(BTREE.read_bytes())
    leaf = pages(data, 5)[0]
    data[leaf + PAGE - 200 : leaf + PAGE] = b"\0\xc0\1" + b"\7" * 197
    struct.pack_into(">H", data, leaf + 20, 100)
    struct.pack_into(">100H", data, leaf + 26, *([PAGE - 200] * 100))
    for _ in range(4):
        data += data[leaf : leaf + PAGE] * (len(data) // PAGE)
    with pytest.raises(UnreadableFileError, match="more values than its size"):
        list(bdb.values(data))


def meta(**fields: int) -> bytes:
    """The meta page of a hash, big endian, with some fields replaced."""
    data = bytearray(HASH.read_bytes())
    places = {"magic": (">I", 12), "pagesize": (">I", 20), "encrypted": (">B", 24), "flags": (">B", 26)}
    for name, value in fields.items():
        struct.pack_into(places[name][0], data, places[name][1], value)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HASH.read_bytes()[:500],
        b"\0" * 4096,
        meta(magic=0x042253),
        meta(pagesize=0),
        meta(pagesize=256),
        meta(pagesize=1000),
        meta(pagesize=1 << 31),
        meta(encrypted=1),
        meta(flags=1),
    ],
)
def test_what_is_no_database_of_rpm(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        list(bdb.values(data))


def read(data: bytes) -> None:
    try:
        for value in bdb.values(data):
            assert isinstance(value, bytes | UnreadableFileError)
    except UnreadableFileError:
        pass


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.integers(0, 20_000), st.binary(max_size=6)), max_size=12),
    st.integers(0, 40_000),
)
def test_damaged_files(path: Path, edits: list[tuple[int, bytes]], end: int) -> None:
    data = bytearray(path.read_bytes())
    for at, piece in edits:
        data[at : at + len(piece)] = piece
    read(bytes(data))
    read(bytes(data[:end]))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from((13, 2, 5, 7)), st.booleans())
def test_any_bytes(junk: bytes, kind: int, tree: bool) -> None:
    read(junk)
    leaf = bytearray(junk.ljust(4 * PAGE, b"\0"))
    leaf[20:22] = struct.pack(">H", len(junk) % 64)
    leaf[25] = kind
    read(meta(magic=0x053162 if tree else 0x061561)[:PAGE] + leaf)
