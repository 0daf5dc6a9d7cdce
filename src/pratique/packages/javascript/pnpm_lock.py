"""`pnpm-lock.yaml` of pnpm 3 and later (lock file versions 5, 6 and 9).

YAML as js-yaml writes it: block mappings indented by two, each scalar and each flow mapping on one line. `packages`
has a key for each package, `/ms/2.1.3` (5), `/ms@2.1.3` (6), `ms@2.1.3` (9), behind it the peers that it was
resolved with, `_react@18.3.1` (5) or `(react@18.3.1)`. From version 9 on `snapshots` says what each needs, and what is
for development only has to be gathered from the projects in `importers` (pnpm, lockfile/types and dependency-path).
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.limits import BROKEN_TOLD_MOST
from pratique.packages.javascript.locking import (
    PROJECTS_OWN,
    Locked,
    facts,
    is_of_dependency,
    split_pin,
    text_of,
    version_in,
)
from pratique.records.facts import Found
from pratique.records.file import File, Unknown

_NAME = "pnpm-lock"
_RUNNING = ("dependencies", "optionalDependencies")
_DEVELOPING = ("devDependencies",)


class _Node(msgspec.Struct, eq=False):
    """A mapping of the file."""

    line: int = 0
    value: str = ""
    """The scalar, if it is one, or the flow collection as written."""
    below: dict[str, "_Node"] = msgspec.field(default_factory=dict)

    def text(self, key: str) -> str:
        """The scalar of a key; empty if there is none."""
        return self.below[key].value if key in self.below else ""

    def scalars(self, *keys: str) -> Iterator[tuple[str, str]]:
        """All scalars in the mappings of these keys; of `{specifier: ..., version: ...}` the version."""
        for key in keys:
            if key in self.below:
                for name, node in self.below[key].below.items():
                    yield name, node.text("version") or node.value


def parse(file: File) -> Iterator[Found | Unknown]:
    """What a lock file pins, without the project's own packages."""
    if is_of_dependency(file.path):
        return
    lock = _read(text_of(file.data))
    if "lockfileVersion" not in lock.below:
        raise UnreadableFileError("no lockfileVersion in it")
    slash = lock.text("lockfileVersion").startswith(("3", "4", "5", "6"))
    packages = {
        key: node
        for key, node in lock.below.get("packages", _Node()).below.items()
        if "type: directory" not in node.text("resolution")  # a project of one's own, or of its neighbours
    }
    snapshots = lock.below.get("snapshots", _Node()).below
    pinned = {key: _package(key, node, slash=slash) for key, node in packages.items()}
    pinned |= {key: pinned.get(key.partition("(")[0]) for key in snapshots if key not in pinned}
    needing = snapshots or packages
    for key, node in needing.items():
        locked = pinned[key]
        if locked is not None:
            for name, reference in node.scalars(*_RUNNING):
                _connect(locked, name, reference, pinned)
    if snapshots:
        _mark_development(lock, needing, pinned)
    yield from facts(file.path, (locked for key in packages if (locked := pinned[key]) is not None))
    if packages and not slash and not snapshots:
        yield Unknown(file.path, _NAME, "no snapshots in it: what packages need is not told")
    broken = [packages[key].line for key in packages if pinned[key] is None]
    for line in broken[:BROKEN_TOLD_MOST]:
        yield Unknown(file.path, _NAME, f"line {line}: a package whose name is not told")
    if len(broken) > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{len(broken) - BROKEN_TOLD_MOST} more packages without a name")


def _package(key: str, node: _Node, *, slash: bool) -> Locked | None:
    """The package of a key and its fields; None if neither tells a name."""
    name, version = _split_key(key, slash=slash)
    name, version = node.text("name") or name, node.text("version") or version
    return Locked(name, version, node.line, development=node.text("dev") == "true") if name else None


def _split_key(key: str, *, slash: bool) -> tuple[str, str]:
    """Name and version in a key, empty where it has none: `git.example.org/bight/68e2ae1`, `file:rope.tgz`."""
    bare = key.partition("(")[0]
    if not slash:
        name, version = split_pin(bare)
        return name, version_in(version)
    host, _, path = bare.partition("/")  # the host only where it is not the usual registry
    if not path or ":" in host or (host and "." not in host):
        return "", ""
    name, version = split_pin(path)
    if version and name.count("/") == name.startswith("@"):
        return name, version
    parts = path.split("/")
    named = 2 if path.startswith("@") else 1
    version = parts[named].partition("_")[0] if len(parts) > named else ""
    return ("/".join(parts[:named]), version) if version[:1].isdigit() and "." in version else ("", "")


def _key_of(name: str, reference: str, pinned: dict[str, Locked | None]) -> str:
    """The key that a dependency is resolved to; empty where it is not in the file."""
    for key in (f"{name}@{reference}", f"/{name}@{reference}", f"/{name}/{reference}", reference):
        if key in pinned:
            return key
    return ""


def _connect(locked: Locked, name: str, reference: str, pinned: dict[str, Locked | None]) -> None:
    if not reference.startswith(PROJECTS_OWN):
        found = pinned.get(_key_of(name, reference, pinned))
        locked.needs[found.pin if found else name] = None


def _mark_development(lock: _Node, needing: dict[str, _Node], pinned: dict[str, Locked | None]) -> None:
    """Whatever the projects want for development and nothing wants that runs."""
    projects = [*lock.below.get("importers", _Node()).below.values(), lock]

    def reached(sections: Iterable[str]) -> set[str]:
        waiting = [
            _key_of(name, reference, pinned) for project in projects for name, reference in project.scalars(*sections)
        ]
        seen = {""}
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                if key in needing:
                    waiting += [_key_of(*each, pinned) for each in needing[key].scalars(*_RUNNING)]
        return seen

    running = {id(pinned[key]) for key in reached(_RUNNING) if key}
    for key in reached(_DEVELOPING):
        locked = pinned.get(key)
        if locked is not None and id(locked) not in running:
            locked.development = True


def _read(text: str) -> _Node:
    """The mappings of the file. Lists, texts over several lines and comments are passed over."""
    pattern = re.compile(
        r"""( *)(\? |: )?('(?:[^']|'')*+'|"(?:[^"\\]|\\.)*+"|[^\s'"#{\[&*!|>%@`-].*?)(:(?: +(.*))?)?\r?"""
    )
    root = _Node()
    open_nodes: list[tuple[int, _Node]] = [(-1, root)]
    for number, line in enumerate(text.split("\n"), 1):
        match = pattern.fullmatch(line)
        if match is None or not (match[4] or match[2] == "? "):
            continue
        indent = len(match[1])
        if match[2] == ": ":  # the value of the key that stands behind `? ` on the line above
            indent += 2
        while indent <= open_nodes[-1][0]:
            open_nodes.pop()
        node = _Node(number, _scalar(match[5] or ""))
        siblings = open_nodes[-1][1].below
        node = siblings.setdefault(_scalar(match[3]), node)
        open_nodes.append((indent, node))
    return root


def _scalar(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    return text
