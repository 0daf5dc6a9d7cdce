"""Semantic versions: the order of semver.org 2.0, and a grammar that takes what the wild has.

Source: https://semver.org/spec/v2.0.0.html, section 11. Build metadata does not count. Beyond the specification:
leading `v` or `=`, one or two numbers (`1.2` is `1.2.0`), more than three (`1.2.3.4` is higher than `1.2.3`),
leading zeros, and a pre-release without hyphen (`1.2.3beta`), as the loose mode of npm's semver.
"""

import functools
import re

from pratique.errors import InvalidVersionError

_RELEASE = (1,)
_PRE_RELEASE = 0

Key = tuple[tuple[int, ...], tuple[int | str, ...]]


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        r"[v=\s]*+ ([0-9]++(?:\.[0-9]++)*+) (?: -?([0-9a-z-]++(?:\.[0-9a-z-]++)*+) )? (?:\+\S*+)?+",
        re.VERBOSE | re.IGNORECASE | re.ASCII,
    )


def _numbers(text: str) -> tuple[int, ...]:
    numbers = [int(part, 16) for part in text.split(".")]
    while len(numbers) > 3 and not numbers[-1]:
        numbers.pop()
    while len(numbers) < 3:
        numbers.append(0)
    return tuple(numbers)


def pre_release(text: str | None) -> tuple[int | str, ...]:
    """Key of the identifiers behind the hyphen; without any, the release itself, which is higher."""
    if not text:
        return _RELEASE
    ranks: list[int | str] = [_PRE_RELEASE]
    for part in text.split("."):
        ranks += (0, int(part, 16)) if part.isdigit() else (1, part)
    return tuple(ranks)


def key(text: str) -> Key:
    """Sorts by precedence; InvalidVersionError where even the lenient grammar fails."""
    found = _pattern().fullmatch(text.strip())
    if not found:
        raise InvalidVersionError(f"{text[:60]!r} is no semantic version")
    numbers, identifiers = found.groups()
    return _numbers(numbers), pre_release(identifiers)
