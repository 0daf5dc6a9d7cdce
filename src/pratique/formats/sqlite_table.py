"""Rows of a table in an SQLite database that comes from strangers (SQLite, "Defense Against The Dark Arts").

SQLite runs what a schema says. Only one of plain tables and indices is accepted, and of triggers, which fire on writing
and nothing is written; a table is read as it stands, past its indices. Pages that are still in a write-ahead log beside
the file are not seen.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from pratique.errors import UnreadableFileError
from pratique.limits import KIB
from pratique.records.file import Data

if TYPE_CHECKING:
    import sqlite3

MAGIC = b"SQLite format 3\0"
"""The first bytes of the file."""

_VALUE_LONGEST = 64 * KIB
"""Bytes of one value. Wanted are paths and references of less than 4 KiB."""

_STEPS = 60_000
"""Thousands of steps of SQLite's machine; a row of seven columns takes ten."""

_PLAIN = (b"CREATE TABLE ", b"CREATE INDEX ", b"CREATE UNIQUE INDEX ", b"CREATE TRIGGER ")


def rows(
    data: Data, table: str, columns: tuple[str, ...], *, most: int
) -> Iterator[tuple[int | float | str | bytes | None, ...]]:
    """The columns of every row of a table, in the order of the file; `most` rows at most.

    Raises UnreadableFileError if SQLite cannot read the file or there is no such table with stored columns of these
    names. Takes as much memory as the file: SQLite wants a copy. `table` and `columns` are words of the program.
    """
    import sqlite3

    if len(data) < 512 or bytes(data[:16]) != MAGIC:
        raise UnreadableFileError("not an SQLite database")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        try:
            _open(db, data)
            stored = {row[1] for row in db.execute(f"PRAGMA main.table_xinfo({table})") if row[6] == 0}
            if not stored.issuperset(columns):
                raise UnreadableFileError(f"SQLite database without a table {table} of {', '.join(columns)}")
            db.text_factory = lambda value: value.decode(errors="replace")
            query = f"SELECT {', '.join(columns)} FROM main.{table} NOT INDEXED"  # noqa: S608
            for number, row in enumerate(db.execute(query)):
                if number == most:
                    raise UnreadableFileError(f"table {table} of more than {most} rows")
                yield row
        except (sqlite3.Error, UnicodeDecodeError, MemoryError) as error:  # a message may quote broken UTF-8
            raise UnreadableFileError(f"SQLite cannot read it: {str(error)[:200]!r}") from error


def _open(db: "sqlite3.Connection", data: Data) -> None:
    import sqlite3

    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_LONGEST)
    db.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 16 * KIB)
    db.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 64)
    db.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 20)
    db.deserialize(data)
    left = iter(range(_STEPS))
    db.set_progress_handler(lambda: next(left, None) is None, 1000)
    # Alone with the file, SQLite needs no shared memory to open one that was written with a write-ahead log.
    for pragma in ("locking_mode = EXCLUSIVE", "trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
        db.execute(f"PRAGMA {pragma}")
    db.text_factory = bytes
    schema = [row[0] for row in db.execute("SELECT sql FROM sqlite_master")]
    if not all(sql is None or (isinstance(sql, bytes) and sql.startswith(_PLAIN)) for sql in schema):
        raise UnreadableFileError("SQLite database with more than tables, indices and triggers")
    db.text_factory = str
