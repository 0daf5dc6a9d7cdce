"""The interval law: which layer brought each fact, and which later one took it away (ARCHITECTURE, law 1)."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from pratique.inventory.tree import Tree
from pratique.records.facts import Found, LayerFacts, physical
from pratique.records.file import Unknown
from pratique.records.inventory import Origin
from pratique.records.package import Channel, Content, Distro, Licensed, Linked, OwnedFiles, Package, Requires

Record: TypeAlias = Found | Unknown
_Key: TypeAlias = tuple[str, ...]


class Interval(msgspec.Struct, frozen=True):
    """A fact, or something unreadable, and the unbroken run of layers in which it is in the image."""

    record: Record
    origin: Origin


class Merged(msgspec.Struct, frozen=True):
    """An image after squashing."""

    tree: Tree
    intervals: tuple[Interval, ...]
    """Every fact of every layer, visible or hidden, sorted."""


def squash(layers: Sequence[LayerFacts]) -> Merged:
    """Lay the layers over each other. Pure.

    A file that a layer writes again with the same fact in it keeps that fact's origin: a `chmod` that copies a
    database up, or an installation that rewrites it, brings only what it adds.
    """
    tree = Tree()
    live: dict[str, dict[_Key, Interval]] = {}
    ended: list[Interval] = []
    for index, layer in enumerate(layers):
        records: tuple[Record, ...] = (*layer.found, *layer.unknowns)
        touched: set[str] = set()
        removed: set[str] = set()
        places = tree.lay(
            layer.listing, {physical(record.path) for record in records}, gone=removed.add, rewritten=touched.add
        )
        for path in removed & live.keys():
            ended += [_ended(interval, index) for interval in live.pop(path).values()]
        arriving: dict[str, dict[_Key, Record]] = {}
        for record in records:
            file = physical(record.path)
            place = places.get(file)
            if not file:
                # Said of the whole layer: no file can take it away.
                ended.append(Interval(record, Origin(index)))
            elif place is None or not tree.shows(place):
                # Hidden by another entry of its own layer.
                ended.append(Interval(record, Origin(index, index)))
            else:
                placed = record if place.path == file else _at(record, place.path + record.path[len(file) :])
                arriving.setdefault(place.path, {})[_key(placed)] = placed
        for path in (touched & live.keys()) | arriving.keys():
            before, now = live.pop(path, {}), arriving.get(path, {})
            ended += [_ended(interval, index) for key, interval in before.items() if key not in now]
            live[path] = {
                key: Interval(record, before[key].origin if key in before else Origin(index))
                for key, record in now.items()
            }
    ended += [interval for intervals in live.values() for interval in intervals.values()]
    return Merged(tree, tuple(sorted(ended, key=_order)))


def _ended(interval: Interval, layer: int) -> Interval:
    return Interval(interval.record, Origin(interval.origin.layer, layer))


def _at(record: Record, path: str) -> Record:
    if isinstance(record, Found):
        return Found(path, record.line, record.fact)
    return Unknown(path, record.analyzer, record.reason)


def _key(record: Record) -> _Key:
    """What makes two records of a file the same thing."""
    if isinstance(record, Unknown):
        return ("unknown", record.path, record.analyzer, record.reason)
    match record.fact:
        case Package() as package:
            declared = "declared" if package.declared else ""
            return ("package", record.path, package.type, package.name, package.version, package.arch, declared)
        case OwnedFiles() as owned:
            return ("owned", record.path, owned.type, owned.package)
        case Requires() as requires:
            return ("requires", record.path, requires.type, requires.package, requires.version)
        case Licensed() as licensed:
            return ("licensed", record.path, licensed.type, licensed.package)
        case Linked():
            return ("linked", record.path)
        case Content() as content:
            return ("content", record.path, content.md5, content.sha1, content.sha256)
        case Channel() as channel:
            return ("channel", record.path, channel.kind)
        case Distro():
            return ("distro", record.path)


def _order(interval: Interval) -> tuple[str, ...]:
    hidden = interval.origin.hidden_by
    return (*_key(interval.record), f"{interval.origin.layer:06}", "" if hidden is None else f"{hidden:06}")
