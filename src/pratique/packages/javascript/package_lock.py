"""`package-lock.json` and `npm-shrinkwrap.json` of npm 5 and later.

`packages` names what belongs where in the tree of folders (lock file versions 2 and 3), `dependencies` nests as
`node_modules` does (version 1; in version 2 for old readers) (npm, "package-lock.json"). What npm really did
install, `node_modules/.package-lock.json` names, too: there the packages speak for themselves.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from pratique.errors import UnreadableFileError
from pratique.packages.javascript.locking import (
    NESTED_MOST,
    Locked,
    decode,
    facts,
    is_of_dependency,
    lines_of_keys,
    objects,
    real_name,
    split_pin,
    text_of,
    texts,
    version_in,
)
from pratique.records.facts import Found
from pratique.records.file import File

_Folder: TypeAlias = dict[str, Locked | None]
"""What stands in a folder `node_modules`, by name; None for a part of the project itself."""

_ARCHIVES = (".tgz", ".tar.gz", ".tar")


def parse(file: File) -> Iterator[Found]:
    """What a lock file pins, without the project's own packages."""
    if is_of_dependency(file.path):
        return
    text = text_of(file.data)
    lock = decode(text)
    packages = lock.get("packages")
    if isinstance(packages, dict):
        yield from facts(file.path, _by_place(objects(packages), dict(reversed([*lines_of_keys(text)]))))
    elif "dependencies" in lock or "lockfileVersion" in lock:
        yield from facts(file.path, _nested(lock.get("dependencies"), lines_of_keys(text)))
    else:
        raise UnreadableFileError("neither packages nor dependencies in it")


def _by_place(packages: dict[str, dict[str, Any]], lines: dict[str, int]) -> Iterator[Locked]:
    """The packages of `packages`, whose keys are paths such as `node_modules/a/node_modules/b`."""
    folders: dict[str, _Folder] = {}
    placed: list[tuple[str, Locked, dict[str, Any]]] = []
    for place, entry in packages.items():
        above, modules, folder = f"/{place}".rpartition("/node_modules/")
        if not modules:
            continue
        name, version = texts(entry).get("name", folder), texts(entry).get("version", "")
        locked = None
        if entry.get("link") is not True:
            licence = entry.get("license")
            locked = Locked(
                name,
                version,
                line=lines.get(place, 0),
                development=entry.get("dev") is True,
                licenses=(licence,) if isinstance(licence, str) and licence else (),
            )
            placed.append((place, locked, entry))
        folders.setdefault(above[1:], {})[folder] = locked
    for place, locked, entry in placed:
        _connect(locked, entry, _above(place, folders))
        yield locked


def _above(place: str, folders: dict[str, _Folder]) -> list[_Folder]:
    """The folders in which a package at `place` finds others, nearest first."""
    seen = [folders[place]] if place in folders else []
    for _ in range(NESTED_MOST):
        if not place:
            break
        place = f"/{place}".rpartition("/node_modules/")[0][1:]
        if place in folders:
            seen.append(folders[place])
    return seen


def _connect(locked: Locked, entry: dict[str, Any], seen: list[_Folder]) -> None:
    """Name what a package needs: what is optional only if it is there."""
    peers = texts(entry.get("peerDependencies"))
    for name, meta in objects(entry.get("peerDependenciesMeta")).items():
        if meta.get("optional") is True:
            peers.pop(name, None)
    optional = peers | texts(entry.get("optionalDependencies"))
    wanted = texts(entry.get("dependencies")) | texts(entry.get("requires"))
    for name, specifier in (wanted | optional).items():
        for folder in seen:
            if name in folder:
                found = folder[name]
                if found is not None:
                    locked.needs[found.pin] = None
                break
        else:
            if name in wanted and name not in optional:
                locked.needs[real_name(name, specifier)] = None


def _nested(dependencies: Any, lines: Iterator[tuple[str, int]]) -> Iterator[Locked]:
    """The packages of `dependencies`, in the order of the file."""
    root = _folder(objects(dependencies))
    waiting = [(key, locked, entry, [root[1]]) for key, locked, entry in reversed(root[0])]
    while waiting:
        key, locked, entry, seen = waiting.pop()
        line = next((line for found, line in lines if found == key), 0)
        below = objects(entry.get("dependencies"))
        if below:
            inside, folder = _folder(below)
            seen = [folder, *seen[:NESTED_MOST]]
            waiting += [(key, each, entry, seen) for key, each, entry in reversed(inside)]
        if locked is not None:
            locked.line = line
            _connect(locked, entry, seen)
            yield locked


def _folder(entries: dict[str, dict[str, Any]]) -> tuple[list[tuple[str, Locked | None, dict[str, Any]]], _Folder]:
    inside = [(name, _pinned(name, entry), entry) for name, entry in entries.items()]
    return inside, {name: locked for name, locked, _ in inside}


def _pinned(name: str, entry: dict[str, Any]) -> Locked | None:
    """A package of version 1; None for folders of the project."""
    version = texts(entry).get("version", "")
    development = entry.get("dev") is True
    if version.startswith("npm:"):
        target, pinned = split_pin(version[4:])
        return Locked(target, pinned, development=development)
    if version.startswith("file:") and not version.endswith(_ARCHIVES):
        return None
    return Locked(name, version_in(version), development=development)
