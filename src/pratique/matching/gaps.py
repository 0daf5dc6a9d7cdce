"""What the advisories at hand cannot judge: every gap makes the verdict `unknown` and never `clean`."""

from pratique.advisories.query import Advisories
from pratique.ecosystems import DISTRO_FEEDS, ECOSYSTEMS
from pratique.matching.candidates import Candidate, candidates, system_ecosystems
from pratique.matching.match import judged
from pratique.records.inventory import Inventory, Placed
from pratique.versions import is_valid

_OF_SYSTEM = frozenset(row.type for row in ECOSYSTEMS.values() if not row.osv)
_NAMED = 5
"""Packages that a line names."""


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
            foreign = [placed for placed in system if not system_ecosystems(placed.fact, distro)]
            if foreign:
                names = ", ".join(sorted({placed.fact.name for placed in foreign})[:_NAMED])
                found.append(
                    f"{_count(foreign)} not made by {distro.name or distro.id}, whose advisories skip them: {names}"
                )
    asked: dict[tuple[str, ...], list[Placed]] = {}
    unclear: list[Candidate] = []
    for placed in packages:
        questions = candidates(placed, distro)
        if questions:
            asked.setdefault(tuple(dict.fromkeys(each.ecosystem for each in questions)), []).append(placed)
        unclear += [each for each in questions if not is_valid(each.scheme, each.version)]
    found += _incomparable(unclear, advisories)
    found += [
        f"{_count(placed)} of {ecosystems[0]}: there are no advisories for it"
        for ecosystems, placed in sorted(asked.items())
        if not any(map(advisories.covers, ecosystems))
    ]
    return tuple(found)


def _incomparable(unclear: list[Candidate], advisories: Advisories) -> list[str]:
    """Packages with advisories that their versions, being no versions of their ecosystem, keep from being judged."""
    named = advisories.affecting({(candidate.ecosystem, candidate.name) for candidate in unclear})
    skipped = {
        candidate.placed: f"{candidate.name} {candidate.version}"
        for candidate in unclear
        if (candidate.ecosystem, candidate.name) in named
    }
    if not skipped:
        return []
    names = ", ".join(sorted(set(skipped.values()))[:_NAMED])
    return [f"{_count(list(skipped))} whose version cannot be compared with those of advisories: {names}"]


def _count(packages: list[Placed]) -> str:
    return f"{len(packages):,} package{'' if len(packages) == 1 else 's'}"
