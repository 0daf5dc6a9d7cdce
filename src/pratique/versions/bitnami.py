"""Bitnami versions: semantic versions, but what stands behind the hyphen is a revision and makes them newer.

Source: README of the Go module github.com/bitnami/go-version. `1.2.3 < 1.2.3-1 < 1.2.3-r1`: the identifiers of a
revision compare as those of a pre-release do elsewhere, except for the `r10` of image tags, which Bitnami's module
takes for a plain word, lower than `r9`. Here its number counts.
"""

import functools
import re

from pratique.errors import InvalidVersionError

Key = tuple[tuple[int, ...], tuple[int | str, ...]]


@functools.cache
def _pattern() -> re.Pattern[str]:
    identifiers = r"[0-9a-z-]++(?:\.[0-9a-z-]++)*+"
    return re.compile(
        rf"v?+ ([0-9]++(?:\.[0-9]++)*+) (?:-({identifiers}))?+ (?:\+{identifiers})?+",
        re.VERBOSE | re.IGNORECASE | re.ASCII,
    )


_NUMBERED = re.compile("r([0-9]+)")


def _revision(text: str) -> tuple[int | str, ...]:
    ranks: list[int | str] = []
    for part in text.split("."):
        if part.isdigit():
            ranks += (0, int(part, 16))
        elif found := _NUMBERED.fullmatch(part):
            ranks += (1, "r", int(found[1], 16))
        else:
            ranks += (1, part, 0)
    return tuple(ranks)


def key(text: str) -> Key:
    """Sorts as Bitnami's own module; InvalidVersionError where there are no numbers to begin with."""
    found = _pattern().fullmatch(text.strip())
    if not found:
        raise InvalidVersionError(f"{text[:60]!r} is no Bitnami version")
    numbers = [int(part, 16) for part in found[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), _revision(found[2]) if found[2] else ()
