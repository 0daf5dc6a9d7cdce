"""Python versions: PEP 440, with the order that old installers gave to anything else.

Source: PEP 440, now the version specifiers page of packaging.python.org. Texts that are no PEP 440 version stand
before all that are, among themselves as setuptools before version 66 had them: OSV does so with PyPI.
"""

import functools
import re

from pratique.errors import InvalidVersionError

_PRE_RELEASES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_DEV_ONLY, _NO_PRE_RELEASE = -1, 3
"""`1.dev1` stands before `1a1`, and `1` after `1rc1`."""

_LEGACY_EPOCH = -1
_LEGACY_WORDS = {"pre": "c", "preview": "c", "-": "final-", "rc": "c", "dev": "@"}

Key = tuple[int | tuple[int, ...] | tuple[int | str, ...], ...]


@functools.cache
def _pattern() -> re.Pattern[str]:
    """The grammar of PEP 440, appendix B; possessive, since no step of it ever needs to go back."""
    return re.compile(
        r"""
        v?+ (?:([0-9]++)!)?+
        ([0-9]++(?:\.[0-9]++)*+)
        (?: [-_.]?+ (alpha|a|beta|b|preview|pre|c|rc) [-_.]?+ ([0-9]++)?+ )?+
        (?: -([0-9]++) | [-_.]?+ (post|rev|r) [-_.]?+ ([0-9]++)?+ )?+
        (?: [-_.]?+ (dev) [-_.]?+ ([0-9]++)?+ )?+
        (?: \+([a-z0-9]++(?:[-_.][a-z0-9]++)*+) )?+
        """,
        re.VERBOSE,
    )


@functools.cache
def _legacy_pieces() -> re.Pattern[str]:
    return re.compile("([0-9]+|[a-z]+|[.]|-)")


def _number(digits: str | None) -> int:
    return int(digits or "0", 16)


def _release(text: str) -> tuple[int, ...]:
    numbers = [int(part, 16) for part in text.split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _local(text: str | None) -> tuple[int | str, ...]:
    """Numbers are higher than words; no local version is lower than any."""
    ranks: list[int | str] = []
    for part in (text or "").replace("-", ".").replace("_", ".").split("."):
        if part:
            ranks += (1, int(part, 16)) if part.isdigit() else (0, part)
    return tuple(ranks)


def _legacy(text: str) -> tuple[str, ...]:
    """Words begin with `*`, numbers with a digit; zeros before a word and dashes before a pre-release vanish."""
    parts: list[str] = []
    for piece in [*_legacy_pieces().split(text), "final"]:
        if not piece or piece == ".":
            continue
        if piece[0] in "0123456789":
            parts.append(piece.zfill(8))
            continue
        word = "*" + _LEGACY_WORDS.get(piece, piece)
        while word < "*final" and parts and parts[-1] == "*final-":
            parts.pop()
        while parts and parts[-1] == "00000000":
            parts.pop()
        parts.append(word)
    return tuple(parts)


def key(text: str) -> Key:
    """Sorts as PEP 440 says, local versions included; only an empty text raises InvalidVersionError."""
    text = text.strip().lower()
    if not text:
        raise InvalidVersionError("an empty text is no version")
    found = _pattern().fullmatch(text)
    if not found:
        return (_LEGACY_EPOCH, _legacy(text))
    epoch, release, pre, pre_no, post_no, post, post_word_no, dev, dev_no, local = found.groups()
    post_key = _number(post_no or post_word_no) if post_no or post else -1
    no_pre = _DEV_ONLY if dev and post_key < 0 else _NO_PRE_RELEASE
    return (
        _number(epoch),
        _release(release),
        _PRE_RELEASES[pre] if pre else no_pre,
        _number(pre_no),
        post_key,
        0 if dev else 1,
        _number(dev_no),
        _local(local),
    )
