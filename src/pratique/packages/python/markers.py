"""Environment markers: whether a requirement may hold on Linux, as far as its marker tells alone.

PyPA, "Dependency specifiers", section "Environment Markers" (PEP 508), and the variables that lock files have besides
(PEP 751, "marker"). Which Python will run is not asked: what depends on its version may hold.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Truth: TypeAlias = bool | None
"""None: that depends on what is not known."""

LINUX: Mapping[str, str] = {
    "os_name": "posix",
    "os.name": "posix",
    "sys_platform": "linux",
    "sys.platform": "linux",
    "platform_system": "Linux",
    "extra": "",
}
"""What is known of an environment in a container: its system, and that nobody asked for an extra."""

_LONGEST = 2000
"""Characters of a marker that is read; locks for many platforms reach some 500. A longer one may hold."""
_DEEPEST = 40
"""Parentheses in a marker that is read."""


@functools.lru_cache(1024)
def may_hold(marker: str) -> bool:
    """False where the marker, with or without its `;`, is false on every Linux without extras."""
    return truth(marker, LINUX) is not False


def truth(marker: str, known: Mapping[str, str], groups: frozenset[str] | None = None) -> Truth:
    """What a marker comes to; None where it depends on a variable that is not `known`.

    `groups`: names that `dependency_groups` holds, if that is known. What is no marker comes to None or anything.
    """
    if len(marker) > _LONGEST or marker.count("(") > _DEEPEST:
        return None
    tokens = re.findall(r"[()]|'[^']*'|\"[^\"]*\"|not\s+in\b|[\w.]+|[=<>!~]+", marker)
    return _either(iter(tokens), known, groups)


def _either(tokens: Iterator[str], known: Mapping[str, str], groups: frozenset[str] | None) -> Truth:
    """The rest of the tokens, up to the parenthesis that closes it: `and` binds closer than `or`."""
    whole: Truth = False
    part: Truth = True
    for word in tokens:
        if word == ")":
            break
        if word == "or":
            whole, part = _or(whole, part), True
        elif word != "and":
            value = (
                _either(tokens, known, groups)
                if word == "("
                else _compared(word, next(tokens, ""), next(tokens, ""), known, groups)
            )
            part = _and(part, value)
    return _or(whole, part)


def _compared(left: str, operator: str, right: str, known: Mapping[str, str], groups: frozenset[str] | None) -> Truth:
    if right == "dependency_groups" and groups is not None:
        among = left[1:-1] in groups
        return among if operator == "in" else not among
    one, other = _value(left, known), _value(right, known)
    if one is None or other is None:
        return None
    if operator in {"==", "==="}:
        return one == other
    if operator == "!=":
        return one != other
    if operator == "in":
        return one in other
    return one not in other if operator.startswith("not") else None


def _value(token: str, known: Mapping[str, str]) -> str | None:
    return token[1:-1] if token[:1] in {"'", '"'} else known.get(token)


def _and(one: Truth, other: Truth) -> Truth:
    if one is False or other is False:
        return False
    return True if one and other else None


def _or(one: Truth, other: Truth) -> Truth:
    if one or other:
        return True
    return False if one is False and other is False else None
