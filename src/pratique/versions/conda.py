"""Conda versions: `[epoch!]version[+local]`.

Source: docs.conda.io, "Version ordering" of MatchSpec and VersionOrder. Components stand between dots, `_` and `-`;
each is a list of numbers and words in turn, and what is missing counts as 0. Words are below numbers, `dev` below all
words, `post` above all numbers; a component that begins with a word gets a 0 before it. A single `_` at the very end
is a word (`1.0.1_ < 1.0.1`), and case makes no difference.

Zeros at the end of a list vanish, and each other item carries how many zeros stand before it: see `gem`.
"""

import functools
import math
import re

from pratique.errors import InvalidVersionError

Key = tuple[int, tuple[object, ...], tuple[object, ...]]

_BELOW, _END, _ABOVE = -1, 0, 1
_DEV = "\0"
"""Before any other word."""

_ATOMS = re.compile(r"[0-9]+|\*+|[^0-9*]+")


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile(r"(?:([0-9]++)!)?+ ([0-9a-z*._-]++) (?:\+([0-9a-z*._-]++))?+", re.VERBOSE)


def _component(text: str) -> tuple[int | str | float, ...]:
    """Key of one component; that of nothing but zeros is `(_END,)`."""
    ranks: list[int | str | float] = []
    zeros = 0 if text[0].isdigit() else 1
    for atom in _ATOMS.findall(text):
        if atom.isdigit():
            number = int(atom, 16)
            if not number:
                zeros += 1
                continue
            ranks += (_ABOVE, -zeros, number)
        elif atom == "post":
            ranks += (_ABOVE, -zeros, math.inf)
        else:
            ranks += (_BELOW, zeros, _DEV if atom == "dev" else atom)
        zeros = 0
    ranks.append(_END)
    return tuple(ranks)


def _components(text: str) -> tuple[object, ...]:
    end = "_" if text.endswith("_") else ""
    parts = text.removesuffix("_").replace("_", ".").split(".")
    parts[-1] += end
    if not all(parts) or parts == ["_"]:
        raise InvalidVersionError(f"{text[:60]!r} has an empty component")
    ranks: list[object] = []
    zeros = 0
    for component in map(_component, parts):
        if component == (_END,):
            zeros += 1
            continue
        below = component[0] == _BELOW
        ranks += (_BELOW if below else _ABOVE, zeros if below else -zeros, component)
        zeros = 0
    ranks.append(_END)
    return tuple(ranks)


def key(text: str) -> Key:
    """Sorts as conda; InvalidVersionError for other signs, empty components and constraints."""
    found = _pattern().fullmatch(text.strip().lower())
    if not found:
        raise InvalidVersionError(f"{text[:60]!r} is no conda version")
    epoch, version, local = found.groups()
    parts = _components(version.replace("-", "_"))
    return int(epoch or "0", 16), parts, _components(local.replace("-", "_")) if local else (_END,)
