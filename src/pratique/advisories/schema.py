"""What reader and writer of the database agree on, beside schema.sql."""

import os
from typing import TYPE_CHECKING

from pratique.records.advisory import AdvisorySource

if TYPE_CHECKING:
    import sqlite3

APPLICATION_ID = 0x50524151
SCHEMA_VERSION = 1
"""Both as in schema.sql. A database of another version is built anew."""


def is_ours(connection: "sqlite3.Connection") -> bool:
    """Whether the file behind `connection` is a database of pratique in this version of the schema."""
    found = (
        connection.execute("PRAGMA application_id").fetchone()[0],
        connection.execute("PRAGMA user_version").fetchone()[0],
    )
    return found == (APPLICATION_ID, SCHEMA_VERSION)


def read_only(path: "str | os.PathLike[str]") -> str:
    """`path` as an SQLite URI for reading; no lock is taken, since nobody ever writes into the file."""
    quoted = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{quoted}?mode=ro&immutable=1"


def sources(connection: "sqlite3.Connection") -> tuple[AdvisorySource, ...]:
    """What is held, by name."""
    rows = connection.execute("SELECT ecosystem, count, newest, fetched, source FROM feed ORDER BY ecosystem")
    return tuple(AdvisorySource(*row) for row in rows)
