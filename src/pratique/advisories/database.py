"""The database file: written beside the old one, made durable, then put in its place by one rename.

A reader sees the old state or the new one. A killed update leaves `<name>.new` or `<name>.packed` behind,
which the next one removes.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pratique.advisories import severity
from pratique.advisories.osv import Record
from pratique.advisories.schema import SCHEMA_VERSION, is_ours, read_only
from pratique.errors import AdvisoryError
from pratique.records.advisory import Epss, Exploited, Severity

if TYPE_CHECKING:
    import sqlite3

PAGE_SIZE = 8192
"""Bytes: rows of advisories then stay within a page (WITHOUT ROWID holds a quarter of one at most)."""

BATCH = 2000
"""Records written at once."""


class Held(msgspec.Struct, frozen=True):
    """What the database knows of one feed."""

    count: int = 0
    newest: str = ""
    fetched: str = ""
    source: str = ""
    etag: str = ""
    listed: str = ""
    state: str = ""
    listing: str = ""
    """As text; see `pratique.advisories.listing`."""


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One update at a time: raises AdvisoryError while another one is at work on `path`."""
    import fcntl

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = _beside(path, ".lock").open("ab")
    except OSError as error:
        raise _unwritable(path, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AdvisoryError(
                f"another update of {path} is at work", "wait for it to end, then try again if need be"
            ) from error
        yield


@contextlib.contextmanager
def rewritten(path: Path) -> Iterator["sqlite3.Connection"]:
    """A copy of the database to change; takes its place when the block ends well, else nothing happens.

    Starts empty where there is no database or one that is damaged or of another version. Call it `locked`.
    """
    import sqlite3

    new, packed = _beside(path, ".new"), _beside(path, ".packed")
    try:
        _remove(new, packed)
        try:
            with contextlib.closing(_copied(path, new)) as connection:
                yield connection
                _finish(connection)
                if _is_loose(connection):
                    connection.execute("VACUUM INTO ?", (str(packed),))
            _replace(packed if packed.exists() else new, path)
        finally:
            _remove(new, packed)
    except sqlite3.Error as error:
        raise AdvisoryError(f"{path} cannot be written: {error}", "is the disk full?") from error
    except OSError as error:
        raise _unwritable(path, error) from error


def is_usable(path: Path) -> bool:
    """Whether `path` is a whole database of this version. Reads all of it."""
    import sqlite3

    if not path.is_file():
        return False
    try:
        with contextlib.closing(sqlite3.connect(read_only(path), uri=True)) as connection:
            return is_ours(connection) and connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        return False


def held(connection: "sqlite3.Connection", ecosystem: str) -> Held:
    """What is held of one feed; an empty record where nothing is."""
    import zlib

    row = connection.execute(
        "SELECT count, newest, fetched, source, etag, listed, state, listing FROM feed WHERE ecosystem = ?",
        (ecosystem,),
    ).fetchone()
    if row is None:
        return Held()
    count, newest, fetched, source, etag, listed, state, packed = row
    return Held(count, newest, fetched, source, etag, listed, state, zlib.decompress(packed).decode())


def hold(connection: "sqlite3.Connection", ecosystem: str, now: Held) -> int:
    """Store what is held of one feed and give its number."""
    import zlib

    row = (*msgspec.structs.astuple(now)[:-1], zlib.compress(now.listing.encode()))
    connection.execute(
        "INSERT INTO feed(ecosystem, count, newest, fetched, source, etag, listed, state, listing)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (ecosystem) DO UPDATE SET count = excluded.count, newest = excluded.newest,"
        " fetched = excluded.fetched, source = excluded.source, etag = excluded.etag,"
        " listed = excluded.listed, state = excluded.state, listing = excluded.listing",
        (ecosystem, *row),
    )
    found = connection.execute("SELECT number FROM feed WHERE ecosystem = ?", (ecosystem,)).fetchone()
    return int(found[0])


def count(connection: "sqlite3.Connection", feed: int) -> int:
    """How many records of a feed are held."""
    found = connection.execute("SELECT count(*) FROM advisory WHERE feed = ?", (feed,)).fetchone()
    return int(found[0])


def clear(connection: "sqlite3.Connection", feed: int) -> None:
    """Drop every record of a feed."""
    connection.execute("DELETE FROM advisory WHERE feed = ?", (feed,))
    connection.execute("DELETE FROM rated WHERE feed = ?", (feed,))
    connection.execute("DELETE FROM affected WHERE ecosystem IN (SELECT number FROM ecosystem WHERE feed = ?)", (feed,))


def drop(connection: "sqlite3.Connection", feed: int, ids: Iterable[str]) -> None:
    """Drop some records of a feed."""
    connection.execute("CREATE TEMP TABLE dropped (id TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT OR IGNORE INTO dropped VALUES (?)", ((own,) for own in ids))
    connection.execute("DELETE FROM advisory WHERE feed = ? AND id IN dropped", (feed,))
    connection.execute("DELETE FROM rated WHERE feed = ? AND advisory IN dropped", (feed,))
    connection.execute(
        "DELETE FROM affected WHERE ecosystem IN (SELECT number FROM ecosystem WHERE feed = ?) AND advisory IN dropped",
        (feed,),
    )
    connection.execute("DROP TABLE dropped")


def write(connection: "sqlite3.Connection", feed: int, records: Iterable[Record]) -> int:
    """Store records of a feed, replacing none: `drop` or `clear` them before. Gives how many there were."""
    encode = msgspec.msgpack.Encoder().encode
    numbers: dict[str, int] = dict(connection.execute("SELECT name, number FROM ecosystem"))
    advisories: list[tuple[str, int, bytes]] = []
    affected: list[tuple[int, str, str, bytes]] = []
    rated: list[tuple[str, str, int, bytes]] = []
    count = 0

    def flush() -> None:
        connection.executemany("INSERT OR REPLACE INTO advisory VALUES (?, ?, ?)", advisories)
        connection.executemany("INSERT OR REPLACE INTO affected VALUES (?, ?, ?, ?)", affected)
        connection.executemany("INSERT OR REPLACE INTO rated VALUES (?, ?, ?, ?)", rated)
        for rows in (advisories, affected, rated):
            rows.clear()

    for record in records:
        count += 1
        own = record.advisory.id
        advisories.append((own, feed, encode(record.advisory)))
        for one in record.affected:
            number = numbers.get(one.ecosystem)
            if number is None:
                number = numbers[one.ecosystem] = _number(connection, one.ecosystem, feed)
            affected.append((number, one.name, own, encode((one.ranges, one.versions, one.urgency))))
        rated += [(name, own, feed, encode(found)) for name, found in _rated(record)]
        if len(advisories) >= BATCH:
            flush()
    flush()
    if count > BATCH:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('loose', '')")
    return count


def _rated(record: Record) -> list[tuple[str, Severity]]:
    """The severity under every name of the vulnerability; a single upstream CVE is one of them."""
    advisory = record.advisory
    found = severity.for_others(advisory)
    if found is None:
        return []
    upstream = [name for name in advisory.upstream if name.startswith("CVE-")]
    names = (advisory.id, *advisory.aliases, *(upstream if len(upstream) == 1 else ()))
    return [(name, found) for name in names]


def _number(connection: "sqlite3.Connection", ecosystem: str, feed: int) -> int:
    cursor = connection.execute("INSERT INTO ecosystem(name, feed) VALUES (?, ?)", (ecosystem, feed))
    return int(cursor.lastrowid or 0)


def write_exploited(connection: "sqlite3.Connection", rows: Iterable[Exploited]) -> None:
    """Replace the catalogue of exploited vulnerabilities."""
    connection.execute("DELETE FROM exploited")
    connection.executemany(
        "INSERT OR REPLACE INTO exploited VALUES (?, ?, ?, ?)",
        ((one.cve, one.added, one.due, one.ransomware) for one in rows),
    )


def write_epss(connection: "sqlite3.Connection", rows: Iterable[Epss]) -> None:
    """Replace the EPSS scores."""
    connection.execute("DELETE FROM epss")
    connection.executemany(
        "INSERT OR REPLACE INTO epss VALUES (?, ?, ?)", ((one.cve, one.score, one.percentile) for one in rows)
    )


def _unwritable(path: Path, error: OSError) -> AdvisoryError:
    return AdvisoryError(
        f"{error.filename or path}: {error.strerror or error}",
        "is the disk full, or the folder of the database not yours?",
    )


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _copied(path: Path, new: Path) -> "sqlite3.Connection":
    import shutil
    import sqlite3

    usable = is_usable(path)
    if usable:
        shutil.copyfile(path, new)
    connection = sqlite3.connect(new, isolation_level=None)
    # Nobody reads the new file before it is whole, and a broken one is thrown away: no journal, no waiting.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    if not usable:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.executescript(Path(__file__).with_name("schema.sql").read_text("utf-8"))
    connection.execute("BEGIN")
    return connection


def _finish(connection: "sqlite3.Connection") -> None:
    from hashlib import sha256

    from pratique import __version__

    connection.execute("DELETE FROM ecosystem WHERE NOT EXISTS (SELECT 1 FROM affected WHERE ecosystem = number)")
    states = connection.execute("SELECT ecosystem, state FROM feed ORDER BY ecosystem").fetchall()
    fingerprint = sha256(msgspec.json.encode([SCHEMA_VERSION, states])).hexdigest()
    connection.executemany(
        "INSERT OR REPLACE INTO meta VALUES (?, ?)",
        (("fingerprint", fingerprint), ("tool", f"pratique {__version__}")),
    )
    connection.execute("COMMIT")


def _is_loose(connection: "sqlite3.Connection") -> bool:
    """Whether packing pays: pages are empty, or half empty since rows came in another order than they lie."""
    free = connection.execute("PRAGMA freelist_count").fetchone()[0]
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    written = connection.execute("DELETE FROM meta WHERE key = 'loose'").rowcount
    return bool(written) or free * 5 > pages


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _replace(new: Path, path: Path) -> None:
    _sync(new)
    new.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
