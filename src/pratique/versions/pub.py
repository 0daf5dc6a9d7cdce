"""Dart versions: semantic versions whose build metadata counts.

Source: dart.dev/tools/pub/versioning and the README of the package `pub_semver`: a version with a build is higher than
the same one without, and builds compare as pre-releases do.
"""

import functools
import re

from pratique.errors import InvalidVersionError
from pratique.versions import semver

Key = tuple[semver.Key, tuple[int | str, ...]]


@functools.cache
def _build() -> re.Pattern[str]:
    return re.compile(r"[0-9A-Za-z-]++(?:\.[0-9A-Za-z-]++)*+")


def key(text: str) -> Key:
    """Sorts as pub does; InvalidVersionError where `semver.key` refuses or the build breaks its grammar."""
    release, plus, build = text.strip().partition("+")
    if plus and not _build().fullmatch(build):
        raise InvalidVersionError(f"{text[:60]!r} has no build that pub knows")
    return semver.key(release), semver.pre_release(build) if plus else ()
