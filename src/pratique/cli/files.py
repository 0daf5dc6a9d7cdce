"""`pratique files IMAGE`: the merged tree, and which layer each file comes from."""

import argparse

from pratique.cli import options
from pratique.cli.outlet import one_line, outlet, write
from pratique.errors import NoSuchInputError
from pratique.scan.take_apart import merged_tree


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    options.add_image(parser)
    parser.add_argument("path", nargs="?", default="", help="only this path and what is below it")
    parser.add_argument("--output", "-o", metavar="FILE", help="write there and not to stdout")


def run(arguments: argparse.Namespace) -> int:
    """One line a path: kind and mode, size, layer, path, target of a link."""
    with outlet(quiet=arguments.quiet) as out:
        tree = merged_tree(arguments.reference, options.image_settings(arguments), out)
    wanted = arguments.path.strip("/")
    lines = []
    for seen in tree.paths():
        if wanted and seen.path != wanted and not seen.path.startswith(f"{wanted}/"):
            continue
        layer = "-" if seen.layer is None else str(seen.layer)
        target = f" -> {one_line(seen.target)}" if seen.target and seen.kind == "l" else ""
        lines.append(f"{seen.kind} {seen.mode:04o} {seen.size:>12} {layer:>4} {one_line(seen.path)}{target}\n")
    if wanted and not lines:
        raise NoSuchInputError(
            f"{wanted}: not in the image", "paths are those of the final image; links are not followed"
        )
    write("".join(lines).encode("utf-8", "backslashreplace"), arguments.output)
    return 0
