"""Alpine versions: `digits{.digits}{letter}{_suffix{digits}}{-rdigits}`, as `apk version -t` orders them.

Source: apk-tools 2.14 (Alpine 3.20), apk-package(5). Like apk, this walks a version token by token and compares
as far as both sides go, so that every text has its place, valid or not. After equal beginnings a pre-release
suffix is lowest, then the end; else the later a token stands in the grammar the lower it is; what breaks the
grammar is highest. A component with leading zeros counts its zeros first: `1.01 < 1.1`. After such zeros apk takes
anything that follows for digits, so that `1.0 < 1.0_rc1`; with revisions, as packages have them, `1.0_rc1-r0 < 1.0-r0`.

One thing is taken from apk-tools 3, since version 2 has no meaning for it: `~` and a commit hash before `-r`.
"""

import re

from pratique.errors import InvalidVersionError

_COMPONENT, _DIGITS, _LETTER, _SUFFIX, _SUFFIX_DIGITS, _REVISION, _END, _INVALID, _COMMIT = range(9)
"""Kinds of token in the order of the grammar. A component may have leading zeros; plain digits may not."""

_RANKS = (8, 7, 6, 5, 4, 2, 1, 9, 3)
"""By kind: which of two is higher where two versions go on with different kinds."""
_RANK_PRE_RELEASE = 0

_SUFFIXES = {"alpha": -4, "beta": -3, "pre": -2, "rc": -1, "cvs": 0, "svn": 1, "git": 2, "hg": 3, "p": 4}
_SUFFIX_NAME = re.compile("alpha|beta|pre|rc|cvs|svn|git|hg|p")
_UNKNOWN_SUFFIX = -1

_NUMBER = re.compile("[0-9]+")
_ZEROS = re.compile("0+")
_HASH = re.compile("[0-9a-f]+(?=-r|$)")

_STEPS_BACK = {(_DIGITS, _COMPONENT), (_SUFFIX_DIGITS, _SUFFIX), (_LETTER, _DIGITS), (_COMMIT, _REVISION)}
"""The only steps that the grammar makes backwards."""


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _next(text: str, at: int, kind: int) -> tuple[int, int]:
    """What follows a token of this kind that ends here: its kind, and where its value begins."""
    if at == len(text):
        return _END, at
    sign = text[at]
    if kind <= _DIGITS and "a" <= sign <= "z":
        return _LETTER, at
    if "0" <= sign <= "9":
        return {_LETTER: _DIGITS, _SUFFIX: _SUFFIX_DIGITS}.get(kind, _INVALID), at
    if sign == "~" and kind <= _SUFFIX_DIGITS and _HASH.match(text, at + 1):
        return _COMMIT, at + 1
    following, start = _INVALID, at + 1
    if sign == ".":
        following = _COMPONENT
    elif sign == "_":
        following = _SUFFIX
    elif text.startswith("-r", at):
        following, start = _REVISION, at + 2
    if following < kind and (kind, following) not in _STEPS_BACK:
        following = _INVALID
    return following, start


def _read(text: str, at: int, kind: int) -> tuple[int, int | str, int, int]:
    """Rank and value of the token of this kind, then kind and beginning of the next."""
    rank = _RANKS[kind]
    if kind == _SUFFIX and at < len(text):
        end = _end(_SUFFIX_NAME, text, at)
        value = _SUFFIXES.get(text[at:end], _UNKNOWN_SUFFIX)
        rank = _RANK_PRE_RELEASE if value < 0 else rank
        return (rank, value, *(_next(text, end, kind) if end > at else (_INVALID, at)))
    if kind == _LETTER:
        return rank, ord(text[at]), *_next(text, at + 1, kind)
    if kind == _COMMIT:
        end = _end(_HASH, text, at)
        return rank, text[at:end], *_next(text, end, kind)
    if kind == _COMPONENT and text.startswith("0", at):
        end = _end(_ZEROS, text, at)
        return rank, at - end, _DIGITS if end < len(text) else _END, end
    end = _end(_NUMBER, text, at)
    return rank, int(text[at:end] or "0", 16), *_next(text, end, kind)


def key(text: str) -> tuple[int | str, ...]:
    """Sorts as apk does, which has an answer for any text; only an empty one raises InvalidVersionError."""
    if not text:
        raise InvalidVersionError("an empty text is no version")
    kind, at = _DIGITS, 0
    parts: list[int | str] = []
    while kind not in (_END, _INVALID):
        rank, value, kind, at = _read(text, at, kind)
        parts += (rank, value)
    parts.append(_RANKS[kind])
    return tuple(parts)
