"""Which advisories hold for which packages, and why."""

from collections.abc import Iterable

import msgspec

from pratique.advisories.query import Advisories
from pratique.ecosystems import DISTRO_FEEDS, OF_SYSTEM
from pratique.matching import aliases, distro_rules
from pratique.matching.candidates import Answers, Asked, Candidate
from pratique.records.advisory import Advisory, Affected, Range, Rating, Severity
from pratique.records.finding import Vulnerable
from pratique.records.inventory import Placed
from pratique.versions.ranges import affected as holds
from pratique.versions.ranges import fixed_versions

_NO_SEVERITY = Severity(Rating.UNKNOWN, "")


class Match(msgspec.Struct, frozen=True):
    """An advisory that holds for a package."""

    candidate: Candidate
    affected: Affected
    held: Range | str
    """The range that holds, or the version that is named."""


def match(asked: Asked, answers: Answers, advisories: Advisories) -> tuple[Vulnerable, ...]:
    """Every known vulnerability of every package, one finding for each pair, sorted by package.

    `answers` is what the advisories have under the names that are asked for.
    """
    matches: list[tuple[Placed, list[Match]]] = []
    for placed, candidates in asked.packages:
        held_by = [
            Match(candidate, affected, held)
            for candidate in candidates
            for affected in answers.get((candidate.ecosystem, candidate.name), ())
            if (held := holds(candidate.scheme, candidate.version, affected.ranges, affected.versions)) is not None
            and distro_rules.speaks_of(placed.fact, affected)
        ]
        if held_by:
            matches.append((placed, held_by))
    known = advisories.advisories({match.affected.advisory for _, group in matches for match in group})
    owners = _Owners(asked, advisories)
    return tuple(finding for placed, group in matches for finding in _findings(placed, group, known, owners))


def _findings(
    placed: Placed, matches: list[Match], known: dict[str, Advisory], owners: "_Owners"
) -> Iterable[Vulnerable]:
    by_advisory: dict[str, list[Match]] = {}
    for match in matches:
        by_advisory.setdefault(match.affected.advisory, []).append(match)
    groups = aliases.vulnerabilities(known[id_] for id_ in by_advisory if id_ in known)
    for name, members in sorted(groups.items()):
        others = aliases.other_names(name, members)
        evidence = [match for advisory in members for match in by_advisory[advisory.id]]
        yield Vulnerable(
            id=name,
            aliases=others,
            placed=placed,
            severity=_severity(members, evidence),
            fixed_versions=_fixes(evidence),
            summary=next((advisory.summary for advisory in members if advisory.summary), ""),
            reasons=tuple(dict.fromkeys(map(_reason, evidence))),
            urls=tuple(dict.fromkeys(url for advisory in members for url in advisory.urls)),
            published=min((advisory.published for advisory in members if advisory.published), default=""),
            suppressed=_suppressed(placed, {name, *others}, owners),
        )


def _severity(members: tuple[Advisory, ...], evidence: list[Match]) -> Severity:
    """The distribution's word for this package first, then the advisories' own.

    One that gathers several vulnerabilities is as bad as the worst of them: it is asked last.
    """
    for match in evidence:
        own = distro_rules.urgency(match.affected)
        if own is not None:
            return own
    rated = [advisory for advisory in members if advisory.severity is not None]
    single = [advisory for advisory in rated if not aliases.gathers(advisory)]
    given = [advisory.severity for advisory in single or rated if advisory.severity is not None]
    return max(
        given, key=lambda severity: (bool(severity.vector), severity.rating, severity.score), default=_NO_SEVERITY
    )


def _fixes(evidence: list[Match]) -> tuple[str, ...]:
    """Fixed versions above the installed one; the one on the branch of the installed version first."""
    fixes: dict[str, None] = {}
    for match in evidence:
        candidate = match.candidate
        for fix in fixed_versions(candidate.scheme, candidate.version, match.affected.ranges):
            fixes[fix] = None
    return tuple(fixes)


def _reason(match: Match) -> str:
    held = match.held
    if isinstance(held, str):
        where = f"names version {held}"
    else:
        start = "" if held.introduced in ("", "0") else f"from {held.introduced} "
        end = (
            f"before {held.fixed}"
            if held.fixed
            else f"up to {held.last_affected}"
            if held.last_affected
            else "with no fix"
        )
        where = f"affects versions {start}{end}"
    affected = match.affected
    return f"{match.candidate.why}: {affected.advisory} ({affected.ecosystem}) {where}"


def _suppressed(placed: Placed, names: set[str], owners: "_Owners") -> str:
    if distro_rules.host_side(placed.fact):
        return "part of the kernel: in a container the host's own kernel runs"
    return owners.judge(placed, names)


class _Owners:
    """What the distribution says of a language package that one of its own packages brought."""

    def __init__(self, asked: Asked, advisories: Advisories) -> None:
        self._advisories = advisories
        distro = asked.inventory.distro
        self._feed = DISTRO_FEEDS.get(distro.id) if distro else None
        held = {source.ecosystem for source in advisories.sources()}
        self._whole = self._feed is not None and self._feed.lists_unfixed and self._feed.osv in held
        """The distribution's whole feed is here, and it also names what has no fix. The baseline is no such thing."""
        self._packages = {
            f"{placed.fact.type}/{placed.fact.name}": candidates
            for placed, candidates in asked.packages
            if placed.fact.type in OF_SYSTEM
        }
        self._spoken_of: dict[str, frozenset[str]] = {}

    def judge(self, placed: Placed, names: set[str]) -> str:
        """Why a finding does not count because the owner's advisories judge it; empty: it counts.

        A feed that also lists what is not fixed speaks for everything it owns. One that lists fixes only is silent
        about the rest, so only vulnerabilities it names are its own to judge.
        """
        owner = self._packages.get(placed.owner)
        if owner is None or self._feed is None:
            return ""
        if self._whole and any(self._advisories.covers(candidate.ecosystem) for candidate in owner):
            return f"belongs to {placed.owner}, which the advisories of {self._feed.osv} judge"
        if placed.owner not in self._spoken_of:
            self._spoken_of[placed.owner] = self._named_for(owner)
        if names & self._spoken_of[placed.owner]:
            return f"belongs to {placed.owner}: {self._feed.osv} has an advisory of its own for it"
        return ""

    def _named_for(self, owner: tuple[Candidate, ...]) -> frozenset[str]:
        """Every vulnerability that the distribution names for a package, whatever the version."""
        keys = {(candidate.ecosystem, candidate.name) for candidate in owner}
        ids = {affected.advisory for group in self._advisories.affecting(keys).values() for affected in group}
        named = self._advisories.advisories(ids).values()
        return frozenset(name for advisory in named for name in (advisory.id, *advisory.aliases, *advisory.upstream))
