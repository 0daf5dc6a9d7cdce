"""Tags of GitHub Actions and other repositories: `v4`, `v4.1`, `v4.1.3`, `v2.0.0-beta.1`.

Source: docs.github.com, "Using tags for release management" (semantic versions with a leading `v`), and OSV, which
orders GitHub Actions by semantic versions. `v4` counts as `v4.0.0`: whether that tag has moved on to the newest
`v4.x.y`, no text can tell, and the lowest of them is the cautious answer.

Branches and commits are no versions. Commit hashes may look like one, `1234567e…`, and are told by their length.
"""

import functools
import re

from pratique.errors import InvalidVersionError
from pratique.versions import semver
from pratique.versions.semver import Key


@functools.cache
def _commit() -> re.Pattern[str]:
    """A whole hash, or the beginning of one that has a letter in it: `20240131` may be a date."""
    return re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}|(?=[0-9]*+[a-f])[0-9a-f]{7,64}+", re.IGNORECASE)


def key(text: str) -> Key:
    """Sorts by semantic version; InvalidVersionError for branches, commits and other names of tags."""
    text = text.strip()
    if _commit().fullmatch(text):
        raise InvalidVersionError(f"{text[:60]!r} is a commit, no version")
    return semver.key(text)
