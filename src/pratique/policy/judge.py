"""From findings to a verdict: the built-in policy."""

from collections.abc import Sequence

import msgspec

from pratique.records.advisory import Rating
from pratique.records.finding import Finding, Vulnerable
from pratique.records.inventory import PlacedUnknown
from pratique.records.verdict import Outcome, Verdict

_NAMED = 3


class Policy(msgspec.Struct, frozen=True):
    """Deny on a vulnerability at or above a rating."""

    fail_on: Rating = Rating.CRITICAL
    only_fixed: bool = True
    """Count only vulnerabilities with a known fix."""

    def words(self) -> str:
        """The policy as a sentence."""
        rating = self.fail_on.word if self.fail_on is Rating.CRITICAL else f"{self.fail_on.word} and higher"
        return f"deny {rating} vulnerabilities" + (" with a known fix" if self.only_fixed else "")


def breaks(finding: Finding, policy: Policy) -> bool:
    """Whether a finding alone denies the image."""
    return (
        isinstance(finding, Vulnerable)
        and not finding.suppressed
        and finding.severity.rating >= policy.fail_on
        and bool(finding.fixed_versions or not policy.only_fixed)
    )


def judge(
    findings: Sequence[Finding], unknowns: Sequence[PlacedUnknown], gaps: Sequence[str], policy: Policy
) -> Verdict:
    """Deny comes before unknown, and unknown before admit: nothing unread is ever called clean."""
    denied = _denials([finding for finding in findings if isinstance(finding, Vulnerable) and breaks(finding, policy)])
    unread = [unknown for unknown in unknowns if unknown.counts]
    doubts = list(gaps)
    doubts += [
        f"{finding.title}: {finding.path}"
        for finding in findings
        if not (isinstance(finding, Vulnerable) or finding.suppressed)
    ]
    if unread:
        first = unread[0].unknown
        more = f" and {len(unread) - 1:,} more" if len(unread) > 1 else ""
        doubts.append(f"could not read {first.path or 'the image'} ({first.reason}){more}")
    if denied:
        return Verdict(Outcome.DENY, (*denied, *doubts), policy.words())
    if doubts:
        return Verdict(Outcome.UNKNOWN, tuple(doubts), policy.words())
    counted = sum(isinstance(finding, Vulnerable) and not finding.suppressed for finding in findings)
    return Verdict(Outcome.ADMIT, (_harmless(counted),), policy.words())


def _harmless(counted: int) -> str:
    if not counted:
        return "no known vulnerabilities"
    if counted == 1:
        return "1 known vulnerability, which does not break the policy"
    return f"{counted:,} known vulnerabilities, none that breaks the policy"


def _denials(broken: list[Vulnerable]) -> list[str]:
    """One line for each package that breaks the policy, in the order of the findings."""
    packages: dict[tuple[str, str], list[Vulnerable]] = {}
    for finding in broken:
        package = finding.placed.fact
        packages.setdefault((package.name, package.version), []).append(finding)
    lines = []
    for (name, version), group in packages.items():
        ids = ", ".join(finding.id for finding in group[:_NAMED])
        more = f" and {len(group) - _NAMED} more" if len(group) > _NAMED else ""
        exploited = ", known to be exploited" if any(finding.exploited for finding in group) else ""
        lines.append(f"{name} {version}: {group[0].severity.rating.word} {ids}{more}{exploited}")
    return lines
