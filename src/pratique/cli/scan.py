"""`pratique scan IMAGE`."""

import argparse

import msgspec

from pratique.cli import options
from pratique.cli.outlet import looks, outlet, write
from pratique.records.advisory import Rating
from pratique.records.report import Report
from pratique.records.verdict import Outcome
from pratique.scan.pipeline import scan

EXIT_CODE = {Outcome.ADMIT: 0, Outcome.DENY: 1, Outcome.UNKNOWN: 3}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    options.add_image(parser)
    parser.add_argument(
        "--fail-on",
        metavar="SEVERITY",
        choices=options.RATINGS[1:],
        help="deny on any vulnerability at or above this (default: on critical ones with a known fix)",
    )
    parser.add_argument("--ignore-unfixed", action="store_true", help="count only vulnerabilities with a known fix")
    parser.add_argument(
        "--include-declared", action="store_true", help="judge what lock files and SBOMs in the image name, too"
    )
    parser.add_argument("--severity", metavar="LIST", help="count only these, separated by commas: critical,high,...")
    parser.add_argument(
        "--advisories",
        choices=["database", "baseline"],
        default="database",
        help="judge by the database, or by the small baseline that comes with pratique",
    )
    options.add_database(parser)
    options.add_report(parser)
    parser.add_argument("--all", action="store_true", help="also list negligible and low findings one by one")


def run(arguments: argparse.Namespace) -> int:
    """Scan, report, and answer."""
    ratings = frozenset(Rating)
    if arguments.severity is not None:
        ratings = frozenset(map(options.rating, arguments.severity.split(",")))
    settings = msgspec.structs.replace(
        options.image_settings(arguments),
        database=options.database(arguments),
        advisories=arguments.advisories,
        source=options.source(arguments),
        offline=options.offline(arguments),
        policy=options.policy(arguments),
        ignore_unfixed=arguments.ignore_unfixed,
        include_declared=arguments.include_declared,
        severities=ratings,
    )
    with outlet(quiet=arguments.quiet) as out:
        report = scan(arguments.reference, settings, out)
    write(_render(report, arguments), arguments.output)
    return EXIT_CODE[report.verdict.outcome]


def _render(report: Report, arguments: argparse.Namespace) -> bytes:
    if arguments.format == "json":
        from pratique.report.native import render_json

        return render_json(report)
    from pratique.report.table import render_table

    width, colour, ascii_only = looks(arguments.output, arguments.width)
    table = render_table(report, width=width, colour=colour, ascii=ascii_only, all=arguments.all)
    return table.encode("ascii" if ascii_only else "utf-8", "backslashreplace")
