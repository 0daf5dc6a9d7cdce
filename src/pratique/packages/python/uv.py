"""What `uv.lock` pins (uv, "Structure and files", "The lockfile"; version 1 with all its revisions).

It holds the projects of a workspace, too, as packages whose source is a folder: those are not listed, and all that is
reached from their `dependency-groups` alone is for developers. An extra of a package counts where somebody asks for it.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import msgspec

from pratique.packages.python import lock
from pratique.packages.python.markers import may_hold
from pratique.records.facts import Found
from pratique.records.file import File

_FOLDERS = frozenset({"directory", "editable", "virtual"})
"""Kinds of sources that are folders beside the lock file."""

_Node: TypeAlias = tuple[int, str]
"""Number of a package, and the extra that is asked for; empty for the package itself."""


class _Edge(msgspec.Struct, frozen=True):
    name: str
    version: str = ""
    marker: str = ""
    extra: tuple[str, ...] | str = ()


_Edges: TypeAlias = tuple[_Edge, ...]


class _Package(msgspec.Struct, frozen=True, rename="kebab"):
    name: str
    version: str = ""
    source: dict[str, Any] = {}
    dependencies: _Edges = ()
    optional_dependencies: dict[str, _Edges] = {}
    dev_dependencies: dict[str, _Edges] = {}

    def is_project(self) -> bool:
        return not _FOLDERS.isdisjoint(self.source)


class _Manifest(msgspec.Struct, frozen=True, rename="kebab"):
    requirements: _Edges = ()
    dependency_groups: dict[str, _Edges] = {}


class _Lock(msgspec.Struct, frozen=True):
    version: int
    package: tuple[_Package, ...] = ()
    manifest: _Manifest = _Manifest()


def parse(file: File) -> Iterator[Found]:
    """The packages of a lock file, and what each needs."""
    document, lines = lock.toml(file.data, "package", _Lock)
    packages = document.package
    projects = [package for package in packages if package.is_project()]
    for_all = [
        *document.manifest.requirements,
        *(edge for project in projects for edge in project.dependencies),
        *(edge for project in projects for edges in project.optional_dependencies.values() for edge in edges),
    ]
    for_some = [
        *(edge for edges in document.manifest.dependency_groups.values() for edge in edges),
        *(edge for project in projects for edges in project.dev_dependencies.values() for edge in edges),
    ]
    running, developing = _reached(packages, for_all), _reached(packages, for_some)
    yield from lock.facts(
        file.path,
        (
            lock.Entry(
                line,
                package.name,
                package.version,
                tuple(_needs(package, number, running | developing)),
                development=(number, "") in developing and (number, "") not in running,
            )
            for number, (package, line) in enumerate(zip(packages, lines, strict=False))
            if not package.is_project()
        ),
    )


def _needs(package: _Package, number: int, reached: set[_Node]) -> Iterator[str]:
    for extra in ("", *package.optional_dependencies):
        if not extra or (number, extra) in reached:
            for edge in _edges(package, extra):
                if may_hold(edge.marker):
                    yield f"{edge.name}@{edge.version}" if edge.version else edge.name


def _reached(packages: tuple[_Package, ...], edges: Iterable[_Edge]) -> set[_Node]:
    """All that the edges lead to, whatever the markers say. An edge names the version where there are several."""
    by_name = {package.name: number for number, package in enumerate(packages)}
    by_version = {(package.name, package.version): number for number, package in enumerate(packages)}
    reached, waiting = set[_Node](), list(edges)
    while waiting:
        edge = waiting.pop()
        number = by_version.get((edge.name, edge.version), by_name.get(edge.name))
        if number is None:
            continue
        extras = (edge.extra,) if isinstance(edge.extra, str) else edge.extra
        for node in ((number, ""), *((number, extra) for extra in extras)):
            if node not in reached:
                reached.add(node)
                waiting += _edges(packages[number], node[1])
    return reached


def _edges(package: _Package, extra: str) -> _Edges:
    return package.optional_dependencies.get(extra, ()) if extra else package.dependencies
