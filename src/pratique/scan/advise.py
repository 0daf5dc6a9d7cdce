"""Which advisories judge: the database, brought up to what the image needs; else, said loudly, the baseline."""

import contextlib
import os
from collections.abc import Iterable, Iterator

from pratique.advisories import needed
from pratique.advisories.baseline import Baseline
from pratique.advisories.query import Advisories, Database
from pratique.errors import PratiqueError, UsageError
from pratique.scan.settings import Outlet, Settings

_ATTEMPTS = 1
"""A scan that fetches what it lacks does not hold up a pipeline for long: the baseline judges, and says so."""


@contextlib.contextmanager
def choose_advisories(feeds: Iterable[str], settings: Settings, outlet: Outlet) -> Iterator[Advisories]:
    """The database with the feeds that an image needs, fetched if they are missing; else the baseline.

    Raises AdvisoryError only if the database is there and cannot be read.
    """
    if settings.advisories == "baseline":
        yield Baseline.open()
        return
    wanted = set(feeds)
    needed.remember(settings.database, wanted)
    database = _open(settings)
    missing = wanted - {source.ecosystem for source in database.sources()} if database else wanted
    if missing and (not settings.offline or os.path.isdir(settings.source)):
        if database:
            database.close()
        _fetch(missing, settings, outlet)
        database = _open(settings)
    if database:
        with database:
            yield database
        return
    outlet.notice("THERE IS NO ADVISORY DATABASE: only the built-in baseline judges, a small part of what is known")
    outlet.notice("fetch one with `pratique db update`, from a mirror with `--source URL|FOLDER`")
    yield Baseline.open()


def _open(settings: Settings) -> Database | None:
    return Database.open(settings.database) if os.path.exists(settings.database) else None


def fetching(what: str, done: int, total: int) -> str:
    """How far an update is, in a line: bytes of a download, or only what it does where their number is not known."""
    return f"{what} {done / 2**20:.1f} of {total / 2**20:.1f} MiB" if total else what


def _fetch(missing: set[str], settings: Settings, outlet: Outlet) -> None:
    """Fetch feeds, or say why not. Imported here: a scan that has its advisories needs no HTTP client."""
    from pathlib import Path

    from pratique.advisories.build import update
    from pratique.advisories.source import DEFAULT_SOURCE

    source = settings.source or DEFAULT_SOURCE
    try:
        summary = update(
            Path(settings.database),
            source,
            sorted(missing),
            now=outlet.now,
            progress=lambda *steps: outlet.progress(fetching(*steps)),
            offline=settings.offline,
            attempts=_ATTEMPTS,
        )
    except PratiqueError as error:
        if isinstance(error, UsageError) and len(missing) > 1:
            # A mirror that lacks one of them may have the others.
            for feed in sorted(missing):
                _fetch({feed}, settings, outlet)
        else:
            outlet.notice(f"advisories for {', '.join(sorted(missing))} could not be fetched: {error}")
        return
    for line in summary.notices:
        outlet.notice(line)
