"""Known exploited (CISA KEV) and likely to be (FIRST EPSS): facts on findings, by CVE."""

from collections.abc import Sequence

import msgspec

from pratique.advisories.query import Advisories
from pratique.records.finding import Vulnerable


def with_threats(findings: Sequence[Vulnerable], advisories: Advisories) -> tuple[Vulnerable, ...]:
    """The findings, each with what is known of its CVEs."""
    cves = {name for finding in findings for name in (finding.id, *finding.aliases) if name.startswith("CVE-")}
    exploited = advisories.exploited(cves)
    epss = advisories.epss(cves)
    return tuple(
        msgspec.structs.replace(
            finding,
            exploited=next((exploited[name] for name in _names(finding) if name in exploited), None),
            epss=max(
                (epss[name] for name in _names(finding) if name in epss), key=lambda entry: entry.score, default=None
            ),
        )
        for finding in findings
    )


def _names(finding: Vulnerable) -> tuple[str, ...]:
    return (finding.id, *finding.aliases)
