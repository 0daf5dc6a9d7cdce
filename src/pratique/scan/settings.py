"""What a scan is told: everything from the command line and the environment, gathered in one place."""

import os
from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

from pratique.policy.judge import Policy
from pratique.records.advisory import Rating
from pratique.records.image import Platform

StrPath: TypeAlias = str | os.PathLike[str]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Options of one scan."""

    image: str = ""
    """Name of one image among several in an archive."""
    platform: Platform | None = None
    """None: the host's."""
    cache: StrPath | None = None
    """Folder of the cache; None: none."""
    cache_largest: int = 1 << 30
    """Bytes."""
    database: StrPath = ""
    """The advisories."""
    advisories: Literal["database", "baseline"] = "database"
    source: str = ""
    """Bucket to fetch missing advisories from; empty: OSV's own."""
    offline: bool = False
    timeout: float = 600.0
    """Seconds for reading the image."""
    policy: Policy = Policy()
    ignore_unfixed: bool = False
    severities: frozenset[Rating] = frozenset(Rating)
    """What counts; the rest is kept as suppressed."""
    include_declared: bool = False
    """Judge what lock files and SBOMs name as if it were installed."""


class Outlet(msgspec.Struct, frozen=True):
    """Where a scan tells people what it does, and the clocks it goes by."""

    clock: Callable[[], float]
    """Seconds, from anywhere."""
    now: str
    """RFC 3339 time noted in the report."""
    progress: Callable[[str], None]
    """Told a line some times a second."""
    notice: Callable[[str], None]
    """Told lines that must be read."""
