import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats.sqlite_table import rows

PATH = Path(__file__).parents[1] / "packages" / "testdata" / "nix" / "store" / "input"
DATABASE = PATH.read_bytes()
PEOPLE = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)"


def made(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("PRAGMA page_size = 512")
        for statement in statements:
            db.execute(statement)
        return bytes(db.serialize())


def test_rows_come_in_the_order_of_the_file() -> None:
    content = made(PEOPLE, "INSERT INTO people VALUES (2, 'b'), (1, NULL), (3, 4)")
    assert list(rows(content, "people", ("name", "id"), most=9)) == [(None, 1), ("b", 2), ("4", 3)]


def test_a_database_with_a_write_ahead_log_and_a_trigger_is_read() -> None:
    assert DATABASE[18:20] == b"\2\2"
    assert b"CREATE TRIGGER" in DATABASE
    assert len(list(rows(DATABASE, "ValidPaths", ("path",), most=100))) == 10


def test_bytes_that_are_no_utf_8_are_replaced() -> None:
    content = made(PEOPLE, "INSERT INTO people VALUES (1, CAST(x'61ff' AS TEXT))")
    assert list(rows(content, "people", ("name",), most=9)) == [("a�",)]


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE VIEW people AS SELECT 1 AS id, 'x' AS name",),
        ("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT AS (id + 1))",),
        ("CREATE TABLE people (id INTEGER PRIMARY KEY)",),
        ("CREATE TABLE others (id INTEGER PRIMARY KEY, name TEXT)",),
        (PEOPLE, "CREATE VIEW v AS SELECT * FROM people"),
        (PEOPLE, "CREATE VIRTUAL TABLE t USING fts5(a)"),
        (PEOPLE, "INSERT INTO people VALUES (1, 'a'), (2, 'b'), (3, 'c')"),
        (PEOPLE, "INSERT INTO people VALUES (1, hex(zeroblob(70000)))"),
    ],
)
def test_what_runs_code_or_has_another_shape_is_refused(statements: tuple[str, ...]) -> None:
    with pytest.raises(UnreadableFileError):
        list(rows(made(*statements), "people", ("id", "name"), most=2))


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, len(DATABASE)),
    st.integers(0, len(DATABASE)),
    st.binary(max_size=40),
    st.sampled_from(["cut", "put"]),
)
def test_any_bytes_give_rows_or_our_error(start: int, end: int, junk: bytes, how: str) -> None:
    start, end = sorted((start, end))
    content = DATABASE[:start] + junk + DATABASE[end if how == "cut" else start + len(junk) :]
    try:
        for row in rows(content, "Refs", ("referrer", "reference"), most=1000):
            assert len(row) == 2
    except UnreadableFileError:
        pass
