"""Versions of programs, whose projects number them as they please: a cautious natural order.

There is no specification. What the release histories of widely used programs agree on:

- Numbers between dots compare as numbers; zeros at their end make no difference (`16 = 16.0`).
- Then words and further numbers: those for what is not yet released (`dev` < `alpha` < `beta` < `pre` < `rc`, their
  synonyms, and anything behind `~`) are below the end. `a`, `b` and `m` are among them where they come first and a
  number follows (`3.13.0a1`, `9.0.0.M1`).
- Other single letters (`1.1.1w`, `9.8p1`, `8u292`), words for patches and numbers (`5.15.0-91`) are above the end, but
  below one more dotted number; of letters, `z` is below `za`.
- All else says how a version was built, not which one it is, and ends it: `-alpine`, `.Final`, `+8` make no difference.
  So neither a bound that includes the version nor one that excludes it is missed.
"""

import functools
import re

from pratique.errors import InvalidVersionError

Key = tuple[tuple[int, ...], tuple[int | str, ...]]

_EARLY, _ALPHA, _BETA, _PREVIEW, _CANDIDATE, _END, _WORD, _NUMBER = range(8)

_BEFORE = {
    _EARLY: "canary ci dev devel edge experimental insider insiders next nightly snapshot test trunk unstable",
    _ALPHA: "alpha",
    _BETA: "beta",
    _PREVIEW: "ea eap milestone pre preview",
    _CANDIDATE: "candidate cr rc",
}
_RANKS = {word: rank for rank, words in _BEFORE.items() for word in words.split()}
_FIRST_BEFORE_NUMBER = {"a": _ALPHA, "b": _BETA, "m": _PREVIEW}
_PATCHES = frozenset(("build", "fix", "hotfix", "patch", "pl", "post", "rev", "sp", "update"))

_PIECES = re.compile(r"([._~^-]*+)(?:([0-9]+)|([a-z]+)|$)")


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Not a commit hash; the dotted numbers; the rest without what follows `+`."""
    return re.compile(
        r"(?!(?:[0-9a-f]{40}|[0-9a-f]{64})$) v?+ ([0-9]++(?:\.[0-9]++)*+) ([0-9a-z._~^-]*+) (?:\+[0-9a-z._~^+-]*+)?+",
        re.VERBOSE | re.ASCII,
    )


def _above(signs: str, word: str) -> bool:
    """A patch of the version: letters run on from `z` to `za`."""
    return len(word) == 1 or word in _PATCHES or (not signs and len(word) == 2 and word[0] == "z")


def _rest(text: str) -> tuple[int | str, ...]:
    ranks: list[int | str] = []
    for found in _PIECES.finditer(text):
        signs, digits, word = found.groups()
        rank = _RANKS.get(word)
        if rank is None and not ranks and text[found.end() : found.end() + 1].isdigit():
            rank = _FIRST_BEFORE_NUMBER.get(word)
        if rank is not None:
            ranks.append(rank)
            continue
        if "~" in signs:
            ranks.append(_EARLY)
        if digits:
            ranks += (_NUMBER, int(digits, 16))
        elif word and _above(signs, word):
            ranks += (_WORD, word)
        else:
            break
    ranks.append(_END)
    return tuple(ranks)


def key(text: str) -> Key:
    """Sorts as the list above says; InvalidVersionError for what does not begin with a number, and for commits."""
    found = _pattern().fullmatch(text.strip().lower())
    if not found:
        raise InvalidVersionError(f"{text[:60]!r} is no version of a program")
    numbers = [int(part, 16) for part in found[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), _rest(found[2])
