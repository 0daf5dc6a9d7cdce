"""OSV records: `testdata/osv/<feed>/<ID>.json` gives what stands in `<ID>.expected`. Adding a case needs no code."""

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.advisories import osv
from pratique.errors import UnreadableFileError
from tests.advisories.mirror import RECORDS, encoded, pairs, record

CASES = sorted((Path(__file__).parent / "testdata/osv").glob("*/*.json"))


def as_json(found: tuple[str, str, osv.Record | None]) -> bytes:
    """Readable: fields by name."""
    plain = msgspec.to_builtins(found)
    if found[2] is not None:
        advisory, affected = found[2].advisory, found[2].affected
        plain = {"advisory": named(advisory), "affected": [named(one) for one in affected]}
    return msgspec.json.format(msgspec.json.encode(plain), indent=1) + b"\n"


def named(value: Any) -> Any:
    """Structs as mappings, without empty fields."""
    if isinstance(value, msgspec.Struct):
        pairs = ((field, getattr(value, field)) for field in value.__struct_fields__)
        return {field: named(one) for field, one in pairs if one not in ("", (), None, 0.0)}
    return [named(one) for one in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_case(case: Path) -> None:
    found = as_json(osv.read(case.read_bytes(), case.parent.name))
    assert found.decode() == case.with_suffix(".expected").read_text("utf-8")


def test_there_are_cases() -> None:
    assert len(CASES) >= 12


GOOD = RECORDS["PyPI"][0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b'{"id": "A-1"',
        b"[" * 200_000,
        b'{"id":"A-1","modified":"","affected":[{"database_specific":' + b"[" * 200_000,
        encoded(GOOD | {"id": "../x"}),
        encoded(GOOD | {"id": "a/b"}),
        encoded(GOOD | {"id": ""}),
        encoded(GOOD | {"id": "A" * 129}),
        encoded(GOOD | {"id": "A\n1"}),
        encoded(GOOD | {"affected": {}}),
        encoded(record("A-1", "", "PyPI", "", pairs("0"))),
        encoded(record("A-1", "", "PyPI", "a\nb", pairs("0"))),
        encoded(record("A-1", "", "PyPI", "a" * 513, pairs("0"))),
        encoded(record("A-1", "", "PyPI", "a", pairs("0", "1\x00"))),
        encoded(record("A-1", "", "PyPI", "a", pairs("0", "1" * 257))),
    ],
)
def test_no_record(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        osv.read(data, "PyPI")


def test_long_and_wild_summaries_become_one_line() -> None:
    long = osv.read(encoded(GOOD | {"summary": "word \n" * 200}), "PyPI")[2]
    assert long is not None
    assert len(long.advisory.summary) <= osv.SUMMARY_LONGEST
    assert long.advisory.summary.endswith("word…")
    wild = osv.read(encoded(GOOD | {"summary": "\x1b[2J\u202e  two\r\nlines\x9b"}), "PyPI")[2]
    assert wild is not None
    assert wild.advisory.summary == "[2J two lines"


def test_many_versions_and_ranges_take_little_time() -> None:
    events = [event for number in range(4000) for event in pairs(f"{number}.1", f"{number}.2")]
    one = record("A-1", "", "PyPI", "a", events)
    one["affected"][0]["versions"] = [f"{number}.1.5" for number in range(20_000)]
    start = time.monotonic()
    found = osv.read(encoded(one), "PyPI")[2]
    assert found is not None
    assert len(found.affected[0].ranges) == 4000
    assert time.monotonic() - start < 60


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
TEXT = st.sampled_from(["0", "1.0", "2.0.0", "PyPI", "CVE-2021-1", "A-1", "introduced", "CVSS_V3"]) | st.text(
    max_size=9
)


def nearly(value: Any) -> st.SearchStrategy[Any]:
    """Values of the same shape, with anything in place of some of its parts."""
    if isinstance(value, dict):
        return st.fixed_dictionaries({}, optional={key: nearly(one) for key, one in value.items()}) | JSON
    if isinstance(value, list):
        return st.lists(st.one_of([nearly(one) for one in value] or [JSON]), max_size=4) | JSON
    return st.just(value) | TEXT | JSON


WHOLE = GOOD | {
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "references": [{"type": "WEB", "url": "https://example.org"}],
    "database_specific": {"severity": "HIGH", "cvss_v3": 9.8},
    "upstream": ["CVE-1"],
    "withdrawn": "2022-01-01T00:00:00Z",
}


@settings(deadline=None, max_examples=200)
@given(nearly(WHOLE))
def test_any_json_is_a_record_or_unreadable(value: Any) -> None:
    fuzz(msgspec.json.encode(value))


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, len(encoded(WHOLE)) - 1), st.integers(0, 255)), max_size=5))
def test_any_bytes_are_a_record_or_unreadable(changes: list[tuple[int, int]]) -> None:
    data = bytearray(encoded(WHOLE))
    for offset, value in changes:
        data[offset] = value
    fuzz(bytes(data))


def fuzz(data: bytes) -> None:
    reason = ""
    try:
        own, _, found = osv.read(data, "PyPI")
    except UnreadableFileError as error:
        own, found, reason = "A-1", None, str(error)
    assert reason.isprintable()
    assert osv.is_id(own)
    if found is not None:
        assert found.advisory.summary.isprintable()
        assert found.affected
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=osv.Record) == found
