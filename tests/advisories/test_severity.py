"""Ratings from vectors, numbers and words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.advisories import severity
from pratique.records.advisory import Advisory, Rating, Severity

V2 = "AV:N/AC:L/Au:N/C:P/I:P/A:P"
V30 = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"
V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N"


@pytest.mark.parametrize(
    ("vector", "score"),
    [(V2, 7.5), (f"({V2})", 7.5), (V30, 5.3), (V31, 9.8), (V4, 6.9), ("CVSS:3.1/AV:N", None), ("", None), ("é", None)],
)
def test_scores(vector: str, score: float | None) -> None:
    assert severity.score(vector) == score


def test_too_long_a_vector() -> None:
    assert severity.score(V31 + "/E:X" * 500) is None


@pytest.mark.parametrize(
    ("score", "rating"),
    [
        (0.0, Rating.NEGLIGIBLE), (0.1, Rating.LOW), (3.9, Rating.LOW), (4.0, Rating.MEDIUM), (6.9, Rating.MEDIUM),
        (7.0, Rating.HIGH), (8.9, Rating.HIGH), (9.0, Rating.CRITICAL), (10.0, Rating.CRITICAL),
    ],
)  # fmt: skip
def test_bands(score: float, rating: Rating) -> None:
    assert severity.band(score) is rating


def test_the_newest_version_of_cvss_wins() -> None:
    for vectors, chosen in (([V2, V30, V31, V4], V4), ([V2, V30, V31], V31), ([V2, V30], V30), ([V2], V2)):
        found = severity.from_vectors(vectors, "X-1")
        assert found is not None
        assert (found.vector, found.source) == (chosen, "X-1")
    assert severity.from_vectors(["nonsense", "CVSS:4.0/nonsense"], "X-1") is None
    fallen_back = severity.from_vectors(["CVSS:4.0/nonsense", V31], "X-1")
    assert fallen_back == Severity(Rating.CRITICAL, "X-1", 9.8, V31)


def test_words() -> None:
    words = ["LOW", "Moderate", "medium", "Important", "HIGH", "critical", "negligible", "untriaged", ""]
    assert [severity.word(one).word for one in words] == [
        "low", "medium", "medium", "high", "high", "critical", "negligible", "unknown", "unknown",
    ]  # fmt: skip


def test_numbers() -> None:
    assert severity.from_score(9, "X-1") == Severity(Rating.CRITICAL, "X-1", 9.0)
    assert severity.from_score(0, "X-1") is None
    assert severity.from_score(10**400, "X-1") is None
    assert severity.from_score(-1, "X-1") is None


def test_the_one_to_borrow() -> None:
    word = Severity(Rating.CRITICAL, "GHSA-1")
    ubuntu = Severity(Rating.MEDIUM, "UBUNTU-CVE-1", 5.3, V30)
    github = Severity(Rating.LOW, "GHSA-2", 2.0, V30)
    assert severity.best([word, ubuntu, github]) is github
    assert severity.best([word, ubuntu]) is ubuntu
    assert severity.best([]) is None
    assert severity.worst([github, ubuntu, word]) is word


def test_the_priority_of_ubuntu_stays_with_ubuntu() -> None:
    advisory = Advisory("UBUNTU-CVE-1", severity=Severity(Rating.LOW, "ubuntu", 9.8, V31))
    assert severity.for_others(advisory) == Severity(Rating.CRITICAL, "UBUNTU-CVE-1", 9.8, V31)


METRIC = st.sampled_from(V31.split("/")[1:] + V4.split("/")[1:] + V2.split("/") + ["E:X", "RL:U", "x", ":", ""])
PREFIX = st.sampled_from(["CVSS:3.1", "CVSS:3.0", "CVSS:4.0", "CVSS:2.0", "AV:N"])


@settings(deadline=None, max_examples=200)
@given(st.tuples(PREFIX, st.lists(METRIC, max_size=14)).map(lambda v: "/".join([v[0], *v[1]])) | st.text())
def test_any_text_is_a_score_or_none(vector: str) -> None:
    found = severity.score(vector)
    assert found is None or 0.0 <= found <= 10.0
