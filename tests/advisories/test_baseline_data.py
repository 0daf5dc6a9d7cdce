"""The lines of baseline.jsonl: whole, well formed, sane, in our own words, and true to the feeds they came from."""

import functools
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

import pratique.advisories.baseline as loader
from pratique.advisories.baseline import Baseline
from pratique.advisories.severity import band, score
from pratique.ecosystems import ECOSYSTEMS
from pratique.records.advisory import Range
from pratique.versions import versions_key
from pratique.versions.ranges import affected

DATA = Path(loader.__file__).with_name("baseline.jsonl")
SHARED = Path(__file__).parents[2].parent / "shared"
FEEDS = SHARED / "feeds" / "osv"
CATALOGUE = SHARED / "feeds" / "kev" / "known_exploited_vulnerabilities.json"

KEYS = (
    "id",
    "aliases",
    "upstream",
    "ecosystem",
    "package",
    "ranges",
    "versions",
    "rating",
    "score",
    "severity",
    "kev",
    "ransomware",
    "summary",
    "modified",
)
OPTIONAL = {"aliases", "upstream", "versions", "score", "severity", "kev", "ransomware"}
TYPES = {"Debian": "deb", "Alpine": "apk", "AlmaLinux": "rpm"} | {
    row.osv: row.type for row in ECOSYSTEMS.values() if row.osv
}
RELEASE = {"Debian": r":\d+", "Alpine": r":v3\.\d+", "AlmaLinux": r":\d+"}
CVE = r"CVE-\d{4}-\d{4,}"
ID = re.compile(
    rf"{CVE}|GHSA(-[23456789cfghjmpqrvwx]{{4}}){{3}}|(DEBIAN|ALPINE)-{CVE}|ALSA-\d{{4}}:\d{{4,}}|DSA-\d+-\d+"
    r"|(PYSEC|GO|RUSTSEC|MAL)-\d{4}-\d+|DRUPAL-CORE-\d{4}-\d{3}"
)
WIDER = {"GHSA-232r-66cg-79px", "GHSA-f2j6-wrhh-v25m"}
"""The feed's PYSEC records leave out branches of paramiko that GitHub's reviewed advisories name."""
LATER = {"CVE-2021-43798", "CVE-2025-32463", "CVE-2025-55182", "CVE-2025-66478"}
"""Joined CISA's catalogue after the shared copy of it was made; CVE-2025-66478 is another name of the third."""

Line = dict[str, Any]
Bounds = tuple[str, str, str]


def lines() -> list[Line]:
    return [msgspec.json.decode(line) for line in DATA.read_bytes().splitlines()[1:]]


LINES = lines()


def names(line: Line) -> list[str]:
    return [line["id"], *line.get("aliases", ()), *line.get("upstream", ())]


def cves(line: Line) -> list[str]:
    return [name for name in names(line) if name.startswith("CVE-")]


def scheme(line: Line) -> str:
    return ECOSYSTEMS[TYPES[line["ecosystem"].partition(":")[0]]].scheme


def label(line: Line) -> str:
    return f"{line['id']} {line['ecosystem']} {line['package']}"


def bounds(entry: dict[str, str]) -> Bounds:
    return entry["introduced"], entry.get("fixed", ""), entry.get("last_affected", "")


def runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_header_and_size() -> None:
    data = DATA.read_bytes()
    assert len(data) < 250_000
    assert data.endswith(b"\n")
    assert data.decode("utf-8").splitlines()[0] == f'{{"baseline":"2026-11-23","records":{len(LINES)}}}'


def test_the_loader_takes_it_whole() -> None:
    (source,) = Baseline.open().sources()
    assert source.count == len({line["id"] for line in LINES})
    assert source.newest == max(line["modified"] for line in LINES)


def test_fields_in_order() -> None:
    for line in LINES:
        keys = list(line)
        assert keys == [key for key in KEYS if key in line], label(line)
        assert set(KEYS) - set(keys) <= OPTIONAL, label(line)
        assert all(line[key] or key == "ranges" for key in keys), label(line)


