"""The one version that mends all it can, and whose turn it is."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.records.advisory import Rating
from pratique.records.finding import Vulnerable
from pratique.report.plan import alike, best_version, finding_order, plan, tally
from pratique.versions import versions_key
from tests.report import sample

NUMBERS = versions_key("npm")


@pytest.mark.parametrize(
    ("scheme", "fixes", "expected"),
    [
        ("npm", [], ("", 0)),
        ("npm", [[], []], ("", 0)),
        ("npm", [["1.2.5"]], ("1.2.5", 1)),
        ("npm", [["1.2.5"], ["1.10.0"], []], ("1.10.0", 2)),
        ("npm", [["not a version"], ["1.0.1"]], ("1.0.1", 1)),
        ("npm", [["not a version", "1.0.0"]], ("", 0)),
        # a fix on the installed branch is enough, even though others follow
        ("npm", [["1.2.5", "2.0.3"], ["1.2.6"]], ("1.2.6", 2)),
        # but 2.0.1 is before the fix on its own branch
        ("npm", [["1.2.5", "2.0.3"], ["2.0.1"]], ("2.0.3", 2)),
        ("npm", [["1.2.5", "2.0.3"], ["2.0.1"], ["1.9.0", "2.0.2", "2.1.0"]], ("2.0.3", 3)),
        ("dpkg", [["3.0.13-1~deb12u1"], ["3.0.15-1~deb12u1"], ["3.0.9-1"]], ("3.0.15-1~deb12u1", 3)),
        ("dpkg", [["1:1.0"], ["2.0"]], ("1:1.0", 2)),
        ("pep440", [["2.0rc1"], ["2.0"]], ("2.0", 2)),
    ],
)
def test_best_version(scheme: str, fixes: list[list[str]], expected: tuple[str, int]) -> None:
    assert best_version(fixes, versions_key(scheme)) == expected


VERSIONS = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)).map(
    lambda parts: ".".join(map(str, parts))
)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(VERSIONS, max_size=4), max_size=5))
def test_the_best_version_is_a_fix_and_below_no_first_fix(fixes: list[list[str]]) -> None:
    version, mends = best_version(fixes, NUMBERS)
    firsts = [each[0] for each in fixes if each]
    assert mends == len(firsts)
    if not firsts:
        assert version == ""
        return
    assert version in {each for some in fixes for each in some}
    assert all(NUMBERS(version) >= NUMBERS(first) for first in firsts)
    assert best_version(fixes[::-1], NUMBERS) == (version, mends)


def test_own_layers_and_base_image() -> None:
    todo = plan(sample.deny())
    assert todo.split
    assert [each.placed.fact.name for each in todo.own] == [
        "org.apache.logging.log4j:log4j-core",
        "golang.org/x/crypto",
        "PyYAML",
        "requests",
        "curl",
        "word-wrap",
        "@angular/core",
    ]
    assert [each.placed.fact.name for each in todo.base] == [
        "zlib1g",
        "libc6",
        "perl-base",
        "libssl3",
        "openssl",
        "coreutils",
        "tar",
    ]
    assert [(each.version, each.mends, len(each.findings)) for each in todo.own[:4]] == [
        ("2.17.1", 4, 4),
        ("v0.31.0", 3, 3),
        ("5.4", 1, 1),
        ("2.32.0", 2, 3),
    ]
    assert [each.id for each in todo.misconfigured] == ["runs-as-root"]
    assert todo.suppressed == (
        ("not affected: vulnerable code not present (VEX)", 2),
        ("in packages that a later layer removed", 1),
    )


def test_packages_of_one_source_with_the_same_findings_are_alike() -> None:
    groups = alike(plan(sample.deny()).base)
    assert [[each.placed.fact.name for each in group] for group in groups] == [
        ["zlib1g"],
        ["libc6"],
        ["perl-base"],
        ["libssl3", "openssl"],
        ["coreutils"],
        ["tar"],
    ]


def test_counts() -> None:
    todo = plan(sample.deny())
    own, base = tally(todo.own), tally(todo.base)
    assert (own.total, own.fixable, own.exploited) == (15, 13, 1)
    assert own.ratings == {
        Rating.CRITICAL: 4,
        Rating.HIGH: 2,
        Rating.MEDIUM: 7,
        Rating.UNKNOWN: 0,
        Rating.LOW: 1,
        Rating.NEGLIGIBLE: 1,
    }
    assert (base.total, base.fixable, base.exploited) == (15, 8, 0)


def test_a_history_that_tells_nothing_makes_one_part() -> None:
    todo = plan(sample.admit())
    assert not todo.split
    assert len(todo.own) == 1
    assert todo.base == ()


def test_exploited_comes_before_worse() -> None:
    placed = sample.language("npm", "a", "1.0.0", "a/package.json", 0)
    low = sample.vulnerable(placed, "CVE-2", Rating.LOW, kev=True)
    high = sample.vulnerable(placed, "CVE-1", Rating.CRITICAL)
    unrated = sample.vulnerable(placed, "CVE-0", Rating.UNKNOWN)
    medium = sample.vulnerable(placed, "CVE-3", Rating.MEDIUM)
    done = sample.vulnerable(placed, "CVE-4", Rating.CRITICAL, kev=True, suppressed="fixed by hand")
    assert sorted([done, unrated, medium, high, low], key=finding_order) == [low, high, medium, unrated, done]


def test_a_type_without_a_scheme_has_no_best_version() -> None:
    placed = sample.language("swift", "a", "1.0.0", "a", 4)
    report = msgspec.structs.replace(
        sample.deny(), findings=(sample.vulnerable(placed, "CVE-1", Rating.HIGH, "1.0.1"),)
    )
    assert [(each.version, each.mends) for each in plan(report).own] == [("", 0)]


def test_two_places_are_two_upgrades() -> None:
    one = sample.language("npm", "a", "1.0.0", "a/package.json", 4)
    two = sample.language("npm", "a", "1.0.0", "b/package.json", 5)
    findings: tuple[Vulnerable, ...] = (
        sample.vulnerable(one, "CVE-1", Rating.HIGH, "1.0.1"),
        sample.vulnerable(two, "CVE-1", Rating.HIGH, "1.0.1"),
    )
    todo = plan(msgspec.structs.replace(sample.deny(), findings=findings))
    assert [each.placed.path for each in todo.own] == ["a/package.json", "b/package.json"]
