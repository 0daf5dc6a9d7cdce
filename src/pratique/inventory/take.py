"""From the facts of every layer to what is in the image: squash, join, attribute. Pure."""

from collections.abc import Sequence

from pratique.inventory.distro import distro_of
from pratique.inventory.ownership import owners
from pratique.inventory.squash import Interval, Merged, squash
from pratique.records.facts import Found, LayerFacts, physical
from pratique.records.file import Unknown
from pratique.records.image import Manifest
from pratique.records.inventory import Inventory, LayerNote, Origin, Placed, PlacedUnknown, RemovedDatabase
from pratique.records.package import Distro, Package

_OF_SYSTEM = frozenset({"deb", "rpm", "apk"})


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
    unknowns = [
        PlacedUnknown(interval.record, interval.origin)
        for interval in merged.intervals
        if isinstance(interval.record, Unknown)
    ]
    if named_by is not None and named_by.origin.hidden_by is not None:
        unknowns.append(
            PlacedUnknown(
                Unknown(
                    named_by.record.path,
                    "os-release",
                    f"deleted by layer {named_by.origin.hidden_by}: the distribution is taken from before",
                ),
                Origin(named_by.origin.hidden_by),
            )
        )
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
        packages=_packages(merged, distro),
        unknowns=tuple(unknowns),
        removed_databases=_removed_databases(merged.intervals),
        made_by=made_by,
    )


def _packages(merged: Merged, distro: Distro | None) -> tuple[Placed, ...]:
    places = [
        (interval.record, interval.record.fact, interval.origin)
        for interval in merged.intervals
        if isinstance(interval.record, Found) and isinstance(interval.record.fact, Package)
    ]
    wanted = frozenset(physical(found.path) for found, package, _ in places if package.type not in _OF_SYSTEM)
    owned = owners(merged.intervals, merged.tree, distro, wanted)
    placed = []
    for found, package, origin in places:
        owner, since = "", 0
        if package.type not in _OF_SYSTEM:
            owner, since = owned.get(physical(found.path), ("", 0))
        # A file that came after its owner was written over: `pip install` into the distribution's own folder.
        placed.append(Placed(package, found.path, found.line, origin, owner if origin.layer <= since else ""))
    return tuple(placed)


def _removed_databases(intervals: Sequence[Interval]) -> tuple[RemovedDatabase, ...]:
    """Package databases of which nothing is left: deleted, or emptied, with the packages' files still there."""
    removed = []
    for type_ in sorted(_OF_SYSTEM):
        of_type = [
            interval
            for interval in intervals
            if isinstance(interval.record, Found)
            and isinstance(interval.record.fact, Package)
            and interval.record.fact.type == type_
        ]
        if of_type and all(interval.origin.hidden_by is not None for interval in of_type):
            by = max(interval.origin.hidden_by or 0 for interval in of_type)
            last = [interval for interval in of_type if interval.origin.hidden_by == by]
            first = min(interval.origin.layer for interval in last)
            removed.append(RemovedDatabase(type_, last[0].record.path, Origin(first, by), len(last)))
    return tuple(removed)
