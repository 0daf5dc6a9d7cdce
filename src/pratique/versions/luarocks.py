"""LuaRocks versions: numbers and words, and a revision of the rockspec behind the last hyphen.

Source: github.com/luarocks/luarocks/wiki, "Rockspec format", and LuaRocks 3.8, whose words are alpha, beta, pre and rc
(below the end of a version, in this order), cvs, scm and dev (above all numbers); any other word counts by its first
letter, between 0 and 1. A number behind a word belongs to it. What is missing is 0: `1.0 = 1.0.0`.

A missing revision, which LuaRocks takes for equal to any, is older than any. LuaRocks adds a word and its number up,
so that `a99999` runs over into `b`; here it does not. For the zeros see `gem`.
"""

import re

from pratique.errors import InvalidVersionError

_BELOW, _END, _LETTER, _NUMBER, _ABOVE = range(5)
_WORDS = {"alpha": (_BELOW, 0), "beta": (_BELOW, 1), "pre": (_BELOW, 2), "rc": (_BELOW, 3), "cvs": (_ABOVE, 0),
          "scm": (_ABOVE, 1), "dev": (_ABOVE, 2)}  # fmt: skip

_REVISION = re.compile(r"-([0-9]+)$", re.ASCII)
_PIECES = re.compile(r"(?:([0-9]+)|([A-Za-z]+))[._-]*")


def _items(text: str) -> list[tuple[int, int, int]]:
    """Kind, word and number of each item, up to the first sign that LuaRocks cannot read."""
    items: list[tuple[int, int, int]] = []
    word: tuple[int, int] | None = None
    at = 0
    while found := _PIECES.match(text, at):
        at = found.end()
        digits, letters = found.groups()
        if letters:  # of words in a row, the last one counts
            word = _WORDS.get(letters, (_LETTER, ord(letters[0])))
            continue
        number = int(digits, 16)
        items.append((*word, number) if word else (_NUMBER if number else _END, 0, number))
        word = None
    if word:
        items.append((*word, 0))
    return items


def key(text: str) -> tuple[tuple[int, ...], int]:
    """Sorts as LuaRocks; InvalidVersionError for what does not begin with a number or a word."""
    text = text.strip()
    found = _REVISION.search(text, max(0, text.rfind("-")))
    items = _items(text[: found.start()] if found else text)
    if not items:
        raise InvalidVersionError(f"{text[:60]!r} is no LuaRocks version")
    ranks: list[int] = []
    zeros = 0
    for kind, word, number in items:
        if kind == _END:
            zeros += 1
            continue
        below = kind == _BELOW
        ranks += (_BELOW if below else _ABOVE, zeros if below else -zeros, kind, word, number)
        zeros = 0
    ranks.append(_END)
    return tuple(ranks), int(found[1], 16) if found else -1
