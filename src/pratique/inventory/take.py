"""From the facts of every layer to what is in the image: squash, join, attribute. Pure."""

from collections.abc import Iterator, Sequence

import msgspec

from pratique.ecosystems import OF_SYSTEM
from pratique.inventory.distro import distro_of
from pratique.inventory.joins import joined
from pratique.inventory.linking import linked_files
from pratique.inventory.ownership import Owned, owners
from pratique.inventory.relations import relations
from pratique.inventory.squash import Interval, Merged, squash
from pratique.inventory.tree import Tree
from pratique.licences.expression import expressions
from pratique.packages.registry import DECLARING
from pratique.purl import purl
from pratique.records.facts import Found, LayerFacts, physical
from pratique.records.file import Unknown
from pratique.records.image import Manifest
from pratique.records.inventory import Inventory, LayerNote, Origin, Placed, PlacedUnknown, RemovedDatabase
from pratique.records.package import Channel, Distro, Licensed, Package

_SYSTEM_ANALYZERS = frozenset({"dpkg", "apk", "rpm", "rpm-manifest", "opkg", "chisel", "pacman", "os-release"})


def take_inventory(
    manifest: Manifest,
    layers: Sequence[LayerFacts],
    *,
    instructions: Sequence[str],
    base_layers: int,
    made_by: str,
) -> Inventory:
    """Everything found in an image, each thing with the layer that brought it and the one that hid it."""
    merged = squash(layers)
    distro, named_by = distro_of(merged.intervals)
    owned = _owned(merged, distro)
    shown = [
        interval.record
        for interval in merged.intervals
        if isinstance(interval.record, Found) and interval.origin.hidden_by is None
    ]
    return Inventory(
        image=manifest.digest,
        config_digest=manifest.config_digest,
        config=manifest.config,
        distro=distro,
        layers=tuple(
            LayerNote(
                index=layer.index,
                diff_id=layer.diff_id,
                digest=layer.digest,
                instruction=instructions[layer.index],
                size=facts.size,
                files=len(facts.listing.kinds),
                base_image=layer.index < base_layers,
            )
            for layer, facts in zip(manifest.layers, layers, strict=True)
        ),
        packages=_related(joined(_packages(merged, owned, distro, _Licences(shown, merged.tree))), shown),
        unknowns=(*_unknowns(merged, owned), *_hidden_release(named_by)),
        removed_databases=_removed_databases(merged.intervals),
        made_by=made_by,
        linked=linked_files(shown, merged.tree),
        channels=tuple(found.fact for found in shown if isinstance(found.fact, Channel)),
    )


def _owned(merged: Merged, distro: Distro | None) -> Owned:
    """Who owns the files that language packages and unreadable things stand in."""
    wanted = set()
    for interval in merged.intervals:
        record = interval.record
        if isinstance(record, Unknown) or (isinstance(record.fact, Package) and not _in_database(record.fact)):
            wanted.add(physical(record.path))
    return owners(merged.intervals, merged.tree, distro, frozenset(wanted))


class _Licences:
    """Of packages whose licences stand in a file of their own."""

    def __init__(self, shown: Sequence[Found], tree: Tree) -> None:
        self._tree = tree
        self._by_path = {found.path: found.fact.licenses for found in shown if isinstance(found.fact, Licensed)}
        self._by_name = {
            (found.fact.type, found.fact.package): found.fact.licenses
            for found in shown
            if isinstance(found.fact, Licensed)
        }

    def of(self, package: Package) -> tuple[str, ...]:
        """Debian links the folder of one package's documents to that of another: libstdc++6 to gcc-12-base."""
        if package.type == "deb":
            linked = self._by_path.get(self._tree.canonical(f"usr/share/doc/{package.name}/copyright"))
            if linked:
                return linked
        return self._by_name.get((package.type, package.name), ())


def _packages(merged: Merged, owned: Owned, distro: Distro | None, licences: "_Licences") -> list[Placed]:
    packages = []
    for interval in merged.intervals:
        found = interval.record
        if not isinstance(found, Found) or not isinstance(found.fact, Package):
            continue
        package = found.fact
        licenses = expressions(package.licenses or licences.of(package))
        if licenses != package.licenses:
            package = msgspec.structs.replace(package, licenses=licenses)
        owner = "" if _in_database(package) else owned.owner(interval)
        packages.append(Placed(package, found.path, found.line, interval.origin, owner, purl(package, distro)))
    return packages


def _in_database(package: Package) -> bool:
    """A package of the system's own database, which nothing else owns."""
    return package.type in OF_SYSTEM and not package.declared


def _related(packages: tuple[Placed, ...], shown: Sequence[Found]) -> tuple[Placed, ...]:
    """The packages that are there, each with what it needs."""
    there = [at for at, placed in enumerate(packages) if placed.origin.hidden_by is None and not placed.left_out]
    edges = relations([(packages[number].fact, packages[number].path) for number in there], shown)
    needs = {there[own]: tuple(there[need] for need in needed) for own, needed in edges.items()}
    return tuple(
        msgspec.structs.replace(placed, needs=needs[number]) if number in needs else placed
        for number, placed in enumerate(packages)
    )


def _unknowns(merged: Merged, owned: Owned) -> Iterator[PlacedUnknown]:
    for interval in merged.intervals:
        if isinstance(interval.record, Unknown):
            # rpm owns its own database, and vouches for it no more than for anything else that cannot be read.
            analyzer = interval.record.analyzer
            owner = "" if analyzer in _SYSTEM_ANALYZERS else owned.system_owner(interval)
            yield PlacedUnknown(interval.record, interval.origin, owner, analyzer in DECLARING)


def _hidden_release(named_by: Interval | None) -> Iterator[PlacedUnknown]:
    hidden_by = named_by.origin.hidden_by if named_by else None
    if named_by is not None and hidden_by is not None:
        reason = f"deleted by layer {hidden_by}: the distribution is taken from before"
        yield PlacedUnknown(Unknown(named_by.record.path, "os-release", reason), Origin(hidden_by))


def _removed_databases(intervals: Sequence[Interval]) -> tuple[RemovedDatabase, ...]:
    """Package databases of which nothing is left: deleted, or emptied, with the packages' files still there."""
    removed = []
    for type_ in sorted(OF_SYSTEM):
        of_type = [
            interval
            for interval in intervals
            if isinstance(interval.record, Found)
            and isinstance(interval.record.fact, Package)
            and interval.record.fact.type == type_
            and not interval.record.fact.declared
        ]
        if of_type and all(interval.origin.hidden_by is not None for interval in of_type):
            by = max(interval.origin.hidden_by or 0 for interval in of_type)
            last = [interval for interval in of_type if interval.origin.hidden_by == by]
            first = min(interval.origin.layer for interval in last)
            removed.append(RemovedDatabase(type_, last[0].record.path, Origin(first, by), len(last)))
    return tuple(removed)
