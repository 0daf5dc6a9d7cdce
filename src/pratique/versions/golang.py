"""Go module versions, and those of the toolchain and its standard library.

Source: go.dev/ref/mod (versions, pseudo-versions, +incompatible), go.dev/doc/toolchain (version syntax) and the Go
vulnerability database, which writes toolchain versions as semantic ones: `go1.22rc1` is `1.22.0-rc.1`.
"""

import functools
import re

from pratique.versions import semver
from pratique.versions.semver import Key


@functools.cache
def _toolchain() -> re.Pattern[str]:
    """`go1.22rc1`, `1.22rc1`, `go1.21.0 X:nocoverageredesign`, `go1.21.0-vendor`, `go1.18.5b7` (BoringCrypto)."""
    return re.compile(
        r"(go)?+ ([0-9]++(?:\.[0-9]++){0,2}+) (?:(alpha|beta|rc)([0-9]++))?+ (?:b[0-9]++)?+ (?:[-\s].*+)?+",
        re.VERBOSE | re.DOTALL | re.ASCII,
    )


def key(text: str) -> Key:
    """Sorts as semver does, with or without leading `v`; InvalidVersionError for `(devel)` and the like."""
    text = text.strip()
    if not text.startswith("v"):
        found = _toolchain().fullmatch(text)
        if found and (found[1] or found[3]):
            _, numbers, word, number = found.groups()
            return semver.key(f"{numbers}-{word}.{number}" if word else numbers)
    return semver.key(text)
