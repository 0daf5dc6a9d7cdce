"""Events against the evaluation that OSV's schema writes down, taken literally."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.advisories import intervals
from pratique.advisories.intervals import Event, left_out, scheme_of, sort_key
from pratique.records.advisory import Range

KEY = sort_key("npm")


def found(*events: str, feed: str = "npm") -> list[tuple[str, str, str]]:
    """(introduced, fixed, last_affected) of events written as `introduced 1`."""
    split = [(one.split()[0], one.split()[1]) for one in events]
    return [(one.introduced, one.fixed, one.last_affected) for one in intervals.intervals(split, sort_key(feed))]


def test_one_pair() -> None:
    assert found("introduced 0", "fixed 1.2.3") == [("0", "1.2.3", "")]


def test_no_end() -> None:
    assert found("introduced 1.0.0") == [("1.0.0", "", "")]


def test_last_affected() -> None:
    assert found("introduced 0", "last_affected 1.2.3") == [("0", "", "1.2.3")]


def test_several_pairs_in_any_order() -> None:
    expected = [("0", "1.2.0", ""), ("1.9.0", "1.10.0", ""), ("2.0.0", "", "")]
    assert found("introduced 0", "fixed 1.2.0", "introduced 1.9.0", "fixed 1.10.0", "introduced 2.0.0") == expected
    assert found("introduced 2.0.0", "fixed 1.10.0", "introduced 1.9.0", "fixed 1.2.0", "introduced 0") == expected
    assert found("fixed 1.10.0", "fixed 1.2.0", "introduced 0", "introduced 1.9.0", "introduced 2.0.0") == expected


def test_versions_that_do_not_compare_keep_their_order() -> None:
    assert found("introduced b", "fixed a", feed="NuGet") == [("b", "a", "")]
    assert found("introduced 0", "fixed not.a.version!", feed="PyPI") == [("0", "not.a.version!", "")]


def test_nothing_is_between() -> None:
    assert found("introduced 0", "fixed 0") == []
    assert found("fixed 1.0.0") == []
    assert found() == []


def test_second_introduced_and_second_fixed_change_nothing() -> None:
    assert found("introduced 1.0.0", "introduced 1.5.0", "fixed 2.0.0", "fixed 3.0.0") == [("1.0.0", "2.0.0", "")]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (["*"], [("1.0.0", "2.0.0", ""), ("3.0.0", "", "")]),
        (["4.0.0"], [("1.0.0", "2.0.0", ""), ("3.0.0", "4.0.0", "")]),
        (["3.0.0"], [("1.0.0", "2.0.0", "")]),
        (["1.5.0", "1.2.0"], [("1.0.0", "1.5.0", "")]),
        (["1.0.0"], []),
    ],
)
def test_limit(limits: list[str], expected: list[tuple[str, str, str]]) -> None:
    events = ("introduced 1.0.0", "fixed 2.0.0", "introduced 3.0.0")
    assert found(*events, *(f"limit {one}" for one in limits)) == expected


def test_limit_before_and_at_the_last_affected() -> None:
    assert found("introduced 1.0.0", "last_affected 2.0.0", "limit 2.0.0") == [("1.0.0", "2.0.0", "")]
    assert found("introduced 1.0.0", "last_affected 2.0.0", "limit 2.0.1") == [("1.0.0", "", "2.0.0")]


def test_left_out() -> None:
    ranges = (Range("1.0.0", fixed="2.0.0"), Range("3.0.0", last_affected="4.0.0"))
    versions = ["0.9.0", "1.0.0", "1.9.9", "2.0.0", "3.0.0", "4.0.0", "4.0.1", "strange", "2.0.0"]
    assert left_out(versions, ranges, KEY) == ("0.9.0", "2.0.0", "4.0.1", "strange")
    assert left_out(versions[:2], (), KEY) == ("0.9.0", "1.0.0")
    assert left_out(versions, (*ranges, Range()), KEY) == ()
    assert left_out(["1.0.0"], (Range("0", fixed="strange"),), KEY) == ("1.0.0",)


def test_left_out_does_not_compare_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "COMPARISONS_MOST", 3)
    ranges = (Range("0", fixed="2.0.0"), Range("3.0.0"))
    assert left_out(["1.0.0", "1.1.0"], ranges, KEY) == ("1.0.0", "1.1.0")


def test_schemes_of_feeds() -> None:
    assert [scheme_of(feed) for feed in ("PyPI", "Debian", "Alpine", "AlmaLinux", "Go", "NuGet")] == [
        "pep440", "dpkg", "apk", "rpm", "golang", "",
    ]  # fmt: skip


VERSIONS = ["0.0.1", "0.1.0", "1.0.0-rc.1", "1.0.0", "1.2.0", "1.10.0", "2.0.0", "3.0.0"]
EVENTS = st.lists(
    st.tuples(st.sampled_from(["introduced", "fixed", "last_affected"]), st.sampled_from(VERSIONS))
    | st.just(("introduced", "0")),
    max_size=8,
    unique_by=lambda event: event[1],
)


def vulnerable(version: str, events: list[Event]) -> bool:
    """OSV schema, "Evaluation", line by line."""
    key = KEY(version)
    assert key is not None
    state = False
    for kind, bound in sorted(events, key=lambda event: () if event[1] == "0" else KEY(event[1]) or ()):
        reached = bound == "0" or key >= (KEY(bound) or ())
        passed = bound != "0" and key > (KEY(bound) or ())
        if kind == "introduced" and reached:
            state = True
        elif (kind == "fixed" and reached) or (kind == "last_affected" and passed):
            state = False
    return state


@settings(deadline=None, max_examples=200)
@given(EVENTS, st.lists(st.sampled_from(VERSIONS)))
def test_intervals_hold_what_the_schema_says(events: list[Event], listed: list[str]) -> None:
    ranges = intervals.intervals(events, KEY)
    singles = left_out(listed, ranges, KEY)
    for version in VERSIONS:
        in_ranges = left_out([version], ranges, KEY) == () if ranges else False
        assert in_ranges == vulnerable(version, events)
        assert (in_ranges or version in singles) == (vulnerable(version, events) or version in listed)
