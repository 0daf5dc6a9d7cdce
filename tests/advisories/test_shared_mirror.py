"""Thirty thousand real advisories, over HTTP. Skipped where the mirror is not at hand."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from pratique.advisories import intervals, severity
from pratique.advisories.build import UpdateSummary, update
from pratique.advisories.query import Database
from pratique.records.advisory import Affected, Rating
from tests.net.site import Site

FEEDS = Path(__file__).parents[2].parent / "shared" / "feeds"
BUCKET = FEEDS / "osv"

pytestmark = pytest.mark.skipif(not BUCKET.is_dir(), reason="the shared mirror of advisories is not here")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, UpdateSummary]:
    path = tmp_path_factory.mktemp("shared") / "advisories.db"
    names = (BUCKET / "ecosystems.txt").read_text().splitlines()
    with Site(FEEDS) as site:
        summary = update(path, f"{site.url}/osv", names, now="2026-11-23T00:00:00Z")
        return path, summary


@pytest.fixture(scope="module")
def database(built: tuple[Path, UpdateSummary]) -> Iterator[Database]:
    with Database.open(built[0]) as opened:
        yield opened


def records(ecosystem: str) -> Iterator[bytes]:
    with zipfile.ZipFile(BUCKET / ecosystem / "all.zip") as archive:
        for name in archive.namelist():
            yield archive.read(name)


def test_everything_is_read(built: tuple[Path, UpdateSummary]) -> None:
    path, summary = built
    assert {change.ecosystem: change.unreadable for change in summary.changes if change.unreadable} == {}
    assert [notice.partition(":")[0] for notice in summary.notices] == ["EPSS"]
    for change in summary.changes[:-1]:
        listing = BUCKET / change.ecosystem / "modified_id.csv"
        assert change.held + change.passed_over == len(listing.read_text().splitlines())
    assert sum(change.held for change in summary.changes) > 30_000
    assert path.stat().st_size < 25 << 20


def test_every_listed_version_is_still_affected(database: Database) -> None:
    """An enumerated version is dropped only where a range has it."""
    seen = 0
    for ecosystem in ("PyPI", "npm", "Maven", "RubyGems", "Go"):
        key = intervals.sort_key(ecosystem)
        for data in records(ecosystem):
            plain = msgspec.json.decode(data)
            if "withdrawn" in plain:
                continue
            for one in plain["affected"]:
                if one["package"]["ecosystem"] == ecosystem and one.get("versions"):
                    row = held(database, ecosystem, one["package"]["name"], plain["id"])
                    rest = intervals.left_out(one["versions"], row.ranges, key) if row.ranges else one["versions"]
                    assert set(rest) <= set(row.versions)
                    seen += len(one["versions"])
    assert seen > 100_000


def held(database: Database, ecosystem: str, name: str, own: str) -> Affected:
    if ecosystem == "PyPI":
        name = name.lower().replace("_", "-").replace(".", "-")
    return next(one for one in database.affecting([(ecosystem, name)])[ecosystem, name] if one.advisory == own)


def test_scores_agree_with_the_words_of_github() -> None:
    differ = total = 0
    for ecosystem in ("npm", "Maven"):
        for data in records(ecosystem):
            plain = msgspec.json.decode(data)
            vectors = [one["score"] for one in plain.get("severity", ())]
            found = severity.from_vectors(vectors, plain["id"])
            if found is not None and plain.get("database_specific", {}).get("severity"):
                total += 1
                differ += severity.word(plain["database_specific"]["severity"]) != found.rating
    assert total > 400
    assert differ < total // 50


def test_known_vulnerabilities(database: Database) -> None:
    core = ("Maven", "org.apache.logging.log4j:log4j-core")
    own = next(one for one in database.affecting([core])[core] if one.advisory == "GHSA-jfh8-c2jp-5v3q")
    assert ("2.13.0", "2.15.0") in [(one.introduced, one.fixed) for one in own.ranges]
    debian = ("Debian:11", "apache-log4j2")
    found = {one.advisory for one in database.affecting([debian])[debian]}
    assert {"DEBIAN-CVE-2021-44228", "DSA-5020-1"} <= found
    advisory = database.advisories(["DEBIAN-CVE-2021-44228"])["DEBIAN-CVE-2021-44228"]
    assert advisory.severity is not None
    assert advisory.severity.rating is Rating.CRITICAL
    assert database.exploited(["CVE-2021-44228"])["CVE-2021-44228"].added == "2021-12-10"


def test_a_thousand_questions_at_once(database: Database) -> None:
    names = ("linux", "openssl", "curl", "bash", "glibc", "systemd")
    keys = [("Debian:11", name) for name in names]
    keys += [("Debian:11", f"no-such-package-{number}") for number in range(994)]
    assert {name for _, name in database.affecting(keys)} <= set(names)
    assert len(database.affecting(keys)) >= 4
