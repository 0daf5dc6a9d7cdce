"""Yarn's Plug'n'Play: `.pnp.cjs`, or `.pnp.js` of yarn 2, and `.pnp.data.json`, which some projects have beside it.

Packages stay in zip archives, and these files tell Node.js which of them there are: `packageRegistryData` has name,
reference and where to find it (yarn, "PnP Specification"). They are what is installed. Those that had to be unpacked
(`.yarn/unplugged`) have their `package.json` to speak for them.
"""

import re
from collections.abc import Iterator
from typing import Any

from pratique.errors import UnreadableFileError
from pratique.packages.javascript.locking import PROJECTS_OWN, Locked, as_json, decode, facts, text_of, version_in
from pratique.records.facts import Found
from pratique.records.file import File


def parse(file: File) -> Iterator[Found]:
    """The packages that a project finds through Plug'n'Play, without its own."""
    text = text_of(file.data)
    state = text if file.path.endswith(".json") else _state(text)
    if state is None:
        return
    registry = decode(state).get("packageRegistryData")
    if not isinstance(registry, list):
        raise UnreadableFileError("no packageRegistryData in it")
    lines = _lines(text)
    pinned: dict[tuple[str, str], Locked] = {}
    needs: list[tuple[Locked, Any]] = []
    unplugged = set()
    for name, reference, entry in _entries(registry):
        line = next((line for found, line in lines if found == reference), 0)
        if reference.startswith(PROJECTS_OWN):
            continue
        locked = Locked(name, _version(reference), line)
        pinned[name, reference] = locked
        needs.append((locked, entry.get("packageDependencies")))
        if "/unplugged/" in str(entry.get("packageLocation", "")):
            unplugged.add(locked.pin)
    for locked, dependencies in needs:
        _connect(locked, dependencies, pinned)
    yield from facts(file.path, (locked for locked in pinned.values() if locked.pin not in unplugged), declared=False)


def _state(text: str) -> str | None:
    """The JSON in the program: yarn 3 and 4 have it in a string, yarn 2 had an object; None if it is in a file beside.

    Raises `UnreadableFileError`.
    """
    begins = re.search(r"RAW_RUNTIME_STATE =\s*'|hydrateRuntimeState\((?:JSON\.parse\(')?(?=[\s{])", text)
    if begins and begins[0].endswith("'"):
        quoted = re.compile(r"(?:[^'\\]|\\[\s\S])*+").match(text, begins.end())
        return re.sub(r"\\(\r?\n|[\s\S])", lambda match: match[1].strip("\r\n"), quoted[0] if quoted else "")
    end = text.find(", {basePath:", begins.end()) if begins else -1
    if begins is None and '".pnp.data.json"' in text:
        return None
    if begins is None or end < 0:
        raise UnreadableFileError("no state of Plug'n'Play in it")
    return as_json(text[begins.end() : end])


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Every reference that begins a line, with the number of the line."""
    line, last = 1, 0
    for match in re.finditer(r'(?m)^[ \t]*\[[ \t]*"([^"\n]*)",[ \t]*\{', text):
        line += text.count("\n", last, match.start())
        last = match.start()
        yield match[1], line


def _entries(registry: list[Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, reference and entry; the project itself, whose names are null, left out."""
    for each in registry:
        match each:
            case [str(name), list(references)]:
                for pair in references:
                    match pair:
                        case [str(reference), dict(entry)]:
                            yield name, reference, entry


def _version(reference: str) -> str:
    """The version in `npm:4.4.3`, `virtual:...#npm:4.4.3` and `patch:...::version=2.3.3&hash=...`; empty if none is."""
    if reference.startswith("virtual:"):
        reference = reference.partition("#")[2]
    if reference.startswith("npm:"):
        return version_in(reference[4:].partition("::")[0])
    told = re.search(r"::(?:[^:]*&)?version=([^&]*)", reference) if reference.startswith("patch:") else None
    return version_in(told[1]) if told else ""


def _connect(locked: Locked, dependencies: Any, pinned: dict[tuple[str, str], Locked]) -> None:
    """Name what a package needs: `[name, reference]`, or `[alias, [name, reference]]`. Each names itself as well."""
    for each in dependencies if isinstance(dependencies, list) else ():
        match each:
            case [str(), [str(name), str(reference)]] | [str(name), str(reference)]:
                found = pinned.get((name, reference))
                if found is not None and found.pin != locked.pin:
                    locked.needs[found.pin] = None
