"""What CocoaPods pins: `Podfile.lock` (CocoaPods, "Podfile.lock"; Core source, lib/cocoapods-core/lockfile.rb).

YAML whose list `PODS:` has `- NAME (VERSION)`, with a list of what the pod needs below it. `NAME/PART` is a part of a
pod, which has its version and is not a package of its own.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires

_POD = r"""( {2,4})- ["']?([^\s"'(]{1,200})(?: \(([^)]{0,200})\))?["']?:?\s*"""


class _Pod(msgspec.Struct, eq=False):
    line: int
    version: str
    needs: dict[str, None] = msgspec.field(default_factory=dict)


def parse(file: File) -> Iterator[Found]:
    """The pinned pods with what all their parts need."""
    pods = _pods(text_of(file.data))
    for name, pod in pods.items():
        yield Found(file.path, pod.line, Package("cocoapods", name, pod.version, declared=True))
        pod.needs.pop(name, None)
        needs = tuple(f"{each}@{pods[each].version}" if each in pods else each for each in pod.needs)
        if needs:
            yield Found(file.path, pod.line, Requires("cocoapods", name, pod.version, needs))


def _pods(text: str) -> dict[str, _Pod]:
    pods: dict[str, _Pod] = {}
    current, listing, listed = None, False, False
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1].strip():
            listing = line.startswith("PODS:")
            listed = listed or listing
        elif listing and (match := re.fullmatch(_POD, line)):
            name = match[2].partition("/")[0]
            if len(match[1]) == 2:
                current = pods.setdefault(name, _Pod(number, match[3] or ""))
            elif current:
                current.needs[name] = None
    if not listed:
        raise UnreadableFileError("no list PODS")
    return pods
