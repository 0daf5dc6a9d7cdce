"""Conan 2 versions: items between dots, `-` and a pre-release, `+` and a build.

Source: docs.conan.io, "Versioning", "Order of versions". Zeros at the end make no difference (`1.2 = 1.2.0`), a
pre-release is below its release, a build above none.

Conan compares a number and a word as texts, which goes in circles: `2 < 10 < 1a < 2`. Here the number that a word
begins with counts first (`1 < 1a < 1b < 2 < 10`). Where all words have as many digits, that is Conan's own order.
"""

import functools
import re

from pratique.errors import InvalidVersionError

_Item = tuple[int, int, str]
_Items = tuple[_Item, ...]
Key = tuple[_Items, tuple[int, _Items], tuple[int, _Items]]

_SIGN, _NUMBER, _WORD = range(3)
_NUMBERED = re.compile("([0-9]+)(.*)")
_ZERO = (_NUMBER, 0, "")


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile("[0-9A-Za-z_][0-9A-Za-z_+.-]*+")


def _item(text: str) -> _Item:
    if found := _NUMBERED.fullmatch(text):
        return _NUMBER, int(found[1], 16), found[2]
    return (_SIGN if text[:1] in ("", "-", "+") else _WORD), 0, text


def _items(text: str) -> _Items:
    items = [_item(part) for part in text.split(".")]
    while items and items[-1] == _ZERO:
        items.pop()
    return tuple(items)


def key(text: str) -> Key:
    """Sorts as Conan 2; InvalidVersionError for ranges and for signs that no Conan version has."""
    text = text.strip()
    if not _pattern().fullmatch(text):
        raise InvalidVersionError(f"{text[:60]!r} is no Conan version")
    head, plus, build = text.rpartition("+")
    if not plus:
        head, build = build, ""
    main, hyphen, label = head.partition("-")
    return (
        _items(main),
        (0, _items(label)) if hyphen else (1, ()),
        (1, _items(build)) if plus else (0, ()),
    )
