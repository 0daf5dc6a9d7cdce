"""Debian versions: `[epoch:]upstream[-revision]`, as `dpkg --compare-versions` orders them.

Source: deb-version(7), Debian policy 5.6.12.
"""

import re

from pratique.errors import InvalidVersionError

_EPOCH_LARGEST = 2**31 - 1
_PIECES = re.compile(rb"([^0-9]*)([0-9]*)")
_END = b"\x01"


def _order() -> bytes:
    """Table for bytes.translate: `~` before the end of a text before letters before all else; digits stay.

    Bytes above 127 come between letters and punctuation: dpkg adds 256 to a signed character.
    """
    table = bytearray(range(256))
    letters = [byte for byte in range(128) if chr(byte).isalpha()]
    others = [byte for byte in range(128) if not chr(byte).isalnum() and chr(byte) != "~"]
    # UTF-8 never uses bytes from 245 on; leaving them out makes room for the end mark.
    ranks = [rank for rank in range(2, 256) if not 0x30 <= rank <= 0x39]
    for rank, byte in zip(ranks, [*letters, *range(128, 245), *others], strict=False):
        table[byte] = rank
    table[ord("~")] = 0
    return bytes(table)


_ORDER = _order()


def _part(text: str) -> tuple[bytes | int, ...]:
    """Key of an upstream version or a revision: other characters and numbers in turn (verrevcmp).

    The last pair is always the empty one: the end mark stands between `~` and all that may follow instead.
    """
    data = (text or "0").encode("utf-8", "surrogatepass").translate(_ORDER)
    pieces: list[bytes | int] = []
    for other, digits in _PIECES.findall(data):
        pieces += (other + _END, int(digits or b"0", 16))
    return tuple(pieces)


def _epoch(text: str, version: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InvalidVersionError(f"epoch of {version[:60]!r} is no number")
    digits = text.lstrip("0")
    if len(digits) > 10 or int(digits or "0") > _EPOCH_LARGEST:
        raise InvalidVersionError(f"epoch of {version[:60]!r} is too large")
    return int(digits or "0")


def key(text: str) -> tuple[int, tuple[bytes | int, ...], tuple[bytes | int, ...]]:
    """Sorts as dpkg does. A missing epoch is 0, a missing revision equals `0`.

    As lenient as dpkg, which only warns of strange characters; InvalidVersionError where dpkg refuses: empty,
    white space inside, an epoch that is no number or above 2147483647, an empty upstream version or revision.
    """
    text = text.strip()
    if len(text.split()) != 1:
        raise InvalidVersionError(f"{text[:60]!r} is empty or has white space inside")
    head, colon, rest = text.partition(":")
    epoch = _epoch(head, text) if colon else 0
    upstream, hyphen, revision = (rest if colon else text).rpartition("-")
    if not hyphen:
        upstream, revision = revision, "0"
    if not upstream or not revision:
        raise InvalidVersionError(f"{text[:60]!r} has an empty upstream version or revision")
    return epoch, _part(upstream), _part(revision)
