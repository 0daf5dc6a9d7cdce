"""From OSV's events to intervals of versions, and which enumerated versions those leave out.

OSV schema 1.7, affected[].ranges[].events and "Evaluation": events are sorted by version, `introduced` turns
the package vulnerable, `fixed` and `last_affected` turn it back, `limit` cuts everything from it on.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from pratique.ecosystems import DISTRO_FEEDS, ECOSYSTEMS
from pratique.errors import InvalidVersionError
from pratique.records.advisory import Range
from pratique.versions import SCHEMES, Key

Event: TypeAlias = tuple[str, str]
"""(`introduced`, `fixed`, `last_affected` or `limit`; version)."""

COMPARISONS_MOST = 1_000_000
"""Versions times ranges of one package: past it all versions are kept, compared or not."""

VERSION_LONGEST = 256
"""Characters. Go's pseudo-versions have 50, builds of modular rpms 100."""


@functools.cache
def scheme_of(feed: str) -> str:
    """Version scheme of a feed by its OSV name (`Debian`, `PyPI`); empty where pratique compares none."""
    for ecosystem in ECOSYSTEMS.values():
        if ecosystem.osv == feed:
            return ecosystem.scheme
    for distro in DISTRO_FEEDS.values():
        if distro.osv == feed:
            return ECOSYSTEMS[distro.type].scheme
    return ""


@functools.cache
def sort_key(feed: str) -> Callable[[str], Key | None]:
    """A function from version to sorting key for one feed: None where the scheme does not know the text."""
    parse = SCHEMES.get(scheme_of(feed))

    @functools.lru_cache(maxsize=1 << 16)
    def key(version: str) -> Key | None:
        if parse is None or len(version) > VERSION_LONGEST:
            return None
        try:
            return parse(version)
        except InvalidVersionError:
            return None

    return key


def intervals(events: Sequence[Event], key: Callable[[str], Key | None]) -> tuple[Range, ...]:
    """The intervals that `events` of one range describe; empty ones are left out.

    Events that do not compare are taken in their own order, as most feeds write them sorted.
    """
    limit = _limit([version for kind, version in events if kind == "limit"], key)
    found = []
    introduced = ""
    for kind, version in _sorted([event for event in events if event[0] != "limit"], key):
        if kind == "introduced":
            introduced = introduced or version
        elif introduced:
            found.append(_interval(introduced, kind, version))
            introduced = ""
    if introduced:
        found.append(Range(introduced))
    if limit:
        found = [cut for one in found if (cut := _cut(one, limit, key)) is not None]
    return tuple(one for one in found if one.introduced != one.fixed)


def left_out(versions: Iterable[str], ranges: Sequence[Range], key: Callable[[str], Key | None]) -> tuple[str, ...]:
    """Those of `versions`, without repetition, that no range is known to hold."""
    if any(one.introduced == "0" and not one.fixed and not one.last_affected for one in ranges):
        return ()
    singles = tuple(dict.fromkeys(versions))
    if not ranges or len(singles) * len(ranges) > COMPARISONS_MOST:
        return singles
    bounds = [
        (
            one.introduced == "0",
            key(one.introduced),
            key(one.fixed) if one.fixed else None,
            key(one.last_affected) if one.last_affected else None,
            one,
        )
        for one in ranges
    ]
    return tuple(version for version in singles if not _held(key(version), bounds))


def _held(version: Key | None, bounds: Iterable[tuple[bool, Key | None, Key | None, Key | None, Range]]) -> bool:
    if version is None:
        return False
    for from_start, introduced, fixed, last_affected, one in bounds:
        if not from_start and (introduced is None or version < introduced):
            continue
        if one.fixed and (fixed is None or not version < fixed):
            continue
        if one.last_affected and (last_affected is None or last_affected < version):
            continue
        return True
    return False


def _interval(introduced: str, kind: str, version: str) -> Range:
    return Range(introduced, fixed=version) if kind == "fixed" else Range(introduced, last_affected=version)


def _sorted(events: list[Event], key: Callable[[str], Key | None]) -> list[Event]:
    """Stable, `introduced: 0` before everything; the given order where a version does not compare."""
    first = [event for event in events if event == ("introduced", "0")]
    rest = [event for event in events if event != ("introduced", "0")]
    keys = [one for _, version in rest if (one := key(version)) is not None]
    if len(keys) < len(rest):
        return events
    order = sorted(range(len(rest)), key=keys.__getitem__)
    return first + [rest[index] for index in order]


def _limit(limits: list[str], key: Callable[[str], Key | None]) -> str:
    """The largest limit: a version must stand before any of them. `*` is no limit at all."""
    if not limits or "*" in limits:
        return ""
    keys = [one for limit in limits if (one := key(limit)) is not None]
    if len(keys) < len(limits):
        return limits[-1]
    return limits[max(range(len(limits)), key=keys.__getitem__)]


def _cut(one: Range, limit: str, key: Callable[[str], Key | None]) -> Range | None:
    """`one` as far as it stands before `limit`; None where nothing does."""
    cut = Range(one.introduced, fixed=limit)
    start, bound = key(one.introduced), key(limit)
    if one.introduced != "0" and start is not None and bound is not None and not start < bound:
        return None
    if not one.fixed and not one.last_affected:
        return cut
    end = key(one.fixed or one.last_affected)
    if bound is None or end is None:
        return one
    beyond = bound < end or (one.last_affected and not end < bound)
    return cut if beyond else one
