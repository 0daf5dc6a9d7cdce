"""Advisories that a test writes down."""

from collections.abc import Iterable

import msgspec

from pratique.matching.candidates import Asked, ask
from pratique.records.advisory import (
    Advisory,
    AdvisorySource,
    Affected,
    Epss,
    Exploited,
    Range,
    Rating,
    Severity,
)
from pratique.records.image import ImageConfig, Platform
from pratique.records.inventory import Inventory, Origin, Placed, RemovedDatabase
from pratique.records.package import Distro, Package

DEBIAN = Distro("debian", "12", "Debian GNU/Linux 12 (bookworm)")
ALPINE = Distro("alpine", "3.20.3", "Alpine Linux v3.20")
ALMA = Distro("almalinux", "8.10", "AlmaLinux 8.10")
ROCKY = Distro("rocky", "9.4", "Rocky Linux 9.4")


class Fake(msgspec.Struct, frozen=True):
    """What `pratique.advisories.query.Advisories` asks for."""

    records: tuple[tuple[Advisory, tuple[Affected, ...]], ...] = ()
    feeds: tuple[str, ...] = ("Alpine", "AlmaLinux", "Debian", "Go", "PyPI", "Rocky Linux", "npm")
    kev: tuple[Exploited, ...] = ()
    scores: tuple[Epss, ...] = ()
    uncovered: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        return "fake"

    def sources(self) -> tuple[AdvisorySource, ...]:
        return tuple(
            AdvisorySource(feed, 1, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "test") for feed in self.feeds
        )

    def covers(self, ecosystem: str) -> bool:
        return ecosystem.partition(":")[0] in self.feeds and ecosystem not in self.uncovered

    def affecting(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Affected]]:
        wanted = set(keys)
        found: dict[tuple[str, str], list[Affected]] = {}
        for _, group in self.records:
            for affected in group:
                if (affected.ecosystem, affected.name) in wanted:
                    found.setdefault((affected.ecosystem, affected.name), []).append(affected)
        return found

    def advisories(self, ids: Iterable[str]) -> dict[str, Advisory]:
        wanted = set(ids)
        return {advisory.id: advisory for advisory, _ in self.records if advisory.id in wanted}

    def exploited(self, cves: Iterable[str]) -> dict[str, Exploited]:
        wanted = set(cves)
        return {entry.cve: entry for entry in self.kev if entry.cve in wanted}

    def epss(self, cves: Iterable[str]) -> dict[str, Epss]:
        wanted = set(cves)
        return {entry.cve: entry for entry in self.scores if entry.cve in wanted}


def said(
    id_: str,
    ecosystem: str,
    name: str,
    *spans: str,
    versions: tuple[str, ...] = (),
    urgency: str = "",
    aliases: tuple[str, ...] = (),
    upstream: tuple[str, ...] = (),
    severity: Severity | None = None,
    summary: str = "",
) -> tuple[Advisory, tuple[Affected, ...]]:
    """An advisory of one package. Spans are `1.0..2.0` (fixed in 2.0), `..2.0`, `1.0..` and `..=2.0` (the last one)."""
    affected = Affected(id_, ecosystem, name, tuple(map(span, spans)), versions, urgency)
    return Advisory(id_, aliases, upstream, severity, summary), (affected,)


def span(text: str) -> Range:
    introduced, _, end = text.partition("..")
    if end.startswith("="):
        return Range(introduced or "0", last_affected=end[1:])
    return Range(introduced or "0", end)


def fake(*records: tuple[Advisory, tuple[Affected, ...]]) -> Fake:
    return Fake(records)


def rated(word: str, score: float = 0.0, vector: str = "", source: str = "test") -> Severity:
    return Severity(Rating[word.upper()], source, score, vector)


def deb(
    name: str, version: str, source: str = "", source_version: str = "", vendor: str = "Debian <d@debian.org>"
) -> Placed:
    package = Package("deb", name, version, "amd64", source, source_version, vendor=vendor)
    return Placed(package, "var/lib/dpkg/status", 1, Origin(0))


def rpm(
    name: str, version: str, source: str = "", source_version: str = "", module: str = "", vendor: str = "AlmaLinux"
) -> Placed:
    package = Package("rpm", name, version, "x86_64", source, source_version, vendor=vendor, module=module)
    return Placed(package, "var/lib/rpm/rpmdb.sqlite", 0, Origin(0))


def language(type_: str, name: str, version: str, owner: str = "") -> Placed:
    return Placed(Package(type_, name, version), f"app/{name}", 1, Origin(0), owner)


def inventory(distro: Distro | None, *packages: Placed, removed: tuple[RemovedDatabase, ...] = ()) -> Inventory:
    config = ImageConfig(Platform("linux", "amd64"), ())
    return Inventory("sha256:1", "sha256:2", config, distro, (), packages, (), removed, "tests")


def asked(distro: Distro | None, *packages: Placed, removed: tuple[RemovedDatabase, ...] = ()) -> Asked:
    return ask(inventory(distro, *packages, removed=removed))
