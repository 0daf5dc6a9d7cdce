"""Versions of Perl modules: decimal (`1.02`) and dotted (`v1.2.3`).

Source: perldoc version and version::Internals. With a leading `v`, or with two dots, a version is a list of numbers;
otherwise it is a decimal one, whose fraction counts in groups of three digits: `1.02 = v1.20.0`. Missing numbers are
0. Underscores, which mark trial releases, do not count: `1.02_03 = 1.0203`. Nor does the `-TRIAL` of a distribution.
"""

import functools
import re

from pratique.errors import InvalidVersionError


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Dotted; decimal, with integer and fraction."""
    digits = "[0-9]++(?:_[0-9]++)*+"
    trial = "(?:-TRIAL[0-9]*+)?+"
    return (
        re.compile(
            rf"(?:v([0-9]++(?:\.[0-9]++)*+(?:_[0-9]++)?+)\.?+|([0-9]*+(?:\.[0-9]++){{2,}}+(?:_[0-9]++)?+)){trial}"
        ),
        re.compile(rf"(?=\.?[0-9])([0-9]*+)(?:\.((?:{digits})?+))?+{trial}"),
    )


def key(text: str) -> tuple[int, ...]:
    """Sorts as Perl's version.pm; InvalidVersionError where that finds no version."""
    text = text.strip()
    dotted, decimal = _patterns()
    if found := dotted.fullmatch(text):
        numbers = [int(part or "0", 16) for part in (found[1] or found[2]).replace("_", "").split(".")]
    elif found := decimal.fullmatch(text):
        fraction = (found[2] or "").replace("_", "")
        groups = [fraction[at : at + 3].ljust(3, "0") for at in range(0, len(fraction), 3)]
        numbers = [int(part, 16) for part in (found[1] or "0", *groups)]
    else:
        raise InvalidVersionError(f"{text[:60]!r} is no Perl version")
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
