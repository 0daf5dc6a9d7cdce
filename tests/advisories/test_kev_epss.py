"""The two small feeds."""

import contextlib
import gzip
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.advisories import epss, kev
from pratique.errors import UnreadableFileError
from pratique.records.advisory import Epss, Exploited
from tests.advisories.mirror import EPSS, KEV

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


def test_kev() -> None:
    found = kev.parse(msgspec.json.encode(KEV))
    assert found == (
        [Exploited("CVE-2021-44228", "2021-12-10", "2021-12-24", ransomware=True)],
        "2025-08-25T17:04:19.9796Z",
        0,
    )


def test_kev_with_bad_entries() -> None:
    entries: list[Any] = [
        {"cveID": "CVE-1-1", "dateAdded": "2021-01-01"},
        {"cveID": 7, "dateAdded": "2021-01-01"},
        {"cveID": "../x", "dateAdded": "2021-01-01"},
        {"cveID": "CVE-1-2"},
        "text",
        {"cveID": "CVE-1-3", "dateAdded": "2021-01-01", "knownRansomwareCampaignUse": "Unknown", "dueDate": None},
    ]
    found, released, unreadable = kev.parse(msgspec.json.encode({"vulnerabilities": entries}))
    assert found == [Exploited("CVE-1-1", "2021-01-01"), Exploited("CVE-1-3", "2021-01-01")]
    assert (released, unreadable) == ("", 4)


@pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b"{}", b'{"vulnerabilities": [1]}', b"[" * 100_000])
def test_no_kev(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        kev.parse(data)


@settings(deadline=None, max_examples=100)
@given(JSON | st.fixed_dictionaries({"vulnerabilities": st.lists(JSON, max_size=3)}))
def test_any_json_is_a_catalogue_or_none(value: Any) -> None:
    with contextlib.suppress(UnreadableFileError):
        kev.parse(msgspec.json.encode(value))


def test_epss() -> None:
    expected = [Epss("CVE-2021-44228", 0.94358, 0.99957), Epss("CVE-2019-14234", 0.102, 0.9287)]
    for data in (EPSS.encode(), gzip.compress(EPSS.encode()), EPSS.replace("\n", "\r\n").encode()):
        assert epss.parse(data) == (expected, "2025-09-01T00:00:00+0000", 0)


def test_epss_columns_by_name_and_bad_lines() -> None:
    text = "percentile,cve,epss\n0.5,CVE-1-1,0.1\n0.5,CVE-1-2\n0.5,../x,0.1\nnan,CVE-1-3,0.1\n2,CVE-1-4,0.1\n"
    assert epss.parse(text.encode()) == ([Epss("CVE-1-1", 0.1, 0.5)], "", 4)


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>", b"cve,epss,percentile\n", gzip.compress(EPSS.encode())[:-9], b"\x1f\x8bnonsense"],
)
def test_no_epss(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        epss.parse(data)


def test_epss_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epss, "UNPACKED_LARGEST", 1 << 16)
    with pytest.raises(UnreadableFileError, match="too much"):
        epss.parse(gzip.compress(EPSS.encode() + b"\n" * (1 << 20)))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: b"cve,epss,percentile\n" + text.encode()))
def test_any_bytes_are_scores_or_none(data: bytes) -> None:
    with contextlib.suppress(UnreadableFileError):
        epss.parse(data)
