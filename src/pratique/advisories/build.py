"""From a bucket in OSV's layout to the database: the whole flow of `pratique db update`."""

import difflib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pratique.advisories import database, epss, kev, needed, schema
from pratique.advisories.database import Held
from pratique.advisories.refresh import Change, Progress, Task, refresh
from pratique.advisories.source import Bucket, open_bucket
from pratique.errors import AdvisoryError, UnreadableFileError, UsageError
from pratique.net.http import ATTEMPTS, Client
from pratique.records.advisory import AdvisorySource

if TYPE_CHECKING:
    import sqlite3

ECOSYSTEMS_LARGEST = 1 << 16
"""Bytes of ecosystems.txt: some 50 short lines."""


class UpdateSummary(msgspec.Struct, frozen=True):
    """What an update did."""

    changes: tuple[Change, ...]
    sources: tuple[AdvisorySource, ...]
    """Everything that the database holds now."""
    notices: tuple[str, ...]
    """What went wrong without spoiling the update, one line each."""


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress."""


def update(
    path: Path,
    source: str,
    ecosystems: Iterable[str] | None,
    *,
    now: str,
    progress: Progress = silent,
    offline: bool = False,
    attempts: int = ATTEMPTS,
) -> UpdateSummary:
    """Bring the database at `path` up to what `source` (an http address or a folder) has.

    No `ecosystems`: those the database holds and those that scanned images needed. `now` is the RFC 3339 time
    to note. Raises UsageError for unknown names, AdvisoryError when something cannot be fetched or stored; then
    the old database stays as it is. KEV and EPSS may fail: a notice says so.
    """
    with Client(offline=offline, attempts=attempts) as client:
        bucket = open_bucket(source, client)
        available = _available(bucket)
        with database.locked(path), database.rewritten(path) as connection:
            wanted, notices = _wanted(connection, path, available, ecosystems)
            if not wanted:
                raise AdvisoryError(f"{bucket.where} has none of the ecosystems: {'; '.join(notices)}")
            changes = [refresh(Task(connection, bucket, name, now, path.parent, progress, notices)) for name in wanted]
            changes += _refresh_extras(connection, bucket, now, notices, progress)
            sources = schema.sources(connection)
    return UpdateSummary(tuple(changes), sources, tuple(notices))


def _available(bucket: Bucket) -> list[str]:
    answer = bucket.read("ecosystems.txt", largest=ECOSYSTEMS_LARGEST)
    if answer.status != 200:
        raise AdvisoryError(f"{bucket.where} has no ecosystems.txt", "name the top of a bucket in OSV's layout")
    return [name for line in answer.data.decode("utf-8", "replace").splitlines() if (name := line.strip())]


def _wanted(
    connection: "sqlite3.Connection", path: Path, available: list[str], asked: Iterable[str] | None
) -> tuple[list[str], list[str]]:
    """(ecosystems to update, notices)."""
    if asked is not None:
        return sorted({_match(name, available) for name in asked}), []
    held = {one.ecosystem for one in schema.sources(connection)} - {"KEV", "EPSS"}
    known = held | set(needed.read(path))
    if not known:
        raise UsageError(
            "there is no ecosystem to update",
            "name some, as `Debian` or `PyPI`, or scan an image first: what it needs is remembered",
        )
    absent = sorted(known - set(available))
    return sorted(known & set(available)), [f"{name}: the source does not have it" for name in absent]


def _match(name: str, available: list[str]) -> str:
    """The ecosystem that `name`, with or without release, means. Raises UsageError with names like it."""
    base = name.partition(":")[0].strip()
    if base in available:
        return base
    folded = {one.casefold(): one for one in available}
    if base.casefold() in folded:
        return folded[base.casefold()]
    close = [folded[one] for one in difflib.get_close_matches(base.casefold(), folded, n=3, cutoff=0.5)]
    if close:
        raise UsageError(f"the source has no ecosystem {name!r}", f"did you mean {' or '.join(close)}?")
    raise UsageError(f"the source has no ecosystem {name!r}", f"it has {', '.join(available)[:400]}")


def _refresh_extras(
    connection: "sqlite3.Connection", bucket: Bucket, now: str, notices: list[str], progress: Progress
) -> list[Change]:
    """KEV and EPSS; what fails stays as it was, with a notice."""
    changes = []
    for kind, largest, replace in (
        ("kev", kev.LARGEST, _replace_exploited),
        ("epss", epss.LARGEST, _replace_epss),
    ):
        name = kind.upper()
        progress(f"{name}: fetching", 0, 0)
        before = database.held(connection, name)
        try:
            found = bucket.extras(kind, largest=largest, etags={before.source: before.etag})
            if found is None:
                notices.append(f"{name}: {bucket.where} has none")
                continue
            where, answer = found
            state = sha256(answer.data).hexdigest() if answer.status == 200 else before.state
            if before.state == state:
                after = msgspec.structs.replace(before, fetched=now, source=where, etag=answer.etag)
                changes.append(Change(name, "unchanged", before.count))
            else:
                count, newest, unreadable = replace(connection, answer.data)
                after = Held(count, newest, now, where, answer.etag, "", state)
                changes.append(Change(name, "whole", count, count, unreadable=unreadable))
            database.hold(connection, name, after)
        except (AdvisoryError, UnreadableFileError) as error:
            notices.append(f"{name}: {error}; what was held before stays")
    return changes


def _replace_exploited(connection: "sqlite3.Connection", data: bytes) -> tuple[int, str, int]:
    rows, newest, unreadable = kev.parse(data)
    database.write_exploited(connection, rows)
    return len(rows), newest, unreadable


def _replace_epss(connection: "sqlite3.Connection", data: bytes) -> tuple[int, str, int]:
    rows, newest, unreadable = epss.parse(data)
    database.write_epss(connection, rows)
    return len(rows), newest, unreadable
