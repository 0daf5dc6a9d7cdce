"""`rpmdb.sqlite`, rpm's database since 4.16: header blobs in the SQLite table `Packages`.

Source: rpm 4.18, lib/backend/sqlite.c. The file comes from strangers, and SQLite runs what a schema says; so only
a schema of plain tables and indices is accepted, and blobs are read past the SQL engine. Pages that are still in a
write-ahead log beside the file are not seen.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from pratique.errors import UnreadableFileError
from pratique.formats.rpm_header import LARGEST, Value
from pratique.records.file import Data

if TYPE_CHECKING:
    import sqlite3

MAGIC = b"SQLite format 3\0"
"""The first bytes of the file."""

_ROWS_MOST = 1_000_000
"""The largest distributions hold some 70,000 packages."""

_SCHEMA_STEPS, _ROW_STEPS = 20, 20_000
"""Thousands of steps of SQLite's machine. A row of the schema takes about ten, and rpm's has 60; a row of
`Packages` takes three."""

_PLAIN = (b"CREATE TABLE ", b"CREATE INDEX ", b"CREATE UNIQUE INDEX ")
_COLUMNS = [("hnum", "INTEGER", 1, 0), ("blob", "BLOB", 0, 0)]
"""Name, type, place in the primary key, and 0 for a stored column."""


def values(data: Data) -> Iterator[Value]:
    """All blobs of the table `Packages`, by their number.

    What is broken about one blob is yielded in its place. Raises UnreadableFileError if SQLite cannot read the file or
    it is not what rpm writes. Takes as much memory as the file: SQLite wants a copy.
    """
    import sqlite3

    if len(data) < 512 or bytes(data[:16]) != MAGIC:
        raise UnreadableFileError("not an SQLite database")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        try:
            _open(db, data)
            yield from _blobs(db, len(data))
        except (sqlite3.Error, UnicodeDecodeError, MemoryError) as error:  # a message may quote broken UTF-8
            raise UnreadableFileError(f"SQLite cannot read it: {str(error)[:200]!r}") from error


def _open(db: "sqlite3.Connection", data: Data) -> None:
    import sqlite3

    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 20)
    db.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 16 << 10)
    db.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 64)
    db.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 20)
    db.deserialize(data)
    _allow(db, _SCHEMA_STEPS)
    # Alone with the file, SQLite needs no shared memory to open one that was written with a write-ahead log.
    for pragma in ("locking_mode = EXCLUSIVE", "trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
        db.execute(f"PRAGMA {pragma}")
    db.text_factory = bytes
    schema = [row[0] for row in db.execute("SELECT sql FROM sqlite_master")]
    if not all(sql is None or (isinstance(sql, bytes) and sql.startswith(_PLAIN)) for sql in schema):
        raise UnreadableFileError("SQLite database with more than tables and indices")
    db.text_factory = str
    columns = [(row[1], row[2], row[5], row[6]) for row in db.execute("PRAGMA main.table_xinfo(Packages)")]
    if columns != _COLUMNS:
        raise UnreadableFileError("SQLite database without a table Packages as rpm makes it")


def _blobs(db: "sqlite3.Connection", budget: int) -> Iterator[Value]:
    import sqlite3

    _allow(db, _ROW_STEPS)
    last = None
    for rows, (number,) in enumerate(db.execute("SELECT hnum FROM main.Packages NOT INDEXED")):
        if not isinstance(number, int) or (last is not None and number <= last) or rows > _ROWS_MOST:
            raise UnreadableFileError("SQLite database with a loop in its table Packages")
        last = number
        value: Value
        try:
            with db.blobopen("Packages", "blob", number, readonly=True) as blob:
                size = len(blob)
                budget -= size
                value = blob.read() if size <= min(LARGEST, budget + size) else _too_large(number, size)
        except sqlite3.Error as error:
            value = UnreadableFileError(f"SQLite cannot read header {number}: {str(error)[:200]!r}")
        if budget < 0:
            raise UnreadableFileError("SQLite database with more blobs than its size can hold")
        yield value


def _too_large(number: int, size: int) -> UnreadableFileError:
    return UnreadableFileError(f"SQLite blob of header {number} has {size} bytes")


def _allow(db: "sqlite3.Connection", thousands: int) -> None:
    """From now on SQLite may take so many thousand steps; then the statement ends with an error."""
    left = iter(range(thousands))
    db.set_progress_handler(lambda: next(left, None) is None, 1000)
