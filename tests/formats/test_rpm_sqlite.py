import mmap
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats import rpm_sqlite
from pratique.formats.rpm_header import read

PATH = Path(__file__).parents[1] / "packages" / "testdata" / "rpm" / "sqlite" / "input"
DATABASE = PATH.read_bytes()
PACKAGES = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)"


def made(*statements: str, page_size: int = 512) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {page_size}")
        db.execute("BEGIN")
        for statement in statements:
            db.execute(statement)
        db.execute("COMMIT")
        return bytes(db.serialize())


def test_a_file_with_a_write_ahead_log_is_read() -> None:
    assert DATABASE[18:20] == b"\2\2"
    blobs = [blob for blob in rpm_sqlite.values(DATABASE) if isinstance(blob, bytes)]
    names = [read(blob, {1000}).text(1000) for blob in blobs]
    assert names == ["gpg-pubkey", "tiny", "tiny-libs", "tiny-empty", "tiny-big"]


def test_a_file_without_one_gives_the_same() -> None:
    plain = DATABASE[:18] + b"\1\1" + DATABASE[20:]
    assert list(rpm_sqlite.values(plain)) == list(rpm_sqlite.values(DATABASE))


def test_a_mapped_file_can_be_closed_afterwards() -> None:
    with PATH.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert len(list(rpm_sqlite.values(mapped))) == 5


def test_no_packages() -> None:
    assert list(rpm_sqlite.values(made(PACKAGES))) == []


def test_values_that_are_no_blobs_cost_themselves_only() -> None:
    data = made(PACKAGES, "INSERT INTO Packages(blob) VALUES (x'01'), (7), (x'02')")
    found = list(rpm_sqlite.values(data))
    assert [found[0], found[2]] == [b"\1", b"\2"]
    assert "header 2" in str(found[1])


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE Name (key, hnum)",),
        (PACKAGES.replace("blob BLOB", "text BLOB"),),
        (PACKAGES.replace("NOT NULL", "AS (zeroblob(1000000000))"),),
        ("CREATE TABLE Packages (hnum INTEGER AS (1), blob BLOB)",),
        ("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB, more)",),
        (PACKAGES, "CREATE VIEW v AS SELECT 1"),
        (PACKAGES, "CREATE TRIGGER t AFTER INSERT ON Packages BEGIN SELECT 1; END"),
        ("CREATE VIEW Packages AS SELECT 1 AS hnum, randomblob(100) AS blob",),
        (
            "CREATE VIEW Packages AS WITH RECURSIVE c(hnum) AS (SELECT 1 UNION ALL SELECT hnum + 1 FROM c)"
            " SELECT hnum, randomblob(100) AS blob FROM c",
        ),
        (PACKAGES, *(f"CREATE TABLE t{i} (a)" for i in range(4000))),
        (PACKAGES, f"CREATE TABLE long ({'a' * 20_000})"),
        (PACKAGES, f"CREATE TABLE wide ({','.join(f'c{i}' for i in range(200))})"),
    ],
)
def test_schemas_that_rpm_does_not_write(statements: tuple[str, ...]) -> None:
    with pytest.raises(UnreadableFileError):
        list(rpm_sqlite.values(made(*statements)))


def test_a_tree_whose_branches_meet_in_one_leaf() -> None:
    rows = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 300) SELECT x, zeroblob(50) FROM c"
    data = bytearray(made(PACKAGES, f"INSERT INTO Packages {rows}"))
    assert len(list(rpm_sqlite.values(data))) == 300
    (root,) = (at for at in range(512, len(data), 512) if data[at] == 5)
    count = struct.unpack_from(">H", data, root + 3)[0]
    cells = struct.unpack_from(f">{count}H", data, root + 12)
    leaf = data[root + cells[0] : root + cells[0] + 4]
    for cell in cells:
        data[root + cell : root + cell + 4] = leaf
    found = rpm_sqlite.values(bytes(data))
    with pytest.raises(UnreadableFileError, match="loop"):
        list(found)


def test_rows_that_share_their_overflow_pages_end_it() -> None:
    rows = ", ".join(f"({i}, zeroblob(98692))" for i in range(1, 9))
    data = bytearray(made(PACKAGES, f"INSERT INTO Packages VALUES {rows}", page_size=4096))
    assert [len(value) for value in rpm_sqlite.values(data) if isinstance(value, bytes)] == [98_692] * 8
    leaf = next(at for at in range(4096, len(data), 4096) if data[at] == 13 and data[at + 4] == 8)
    cells = struct.unpack_from(">8H", data, leaf + 8)
    ends = [leaf + end for end in (4096, *cells)]  # cells lie from the end of the page down
    for end in ends[1:8]:
        data[end - 4 : end] = data[ends[0] - 4 : ends[0]]
    del data[30 * 4096 :]
    data[28:32] = struct.pack(">I", 30)
    with pytest.raises(UnreadableFileError, match="more blobs"):
        list(rpm_sqlite.values(data))


def test_reasons_are_one_line() -> None:
    data = made(PACKAGES, 'CREATE TABLE "a\nb" (c)').replace(b"(c)", b"(((")
    with pytest.raises(UnreadableFileError) as caught:
        list(rpm_sqlite.values(data))
    assert "\n" not in str(caught.value)


def read_all(data: bytes) -> None:
    try:
        for value in rpm_sqlite.values(data):
            assert isinstance(value, bytes | UnreadableFileError)
    except UnreadableFileError:
        pass


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=200),
    st.lists(st.tuples(st.integers(0, len(DATABASE)), st.binary(max_size=6)), max_size=10),
    st.lists(st.tuples(st.integers(0, 1024), st.binary(max_size=3)), max_size=4),
    st.integers(0, len(DATABASE)),
)
def test_any_bytes(junk: bytes, edits: list[tuple[int, bytes]], first: list[tuple[int, bytes]], end: int) -> None:
    data = bytearray(DATABASE)
    for at, piece in edits + first:
        data[at : at + len(piece)] = piece
    for candidate in (junk, rpm_sqlite.MAGIC + junk, DATABASE[:100] + junk, bytes(data), bytes(data[:end])):
        read_all(candidate)
