"""Deny before unknown before admit; what is suppressed never counts."""

import pytest

from pratique.policy.judge import Policy, breaks, judge
from pratique.records.advisory import Exploited, Rating, Severity
from pratique.records.file import Unknown
from pratique.records.finding import Finding, Misconfigured, Vulnerable
from pratique.records.inventory import Origin, Placed, PlacedUnknown
from pratique.records.package import Package
from pratique.records.verdict import Outcome

DEFAULT = Policy()


def vulnerable(
    rating: Rating,
    *,
    fixed: bool = True,
    suppressed: str = "",
    id_: str = "CVE-1",
    name: str = "bash",
    kev: bool = False,
) -> Vulnerable:
    return Vulnerable(
        id=id_,
        aliases=(),
        placed=Placed(Package("deb", name, "5.2-1"), "var/lib/dpkg/status", 1, Origin(0)),
        severity=Severity(rating, "test"),
        fixed_versions=("5.3-1",) if fixed else (),
        summary="",
        reasons=(),
        exploited=Exploited(id_, "2026-01-01") if kev else None,
        suppressed=suppressed,
    )


def removed(suppressed: str = "") -> Misconfigured:
    return Misconfigured(
        "X", "database gone", Severity(Rating.HIGH, "test"), "var/lib/dpkg/status", 1, (), "", suppressed
    )


def unread(path: str = "app/x", hidden_by: int | None = None) -> PlacedUnknown:
    return PlacedUnknown(Unknown(path, "dpkg", "broken"), Origin(0, hidden_by))


DENY, UNKNOWN, ADMIT = Outcome.DENY, Outcome.UNKNOWN, Outcome.ADMIT
BAD, MILD = vulnerable(Rating.CRITICAL), vulnerable(Rating.LOW)


@pytest.mark.parametrize(
    ("findings", "unknowns", "gaps", "outcome"),
    [
        ((), (), (), ADMIT),
        ((MILD,), (), (), ADMIT),
        ((BAD,), (), (), DENY),
        ((BAD, MILD), (unread(),), ("a gap",), DENY),
        ((MILD,), (unread(),), (), UNKNOWN),
        ((MILD,), (), ("a gap",), UNKNOWN),
        ((), (unread(hidden_by=1),), (), ADMIT),
        ((removed(),), (), (), UNKNOWN),
        ((removed(), BAD), (), (), DENY),
        ((removed("accepted"),), (), (), ADMIT),
        ((vulnerable(Rating.CRITICAL, suppressed="kernel"),), (), (), ADMIT),
        ((vulnerable(Rating.CRITICAL, suppressed="kernel"),), (), ("a gap",), UNKNOWN),
        ((vulnerable(Rating.CRITICAL, fixed=False),), (), (), ADMIT),
    ],
)
def test_outcomes(
    findings: tuple[Finding, ...], unknowns: tuple[PlacedUnknown, ...], gaps: tuple[str, ...], outcome: Outcome
) -> None:
    verdict = judge(findings, unknowns, gaps, DEFAULT)
    assert verdict.outcome is outcome
    assert verdict.reasons


@pytest.mark.parametrize("fail_on", list(Rating)[1:])
@pytest.mark.parametrize("rating", list(Rating))
@pytest.mark.parametrize("fixed", [True, False])
@pytest.mark.parametrize("only_fixed", [True, False])
def test_the_bar(fail_on: Rating, rating: Rating, *, fixed: bool, only_fixed: bool) -> None:
    counts = rating >= fail_on and (fixed or not only_fixed)
    assert breaks(vulnerable(rating, fixed=fixed), Policy(fail_on, only_fixed)) is counts
    assert not breaks(vulnerable(rating, fixed=fixed, suppressed="why not"), Policy(fail_on, only_fixed))


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy(), "deny critical vulnerabilities with a known fix"),
        (Policy(Rating.HIGH, only_fixed=False), "deny high and higher vulnerabilities"),
        (Policy(Rating.LOW, only_fixed=True), "deny low and higher vulnerabilities with a known fix"),
    ],
)
def test_a_policy_in_words(policy: Policy, words: str) -> None:
    assert judge((), (), (), policy).policy == words


def test_reasons_for_denying_come_by_package_before_all_doubts() -> None:
    many = [vulnerable(Rating.CRITICAL, id_=f"CVE-{at}") for at in range(1, 6)]
    other = vulnerable(Rating.CRITICAL, id_="CVE-9", name="zlib1g", kev=True)
    verdict = judge((*many, other, removed()), (unread(), unread("app/y")), ("a gap",), DEFAULT)
    assert verdict.reasons == (
        "bash 5.2-1: critical CVE-1, CVE-2, CVE-3 and 2 more",
        "zlib1g 5.2-1: critical CVE-9, known to be exploited",
        "a gap",
        "database gone: var/lib/dpkg/status",
        "could not read app/x (broken) and 1 more",
    )


def test_the_reason_for_not_knowing() -> None:
    assert judge((), (unread(""),), (), DEFAULT).reasons == ("could not read the image (broken)",)


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (0, "no known vulnerabilities"),
        (1, "1 known vulnerability, which does not break the policy"),
        (1200, "1,200 known vulnerabilities, none that breaks the policy"),
    ],
)
def test_the_reason_for_admitting_tells_what_is_known(count: int, reason: str) -> None:
    quiet = vulnerable(Rating.CRITICAL, suppressed="kernel")
    assert judge((*[MILD] * count, quiet), (), (), DEFAULT).reasons == (reason,)
