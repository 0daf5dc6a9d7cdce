"""Which advisories judge: the database, brought up to what the image needs; else, said loudly, the baseline."""

from collections.abc import Iterable

from pratique.advisories import needed
from pratique.advisories.baseline import Baseline
from pratique.advisories.query import Advisories, Database
from pratique.errors import PratiqueError
from pratique.scan.settings import Outlet, Settings


def choose_advisories(feeds: Iterable[str], settings: Settings, outlet: Outlet) -> Advisories:
    """The database with the feeds that an image needs, fetched if they are missing; else the baseline.

    Raises AdvisoryError only if the database is there and cannot be read.
    """
    if settings.advisories == "baseline":
        return Baseline.open()
    wanted = set(feeds)
    needed.remember(settings.database, wanted)
    database = _open(settings)
    held = {source.ecosystem for source in database.sources()} if database else set()
    missing = wanted - held
    if missing and not settings.offline:
        try:
            _fetch(missing, settings, outlet)
            database = _open(settings)
        except PratiqueError as error:
            outlet.notice(f"advisories for {', '.join(sorted(missing))} could not be fetched: {error}")
    if database is None:
        outlet.notice("THERE IS NO ADVISORY DATABASE: only the built-in baseline judges, a small part of what is known")
        outlet.notice("fetch one with `pratique db update`, from a mirror with `--source URL|FOLDER`")
        return Baseline.open()
    return database


def _open(settings: Settings) -> Database | None:
    return Database.open(settings.database) if settings.database.exists() else None


def _fetch(missing: set[str], settings: Settings, outlet: Outlet) -> None:
    """Fetch feeds. Imported here: a scan that has its advisories needs no HTTP client."""
    from pratique.advisories.build import update
    from pratique.advisories.source import DEFAULT_SOURCE

    def progress(what: str, done: int, total: int) -> None:
        outlet.progress(f"{what} {done / 2**20:.1f} of {total / 2**20:.1f} MiB" if total else what)

    source = settings.source or DEFAULT_SOURCE
    for line in update(settings.database, source, sorted(missing), now=outlet.now, progress=progress).notices:
        outlet.notice(line)
