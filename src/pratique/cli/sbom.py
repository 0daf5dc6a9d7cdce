"""`pratique sbom IMAGE`."""

import argparse

from pratique.cli import options
from pratique.cli.outlet import looks, now, outlet, write
from pratique.scan.take_apart import provenance, take_apart


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    options.add_image(parser)
    options.add_report(parser)
    parser.add_argument("--all", action="store_true", help="also list packages that later layers removed")


def run(arguments: argparse.Namespace) -> int:
    """List what is in the image; 3 if something could not be read."""
    with outlet(quiet=arguments.quiet) as out:
        manifest, inventory = take_apart(arguments.reference, options.image_settings(arguments), out)
    if arguments.format == "json":
        from pratique.report.native import sbom_json

        write(sbom_json(manifest, inventory, provenance(now())), arguments.output)
    else:
        from pratique.report.sbom_table import render_sbom_table

        width, colour, ascii_only = looks(arguments.output, arguments.width)
        table = render_sbom_table(manifest, inventory, width=width, colour=colour, ascii=ascii_only, all=arguments.all)
        write(table.encode("ascii" if ascii_only else "utf-8", "backslashreplace"), arguments.output)
    return 3 if any(unknown.counts for unknown in inventory.unknowns) else 0
