"""Tables of literals in Lua, as LuaRocks writes its manifests and people their rockspecs (Lua 5.4 manual, chapter 3).

Nothing is run: whatever is more than a literal, such as `version .. "-1"`, counts as not given.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from pratique.errors import UnreadableFileError

DEEPEST = 64
"""Tables in each other; rockspecs reach five, manifests the depth of a package's folders."""

_PIECES = r"""
    (?P<gap>\s+) | (?P<long>(?:--)?\[=*\[) | (?P<comment>--[^\n]*)
  | (?P<short>"(?:[^"\\\n]|\\.)*+" | '(?:[^'\\\n]|\\.)*+') | (?P<name>[A-Za-z_]\w*) | (?P<other>\w+|.)
"""


class Table(msgspec.Struct, eq=False):
    """A table: what has a name or a text for a key, and what stands in order."""

    line: int
    named: "dict[str, Value]" = msgspec.field(default_factory=dict)
    listed: "list[Value]" = msgspec.field(default_factory=list)


Value: TypeAlias = "str | Table | None"
"""A text, a table, or None for anything else."""


class _Token(msgspec.Struct, frozen=True):
    line: int
    kind: str
    """`text`, `name` or `other`."""
    text: str


def assignments(text: str) -> dict[str, tuple[int, Value]]:
    """Global variables with the line of their assignment and their value.

    Raises `UnreadableFileError` for tables that are too deep or do not end.
    """
    found: dict[str, tuple[int, Value]] = {}
    tokens = list(_tokens(text))
    tokens.append(_Token(0, "end", ""))
    at = 0
    while at + 2 < len(tokens):
        name, equals = tokens[at], tokens[at + 1]
        if name.kind != "name" or equals.text != "=" or equals.kind != "other":
            at += 1
            continue
        value, at = _value(tokens, at + 2)
        found[name.text] = (name.line, value)
    return found


def _tokens(text: str) -> Iterator[_Token]:
    piece = re.compile(_PIECES, re.DOTALL | re.VERBOSE)
    at, line = 0, 1
    while match := piece.match(text, at):
        kind, word, end = match.lastgroup, match[0], match.end()
        if kind == "long":
            closing = f"]{'=' * word.count('=')}]"
            end = text.find(closing, end)
            if end < 0:
                raise UnreadableFileError(f"line {line}: a text without an end")
            if word[0] != "-":
                yield _Token(line, "text", text[match.end() : end].removeprefix("\n"))
            end += len(closing)
        elif kind == "short":
            yield _Token(line, "text", re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL))
        elif word in {'"', "'"}:
            raise UnreadableFileError(f"line {line}: a text without an end")
        elif kind in {"name", "other"}:
            yield _Token(line, str(kind), word)
        line += text.count("\n", at, end)
        at = end


def _value(tokens: list[_Token], at: int) -> tuple[Value, int]:
    """The value that begins at a token, and where it ends."""
    if tokens[at].kind == "text":
        return (None if _is(tokens[at + 1], ".") else tokens[at].text), at + 1
    if _is(tokens[at], "{"):
        return _table(tokens, at)
    return None, at + 1 if tokens[at].kind != "name" else at


def _table(tokens: list[_Token], at: int) -> tuple[Table, int]:
    outer = Table(tokens[at].line)
    opened, key, joined = [(outer, "")], "", False
    at += 1
    while opened:
        token = tokens[at]
        if token.kind == "end":
            raise UnreadableFileError(f"line {outer.line}: a table without an end")
        if token.kind != "other":
            if _is_key(tokens, at):
                key = token.text
            elif token.kind == "text" and not joined:
                _put(opened[-1][0], key, None if _is(tokens[at + 1], ".") else token.text)
                key = ""
        elif token.text == "{":
            if len(opened) == DEEPEST:
                raise UnreadableFileError(f"line {token.line}: more than {DEEPEST} tables in each other")
            opened.append((Table(token.line), key))
            key = ""
        elif token.text == "}":
            closed, name = opened.pop()
            if opened:
                _put(opened[-1][0], name, closed)
            key = ""
        elif token.text in {",", ";"}:
            key = ""
        joined = _is(token, ".")
        at += 1
    return outer, at


def _is(token: _Token, sign: str) -> bool:
    return token.kind == "other" and token.text == sign


def _is_key(tokens: list[_Token], at: int) -> bool:
    """Whether `NAME =` or `["TEXT"] =` stands there."""
    return _is(tokens[at + 1], "]" if tokens[at].kind == "text" else "=")


def _put(table: Table, key: str, value: Value) -> None:
    if key:
        table.named[key] = value
    else:
        table.listed.append(value)
