"""Versions of R packages: numbers between dots or hyphens, which mean the same.

Source: "Writing R Extensions", The DESCRIPTION file, and R's help on compareVersion: number by number, and where one
version ends, it is the lower one: `1.0 < 1.0.0`. (R's comparison operators call those two equal.)
"""

import functools
import re

from pratique.errors import InvalidVersionError


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile(r"[0-9]++(?:[.-][0-9]++)*+")


def key(text: str) -> tuple[int, ...]:
    """Sorts as R's compareVersion; InvalidVersionError for what is none."""
    text = text.strip()
    if not _pattern().fullmatch(text):
        raise InvalidVersionError(f"{text[:60]!r} is no version of an R package")
    return tuple(int(part, 16) for part in text.replace("-", ".").split("."))
