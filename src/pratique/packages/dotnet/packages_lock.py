"""NuGet packages that a project has locked: `packages.lock.json`.

For each framework that it is built for, with the version that each package resolved to (NuGet documentation, "Locking
dependencies"). Entries of the kind `Project` are other projects of the same repository, and no packages.
"""

from collections.abc import Iterator

import msgspec

from pratique.formats.texts import Lines, decode_json, text_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires


class _Locked(msgspec.Struct):
    resolved: str = ""
    dependencies: dict[str, str] = msgspec.field(default_factory=dict)
    """Names and ranges."""


class _Lock(msgspec.Struct):
    dependencies: dict[str, dict[str, _Locked]]
    """By framework, and by name of the package."""


def parse(file: File) -> Iterator[Found]:
    """The locked packages, each version once, and what they need."""
    text = text_of(file.data)
    lines = Lines(text)
    seen: dict[tuple[str, str], None] = {}
    for locked in decode_json(text, _Lock).dependencies.values():
        versions = {name.lower(): f"{name}@{entry.resolved}" for name, entry in locked.items() if entry.resolved}
        for name, entry in locked.items():
            if not entry.resolved or (name, entry.resolved) in seen:
                continue
            seen[name, entry.resolved] = None
            line = lines.of(f'"{name}": {{')
            yield Found(file.path, line, Package("nuget", name, entry.resolved, declared=True))
            needs = tuple(versions.get(other.lower(), other) for other in entry.dependencies)
            if needs:
                yield Found(file.path, line, Requires("nuget", name, entry.resolved, needs))
