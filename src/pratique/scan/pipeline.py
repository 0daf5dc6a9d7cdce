"""The whole flow: reference, inventory | advisories, matches, findings, verdict, report."""

from collections.abc import Iterable

import msgspec

from pratique.advisories.query import Advisories
from pratique.enrich.threat import with_threats
from pratique.matching.candidates import Asked, ask
from pratique.matching.gaps import gaps, unjudged
from pratique.matching.integrity import removed_databases
from pratique.matching.match import match
from pratique.policy.judge import breaks, judge
from pratique.records.advisory import BASELINE, FOR_ALL, AdvisorySource
from pratique.records.finding import Finding, Vulnerable
from pratique.records.image import Manifest
from pratique.records.report import Report
from pratique.scan.advise import choose_advisories
from pratique.scan.settings import Outlet, Settings
from pratique.scan.take_apart import provenance, take_apart

_BASELINE_ONLY = "there is no advisory database: the built-in baseline alone judged, a small part of what is known"


def scan(reference: str, settings: Settings, outlet: Outlet) -> Report:
    """May this image sail?"""
    manifest, inventory = take_apart(reference, settings, outlet)
    asked = ask(inventory, declared=settings.include_declared)
    with choose_advisories(asked.feeds, settings, outlet) as advisories:
        return assess(manifest, asked, advisories, settings, outlet)


def assess(manifest: Manifest, asked: Asked, advisories: Advisories, settings: Settings, outlet: Outlet) -> Report:
    """What is wrong with it, and the verdict: below the waterline, again and again without the image."""
    inventory = asked.inventory
    answers = advisories.affecting(asked.names)
    vulnerable = with_threats(match(asked, answers, advisories), advisories)
    findings: list[Finding] = [*removed_databases(inventory), *_filtered(vulnerable, settings)]
    findings.sort(key=lambda finding: _worst_first(finding, settings))
    not_judged = gaps(asked, answers, advisories)
    sources = _judging(advisories, asked.feeds)
    if settings.advisories == "database" and any(source.ecosystem == BASELINE for source in sources):
        not_judged = (_BASELINE_ONLY, *not_judged)
    return Report(
        manifest=manifest,
        inventory=inventory,
        findings=tuple(findings),
        gaps=not_judged,
        unjudged=unjudged(asked),
        verdict=judge(findings, inventory.unknowns, not_judged, settings.policy),
        provenance=provenance(outlet.now, sources),
    )


def _judging(advisories: Advisories, feeds: frozenset[str]) -> tuple[AdvisorySource, ...]:
    """The sources that had a say: the feeds of the image's packages, and those that speak of every ecosystem."""
    return tuple(source for source in advisories.sources() if source.ecosystem in feeds | FOR_ALL)


def _filtered(findings: Iterable[Vulnerable], settings: Settings) -> Iterable[Vulnerable]:
    """What the options leave out stays in the report, with the reason why it does not count."""
    for finding in findings:
        reason = finding.suppressed
        if not reason and settings.ignore_unfixed and not finding.fixed_versions:
            reason = "no fix is known (--ignore-unfixed)"
        if not reason and finding.severity.rating not in settings.severities:
            reason = "of a severity that was not asked for (--severity)"
        yield finding if reason == finding.suppressed else msgspec.structs.replace(finding, suppressed=reason)


def _worst_first(finding: Finding, settings: Settings) -> tuple[object, ...]:
    if not isinstance(finding, Vulnerable):
        return (bool(finding.suppressed), False, -finding.severity.rating, False, 0.0, finding.path, finding.id)
    package = finding.placed.fact
    return (
        bool(finding.suppressed),
        not breaks(finding, settings.policy),
        -finding.severity.rating,
        finding.exploited is None,
        -(finding.epss.score if finding.epss else 0.0),
        f"{package.name} {package.version} {finding.placed.path}",
        finding.id,
    )
