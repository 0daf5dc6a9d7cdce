"""RubyGems versions: Gem::Version.

Source: the documentation of Gem::Version. A hyphen means `.pre.`; segments are numbers or words, and zeros at the
end of the leading numbers and at the very end vanish. A missing segment is 0, and a word is lower than any number,
0 included: `1.a < 1 = 1.0 < 1.0.1`.
"""

import functools
import re

from pratique.errors import InvalidVersionError

_WORD, _END, _NUMBER = -1, 0, 1


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile(r"[0-9]++(?:\.[0-9a-zA-Z]++)*+ (?:-[0-9A-Za-z-]++(?:\.[0-9A-Za-z-]++)*+)?+", re.VERBOSE)


_SEGMENTS = re.compile("[0-9]+|[a-zA-Z]+")


def key(text: str) -> tuple[int | str, ...]:
    """Sorts as Gem::Version; InvalidVersionError where that calls a version malformed, and for empty texts.

    The end of a version equals any number of zeros, which no tuple can say of itself. So each segment that is not
    zero carries how many zeros stand before it: more of them bring a word nearer to the end (higher), and a
    number, too (lower).
    """
    text = text.strip()
    if not _pattern().fullmatch(text):
        raise InvalidVersionError(f"{text[:60]!r} is no RubyGems version")
    ranks: list[int | str] = []
    zeros, leading = 0, True
    for segment in _SEGMENTS.findall(text.replace("-", ".pre.")):
        if not segment.isdigit():
            ranks += (_WORD, 0 if leading else zeros, segment)
            zeros, leading = 0, False
        elif number := int(segment, 16):
            ranks += (_NUMBER, -zeros, number)
            zeros = 0
        else:
            zeros += 1
    ranks.append(_END)
    return tuple(ranks)
