"""Maven versions: ComparableVersion of Maven 3.9.

Source: the POM reference, "Version Order Specification", and the documentation of
org.apache.maven.artifact.versioning.ComparableVersion. A version is a list of numbers and qualifiers in which a
hyphen, or a change between digits and letters, opens a list in the list; zeros and empty qualifiers before the end
of a list or before an inner list vanish.

Maven's own comparison has circles: `1 < 1.sp.2 < 1-rc < 1`, and `0 < foo < 0-rc < 0`. Here a qualifier behind a
dot always opens a list, as Maven has it for most of them ("treat .X as -X"), and a list that is below the end, such
as `-rc`, stays below it. Everything outside such circles is as in Maven.
"""

import re

from pratique.errors import InvalidVersionError

_PIECES = re.compile(r"[0-9]+|[^0-9.-]+|[.-]")

_QUALIFIERS = {"alpha": 0, "beta": 1, "milestone": 2, "rc": 3, "cr": 3, "snapshot": 4, "": 5, "ga": 5, "final": 5,
               "release": 5, "sp": 6}  # fmt: skip
_RELEASE, _UNKNOWN = 5, 7
_NOTHING = (_RELEASE, "")
_BEFORE_DIGITS = {"a": "alpha", "b": "beta", "m": "milestone"}

_WORD_BELOW, _LIST_BELOW, _END, _WORD_ABOVE, _LIST_ABOVE, _NUMBER = range(6)
"""What stands at one place of a list, against what may stand there instead; below and above the end."""

_Word = tuple[int, str]
_List = list[int | _Word]


def _word(text: str) -> _Word:
    rank = _QUALIFIERS.get(text, _UNKNOWN)
    return rank, text if rank == _UNKNOWN else ""


def _lists(text: str) -> list[_List]:
    """The nested lists from the outermost on: an inner list is always the last item of its outer one."""
    lists: list[_List] = [[]]
    pieces = _PIECES.findall(text)
    empty = True  # nothing since the last separator
    for at, piece in enumerate(pieces):
        if piece in ".-":
            if empty:
                lists[-1].append(0)
            if piece == "-":
                lists.append([])
            empty = True
            continue
        following = pieces[at + 1] if at + 1 < len(pieces) else ""
        if piece[0] in "0123456789":
            lists[-1].append(int(piece, 16))
        else:
            before_digits = following.isascii() and following.isdigit()
            word = _word(_BEFORE_DIGITS.get(piece, piece) if before_digits else piece)
            if word == _NOTHING and lists[-1] and not before_digits:
                lists[-1].append(0)  # `1.0.Final-redhat-1` is `1.0-redhat-1`
            else:
                if lists[-1]:
                    lists.append([])
                lists[-1].append(word)
        if following and following not in ".-":
            lists.append([])
        empty = False
    return lists


def _trimmed(lists: list[_List]) -> list[_List]:
    kept: list[_List] = []
    for items in reversed(lists):
        while items and items[-1] in (0, _NOTHING):
            items.pop()
        if items or kept:
            kept.append(items)
    return kept[::-1]


def key(text: str) -> tuple[int | str, ...]:
    """Sorts as Maven; every text but an empty one has its place, else InvalidVersionError."""
    text = text.strip().lower()
    if not text:
        raise InvalidVersionError("an empty text is no version")
    lists = _trimmed(_lists(text))
    above = False
    backwards: list[tuple[int | str, ...]] = [(_END,)]
    for depth in range(len(lists) - 1, -1, -1):
        items = lists[depth]
        for item in reversed(items):
            if isinstance(item, int):
                backwards.append((_NUMBER, item))
                above = True
            else:
                above = item[0] > _RELEASE or (item[0] == _RELEASE and above)
                backwards.append((_WORD_ABOVE if above else _WORD_BELOW, *item))
        if depth:
            backwards.append((_LIST_ABOVE if above else _LIST_BELOW,))
    return tuple(rank for item in reversed(backwards) for rank in item)
