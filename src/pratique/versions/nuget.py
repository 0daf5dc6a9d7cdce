"""NuGet versions: one to four numbers, a pre-release label, metadata.

Source: learn.microsoft.com/nuget/concepts/package-versioning. Zeros that are missing or lead a number make no
difference (`1.02 = 1.2.0.0`), labels compare without regard to case, dotted identifiers as in Semantic Versioning
2.0, and metadata behind `+` does not count. Beyond NuGet: numeric identifiers may have leading zeros.
"""

import functools
import re

from pratique.errors import InvalidVersionError
from pratique.versions import semver
from pratique.versions.semver import Key


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        r"([0-9]++(?:\.[0-9]++){0,3}+) (?:-([0-9a-z-]++(?:\.[0-9a-z-]++)*+))?+ (?:\+[0-9a-z.-]++)?+",
        re.VERBOSE | re.IGNORECASE | re.ASCII,
    )


def key(text: str) -> Key:
    """Sorts as NuGet.Versioning; InvalidVersionError for five numbers, for words, for ranges."""
    found = _pattern().fullmatch(text.strip())
    if not found:
        raise InvalidVersionError(f"{text[:60]!r} is no NuGet version")
    numbers, label = found.groups()
    parts = [int(part, 16) for part in numbers.split(".")]
    return (*parts, *[0] * (4 - len(parts))), semver.pre_release(label and label.lower())
