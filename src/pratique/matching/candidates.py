"""Under which names and versions the advisories may speak of the packages of an image."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

from pratique.ecosystems import DISTRO_FEEDS, ECOSYSTEMS, distro_ecosystems
from pratique.records.advisory import Affected
from pratique.records.inventory import Inventory, Placed
from pratique.records.package import Distro, Package
from pratique.vendors import third_party

Answers: TypeAlias = Mapping[tuple[str, str], Sequence[Affected]]
"""By ecosystem and name what advisories say of a package."""


class Candidate(msgspec.Struct, frozen=True):
    """One question to the advisories."""

    placed: Placed
    ecosystem: str
    """OSV ecosystem with release."""
    name: str
    """Normalised."""
    version: str
    scheme: str
    why: str
    """In words: `source package openssl 3.0.11-1`."""


class Asked(msgspec.Struct, frozen=True):
    """An inventory, and all that is asked about it."""

    inventory: Inventory
    packages: tuple[tuple[Placed, tuple[Candidate, ...]], ...]
    """Those to be judged, each with its questions; none where no advisories can speak of it."""

    @property
    def names(self) -> set[tuple[str, str]]:
        """Ecosystems and names to ask the advisories for."""
        return {(each.ecosystem, each.name) for _, candidates in self.packages for each in candidates}

    @property
    def feeds(self) -> frozenset[str]:
        """The OSV feeds, without release, that the packages want."""
        return frozenset(each.ecosystem.partition(":")[0] for _, candidates in self.packages for each in candidates)


def ask(inventory: Inventory, *, declared: bool = False) -> Asked:
    """The questions for everything installed; for what is only `declared` as well, if that is wanted.

    Judged are the visible packages, and those whose database was taken away over them.
    """
    removed = {(database.type, database.origin.hidden_by) for database in inventory.removed_databases}
    return Asked(
        inventory,
        tuple(
            (placed, candidates(placed, inventory.distro))
            for placed in inventory.packages
            if (placed.counts or (declared and placed.fact.declared and not placed.left_out))
            and (placed.origin.hidden_by is None or (placed.fact.type, placed.origin.hidden_by) in removed)
        ),
    )


def candidates(placed: Placed, distro: Distro | None) -> tuple[Candidate, ...]:
    """Every question to ask for one package; none where no advisories can speak of it."""
    package = placed.fact
    ecosystem = ECOSYSTEMS.get(package.type)
    if ecosystem is None or not package.version:
        return ()
    if ecosystem.osv:
        name = ecosystem.normalise(package.name)
        version = package.version
        return (Candidate(placed, ecosystem.osv, name, version, ecosystem.scheme, f"{name} {version}"),)
    releases = system_ecosystems(package, distro)
    if distro is None or not releases:
        return ()
    feed = DISTRO_FEEDS[distro.id]
    asked = []
    if feed.by_binary:
        asked.append((package.name, package.version, "package"))
    if feed.by_source:
        source = package.source or package.name
        if not (feed.by_binary and source == package.name):
            asked.append((source, _source_version(package), "source package"))
    return tuple(
        Candidate(placed, release, name, version, ecosystem.scheme, f"{kind} {name} {version}")
        for name, version, kind in asked
        for release in releases
    )


def system_ecosystems(package: Package, distro: Distro | None) -> tuple[str, ...]:
    """The OSV ecosystems that judge an operating-system package; none where nobody does."""
    if distro is None:
        return ()
    feed = DISTRO_FEEDS.get(distro.id)
    if feed is None or feed.type != package.type or third_party(package, distro):
        return ()
    return distro_ecosystems(distro)


def _source_version(package: Package) -> str:
    """The version that source advisories compare with.

    A binary-only rebuild (`+b1`) keeps its source's version. A source rpm's name has no epoch: it is taken from the
    binary where the rest agrees.
    """
    if package.type == "rpm" and package.version.partition(":")[2] == package.source_version:
        return package.version
    return package.source_version or package.version
