"""Terms of Erlang as text, as `file:consult/1` reads them (Erlang reference manual, "Data Types")."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from pratique.errors import UnreadableFileError

Term: TypeAlias = "str | tuple[Term, ...] | list[Term]"
"""A tuple or a list; all else as text: atoms, strings and binaries without quotes, numbers as written. A map is the
tuple of its keys and values."""

DEEPEST = 100
"""Tuples and lists in each other; application files reach some ten."""

_PIECES = r"""
    (?P<gap>\s+|%[^\n]*) | (?P<quoted>"(?:[^"\\]|\\.)*+" | '(?:[^'\\]|\\.)*+') | (?P<char>\$(?:\\.|.))
  | (?P<word>[+-]?\d+(?:[.#]\w+(?:[+-]\d+)?)?|\w[\w@]*) | (?P<open>[{\[]) | (?P<close>[}\]]) | (?P<end>\.(?=\s|\Z))
  | (?P<utf>/utf8) | (?P<other>.)
"""


def terms(text: str) -> Iterator[tuple[int, Term]]:
    """Every term with the line that it begins in.

    Raises `UnreadableFileError` for terms that do not end, are too deep or whose brackets do not match.
    """
    pieces = re.compile(_PIECES, re.DOTALL | re.VERBOSE)
    at, line, begun = 0, 1, 0
    opened, top = list[tuple[str, list[Term]]](), list[Term]()
    while match := pieces.match(text, at):
        kind, word = match.lastgroup, match[0]
        begun = begun or (0 if kind == "gap" else line)
        current = opened[-1][1] if opened else top
        if kind in {"quoted", "char"}:
            current.append(re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL) if kind == "quoted" else word)
        elif kind == "word":
            current.append(word)
        elif kind == "open":
            if len(opened) == DEEPEST:
                raise UnreadableFileError(f"line {line}: more than {DEEPEST} terms in each other")
            opened.append((word, list[Term]()))
        elif kind == "close":
            _close(opened, top, word, line)
        elif kind == "end":
            if opened or len(top) != 1:
                raise UnreadableFileError(f"line {begun}: no Erlang term")
            yield begun, top[0]
            top, begun = list[Term](), 0
        elif word in {'"', "'"}:
            raise UnreadableFileError(f"line {line}: a text without an end")
        line += word.count("\n")
        at = match.end()
    if opened or top:
        raise UnreadableFileError(f"line {begun}: a term without an end")


def _close(opened: list[tuple[str, list[Term]]], top: list[Term], bracket: str, line: int) -> None:
    if not opened or opened[-1][0] + bracket not in {"{}", "[]"}:
        raise UnreadableFileError(f"line {line}: a bracket without its counterpart")
    _, members = opened.pop()
    outer = opened[-1][1] if opened else top
    outer.append(tuple(members) if bracket == "}" else members)
