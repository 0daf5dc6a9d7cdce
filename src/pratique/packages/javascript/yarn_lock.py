"""`yarn.lock`, of yarn 1 and of yarn 2 and later ("berry").

Entries stand at the margin and are named after all the descriptors that they answer, `ms@^2.0.0, ms@^2.1.3:`; their
fields are indented by two, what they need by four. Yarn 1 writes `ms "^2.1.3"` (yarn, "yarn.lock"; yarn 1,
src/lockfile/stringify.js), berry writes YAML, `ms: "npm:^2.1.3"`, and the project's own packages as well (yarn,
"Lexicon"; @yarnpkg/parsers, sources/syml.ts). Neither tells what is for development only.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.limits import BROKEN_TOLD_MOST
from pratique.packages.javascript.locking import (
    Locked,
    facts,
    is_of_dependency,
    real_name,
    split_pin,
    text_of,
    version_in,
)
from pratique.records.facts import Found
from pratique.records.file import File, Unknown

_NAME = "yarn-lock"
_DEPENDENCIES = frozenset({"dependencies", "optionalDependencies"})


class _Entry(msgspec.Struct, eq=False):
    line: int
    descriptors: list[str]
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    needs: dict[str, str] = msgspec.field(default_factory=dict)


def parse(file: File) -> Iterator[Found | Unknown]:
    """What a lock file pins, without the project's own packages."""
    if is_of_dependency(file.path):
        return
    text = text_of(file.data)
    entries = list(_entries(text))
    if not entries and text.strip() and "# yarn lockfile v1" not in text and "__metadata:" not in text:
        raise UnreadableFileError("no yarn.lock")
    answers: dict[str, Locked] = {}
    locked: list[tuple[_Entry, Locked]] = []
    broken: list[int] = []
    for entry in entries:
        if entry.fields.get("linkType") == "soft":
            continue
        package = _package(entry)
        if package is None:
            broken.append(entry.line)
            continue
        answers |= dict.fromkeys(entry.descriptors, package)
        locked.append((entry, package))
    for entry, package in locked:
        _connect(package, entry, answers)
    yield from facts(file.path, (package for _, package in locked))
    for line in broken[:BROKEN_TOLD_MOST]:
        yield Unknown(file.path, _NAME, f"line {line}: entry without name or version")
    if len(broken) > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{len(broken) - BROKEN_TOLD_MOST} more broken entries")


def _entries(text: str) -> Iterator[_Entry]:
    field = re.compile(r' *("(?:[^"\\]|\\.)*+"|[^\s":]+):?[ \t]*(.*)')
    entry, section = None, ""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] not in " :":
            if entry is not None:
                yield entry
            entry, section = _Entry(number, _descriptors(line)), ""
            if entry.descriptors == ["__metadata"]:
                entry = None
            continue
        match = field.match(line)
        if entry is None or match is None:
            continue
        name, value = _unquoted(match[1]), _unquoted(match[2].rstrip())
        if not line.startswith("   "):
            section = "" if value else name
            entry.fields[name] = value
        elif section in _DEPENDENCIES:
            entry.needs[name] = value
    if entry is not None:
        yield entry


def _descriptors(line: str) -> list[str]:
    """The descriptors of `"@a/b@^1", c@2:`; of `? "..."`, too, as YAML writes a long one."""
    named = line.removeprefix("? ").rstrip().removesuffix(":")
    pieces = re.findall(r'"((?:[^"\\]|\\.)*+)"?|([^\s,"][^,"]*)', named)
    return [each for quoted, plain in pieces for each in (quoted or plain).split(", ")]


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _package(entry: _Entry) -> Locked | None:
    """The package of an entry; None if it has no name or no version."""
    resolution = entry.fields.get("resolution", "")
    if resolution:
        name = split_pin(resolution)[0]
    elif entry.descriptors:
        name = real_name(*split_pin(entry.descriptors[0]))
    else:
        return None
    version = entry.fields.get("version", "")
    return Locked(name, version_in(version), entry.line) if name and version else None


def _connect(package: Locked, entry: _Entry, answers: dict[str, Locked]) -> None:
    """Yarn 2 and 3 left `npm:` out where an entry needs another, but not in the other's name."""
    for name, specifier in entry.needs.items():
        found = answers.get(f"{name}@{specifier}") or answers.get(f"{name}@npm:{specifier}")
        package.needs[found.pin if found else real_name(name, specifier)] = None
