"""What depends on what: the names that packages need, found again among the packages of the image."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from pratique.ecosystems import OF_SYSTEM, normalised
from pratique.records.facts import Found
from pratique.records.package import Package, Requires

_EVERYWHERE = ""
"""The home of the packages of the system: one database for the whole image."""

_KIN = {"hex": ("otp",), "otp": ("hex",), "bioconductor": ("cran",), "cran": ("bioconductor",)}
"""Types whose packages need those of others by name."""

_Home: TypeAlias = dict[str, int]
"""By `type/name` and `type/name@version` the number of the package."""


def relations(packages: Sequence[tuple[Package, str]], required: Iterable[Found]) -> Mapping[int, tuple[int, ...]]:
    """By the number of a package the numbers of those it needs, ascending.

    `packages` are pairs of a package and its path. Names are looked up where the ecosystem looks: a system's in its
    database; others in their own file (programs, lock files), then in the folders above, the nearest first, as Node.js
    and Python environments do; at last anywhere, if only one in the image has that name.
    """
    found = [(record.path, record.fact) for record in required if isinstance(record.fact, Requires)]
    if not found:
        return {}
    homes = _homes(packages, found)
    single = _single(packages)
    edges: dict[int, tuple[int, ...]] = {}
    for path, requires in found:
        chain = [homes[place] for place in _chain(requires.type, path) if place in homes]
        own = _lookup(chain, requires.type, f"{requires.package}@{requires.version}")
        if own is None:
            continue
        declared = packages[own][0].declared
        needs = {
            number
            for name in requires.needs
            if (number := _first(chain, single, requires.type, name)) is not None
            and number != own
            and packages[number][0].declared == declared
        }
        if needs:
            edges[own] = tuple(sorted(needs.union(edges.get(own, ()))))
    return edges


def _homes(packages: Sequence[tuple[Package, str]], required: Iterable[tuple[str, Requires]]) -> dict[str, _Home]:
    homes: dict[str, _Home] = {}
    for number, (package, path) in enumerate(packages):
        for place in _places(package.type, path, declared=package.declared):
            home = homes.setdefault(place, {})
            for name in _spellings(package.type, package.name):
                home.setdefault(f"{package.type}/{name}", number)
                home.setdefault(f"{package.type}/{name}@{package.version}", number)
    for path, requires in required:
        if requires.provides:
            for place in _places(requires.type, path, declared=False):
                home = homes.get(place, {})
                provider = home.get(f"{requires.type}/{requires.package}@{requires.version}")
                if provider is not None:
                    for name in requires.provides:
                        home.setdefault(f"{requires.type}/{name}", provider)
    return homes


def _single(packages: Sequence[tuple[Package, str]]) -> _Home:
    """Installed packages that alone in the image have their name."""
    numbers: dict[str, int] = {}
    for number, (package, _) in enumerate(packages):
        if not package.declared:
            key = f"{package.type}/{normalised(package.type, package.name)}"
            numbers[key] = -1 if key in numbers else number
    return {key: number for key, number in numbers.items() if number >= 0}


def _spellings(kind: str, name: str) -> Iterable[str]:
    return dict.fromkeys((name, normalised(kind, name)))


def _first(chain: list[_Home], single: _Home, kind: str, name: str) -> int | None:
    """The package that meets a need, the first of its alternatives that one meets."""
    for alternative in name.split("|"):
        for each in (kind, *_KIN.get(kind, ())):
            number = _lookup(chain, each, alternative)
            if number is None:
                number = single.get(f"{each}/{normalised(each, alternative)}")
            if number is not None:
                return number
    return None


def _lookup(chain: list[_Home], kind: str, name: str) -> int | None:
    for spelling in _spellings(kind, name):
        for home in chain:
            number = home.get(f"{kind}/{spelling}")
            if number is not None:
                return number
    return None


def _places(kind: str, path: str, *, declared: bool) -> Iterator[str]:
    """Where a package is at home: its file, and the folder that others are looked for in."""
    if kind in OF_SYSTEM:
        yield _EVERYWHERE
        return
    yield from _archives(path)
    if declared:
        return
    if kind == "npm" and "/node_modules/" in f"/{path}":
        yield f"/{path}".rpartition("/node_modules/")[0].removeprefix("/") + "/node_modules"
    else:
        folder = path.rpartition("/")[0]
        yield folder.rpartition("/")[0] or "/"


def _archives(path: str) -> Iterator[str]:
    """`a.war!/lib/b.jar` -> itself, then the archives around it."""
    while True:
        yield path
        path, inside, _ = path.rpartition("!/")
        if not inside:
            return


def _chain(kind: str, path: str) -> Iterator[str]:
    """Where what a package needs is looked for, in this order."""
    if kind in OF_SYSTEM:
        yield _EVERYWHERE
        return
    yield from _archives(path)
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder or "/"
        yield f"{folder}/node_modules"
