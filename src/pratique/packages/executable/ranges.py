"""Byte ranges of a file that are worth keeping."""

from collections.abc import Iterable
from typing import TypeAlias

from pratique.limits import KIB

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""(start, end) each."""

_GAP = 4 * KIB
"""Ranges nearer to each other are kept as one."""
_MOST = 64
"""Of one file. Real ones have two to six; a program made of more pieces is kept whole."""


def merged(ranges: Iterable[tuple[int, int]], size: int) -> Ranges:
    """The same bytes and the gaps between near ones, sorted, without overlaps, nothing behind the end of the file."""
    pieces: list[tuple[int, int]] = []
    start, end = 0, 0
    for first, last in sorted(ranges):
        if first >= size:
            break
        if first > end + _GAP:
            pieces.append((start, end))
            start = first
        end = max(end, min(last, size))
    pieces.append((start, end))
    return tuple(pieces) if len(pieces) <= _MOST else ((0, size),)
