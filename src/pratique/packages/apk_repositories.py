"""Where Alpine and its kin take their packages from: `etc/apk/repositories` and the files of `repositories.d`.

One URL or folder a line, before it a tag (`@edge`) where only packages asked for by that tag come from there; since
apk 3 a kind (`v3`) before and components (`main community`) behind it, and lines with `set` (apk-repositories(5)).
They tell edge from a release, and Wolfi from Chainguard.
"""

from collections.abc import Iterator

from pratique.limits import KIB
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Channel

_LINE_LONGEST = 4 * KIB
_LINES_MOST = 1000
"""Repositories of one file. Real ones have up to ten."""


def parse(file: File) -> Iterator[Found]:
    """The repositories, in order, without users and passwords."""
    if file.path.startswith("etc/apk/repositories.d/") and not file.path.endswith(".list"):
        return
    lines = bytes(file.data).decode(errors="replace").split("\n", _LINES_MOST)[:_LINES_MOST]
    names = dict.fromkeys(filter(None, (_repository(line.strip()) for line in lines)))
    if names:
        yield Found(file.path, 1, Channel("apk-repository", tuple(names)))


def _repository(line: str) -> str:
    """`@edge https://example.org/edge/main`, empty for what names no repository."""
    if not line or line[0] == "#" or len(line) > _LINE_LONGEST:
        return ""
    words = line.split()
    tag = f"{words.pop(0)} " if words[0][0] == "@" else ""
    at = next((at for at, word in enumerate(words) if "/" in word), None)
    if at is None or words[0] == "set":
        return ""
    scheme, separator, rest = words[at].partition("://")
    if separator:
        host, slash, path = rest.partition("/")
        words[at] = f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
    return tag + " ".join(words[at:])
