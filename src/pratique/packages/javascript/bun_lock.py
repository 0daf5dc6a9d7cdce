"""`bun.lock`: JSON with commas before closing brackets (bun, "Lockfile", and its type `BunLockFile`).

A package is a list whose first member is `name@version`, or `name@` and where else it is from, under a key that is its
place in the tree: `debug/ms`. (`bun.lockb`, which bun wrote until 1.2, is binary and not read.)
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from pratique.errors import UnreadableFileError
from pratique.packages.javascript.locking import (
    NESTED_MOST,
    PROJECTS_OWN,
    Locked,
    as_json,
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

_Pinned: TypeAlias = dict[str, Locked | None]
"""Packages by key; None for folders, of the project or beside it."""

_RUNNING = ("dependencies", "optionalDependencies", "peerDependencies")
_DEVELOPING = ("devDependencies",)


def parse(file: File) -> Iterator[Found]:
    """What a lock file pins, without the project's own packages."""
    if is_of_dependency(file.path):
        return
    text = text_of(file.data)
    lock = decode(as_json(text))
    packages = lock.get("packages")
    if not isinstance(packages, dict):
        raise UnreadableFileError("no packages in it")
    lines = dict(lines_of_keys(text))
    pinned: _Pinned = {}
    infos: dict[str, dict[str, Any]] = {}
    folders: dict[str, dict[str, str]] = {"": {}}
    for key, entry in packages.items():
        if isinstance(entry, list) and entry and isinstance(entry[0], str):
            pinned[key] = _package(entry[0], lines.get(key, 0))
            infos[key] = next((each for each in entry if isinstance(each, dict)), {})
            above, name = _split(key)
            folders.setdefault(above, {})[name] = key
    for key, locked in pinned.items():
        if locked is not None:
            _connect(locked, infos[key], _above(key, folders), pinned)
    _mark_development(objects(lock.get("workspaces")), pinned, infos, folders)
    yield from facts(file.path, filter(None, pinned.values()))


def _package(pin: str, line: int) -> Locked | None:
    """The package of `name@version`; None for folders, of the project or beside it."""
    name, specifier = split_pin(pin)
    if specifier.startswith((*PROJECTS_OWN, "file:")):
        return None
    return Locked(name, version_in(specifier), line)


def _wanted(info: dict[str, Any], sections: Iterable[str]) -> dict[str, str]:
    """What a package or project wants, by name; peers that are optional left out."""
    listed = info.get("optionalPeers")
    optional = {each for each in listed if isinstance(each, str)} if isinstance(listed, list) else set()
    wanted: dict[str, str] = {}
    for section in sections:
        names = texts(info.get(section))
        if section == "peerDependencies":
            names = {name: names[name] for name in names if name not in optional}
        wanted |= names
    return wanted


def _split(place: str) -> tuple[str, str]:
    """Where a package stands and its name there: `a/@b/c` -> `a`, `@b/c`."""
    above, _, name = place.rpartition("/")
    outer, _, scope = above.rpartition("/")
    return (outer, f"{scope}/{name}") if scope.startswith("@") else (above, name)


def _above(place: str, folders: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """The folders in which a package at `place` finds others, nearest first: keys by name."""
    seen = [folders[place]] if place in folders else []
    for _ in range(NESTED_MOST):
        if not place:
            break
        place = _split(place)[0]
        if place in folders:
            seen.append(folders[place])
    return seen


def _found(name: str, seen: list[dict[str, str]]) -> str | None:
    return next((folder[name] for folder in seen if name in folder), None)


def _connect(locked: Locked, info: dict[str, Any], seen: list[dict[str, str]], pinned: _Pinned) -> None:
    """Name what a package needs: what is optional only if it is there."""
    required = texts(info.get("dependencies"))
    for name, specifier in _wanted(info, _RUNNING).items():
        key = _found(name, seen)
        found = pinned[key] if key is not None else None
        if found is not None:
            locked.needs[found.pin] = None
        elif key is None and name in required:
            locked.needs[real_name(name, specifier)] = None


def _mark_development(
    projects: dict[str, dict[str, Any]],
    pinned: _Pinned,
    infos: dict[str, dict[str, Any]],
    folders: dict[str, dict[str, str]],
) -> None:
    """Whatever the projects want for development and nothing wants that runs."""

    def reached(sections: Iterable[str]) -> set[str]:
        waiting: list[str | None] = []
        for project in projects.values():
            seen = _above(texts(project).get("name", ""), folders)
            waiting += [_found(name, seen) for name in _wanted(project, sections)]
        done: set[str] = set()
        while waiting:
            key = waiting.pop()
            if key is not None and key not in done:
                done.add(key)
                seen = _above(key, folders)
                waiting += [_found(name, seen) for name in _wanted(infos[key], _RUNNING)]
        return done

    for key in reached(_DEVELOPING) - reached(_RUNNING):
        locked = pinned[key]
        if locked is not None:
            locked.development = True
