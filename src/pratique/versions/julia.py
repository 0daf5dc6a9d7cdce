"""Julia's VersionNumber: semantic versions whose build counts in the last resort.

Source: the Julia manual, "Version Number Literals", and the documentation of VersionNumber. Libraries that
BinaryBuilder makes (`Zlib_jll` 1.2.13+1) differ in nothing but the build. A bare `-` at the end is below all
pre-releases, a bare `+` above all builds.
"""

import functools
import re

from pratique.errors import InvalidVersionError

Key = tuple[tuple[int, ...], tuple[int | str, ...], tuple[int | str, ...]]

_FIRST, _NUMBER, _WORD = range(3)
_PRE_RELEASE, _RELEASE = range(2)
_NO_BUILD, _BUILD, _LAST_BUILD = range(3)


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        r"v?+ ([0-9]++)(?:\.([0-9]++))?+(?:\.([0-9]++))?+"
        r"(?:([a-z][0-9a-z-]*+(?:\.[0-9a-z-]++)*+) | -([0-9a-z-]++(?:\.[0-9a-z-]++)*+)?+)?+"
        r"(?:\+([0-9a-z-]++(?:\.[0-9a-z-]++)*+)?+)?+",
        re.VERBOSE | re.IGNORECASE | re.ASCII,
    )


def _identifiers(text: str) -> tuple[int | str, ...]:
    ranks: list[int | str] = []
    for part in text.split("."):
        ranks += (_NUMBER, int(part, 16)) if part.isdigit() else (_WORD, part)
    return tuple(ranks)


def key(text: str) -> Key:
    """Sorts as Julia; InvalidVersionError where Julia's VersionNumber refuses."""
    text = text.strip()
    found = _pattern().fullmatch(text)
    if not found:
        raise InvalidVersionError(f"{text[:60]!r} is no Julia version")
    numbers = tuple(int(part or "0", 16) for part in found.groups()[:3])
    label, build = found[4] or found[5], found[6]
    before_build = text.partition("+")[0]
    pre: tuple[int | str, ...] = (_RELEASE,)
    if label:
        pre = (_PRE_RELEASE, *_identifiers(label))
    elif before_build.endswith("-"):
        pre = (_PRE_RELEASE, _FIRST)
    if build:
        return numbers, pre, (_BUILD, *_identifiers(build))
    return numbers, pre, (_LAST_BUILD if text.endswith("+") else _NO_BUILD,)
