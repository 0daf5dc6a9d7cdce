"""What Elixir's mix pins: `mix.lock`, a map with one entry a line (Mix source, lib/mix/lib/mix/dep/lock.ex).

`"APP": {:hex, :PACKAGE, "VERSION", "HASH", [MANAGERS], [DEPENDENCIES], "REPOSITORY", "HASH"}` or
`"APP": {:git, "URL", "COMMIT", [OPTIONS]}`.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.packages.beam.repositories import package_at
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package, Requires

_ENTRY = (
    r'\s*"(?P<app>[^"]{1,200})": ?\{:(?P<kind>\w{1,20}), (?:"(?P<url>[^"]{1,1000})"|:"?(?P<package>\w{1,200})"?), ?'
)
_TEXT = r'"([^"]{1,200})"'
_DEPENDENCY = r'\{:"?(\w{1,200})"?, "[^"]{0,200}", \[([^\]]{0,500})\]\}'


class _Entry(msgspec.Struct, frozen=True):
    line: int
    app: str
    package: Package
    rest: str
    """The line behind the version."""


def parse(file: File) -> Iterator[Found | Unknown]:
    """The pinned packages, with what they need."""
    text = text_of(file.data)
    if not text.lstrip().startswith("%{"):
        raise UnreadableFileError("no map of Elixir")
    entries, broken = list[_Entry](), 0
    for number, line in enumerate(text.split("\n"), 1):
        if '": {:' in line or '":{:' in line:
            entry = _entry(number, line)
            if entry is None:
                broken += 1
            else:
                entries.append(entry)
    pins = {entry.app: f"{entry.package.name}@{entry.package.version}" for entry in entries}
    for entry in entries:
        yield Found(file.path, entry.line, entry.package)
        wanted = (match[1] for match in re.finditer(_DEPENDENCY, entry.rest) if "optional: true" not in match[2])
        needs = tuple(dict.fromkeys(pins.get(app, app) for app in wanted))
        if needs:
            fact = Requires(entry.package.type, entry.package.name, entry.package.version, needs)
            yield Found(file.path, entry.line, fact)
    if broken:
        yield Unknown(file.path, "mix-lock", f"{broken} entries that are neither of Hex nor of git")
    if not text.rstrip().endswith("}"):
        yield Unknown(file.path, "mix-lock", "a map without an end")


def _entry(number: int, line: str) -> _Entry | None:
    match = re.match(_ENTRY, line)
    version = re.match(_TEXT, line[match.end() :][:300]) if match else None
    if match is None or version is None:
        return None
    rest = line[match.end() + version.end() :]
    if match["kind"] == "hex" and match["package"]:
        return _Entry(number, match["app"], Package("hex", match["package"], version[1], declared=True), rest)
    if match["kind"] == "git" and match["url"]:
        return _Entry(number, match["app"], package_at(match["url"], version[1], match["app"]), "")
    return None
