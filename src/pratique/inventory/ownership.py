"""Which operating-system package owns a file, on the merged tree: paths differ by merged-usr links only."""

from collections.abc import Iterable

from pratique.inventory.squash import Interval
from pratique.inventory.tree import Tree
from pratique.records.facts import Found
from pratique.records.package import Distro, OwnedFiles, Package
from pratique.vendors import third_party


def owners(
    intervals: Iterable[Interval], tree: Tree, distro: Distro | None, wanted: frozenset[str]
) -> dict[str, tuple[str, int]]:
    """For each wanted path that a package of the distribution owns: `type/name` of the package and its layer.

    Packages of third parties own nothing: the distribution's advisories do not cover what they bring.
    """
    owned: dict[str, tuple[str, int]] = {}
    if not wanted:
        return owned
    since: dict[tuple[str, str], int] = {}
    for interval in intervals:
        if isinstance(interval.record, Found) and isinstance(interval.record.fact, Package):
            package = interval.record.fact
            if distro is None or not third_party(package, distro):
                key = (package.type, package.name)
                since[key] = max(since.get(key, 0), interval.origin.layer)
    for interval in intervals:
        if isinstance(interval.record, Found) and isinstance(interval.record.fact, OwnedFiles):
            files = interval.record.fact
            layer = since.get((files.type, files.package))
            if layer is not None and interval.origin.hidden_by is None:
                for path in wanted.intersection(map(tree.canonical, files.paths.split("\n"))):
                    owned[path] = (f"{files.type}/{files.package}", layer)
    return owned
