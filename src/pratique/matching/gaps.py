"""What the advisories at hand cannot judge: every gap makes the verdict `unknown` and never `clean`."""

from pratique.advisories.query import Advisories
from pratique.ecosystems import DISTRO_FEEDS, ECOSYSTEMS
from pratique.matching.candidates import candidates, system_ecosystem
from pratique.matching.match import judged
from pratique.records.inventory import Inventory, Placed

_OF_SYSTEM = frozenset(row.type for row in ECOSYSTEMS.values() if not row.osv)


def needed_feeds(inventory: Inventory) -> frozenset[str]:
    """The OSV feeds, without release, that an image's packages want."""
    return frozenset(
        candidate.ecosystem.partition(":")[0]
        for placed in judged(inventory)
        for candidate in candidates(placed, inventory.distro)
    )


def gaps(inventory: Inventory, advisories: Advisories) -> tuple[str, ...]:
    """One line for each thing that was not looked at, with the reason."""
    packages = judged(inventory)
    if not packages:
        return ("nothing in this image could be identified: no package database, no language packages",)
    found = []
    system = [placed for placed in packages if placed.fact.type in _OF_SYSTEM]
    distro = inventory.distro
    if system and distro is None:
        found.append(f"{_count(system)} of an operating system that no release file names")
    elif system and distro is not None:
        if distro.id not in DISTRO_FEEDS:
            found.append(f"{_count(system)} of {distro.name or distro.id}: no advisories cover this distribution")
        else:
            foreign = [placed for placed in system if system_ecosystem(placed.fact, distro) is None]
            if foreign:
                names = ", ".join(sorted({placed.fact.name for placed in foreign})[:5])
                found.append(
                    f"{_count(foreign)} not made by {distro.name or distro.id}, whose advisories skip them: {names}"
                )
    asked: dict[str, list[Placed]] = {}
    for placed in packages:
        for candidate in candidates(placed, distro):
            asked.setdefault(candidate.ecosystem, []).append(placed)
    found += [
        f"{_count(list(dict.fromkeys(placed)))} of {ecosystem}: there are no advisories for it"
        for ecosystem, placed in sorted(asked.items())
        if not advisories.covers(ecosystem)
    ]
    return tuple(found)


def _count(packages: list[Placed]) -> str:
    return f"{len(packages):,} package{'' if len(packages) == 1 else 's'}"