def test_sorted_without_repetition() -> None:
    order = [(line["ecosystem"], line["package"], line["id"]) for line in LINES]
    assert order == sorted(set(order))


def test_number_and_balance() -> None:
    assert 200 <= len({line["id"] for line in LINES}) <= 400
    count = Counter(line["ecosystem"].partition(":")[0] for line in LINES)
    assert set(count) == {*RELEASE, "PyPI", "npm", "Go", "Maven", "RubyGems", "crates.io", "Packagist"}
    assert min(count.values()) >= 10
    assert {"Debian:10", "Debian:11", "Debian:12"} <= {line["ecosystem"] for line in LINES}


def test_ids_and_aliases() -> None:
    for line in LINES:
        assert all(ID.fullmatch(name) for name in names(line)), label(line)
        assert len(names(line)) == len(set(names(line))), label(line)
        aliases = line.get("aliases", [])
        assert aliases == sorted(aliases, key=lambda name: (not name.startswith("CVE-"), name)), label(line)


def test_ecosystems_and_names() -> None:
    for line in LINES:
        base, release = re.fullmatch(r"([^:]+)(:.+)?", line["ecosystem"]).groups("")  # type: ignore[union-attr]
        assert re.fullmatch(RELEASE.get(base, ""), release), label(line)
        assert ECOSYSTEMS[TYPES[base]].normalise(line["package"]) == line["package"], label(line)


def test_ranges() -> None:
    """Readable in the ecosystem's scheme, each rising, in order and apart from each other."""
    for line in LINES:
        key = versions_key(scheme(line))
        assert bool(line["ranges"]) != ("versions" in line), label(line)
        ends: list[tuple[str, str | None]] = []
        for entry in line["ranges"]:
            assert entry.keys() <= {"introduced", "fixed", "last_affected"}, label(line)
            assert not {"fixed", "last_affected"} <= entry.keys(), label(line)
            end = entry.get("fixed") or entry.get("last_affected")
            if entry["introduced"] == "0":
                assert not ends, label(line)
            elif end:
                assert key(entry["introduced"]) < key(end) or "last_affected" in entry, label(line)
            ends.append((entry["introduced"], end))
        for (_, end), (start, _) in pairwise(ends):
            assert end, label(line)
            assert key(end) <= key(start), label(line)
        assert all(key(version) for version in line.get("versions", ())), label(line)


def test_severities() -> None:
    for line in LINES:
        if vector := line.get("severity"):
            assert vector.startswith(("CVSS:3.0/", "CVSS:3.1/", "CVSS:4.0/")), label(line)
            assert line["score"] == score(vector), label(line)
            assert line["rating"] == band(line["score"]).word, label(line)
        else:
            assert "score" not in line, label(line)
            assert line["rating"] in {"critical", "high"}, label(line)


def test_one_advisory_says_one_thing() -> None:
    first: dict[str, Line] = {}
    for line in LINES:
        other = first.setdefault(line["id"], line)
        for key in set(KEYS) - {"ecosystem", "package", "ranges", "versions"}:
            assert line.get(key) == other.get(key), label(line)


def test_summaries() -> None:
    owner: dict[str, Line] = {}
    for line in LINES:
        text = line["summary"]
        assert 40 <= len(text) <= 110, label(line)
        assert text.isprintable(), label(line)
        assert text == " ".join(text.split()), label(line)
        assert not text.endswith((".", "!", "…")), label(line)
        assert set(names(line)) & set(names(owner.setdefault(text, line))), label(line)


