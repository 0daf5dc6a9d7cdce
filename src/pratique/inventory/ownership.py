"""Which package owns a file, on the merged tree: paths differ by merged-usr links only."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from pratique.ecosystems import OF_SYSTEM, normalised
from pratique.inventory.squash import Interval
from pratique.inventory.tree import Tree
from pratique.records.facts import Found, physical
from pratique.records.package import Content, Distro, OwnedFiles, Package
from pratique.vendors import third_party

_NO_DIGEST = "-" * 8


class Owned(msgspec.Struct, frozen=True):
    """The owners of files."""

    system: dict[str, tuple[str, int]]
    """By path `type/name` of the distribution's package that owns it, and the layer that brought that."""
    other: dict[str, tuple[tuple[str, str], ...]]
    """By path the other packages that list it: `type/name`, and the path of the list."""
    trees: dict[str, str]
    """By `node_modules` folder the npm package that brought others in it, `npm/name`."""

    def system_owner(self, interval: Interval) -> str:
        """A file that came after its owner was written over: `pip install` into the distribution's own folder."""
        owner, since = self.system.get(physical(interval.record.path), ("", 0))
        return owner if interval.origin.layer <= since else ""

    def owner(self, interval: Interval) -> str:
        """The distribution's package before any other; nothing owns itself."""
        record = interval.record
        found = self.system_owner(interval)
        if found or not isinstance(record, Found) or not isinstance(record.fact, Package):
            return found
        package = record.fact
        own = f"{package.type}/{normalised(package.type, package.name)}"
        home = record.path.rpartition("/")[0]
        for owner, listed_in in self.other.get(physical(record.path), ()):
            if owner != own and listed_in.rpartition("/")[0] != home:
                return owner
            if package.type == "nuget" and listed_in != record.path:  # an assembly of a package, told by a deps.json
                return owner
        return self._tree(record.path) if package.type == "npm" else ""

    def _tree(self, path: str) -> str:
        """A package that brings others brings what those need as well: npm's own tree is one thing."""
        end = path.rfind("/node_modules/") if self.trees else -1
        while end >= 0:
            owner = self.trees.get(path[: end + len("/node_modules")])
            if owner:
                return owner
            end = path.rfind("/node_modules/", 0, end)
        return ""


def owners(intervals: Sequence[Interval], tree: Tree, distro: Distro | None, wanted: frozenset[str]) -> Owned:
    """Who owns the wanted paths.

    Packages of third parties own nothing, for the distribution's advisories do not cover what they bring; nor does a
    package own a file that holds something else than it brought.
    """
    owned = Owned({}, {}, {})
    if not wanted:
        return owned
    lists = [
        (interval.record.path, interval.record.fact)
        for interval in intervals
        if interval.origin.hidden_by is None
        and isinstance(interval.record, Found)
        and isinstance(interval.record.fact, OwnedFiles)
    ]
    names = frozenset(path[path.rfind("/") + 1 :] for path in wanted)
    for path, files in lists:
        if files.type == "npm":
            owned.trees[path.removesuffix("package.json") + "node_modules"] = f"npm/{files.package}"
        elif files.type not in OF_SYSTEM:
            for _, each in _among(wanted, names, files, tree):
                owned.other[each] = (*owned.other.get(each, ()), (f"{files.type}/{files.package}", path))
    of_system = [files for _, files in lists if files.type in OF_SYSTEM]
    since = _since(intervals, distro)
    contents = _contents(intervals)
    changed = set()
    for files in of_system:
        layer = since.get((files.type, files.package))
        if layer is None:
            continue
        owner = f"{files.type}/{files.package}"
        for number, path in _among(wanted, names, files, tree):
            owned.system[path] = (owner, layer)
            if _holds_else(contents.get(path), files, number):
                changed.add((path, (owner, layer)))
    for path, by in changed:
        if owned.system[path] == by:
            del owned.system[path]
    return owned


def _among(wanted: frozenset[str], names: frozenset[str], files: OwnedFiles, tree: Tree) -> Iterator[tuple[int, str]]:
    """The wanted paths of a list, each with its number there: by the last part first, for most lists hold none."""
    for number, path in enumerate(files.paths.split("\n")):
        if path[path.rfind("/") + 1 :] in names and (real := tree.canonical(path)) in wanted:
            yield number, real


def _since(intervals: Iterable[Interval], distro: Distro | None) -> dict[tuple[str, str], int]:
    """The layer that brought each package of the distribution itself."""
    since: dict[tuple[str, str], int] = {}
    for interval in intervals:
        if isinstance(interval.record, Found) and isinstance(interval.record.fact, Package):
            package = interval.record.fact
            if not package.declared and (distro is None or not third_party(package, distro)):
                key = (package.type, package.name)
                since[key] = max(since.get(key, 0), interval.origin.layer)
    return since


def _contents(intervals: Iterable[Interval]) -> dict[str, Content]:
    return {
        interval.record.path: interval.record.fact
        for interval in intervals
        if interval.origin.hidden_by is None
        and isinstance(interval.record, Found)
        and isinstance(interval.record.fact, Content)
    }


def _holds_else(content: Content | None, files: OwnedFiles, number: int) -> bool:
    """Whether a file holds something else than the package brought."""
    brought = files.digests[8 * number : 8 * number + 8]
    return content is not None and brought not in ("", _NO_DIGEST, content.digest(files.algorithm))
