"""What the advisories at hand cannot judge: every gap makes the verdict `unknown` and never `clean`."""

from pratique.advisories.query import Advisories
from pratique.ecosystems import DISTRO_FEEDS, ECOSYSTEMS, NOT_YET, OF_SYSTEM, PROGRAM
from pratique.matching.candidates import Answers, Asked, system_ecosystems
from pratique.records.inventory import Placed
from pratique.versions import is_valid

_NAMED = 5
"""Packages that a line names."""
_KINDS = {PROGRAM: "programs without a package manager"}


def gaps(asked: Asked, answers: Answers, advisories: Advisories) -> tuple[str, ...]:
    """One line for each thing that was not looked at, with the reason.

    `answers` is what the advisories have under the names that are asked for.
    """
    packages = [placed for placed, _ in asked.packages]
    if not packages:
        return ("nothing in this image could be identified: no package database, no language packages",)
    if all(placed.fact.type not in ECOSYSTEMS for placed in packages):
        return ("no feed publishes advisories for anything that was found in this image",)
    found = []
    system = [placed for placed in packages if placed.fact.type in OF_SYSTEM]
    distro = asked.inventory.distro
    if system and distro is None:
        found.append(f"{_count(system)} of an operating system that no release file names")
    elif system and distro is not None:
        if distro.id not in DISTRO_FEEDS:
            found.append(f"{_count(system)} of {distro.name or distro.id}: no advisories cover this distribution")
        else:
            foreign = [placed for placed in system if not system_ecosystems(placed.fact, distro)]
            if foreign:
                names = _names({placed.fact.name for placed in foreign})
                found.append(
                    f"{_count(foreign)} not made by {distro.name or distro.id}, whose advisories skip them: {names}"
                )
    by_feed: dict[tuple[str, ...], list[Placed]] = {}
    for placed, questions in asked.packages:
        if questions:
            by_feed.setdefault(tuple(dict.fromkeys(each.ecosystem for each in questions)), []).append(placed)
    found += _incomparable(asked, answers)
    found += _not_yet(packages)
    found += [
        f"{_count(placed)} of {ecosystems[0]}: there are no advisories for it"
        for ecosystems, placed in sorted(by_feed.items())
        if not any(map(advisories.covers, ecosystems))
    ]
    return tuple(found)


def unjudged(asked: Asked) -> tuple[str, ...]:
    """What nobody publishes advisories for, a line for each kind: told, and no reason to call the verdict unknown."""
    kinds: dict[str, list[Placed]] = {}
    for placed, _ in asked.packages:
        if placed.fact.type not in ECOSYSTEMS and placed.fact.type not in NOT_YET:
            kinds.setdefault(placed.fact.type, []).append(placed)
    return tuple(
        f"{_count(placed)} of {_KINDS.get(kind, kind)}, for which no feed publishes advisories: "
        f"{_names({each.fact.name for each in placed})}"
        for kind, placed in sorted(kinds.items())
    )


def _not_yet(packages: list[Placed]) -> list[str]:
    """Packages of ecosystems that have advisories, which pratique cannot read yet."""
    kinds: dict[str, list[Placed]] = {}
    for placed in packages:
        if placed.fact.type in NOT_YET:
            kinds.setdefault(placed.fact.type, []).append(placed)
    return [
        f"{_count(placed)} of {NOT_YET[kind]}: pratique cannot compare their versions yet"
        for kind, placed in sorted(kinds.items())
    ]


def _incomparable(asked: Asked, answers: Answers) -> list[str]:
    """Packages with advisories that their versions, being no versions of their ecosystem, keep from being judged."""
    skipped = [
        (placed, candidate)
        for placed, candidates in asked.packages
        for candidate in candidates
        if (candidate.ecosystem, candidate.name) in answers and not is_valid(candidate.scheme, candidate.version)
    ]
    if not skipped:
        return []
    names = _names({f"{candidate.name} {candidate.version}" for _, candidate in skipped})
    packages = list({id(placed): placed for placed, _ in skipped}.values())
    return [f"{_count(packages)} whose version cannot be compared with those of advisories: {names}"]


def _names(names: set[str]) -> str:
    """Some of them, sorted."""
    return ", ".join(sorted(names)[:_NAMED]) + (", ..." if len(names) > _NAMED else "")


def _count(packages: list[Placed]) -> str:
    return f"{len(packages):,} package{'' if len(packages) == 1 else 's'}"
