"""The built-in advisories, from lines of our own."""

import pytest

from pratique.advisories.baseline import Baseline
from pratique.advisories.query import Advisories
from pratique.errors import AdvisoryError
from pratique.records.advisory import Advisory, Affected, Exploited, Range, Rating, Severity

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"
LINES = b"""{"baseline": "2026-11-23", "records": 3}
{"id": "GHSA-jfh8-c2jp-5v3q", "aliases": ["GHSA-1", "CVE-2021-44228"], "ecosystem": "Maven", \
"package": "org.apache.logging.log4j:log4j-core", "ranges": [{"introduced": "2.13.0", "fixed": "2.15.0"}, \
{"fixed": "2.3.1"}], "severity": "%b", "rating": "critical", "score": 10.0, "kev": "2021-12-10", \
"ransomware": true, "summary": "Lookups load code", "modified": "2025-05-09T13:13:16Z"}
{"id": "GHSA-jfh8-c2jp-5v3q", "ecosystem": "Maven", "package": "org.ops4j.pax.logging:pax-logging-log4j2", \
"versions": ["1.11.9"], "rating": "critical"}
{"id": "PYSEC-2018-28", "aliases": ["CVE-2018-18074"], "ecosystem": "PyPI", "package": "Requests_Kerberos", \
"ranges": [{"introduced": "0", "last_affected": "2.19.1"}], "rating": "high", "modified": "2021-06-10T06:51:37Z"}
""" % VECTOR.encode()


@pytest.fixture
def baseline() -> Advisories:
    return Baseline(LINES)


def test_affecting(baseline: Advisories) -> None:
    core = ("Maven", "org.apache.logging.log4j:log4j-core")
    assert baseline.affecting([core, ("PyPI", "requests-kerberos"), ("PyPI", "none")]) == {
        core: [Affected("GHSA-jfh8-c2jp-5v3q", *core, (Range("2.13.0", "2.15.0"), Range("0", "2.3.1")))],
        ("PyPI", "requests-kerberos"): [
            Affected("PYSEC-2018-28", "PyPI", "requests-kerberos", (Range("0", last_affected="2.19.1"),))
        ],
    }


def test_advisories(baseline: Advisories) -> None:
    assert baseline.advisories(["GHSA-jfh8-c2jp-5v3q", "none"]) == {
        "GHSA-jfh8-c2jp-5v3q": Advisory(
            "GHSA-jfh8-c2jp-5v3q",
            ("CVE-2021-44228", "GHSA-1"),
            severity=Severity(Rating.CRITICAL, "GHSA-jfh8-c2jp-5v3q", 10.0, VECTOR),
            summary="Lookups load code",
            modified="2025-05-09T13:13:16Z",
        )
    }


def test_exploited_and_epss(baseline: Advisories) -> None:
    cves = ["CVE-2021-44228", "CVE-2018-18074"]
    assert baseline.exploited(cves) == {"CVE-2021-44228": Exploited("CVE-2021-44228", "2021-12-10", ransomware=True)}
    assert baseline.epss(cves) == {}


def test_covers_and_sources(baseline: Advisories) -> None:
    assert baseline.covers("PyPI")
    assert not baseline.covers("Debian:12")
    (source,) = baseline.sources()
    assert (source.ecosystem, source.count, source.newest) == ("baseline", 2, "2025-05-09T13:13:16Z")
    assert source.fetched == "2026-11-23"
    assert baseline.fingerprint != Baseline(LINES.replace(b"2.3.1", b"2.3.2")).fingerprint


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", LINES[:-200], LINES.replace(b'"high"', b'"awful"'), LINES.replace(b'"records": 3', b'"records": 4')],
)
def test_damaged(data: bytes) -> None:
    with pytest.raises(AdvisoryError, match="baseline"):
        Baseline(data)
