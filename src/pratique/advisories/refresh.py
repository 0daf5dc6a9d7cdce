"""One ecosystem brought up to date.

Its listing (modified_id.csv) says what changed since the last time. A few hundred changes are fetched one by one;
more of them, or a first time, as all.zip; nothing at all where the listing is the same.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from pratique.advisories import archive, database, listing, osv
from pratique.advisories.database import Held
from pratique.advisories.osv import Record
from pratique.advisories.source import Bucket
from pratique.errors import AdvisoryError, UnreadableFileError

if TYPE_CHECKING:
    import sqlite3

SINGLES_MOST = 500
"""Records fetched one by one; beyond that all.zip is quicker. A distribution changes a few hundred a day."""

SINGLES_AT_ONCE = 8
"""Connections for them."""

ARCHIVE_LARGEST = 4 << 30
"""Bytes of all.zip; those of the largest ecosystems have some 400 MB."""

Progress = Callable[[str, int, int], None]
"""Called with what is done (`Debian: fetching`), how much of it so far, and how much in all (0: not known)."""


class Change(msgspec.Struct, frozen=True):
    """What an update did to one feed."""

    ecosystem: str
    """`Debian`, ..., `KEV`, `EPSS`."""
    how: Literal["whole", "changes", "unchanged"]
    held: int
    """Records in the database now."""
    written: int = 0
    removed: int = 0
    """Records that the listing no longer has."""
    passed_over: int = 0
    """Withdrawn ones, and those that name no vulnerable package of this ecosystem."""
    unreadable: int = 0


class Task:
    """What to bring up to date, and what was seen on the way."""

    def __init__(
        self,
        connection: "sqlite3.Connection",
        bucket: Bucket,
        ecosystem: str,
        now: str,
        scratch: Path,
        progress: Progress,
        notices: list[str],
    ) -> None:
        self.connection, self.bucket, self.ecosystem, self.now = connection, bucket, ecosystem, now
        self.scratch, self.progress, self.notices = scratch, progress, notices
        self.seen: dict[str, str] = {}
        """Id -> time of change of each record that could be read."""
        self.broken: set[str] = set()
        """Names of those that could not."""
        self.passed_over = 0

    def records(self, contents: Iterable[tuple[str, bytes | UnreadableFileError]]) -> Iterator[Record]:
        """The records behind (id, JSON) pairs, noting what is passed over and what is broken."""
        for name, content in contents:
            try:
                own, modified, record = self._read(name, content)
            except UnreadableFileError:
                self.broken.add(name)
                continue
            self.seen[own] = modified
            if len(self.seen) % 1000 == 0:
                self.progress(f"{self.ecosystem}: reading", len(self.seen), 0)
            if record is None:
                self.passed_over += 1
            else:
                yield record

    def _read(self, name: str, content: bytes | UnreadableFileError) -> tuple[str, str, Record | None]:
        if isinstance(content, UnreadableFileError):
            raise content
        found = osv.read(content, self.ecosystem)
        if found[0] != name:
            raise UnreadableFileError("its name is not its id")
        return found


def refresh(task: Task) -> Change:
    """Bring one ecosystem up to date. Raises AdvisoryError."""
    name, where = task.ecosystem, task.bucket.where
    before = database.held(task.connection, name)
    if before.source != where:
        before = Held()
    task.progress(f"{name}: listing", 0, 0)
    answer = task.bucket.read(name, "modified_id.csv", largest=listing.LISTING_LARGEST, etag=before.etag)
    digest = sha256(answer.data).hexdigest() if answer.status == 200 else ""
    if before.state and (answer.status == 304 or digest == before.listed != ""):
        database.hold(task.connection, name, msgspec.structs.replace(before, fetched=task.now, etag=answer.etag))
        return Change(name, "unchanged", before.count)
    listed = listing.parse(answer.data.decode("utf-8", "replace")) if answer.status == 200 else {}
    after = Held(fetched=task.now, source=where, etag=answer.etag, listed=digest)
    change = _apply_changes(task, before, after, listed) if before.state and listed else None
    if change is None:
        change = _take_whole(task, after, listed)
    if task.broken:
        some = ", ".join(sorted(filter(osv.is_id, task.broken))[:3])
        task.notices.append(f"{name}: records left out since they cannot be read: {len(task.broken)} ({some})")
    return change


def _apply_changes(task: Task, before: Held, after: Held, listed: dict[str, str]) -> Change | None:
    """Fetch what changed one by one; None where that is too much, or the source has only all.zip."""
    known = listing.parse(before.listing)
    changed = [own for own, modified in listed.items() if known.get(own) != modified]
    vanished = [own for own in known if own not in listed]
    if len(changed) > SINGLES_MOST:
        return None
    contents = list(_singles(task, changed))
    if len(contents) < len(changed):
        return None
    feed = database.hold(task.connection, task.ecosystem, after)
    records = list(task.records(contents))
    database.drop(task.connection, feed, [*task.seen, *vanished])
    written = database.write(task.connection, feed, records)
    return _noted(task, "changes", after, listed, written, len(vanished))


def _take_whole(task: Task, after: Held, listed: dict[str, str]) -> Change:
    """Replace all records by those of all.zip, and mend that by the listing."""
    task.seen.clear()
    task.broken.clear()
    task.passed_over = 0
    feed = database.hold(task.connection, task.ecosystem, after)
    database.clear(task.connection, feed)

    def fetching(done: int, total: int) -> None:
        task.progress(f"{task.ecosystem}: fetching", done, total)

    with task.bucket.open(
        task.ecosystem, "all.zip", largest=ARCHIVE_LARGEST, scratch=task.scratch, progress=fetching
    ) as file:
        if file is None:
            raise AdvisoryError(f"{task.bucket.where} has no all.zip for {task.ecosystem}")
        members = ((name.removesuffix(".json"), content) for name, content in archive.members(file))
        written = database.write(task.connection, feed, task.records(members))
    held = dict(task.seen)
    if listed:
        written += _reconcile(task, feed, listed)
        held |= {own: time for own, time in listed.items() if not _is_stale(task, own, time)}
    return _noted(task, "whole", after, held, written, 0)


def _reconcile(task: Task, feed: int, listed: dict[str, str]) -> int:
    """Fetch what all.zip lacks or has older than listed: the two are not exported at the same moment.

    Gives how many were written. What cannot be had stays out of the stored listing, so that it counts as
    changed the next time. osv.dev issue 4567.
    """
    stale = [own for own, time in listed.items() if _is_stale(task, own, time)]
    contents = list(_singles(task, stale)) if len(stale) <= SINGLES_MOST else []
    records = list(task.records(contents))
    database.drop(task.connection, feed, (own for own, _ in contents if own not in task.broken))
    database.write(task.connection, feed, records)
    missing = sum(_is_stale(task, own, listed[own]) for own in stale)
    if missing:
        task.notices.append(f"{task.ecosystem}: records missing from all.zip, or older there than listed: {missing}")
    return len(records)


def _is_stale(task: Task, own: str, time: str) -> bool:
    return own not in task.broken and (own not in task.seen or listing.is_older(task.seen[own], time))


def _singles(task: Task, ids: list[str]) -> Iterator[tuple[str, bytes]]:
    """(id, JSON) of single records as far as the source has them; ends early where it seems to have none."""
    from concurrent.futures import ThreadPoolExecutor

    def fetch(own: str) -> tuple[str, bytes | None]:
        answer = task.bucket.read(task.ecosystem, f"{own}.json", largest=archive.RECORD_LARGEST)
        return own, answer.data if answer.status == 200 else None

    rest = iter(ids)
    done = 0
    with ThreadPoolExecutor(SINGLES_AT_ONCE) as pool:
        while group := list(islice(rest, 4 * SINGLES_AT_ONCE)):
            found = [(own, data) for own, data in pool.map(fetch, group) if data is not None]
            yield from found
            done += len(group)
            task.progress(f"{task.ecosystem}: fetching changes", done, len(ids))
            if not found:
                return


def _noted(
    task: Task,
    how: Literal["whole", "changes"],
    after: Held,
    held: dict[str, str],
    written: int,
    removed: int,
) -> Change:
    """Store what is held now."""
    text = listing.render(held)
    values: dict[str, Any] = {
        "newest": listing.newest(held),
        "state": sha256(text.encode()).hexdigest(),
        "listing": text,
    }
    feed = database.hold(task.connection, task.ecosystem, msgspec.structs.replace(after, **values))
    count = database.count(task.connection, feed)
    database.hold(task.connection, task.ecosystem, msgspec.structs.replace(after, count=count, **values))
    return Change(task.ecosystem, how, count, written, removed, task.passed_over, len(task.broken))
