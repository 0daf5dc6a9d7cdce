"""Versions of pacman (Arch Linux, MSYS2): `[epoch:]version[-release]`, as vercmp orders them.

Source: vercmp(8), PKGBUILD(5). Segments of digits or of letters, as with RPM, but no `~` and no `^`, and the
separators count: more of them are newer (`1.0 < 1.0.a`), while letters right behind digits are older than the end
(`1.0rc < 1.0`). A missing epoch is 0.

Two ties and a circle of vercmp are broken here: a missing release, which vercmp takes for equal to any, is older than
any release, and of separators at the very end only the first counts.
"""

import re

from pratique.errors import InvalidVersionError

_PIECES = re.compile(r"([^0-9A-Za-z]*)(?:([0-9]+)|([A-Za-z]+)|$)")
_LETTERS_AT_ONCE, _END, _SEPARATED = range(3)
_LETTERS, _TRAIL, _DIGITS = range(3)


def _part(text: str) -> tuple[int | str, ...]:
    """Key of an epoch, a version or a release (rpmvercmp of libalpm)."""
    ranks: list[int | str] = []
    for separators, digits, letters in _PIECES.findall(text):
        if digits:
            ranks += (_SEPARATED, len(separators), _DIGITS, int(digits, 16))
        elif letters:
            ranks += (_SEPARATED if separators else _LETTERS_AT_ONCE, len(separators), _LETTERS, letters)
        elif separators:
            ranks += (_SEPARATED, 1, _TRAIL)
    ranks.append(_END)
    return tuple(ranks)


def key(text: str) -> tuple[int, tuple[int | str, ...], tuple[int | str, ...]]:
    """Sorts as vercmp; takes any text with a letter or a digit in its version, else raises InvalidVersionError."""
    text = text.strip()
    head, colon, rest = text.partition(":")
    epoch = 0
    if colon and (not head or (head.isascii() and head.isdigit())):
        epoch = int(head or "0", 16)
    else:
        rest = text
    version, hyphen, release = rest.rpartition("-")
    if not hyphen:
        version, release = release, ""
    if not any(sign.isascii() and sign.isalnum() for sign in version):
        raise InvalidVersionError(f"{text[:60]!r} has neither letter nor digit")
    return epoch, _part(version), _part(release) if hyphen else ()
