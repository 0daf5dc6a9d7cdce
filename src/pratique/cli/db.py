"""`pratique db update|status`."""

import argparse
from pathlib import Path

from pratique.advisories.build import UpdateSummary, update
from pratique.advisories.query import Database
from pratique.advisories.source import DEFAULT_SOURCE
from pratique.cli import options
from pratique.cli.outlet import now, outlet
from pratique.errors import AdvisoryError
from pratique.records.advisory import AdvisorySource
from pratique.scan.advise import fetching


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of both."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True, prog="pratique db")
    fetch = actions.add_parser("update", help="fetch what is new", description="Fetch advisories, KEV and EPSS.")
    fetch.add_argument(
        "ecosystems",
        metavar="ECOSYSTEM",
        nargs="*",
        help="as OSV names them: Debian, Alpine, PyPI, npm, Go, ... (default: those held, and those that scanned "
        "images needed)",
    )
    options.add_database(fetch)
    fetch.add_argument("--quiet", "-q", action="store_true", help="no progress on stderr")
    status = actions.add_parser(
        "status", help="tell what there is", description="Which advisories there are, and how old."
    )
    options.add_database(status)


def run(arguments: argparse.Namespace) -> int:
    """Do the one or the other."""
    path = Path(options.database(arguments))
    if arguments.action == "status":
        if not path.exists():
            raise AdvisoryError(f"there is no advisory database at {path}", "fetch one with `pratique db update`")
        print(f"database {path}, {path.stat().st_size / 2**20:.1f} MiB")
        with Database.open(path) as database:
            _show(database.sources())
        return 0
    source = options.source(arguments) or DEFAULT_SOURCE
    with outlet(quiet=arguments.quiet) as out:
        summary = update(
            path,
            source,
            arguments.ecosystems or None,
            now=now(),
            progress=lambda *steps: out.progress(fetching(*steps)),
            offline=options.offline(arguments),
        )
        for line in summary.notices:
            out.notice(line)
    _tell(summary)
    return 0


def _tell(summary: UpdateSummary) -> None:
    for change in summary.changes:
        if change.how == "unchanged":
            print(f"{change.ecosystem}: unchanged, {change.held:,} records")
        else:
            print(f"{change.ecosystem}: {change.written:,} written, {change.removed:,} removed, {change.held:,} held")


def _show(sources: tuple[AdvisorySource, ...]) -> None:
    rows = [("ecosystem", "records", "newest", "fetched", "age", "source")]
    rows += [
        (row.ecosystem, f"{row.count:,}", row.newest[:10], row.fetched[:16], age(row.fetched, now()), row.source)
        for row in sources
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def age(fetched: str, moment: str) -> str:
    """Time between two RFC 3339 times in the largest unit that fits; empty if either cannot be read."""
    import datetime

    try:
        start, end = (datetime.datetime.fromisoformat(text) for text in (fetched, moment))
        seconds = (end - start).total_seconds()
    except (ValueError, TypeError):
        return ""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "just now"