def test_dates() -> None:
    for line in LINES:
        assert re.fullmatch(r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ", line["modified"]), label(line)
        assert datetime.fromisoformat(line["modified"]).tzinfo is not None
        assert line["modified"] < "2026-11-24", label(line)
        if "kev" in line:
            assert date.fromisoformat(line["kev"]).isoformat() == line["kev"], label(line)
            assert "2021-11-03" <= line["kev"] <= "2026-11-23", label(line)
            assert cves(line), label(line)
        assert line.get("ransomware", True) is True, label(line)
        assert "kev" in line or "ransomware" not in line, label(line)


@pytest.mark.parametrize(
    ("ecosystem", "package", "version", "hits"),
    [
        ("PyPI", "django", "3.2.0", "CVE-2021-35042 CVE-2022-28346 CVE-2022-34265 CVE-2023-31047 CVE-2025-64459"),
        ("PyPI", "pyyaml", "5.3", "CVE-2020-1747 CVE-2020-14343"),
        ("PyPI", "jinja2", "2.10", "CVE-2019-10906"),
        ("PyPI", "requests", "2.19.1", "CVE-2018-18074"),
        ("PyPI", "urllib3", "1.24.1", "CVE-2019-11324 CVE-2021-33503 CVE-2023-43804"),
        ("PyPI", "pillow", "8.0.0", "CVE-2021-25289 CVE-2021-34552 CVE-2022-22817 CVE-2023-4863 CVE-2023-50447"),
        ("PyPI", "werkzeug", "0.15.2", "CVE-2019-14806 CVE-2023-25577 CVE-2024-34069"),
        ("PyPI", "werkzeug", "1.0.1", "CVE-2023-25577 CVE-2023-46136 CVE-2024-34069"),
        ("PyPI", "flask", "0.12", "CVE-2018-1000656 CVE-2019-1010083 CVE-2023-30861"),
        ("PyPI", "cryptography", "3.2", "CVE-2020-36242 CVE-2023-0286 CVE-2023-49083"),
        ("PyPI", "lxml", "4.6.3", "CVE-2021-43818"),
        ("PyPI", "certifi", "2022.5.18", "CVE-2022-23491 CVE-2023-37920 CVE-2024-39689"),
        ("PyPI", "setuptools", "65.0.0", "CVE-2022-40897 CVE-2024-6345 CVE-2025-47273"),
        ("PyPI", "idna", "2.8", "CVE-2024-3651"),
        ("PyPI", "numpy", "1.16.0", "CVE-2019-6446"),
        ("PyPI", "aiohttp", "3.8.0", "CVE-2023-47627 CVE-2024-23334 CVE-2024-30251"),
        ("PyPI", "paramiko", "2.4.0", "CVE-2018-7750 CVE-2018-1000805"),
        ("PyPI", "gunicorn", "19.4.5", "CVE-2018-1000164 CVE-2024-1135 CVE-2024-6827"),
        ("PyPI", "tornado", "6.0", "CVE-2024-52804 CVE-2025-47287"),
        ("PyPI", "sqlalchemy", "1.2.0", "CVE-2019-7164 CVE-2019-7548"),
        ("PyPI", "celery", "5.0", "CVE-2021-23727"),
        ("PyPI", "requests", "2.32.5", ""),
        ("Maven", "org.apache.logging.log4j:log4j-core", "2.14.1", "CVE-2021-44228 CVE-2021-45046 CVE-2021-45105"),
        ("Maven", "org.apache.logging.log4j:log4j-core", "2.17.1", ""),
        ("npm", "coa", "2.0.3", "GHSA-73qr-pfmq-6rp8"),
        ("npm", "coa", "2.0.2", ""),
        ("Go", "stdlib", "1.21.2", "CVE-2023-39325 CVE-2024-24790"),
        ("Debian:12", "glibc", "2.36-9+deb12u1", "CVE-2023-4911 CVE-2023-6246 CVE-2024-2961"),
        ("Debian:12", "glibc", "2.36-9+deb12u6", ""),
        ("Debian:13", "xz-utils", "5.6.1-1", "CVE-2024-3094"),
        ("Debian:13", "xz-utils", "5.4.5-0.3", ""),
        ("Alpine:v3.15", "zlib", "1.2.11-r3", "CVE-2018-25032 CVE-2022-37434"),
        ("AlmaLinux:9", "openssl-libs", "1:3.0.1-41.el9_0", "CVE-2022-3602 CVE-2023-0286 CVE-2025-15467"),
    ],
)
def test_known_versions(ecosystem: str, package: str, version: str, hits: str) -> None:
    found = set()
    for line in LINES:
        if (line["ecosystem"], line["package"]) == (ecosystem, package):
            ranges = tuple(Range(*bounds(entry)) for entry in line["ranges"])
            if affected(scheme(line), version, ranges, tuple(line.get("versions", ()))) is not None:
                found.update(names(line))
    assert set(hits.split()) <= found
    assert bool(found) == bool(hits)


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the shared copy of CISA's catalogue is absent")
def test_exploited_as_the_catalogue_says() -> None:
    catalogue = msgspec.json.decode(CATALOGUE.read_bytes())
    known = {entry["cveID"]: entry for entry in catalogue["vulnerabilities"]}
    for line in LINES:
        entries = [known[cve] for cve in cves(line) if cve in known]
        if not entries:
            assert ("kev" in line) == bool(LATER & set(cves(line))), label(line)
            assert line.get("kev", "9999") > catalogue["dateReleased"][:10], label(line)
            continue
        assert line.get("kev") == min(entry["dateAdded"] for entry in entries), label(line)
        ransomware = any(entry["knownRansomwareCampaignUse"] == "Known" for entry in entries)
        assert line.get("ransomware", False) is ransomware, label(line)


@functools.cache
def feed(ecosystem: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(FEEDS / ecosystem / "all.zip")


def records(line: Line) -> Iterator[dict[str, Any]]:
    """The feed's records that the line names, its own id first. Members of all.zip bear the ids as names."""
    archive = feed(line["ecosystem"].partition(":")[0])
    for name in names(line):
        try:
            record = msgspec.json.decode(archive.read(f"{name}.json"))
        except KeyError:
            continue
        if not record.get("withdrawn"):
            yield record


def claims(record: dict[str, Any], line: Line) -> tuple[list[Bounds], list[str]]:
    """The bounds that a feed's record names for the line's package, and the versions where it has no bounds."""
    normalise = ECOSYSTEMS[TYPES[line["ecosystem"].partition(":")[0]]].normalise
    ranges: list[Bounds] = []
    versions: list[str] = []
    for entry in record["affected"]:
        package = entry.get("package", {"ecosystem": "", "name": ""})
        if (package["ecosystem"], normalise(package["name"])) != (line["ecosystem"], line["package"]):
            continue
        before = len(ranges)
        for one in entry.get("ranges", ()):
            if one["type"] == "GIT":
                continue
            for event in one["events"]:
                if "introduced" in event:
                    ranges.append((event["introduced"], "", ""))
                elif "fixed" in event:
                    ranges[-1] = (ranges[-1][0], event["fixed"], "")
                elif "last_affected" in event:
                    ranges[-1] = (ranges[-1][0], "", event["last_affected"])
        if len(ranges) == before:
            versions += entry.get("versions", ())
    return sorted(ranges), sorted(versions)


@pytest.mark.skipif(not FEEDS.is_dir(), reason="the shared feeds are absent")
def test_ranges_as_the_feeds_say() -> None:
    compared = 0
    for line in LINES:
        said = [claim for record in records(line) if any(claim := claims(record, line))]
        if not said:
            continue
        compared += 1
        ours = sorted(map(bounds, line["ranges"])), sorted(line.get("versions", ()))
        if line["id"] in WIDER:
            assert set(said[0][0]) < set(ours[0]), label(line)
        else:
            assert ours == said[0], label(line)
    assert compared > 300


@pytest.mark.skipif(not FEEDS.is_dir(), reason="the shared feeds are absent")
def test_summaries_are_our_own_words() -> None:
    compared = 0
    for line in {line["id"]: line for line in LINES}.values():
        for record in records(line):
            compared += 1
            text = runs(record.get("summary") or "") | runs(record.get("details") or "")
            assert not runs(line["summary"]) & text, label(line)
    assert compared > 250
