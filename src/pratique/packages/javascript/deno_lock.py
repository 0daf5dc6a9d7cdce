"""`deno.lock`, versions 2 to 5 (Deno, "Integrity checking and lock files"; the crate `deno_lockfile`).

`npm` and, from version 3 on, `jsr` have a key for each package, `debug@4.4.3`, behind it the peers that it was resolved
with, `_react@18.3.1`. Modules that are imported by their URL (`remote`) are no packages.
"""

from collections.abc import Iterator
from typing import Any

from pratique.errors import UnreadableFileError
from pratique.packages.javascript.locking import (
    Locked,
    decode,
    facts,
    is_of_dependency,
    lines_of_keys,
    objects,
    split_pin,
    text_of,
    texts,
)
from pratique.records.facts import Found
from pratique.records.file import File

_TYPES = {"npm": "npm", "jsr": "generic"}
"""Package URL types by section; JSR has none of its own."""


def parse(file: File) -> Iterator[Found]:
    """What a lock file pins."""
    if is_of_dependency(file.path):
        return
    text = text_of(file.data)
    lock = decode(text)
    if "version" not in lock:
        raise UnreadableFileError("no version in it")
    within = objects(lock).get("packages", lock)  # where version 3 has them
    sections = {section: objects(within.get(section)) for section in _TYPES}
    if isinstance(sections["npm"].get("packages"), dict):  # where version 2 has them
        sections["npm"] = objects(sections["npm"]["packages"])
    lines = dict(lines_of_keys(text))
    pinned = {
        section: {key: _package(key, lines.get(key, 0)) for key in entries} for section, entries in sections.items()
    }
    pins = _Pins(pinned, texts(within.get("specifiers")))
    for section, entries in sections.items():
        for key, entry in entries.items():
            for name, reference in _references(entry):
                found = pins.find(section, reference)
                pinned[section][key].needs[found.pin if found else name] = None
        yield from facts(file.path, pinned[section].values(), kind=_TYPES[section])


def _package(key: str, line: int) -> Locked:
    name, version = split_pin(key)
    return Locked(name, version.partition("_")[0], line)


def _references(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and reference of whatever an entry needs: `{"ms": "ms@2.1.3"}` until version 3, then `["ms@2.1.3"]`."""
    for section in ("dependencies", "optionalDependencies"):
        value = entry.get(section)
        if isinstance(value, list):
            value = {each: each for each in value if isinstance(each, str)}
        for name, reference in texts(value).items():
            yield split_pin(name.removeprefix("jsr:").removeprefix("npm:"))[0], reference


class _Pins:
    """The packages of the file, by all the ways in which they refer to each other."""

    def __init__(self, pinned: dict[str, dict[str, Locked]], specifiers: dict[str, str]) -> None:
        self.pinned = pinned
        self.specifiers = specifiers
        self.named = {section: {each.name: each for each in of.values()} for section, of in pinned.items()}

    def find(self, section: str, reference: str) -> Locked | None:
        """The package of `ms@2.1.3`; of `ms`, where there is one version; of `a@npm:ms@2.1.3`, `jsr:@std/path@^1`."""
        if reference.startswith(("jsr:", "npm:")):
            section, _, bare = reference.partition(":")
            name = split_pin(bare)[0]
            resolved = self.specifiers.get(reference, "")
            key = resolved.partition(":")[2] if ":" in resolved else f"{name}@{resolved}"
        else:
            name, rest = split_pin(reference)
            key = rest.removeprefix("npm:") if rest.startswith("npm:") else reference
        return self.pinned[section].get(key) or self.named[section].get(name)
