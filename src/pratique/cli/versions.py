"""`pratique versions SCHEME`: why is 1.10 newer than 1.9?"""

import argparse
import sys

from pratique.errors import InputError, InvalidVersionError
from pratique.versions import SCHEMES, compare

_SIGNS = {-1: "<", 0: "=", 1: ">"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "scheme", choices=sorted(SCHEMES), metavar="SCHEME", help=f"one of {', '.join(sorted(SCHEMES))}"
    )
    parser.epilog = "Reads lines `A B` from standard input and prints `<`, `=` or `>` for each."


def run(arguments: argparse.Namespace) -> int:
    """One sign for each line. InputError for a line that is no pair, or a text that is no version of the scheme."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        words = line.decode("utf-8", "replace").split()
        if not words:
            continue
        if len(words) != 2:
            raise InputError(f"line {number}: {len(words)} words, not two versions")
        try:
            print(_SIGNS[compare(arguments.scheme, *words)])
        except InvalidVersionError as error:
            raise InputError(f"line {number}: {error}") from None
    return 0
