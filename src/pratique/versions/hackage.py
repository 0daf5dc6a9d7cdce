"""Hackage versions: numbers between dots.

Source: pvp.haskell.org and the documentation of Cabal's Distribution.Version: number by number, and where one
version ends, it is the lower one (`1.0 < 1.0.0`). Tags behind a hyphen, which the policy has done away with, do not
count. Leading zeros, which Cabal refuses, do no harm here.
"""

import functools
import re

from pratique.errors import InvalidVersionError


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile(r"([0-9]++(?:\.[0-9]++)*+)(?:-[0-9A-Za-z]++)*+")


def key(text: str) -> tuple[int, ...]:
    """Sorts as Cabal; InvalidVersionError for what is no version, such as a range."""
    found = _pattern().fullmatch(text.strip())
    if not found:
        raise InvalidVersionError(f"{text[:60]!r} is no Hackage version")
    return tuple(int(part, 16) for part in found[1].split("."))
