"""Known vulnerabilities, as far as matching and reporting need them."""

import enum

import msgspec


class Rating(enum.IntEnum):
    """How bad; ordered."""

    UNKNOWN = 0
    NEGLIGIBLE = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def word(self) -> str:
        """Lower-case name, as users write it."""
        return self.name.lower()


class Severity(msgspec.Struct, frozen=True, array_like=True):
    """A rating and who gave it."""

    rating: Rating
    source: str
    """Advisory id or feed that gave it: `GHSA-...`, `debian`, ..."""
    score: float = 0.0
    """CVSS base score, 0 where there is none."""
    vector: str = ""
    """CVSS vector, `CVSS:3.1/...`; empty where there is none."""


class Range(msgspec.Struct, frozen=True, array_like=True):
    """Versions from `introduced` on, up to before `fixed` or up to and with `last_affected`.

    Both ends empty: every later version. OSV schema 1.7, affected[].ranges[].events.
    """

    introduced: str = "0"
    """`0` stands before every version."""
    fixed: str = ""
    last_affected: str = ""


class Affected(msgspec.Struct, frozen=True, array_like=True):
    """One package of one ecosystem that an advisory speaks of. Affected = in a range or among the versions."""

    advisory: str
    """Id of the advisory."""
    ecosystem: str
    """OSV name with its release: `Debian:12`, `PyPI`."""
    name: str
    """Normalised as `pratique.ecosystems` says."""
    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()
    """Versions named one by one."""
    urgency: str = ""
    """The distribution's own word for this package: unimportant, low, end-of-life, ..."""


class Advisory(msgspec.Struct, frozen=True, array_like=True):
    """One record of a feed. Withdrawn ones are not kept."""

    id: str
    aliases: tuple[str, ...] = ()
    """Ids of the same vulnerability, CVE first; without `id`."""
    upstream: tuple[str, ...] = ()
    """Vulnerabilities that this advisory gathers (a DSA's CVEs); not the same thing as an alias."""
    severity: Severity | None = None
    summary: str = ""
    """One line."""
    published: str = ""
    """RFC 3339; empty where the feed does not say."""
    modified: str = ""
    urls: tuple[str, ...] = ()


class Exploited(msgspec.Struct, frozen=True, array_like=True):
    """An entry of CISA's catalogue of known exploited vulnerabilities."""

    cve: str
    added: str
    due: str = ""
    ransomware: bool = False


class Epss(msgspec.Struct, frozen=True, array_like=True):
    """FIRST's estimate of the chance that a vulnerability is exploited within 30 days."""

    cve: str
    score: float
    percentile: float


BASELINE = "baseline"
"""What the built-in advisories are called among the sources."""

FOR_ALL = frozenset({"KEV", "EPSS", BASELINE})
"""Sources that speak of every ecosystem."""


class AdvisorySource(msgspec.Struct, frozen=True):
    """Which advisories judged, and how old they are."""

    ecosystem: str
    """`Debian`, `PyPI`, ..., or `KEV`, `EPSS`, or `baseline`."""
    count: int
    newest: str
    """RFC 3339 time of the newest record."""
    fetched: str
    """RFC 3339 time at which they were fetched; for the baseline the day it was reviewed."""
    source: str
    """Where from: a URL or a folder."""
