"""KEV and EPSS reach the findings of every name of a vulnerability."""

from pratique.enrich.threat import with_threats
from pratique.records.advisory import Epss, Exploited, Rating, Severity
from pratique.records.finding import Vulnerable
from pratique.records.inventory import Origin, Placed
from pratique.records.package import Package
from tests.matching.fake import Fake

KEV = Exploited("CVE-2021-44228", "2021-12-10", "2021-12-24", ransomware=True)
ADVISORIES = Fake(
    kev=(KEV,),
    scores=(Epss("CVE-2021-44228", 0.94, 0.99), Epss("CVE-2021-45046", 0.97, 0.998), Epss("CVE-1", 0.1, 0.2)),
)


def finding(id_: str, *aliases: str) -> Vulnerable:
    placed = Placed(Package("maven", "org.apache.logging.log4j:log4j-core", "2.14.0"), "app.jar", 0, Origin(0))
    return Vulnerable(id_, aliases, placed, Severity(Rating.CRITICAL, "test"), (), "", ())


def test_by_its_own_name() -> None:
    (found,) = with_threats([finding("CVE-2021-44228", "GHSA-jfh8")], ADVISORIES)
    assert (found.exploited, found.epss) == (KEV, Epss("CVE-2021-44228", 0.94, 0.99))


def test_by_an_alias() -> None:
    (found,) = with_threats([finding("GHSA-jfh8", "CVE-2021-44228")], ADVISORIES)
    assert found.exploited == KEV


def test_of_several_names_the_likeliest_score() -> None:
    (found,) = with_threats([finding("CVE-2021-44228", "CVE-2021-45046")], ADVISORIES)
    assert found.epss == Epss("CVE-2021-45046", 0.97, 0.998)


def test_nothing_is_known() -> None:
    findings = [finding("CVE-2"), finding("GHSA-1")]
    assert with_threats(findings, ADVISORIES) == tuple(findings)
    assert with_threats([], ADVISORIES) == ()


def test_the_order_stays() -> None:
    findings = [finding("CVE-1"), finding("CVE-2021-44228"), finding("CVE-2")]
    assert [found.id for found in with_threats(findings, ADVISORIES)] == ["CVE-1", "CVE-2021-44228", "CVE-2"]
