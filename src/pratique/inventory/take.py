"""From the facts of every layer to what is in the image: squash, join, attribute. Pure."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pratique.inventory.distro import distro_of
from pratique.inventory.ownership import owners
from pratique.inventory.squash import Interval, Merged, squash
from pratique.purl import purl
from pratique.records.facts import Found, LayerFacts, physical
from pratique.records.file import Unknown
from pratique.records.image import Manifest
from pratique.records.inventory import Inventory, LayerNote, Origin, Placed, PlacedUnknown, RemovedDatabase
from pratique.records.package import Distro, Package

_OF_SYSTEM = frozenset({"deb", "rpm", "apk"})
_SYSTEM_ANALYZERS = frozenset({"dpkg", "apk", "rpm", "rpm-manifest", "os-release"})

_Owned: TypeAlias = dict[str, tuple[str, int]]
"""Type and name of the owner of a path, and the layer that brought it."""


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
        packages=_packages(merged, owned, distro),
        unknowns=(*_unknowns(merged, owned), *_hidden_release(named_by)),
        removed_databases=_removed_databases(merged.intervals),
        made_by=made_by,
    )


def _owned(merged: Merged, distro: Distro | None) -> _Owned:
    """Who owns the files that language packages and unreadable things stand in."""
    wanted = set()
    for interval in merged.intervals:
        record = interval.record
        if isinstance(record, Unknown) or (isinstance(record.fact, Package) and record.fact.type not in _OF_SYSTEM):
            wanted.add(physical(record.path))
    return owners(merged.intervals, merged.tree, distro, frozenset(wanted))


def _owner(interval: Interval, owned: _Owned) -> str:
    """A file that came after its owner was written over: `pip install` into the distribution's own folder."""
    owner, since = owned.get(physical(interval.record.path), ("", 0))
    return owner if interval.origin.layer <= since else ""


def _packages(merged: Merged, owned: _Owned, distro: Distro | None) -> tuple[Placed, ...]:
    return tuple(
        Placed(
            found.fact,
            found.path,
            found.line,
            interval.origin,
            "" if found.fact.type in _OF_SYSTEM else _owner(interval, owned),
            purl(found.fact, distro),
        )
        for interval in merged.intervals
        if isinstance(found := interval.record, Found) and isinstance(found.fact, Package)
    )


def _unknowns(merged: Merged, owned: _Owned) -> Iterator[PlacedUnknown]:
    for interval in merged.intervals:
        if isinstance(interval.record, Unknown):
            # rpm owns its own database, and vouches for it no more than for anything else that cannot be read.
            of_system = interval.record.analyzer in _SYSTEM_ANALYZERS
            yield PlacedUnknown(interval.record, interval.origin, "" if of_system else _owner(interval, owned))


def _hidden_release(named_by: Interval | None) -> Iterator[PlacedUnknown]:
    hidden_by = named_by.origin.hidden_by if named_by else None
    if named_by is not None and hidden_by is not None:
        reason = f"deleted by layer {hidden_by}: the distribution is taken from before"
        yield PlacedUnknown(Unknown(named_by.record.path, "os-release", reason), Origin(hidden_by))


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
