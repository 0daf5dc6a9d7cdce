"""Ranges: what is affected, and which version is not."""

import pytest

from pratique.records.advisory import Range
from pratique.versions import SCHEMES
from pratique.versions.ranges import affected, fixed_versions

ALL = Range()
BEFORE_2 = Range(fixed="2.0.0")
SECOND_LINE = Range(introduced="2.0.0", fixed="2.5.1")
UP_TO_3 = Range(introduced="3.0.0", last_affected="3.2.0")


@pytest.mark.parametrize(
    ("version", "holds"),
    [
        *((version, BEFORE_2) for version in ("0.0.0-0", "1.9.9", "2.0.0-rc.1")),
        *((version, SECOND_LINE) for version in ("2.0.0", "2.5.0")),
        *((version, UP_TO_3) for version in ("3.0.0", "3.2.0")),
        *((version, None) for version in ("2.5.1", "3.0.0-rc.1", "3.2.1")),
    ],
)
def test_the_range_that_has_the_version(version: str, holds: Range | None) -> None:
    assert affected("npm", version, (BEFORE_2, SECOND_LINE, UP_TO_3), ()) == holds


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_zero_stands_before_everything_and_no_end_is_no_end(scheme: str) -> None:
    assert affected(scheme, "0.0.0-0" if scheme in ("npm", "cargo", "golang") else "0-0", (ALL,), ()) == ALL
    assert affected(scheme, "99999", (ALL,), ()) == ALL
    assert affected(scheme, "1.0", (Range(introduced="", fixed="1.0"),), ()) is None
    assert affected(scheme, "1.0", (Range(introduced="1.0", fixed="1.1"),), ()) is not None


def test_both_ends_hold_where_an_advisory_gives_both() -> None:
    both = (Range(fixed="2.0.0", last_affected="1.5.0"),)
    assert affected("npm", "1.5.0", both, ()) == both[0]
    assert affected("npm", "1.6.0", both, ()) is None


def test_enumerated_versions_match_by_order_and_give_their_own_spelling() -> None:
    assert affected("pep440", "1.0.0", (), ("0.9", "1.0")) == "1.0"
    assert affected("pep440", "1.0.1", (), ("0.9", "1.0")) is None
    assert affected("pep440", "1.0", (BEFORE_2,), ("1.0",)) == BEFORE_2


def test_enumerated_versions_match_by_text_where_they_cannot_be_read() -> None:
    assert affected("npm", "latest", (), ("1.0.0", "latest")) == "latest"
    assert affected("npm", "latest", (), ("1.0.0", "newest")) is None


def test_a_version_that_cannot_be_read_is_only_in_a_range_without_bounds() -> None:
    assert affected("golang", "(devel)", (ALL,), ()) == ALL
    assert affected("golang", "(devel)", (Range(fixed="1.0.0"),), ()) is None
    assert affected("golang", "(devel)", (Range(introduced="1.0.0"),), ()) is None
    assert affected("golang", "", (Range(last_affected="1.0.0"),), ()) is None


def test_a_bound_that_cannot_be_read_does_not_bound() -> None:
    open_end = Range(introduced="1.0.0", fixed="main")
    open_start = Range(introduced="main", fixed="2.0.0")
    assert affected("npm", "1.2.3", (open_end,), ()) == open_end
    assert affected("npm", "0.9.0", (open_end,), ()) is None
    assert affected("npm", "1.2.3", (open_start,), ()) == open_start
    assert affected("npm", "2.0.0", (open_start,), ()) is None
    assert affected("npm", "1.2.3", (Range(last_affected="?"),), ()) == Range(last_affected="?")


def test_enumerated_versions_decide_instead_of_a_bound_that_cannot_be_read() -> None:
    broken = Range(introduced="1.0.0", fixed="main")
    assert affected("npm", "1.2.3", (broken,), ("1.2.2",)) is None
    assert affected("npm", "1.2.2", (broken,), ("1.2.2",)) == "1.2.2"
    assert affected("npm", "1.2.3", (broken, BEFORE_2), ("1.2.2",)) == BEFORE_2


def test_a_local_version_counts_as_its_public_one() -> None:
    assert affected("pep440", "2.1.0+cu118", (Range(last_affected="2.1.0"),), ()) is not None
    assert affected("pep440", "2.1.0+cu118", (), ("2.1.0",)) == "2.1.0"
    assert affected("pep440", "2.1.0+cu118", (Range(fixed="2.1.0"),), ()) is None
    assert affected("pep440", "2.1.0+cu118", (Range(fixed="2.1.0+cu121"),), ()) is not None
    assert affected("npm", "2.1.0+cu118", (Range(last_affected="2.1.0"),), ()) is not None


def test_epochs_and_branches_of_distributions() -> None:
    assert affected("rpm", "1:1.1.1k-9.el8_7", (Range(fixed="1:1.1.1k-12.el8_9"),), ()) is not None
    assert affected("rpm", "1:1.1.1k-12.el8_9", (Range(fixed="1:1.1.1k-12.el8_9"),), ()) is None
    assert affected("dpkg", "3.0.11-1~deb12u2", (Range(fixed="3.0.11-1"),), ()) is not None
    assert affected("apk", "3.1.4-r5", (Range(fixed="3.1.4-r6"),), ()) is not None


def test_fixes_above_the_version_with_its_own_branch_first() -> None:
    lines = (Range(fixed="1.9.5"), Range(introduced="2.0.0", fixed="2.5.1"), Range(introduced="3.0.0", fixed="3.0.2"))
    assert fixed_versions("npm", "1.0.0", lines) == ("1.9.5", "2.5.1", "3.0.2")
    assert fixed_versions("npm", "2.1.0", lines) == ("2.5.1", "3.0.2")
    assert fixed_versions("npm", "3.0.2", lines) == ()
    nested = (Range(fixed="4.0.0"), Range(introduced="1.0.0", fixed="1.2.0"))
    assert fixed_versions("npm", "0.1.0", nested) == ("4.0.0", "1.2.0")


def test_fixes_are_named_once_and_those_that_cannot_be_compared_come_last() -> None:
    ranges = (Range(introduced="1.0.0", fixed="main"), Range(fixed="2.0.0"), Range(introduced="1.5.0", fixed="v2.0.0"))
    assert fixed_versions("npm", "0.5.0", ranges) == ("2.0.0", "main")
    assert fixed_versions("npm", "latest", (Range(fixed="2.0.0"), Range(fixed="1.0.0"))) == ("2.0.0", "1.0.0")
