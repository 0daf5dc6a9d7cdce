"""What Conan pins: `conan.lock` (Conan 1 and 2, "Lockfiles").

Since Conan 2 lists of references, `build_requires` for those who build; before that a graph of numbered nodes whose
`requires` are numbers. The node without a number of a package's is the consumer.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import Lines, decode_json, text_of
from pratique.packages.cpp.references import package_of, pin
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires


class _Node(msgspec.Struct):
    """A node of Conan 1's graph."""

    ref: str = ""
    requires: list[str] = msgspec.field(default_factory=list)
    path: str = ""


class _Graph(msgspec.Struct):
    nodes: dict[str, _Node]


class _Lock(msgspec.Struct):
    """The wanted part of either format."""

    graph_lock: _Graph | None = None
    requires: list[Any] | None = None
    build_requires: list[Any] = msgspec.field(default_factory=list)
    python_requires: list[Any] = msgspec.field(default_factory=list)


def parse(file: File) -> Iterator[Found]:
    """The pinned packages; by Conan 1 with what they need."""
    text = text_of(file.data)
    lock = decode_json(text, _Lock)
    lines = Lines(text)
    if lock.graph_lock is not None:
        yield from _graph(file.path, lock.graph_lock.nodes, lines)
        return
    if lock.requires is None:
        raise UnreadableFileError("neither a graph nor a list of what is required")
    development = ((lock.build_requires, "build_requires"), (lock.python_requires, "python_requires"))
    for references, title in ((lock.requires, "requires"), *development):
        if references:
            lines.of(f'"{title}"')
        for reference in references:
            told = reference[0] if isinstance(reference, list) and reference else reference
            if isinstance(told, str) and (package := package_of(told, declared=True, development=title != "requires")):
                yield Found(file.path, lines.of(f'"{told}"'), package)


def _graph(path: str, nodes: dict[str, _Node], lines: Lines) -> Iterator[Found]:
    built = _built(nodes)
    packages: dict[str, Package] = {}
    places: dict[str, int] = {}
    for number, node in nodes.items():
        package = package_of(node.ref, declared=True, development=number not in built)
        if package is not None:
            places[number] = lines.of(f'"{node.ref}"')
            packages[number] = package
    for number, package in packages.items():
        if nodes[number].path:
            continue  # the project that the lock file is of
        yield Found(path, places[number], package)
        needs = tuple(dict.fromkeys(pin(packages[each]) for each in nodes[number].requires if each in packages))
        if needs:
            yield Found(path, places[number], Requires("conan", package.name, package.version, needs))


def _built(nodes: dict[str, _Node]) -> set[str]:
    """Numbers of the nodes that run with the consumer: what it requires, and what that requires in turn."""
    waiting, reached = [number for number, node in nodes.items() if node.path or not node.ref], set[str]()
    if not waiting:
        return set(nodes)
    while waiting:
        number = waiting.pop()
        if number in reached or number not in nodes:
            continue
        reached.add(number)
        waiting += nodes[number].requires
    return reached
