"""Gems that Bundler has locked: `Gemfile.lock`, called `gems.locked` beside a `gems.rb`.

Sections at the margin, one for each source (`GEM`, `GIT`, `PATH`, `PLUGIN SOURCE`), in them `specs:` with a line of
four spaces for each gem, `NAME (VERSION[-PLATFORM])`, and one of six for each of its dependencies, `NAME [(RANGES)]`
(Bundler, `Bundler::LockfileParser`). Which groups of the Gemfile want a gem is not told.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires

_SOURCES = frozenset({"GEM", "GIT", "PATH", "PLUGIN SOURCE"})


class _Spec(msgspec.Struct):
    """A locked gem."""

    line: int
    name: str
    version: str
    platform: str
    needs: list[str]


def parse(file: File) -> Iterator[Found]:
    """The locked gems with what they need; a gem for several platforms stands there once for each."""
    specs = _specs(bytes(file.data).decode(errors="replace"))
    pinned = {spec.name: spec.version for spec in reversed(specs)}
    needs: dict[tuple[str, str], dict[str, None]] = {}
    for spec in specs:
        named = (f"{name}@{pinned[name]}" if name in pinned else name for name in spec.needs)
        needs.setdefault((spec.name, spec.version), {}).update(dict.fromkeys(named))
    for spec in specs:
        arch = "" if spec.platform == "ruby" else spec.platform
        yield Found(file.path, spec.line, Package("gem", spec.name, spec.version, arch=arch, declared=True))
        needed = needs.pop((spec.name, spec.version), None)  # those of all platforms, once
        if needed:
            yield Found(file.path, spec.line, Requires("gem", spec.name, spec.version, tuple(needed)))


def _specs(text: str) -> list[_Spec]:
    specs: list[_Spec] = []
    section, listing = "", False
    form = re.compile(r"([^\s()]+) \(([^()-]+)(?:-([^()]*))?\)!?")
    for number, line in enumerate(text.split("\n"), 1):
        margin = line[:7]
        if margin in ("<<<<<<<", "=======", ">>>>>>>"):
            raise UnreadableFileError(f"line {number}: a merge that was not resolved")
        if line[:1].strip():
            section, listing = line.strip(), False
        elif section in _SOURCES and line.strip() == "specs:":
            listing = True
        elif listing:
            words = line.lstrip(" ")
            indent = len(line) - len(words)
            if indent == 4 and (match := form.fullmatch(words.rstrip())):
                specs.append(_Spec(number, match[1], match[2], match[3] or "", []))
            elif indent == 6 and specs and words.strip():
                specs[-1].needs.append(words.split(None, 1)[0].rstrip("!"))
    return specs
