"""Which operating system an image is."""

from collections.abc import Iterable

from pratique.inventory.squash import Interval
from pratique.records.facts import Found
from pratique.records.package import Distro

_PRECEDENCE = ("etc/os-release", "usr/lib/os-release")
"""os-release(5): the first wins; other release files only where neither is there."""


def distro_of(intervals: Iterable[Interval]) -> tuple[Distro | None, Interval | None]:
    """The distribution, and the interval of the release file that named it.

    A deleted release file still names it, for its packages are still there: the interval then has `hidden_by`.
    """
    named = [
        interval
        for interval in intervals
        if isinstance(interval.record, Found) and isinstance(interval.record.fact, Distro)
    ]
    if not named:
        return None, None
    last = min(named, key=_rank)
    distro = _fact(last)
    same = [_fact(other) for other in named if _fact(other).id == distro.id and other.origin.hidden_by is None]
    if not distro.version:
        # Debian's testing has no VERSION_ID; the older files may know more.
        distro = next((other for other in same if other.version), distro)
    return distro, last


def _fact(interval: Interval) -> Distro:
    if isinstance(interval.record, Found) and isinstance(interval.record.fact, Distro):
        return interval.record.fact
    raise TypeError(interval)


def _rank(interval: Interval) -> tuple[int, int, str]:
    """Visible before hidden, the later hidden first; then by precedence of the file."""
    hidden = interval.origin.hidden_by
    path = interval.record.path
    place = _PRECEDENCE.index(path) if path in _PRECEDENCE else len(_PRECEDENCE)
    return (0 if hidden is None else 1_000_000 - hidden, place, path)
