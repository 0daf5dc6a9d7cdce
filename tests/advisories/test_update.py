"""Updates the whole way: a bucket behind HTTP or in a folder -> the database -> answers."""

import gzip
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pratique.advisories import needed, refresh
from pratique.advisories.build import UpdateSummary, update
from pratique.advisories.query import Database
from pratique.errors import AdvisoryError, UsageError
from pratique.records.advisory import Advisory, Affected, Epss, Exploited, Range, Rating, Severity
from tests.advisories.mirror import Mirror, encoded, pairs, record, zipped
from tests.net.site import Reply, Site

NOW, LATER = "2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"
ALL = ["PyPI", "Maven", "Debian", "Go"]


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "mirror")


@pytest.fixture
def site(mirror: Mirror) -> Iterator[Site]:
    with Site(mirror.folder) as running:
        yield running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "advisories 100%?#.db"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "PRATIQUE_OFFLINE"):
        monkeypatch.delenv(name, raising=False)


def how(summary: UpdateSummary) -> dict[str, str]:
    return {change.ecosystem: change.how for change in summary.changes}


def ids(path: Path, ecosystem: str, name: str) -> list[str]:
    with Database.open(path) as database:
        key = (ecosystem, name)
        return [one.advisory for one in database.affecting([key]).get(key, [])]


def test_first_update_and_every_question(site: Site, path: Path) -> None:
    progress: list[str] = []
    summary = update(path, site.url, ALL, now=NOW, progress=lambda what, *_: progress.append(what))
    assert how(summary) == dict.fromkeys(["Debian", "Go", "Maven", "PyPI", "KEV", "EPSS"], "whole")
    assert summary.notices == ()
    assert [change.passed_over for change in summary.changes] == [0, 1, 0, 0, 0, 0]
    assert "Debian: fetching" in progress
    with Database.open(path) as database:
        assert database.covers("Debian:11")
        assert not database.covers("Debian:12")
        assert not database.covers("Debian")
        keys = [("PyPI", "django"), ("PyPI", "Django"), ("PyPI", "none"), ("npm", "x"), ("Debian:11", "apache-log4j2")]
        found = database.affecting(keys)
        assert list(found) == [("PyPI", "django"), ("Debian:11", "apache-log4j2")]
        assert found["PyPI", "django"][1] == Affected(
            "PYSEC-2019-13", "PyPI", "django",
            (Range("1.11", "1.11.23"), Range("2.1", "2.1.11"), Range("2.2", "2.2.4")),
        )  # fmt: skip
        assert database.advisories(["GHSA-6r97-cj55-9hrq", "none"]) == {
            "GHSA-6r97-cj55-9hrq": Advisory(
                "GHSA-6r97-cj55-9hrq",
                ("CVE-2019-14234",),
                (),
                Severity(Rating.CRITICAL, "GHSA-6r97-cj55-9hrq", 9.8, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
                "SQL injection through keys of JSONField in Django",
                "2019-08-16T00:32:25Z",
                "2024-09-18T19:54:25.123456Z",
            )
        }
        assert database.exploited(["CVE-2021-44228", "CVE-1"]) == {
            "CVE-2021-44228": Exploited("CVE-2021-44228", "2021-12-10", "2021-12-24", ransomware=True)
        }
        assert database.epss(["CVE-2021-44228", "CVE-1"]) == {
            "CVE-2021-44228": Epss("CVE-2021-44228", 0.94358, 0.99957)
        }
        sources = {one.ecosystem: one for one in database.sources()}
        assert database.sources() == summary.sources
    assert (sources["PyPI"].count, sources["PyPI"].newest) == (3, "2024-09-18T19:54:25.123456Z")
    assert (sources["Debian"].fetched, sources["Debian"].source) == (NOW, site.url)
    assert (sources["KEV"].count, sources["KEV"].newest) == (1, "2025-08-25T17:04:19.9796Z")
    assert (sources["EPSS"].count, sources["EPSS"].newest) == (2, "2025-09-01T00:00:00+0000")


def test_severity_is_borrowed_and_says_from_whom(site: Site, path: Path) -> None:
    update(path, site.url, ALL, now=NOW)
    wanted = ["PYSEC-2019-13", "DEBIAN-CVE-2021-44228", "DSA-5020-1", "DEBIAN-CVE-2019-14234", "PYSEC-2018-28"]
    with Database.open(path) as database:
        found = database.advisories(wanted)
    severities = {own: one.severity for own, one in found.items()}
    assert severities.pop("PYSEC-2018-28") is None
    assert {own: (one.rating, one.source) for own, one in severities.items() if one} == {
        "PYSEC-2019-13": (Rating.CRITICAL, "GHSA-6r97-cj55-9hrq"),
        "DEBIAN-CVE-2021-44228": (Rating.CRITICAL, "GHSA-jfh8-c2jp-5v3q"),
        "DSA-5020-1": (Rating.CRITICAL, "GHSA-jfh8-c2jp-5v3q"),
        "DEBIAN-CVE-2019-14234": (Rating.CRITICAL, "GHSA-6r97-cj55-9hrq"),
    }


def test_nothing_new_fetches_only_listings(site: Site, path: Path) -> None:
    update(path, site.url, ALL, now=NOW)
    with Database.open(path) as database:
        before = database.fingerprint
    site.asked.clear()
    summary = update(path, site.url, ALL, now=LATER)
    assert set(how(summary).values()) == {"unchanged"}
    assert [change.held for change in summary.changes] == [3, 1, 1, 3, 1, 2]
    assert sorted(site.paths()) == [
        "/Debian/modified_id.csv",
        "/Go/modified_id.csv",
        "/Maven/modified_id.csv",
        "/PyPI/modified_id.csv",
        "/ecosystems.txt",
        "/epss/epss_scores-current.csv",
        "/epss/epss_scores-current.csv.gz",
        "/kev/known_exploited_vulnerabilities.json",
    ]
    assert all("if-none-match" in one.headers for one in site.asked if one.path.endswith("modified_id.csv"))
    with Database.open(path) as database:
        assert {one.fetched for one in database.sources()} == {LATER}
        assert database.fingerprint == before


def test_the_same_listing_without_etag(mirror: Mirror, path: Path) -> None:
    source = str(mirror.folder)
    update(path, source, ALL, now=NOW)
    assert set(how(update(path, source, ALL, now=LATER)).values()) == {"unchanged"}


def test_changes_are_fetched_one_by_one(site: Site, mirror: Mirror, path: Path) -> None:
    update(path, site.url, ALL, now=NOW)
    with Database.open(path) as database:
        before = database.fingerprint
    changed = mirror.of("PYSEC-2018-28")
    changed["modified"] = "2026-01-01T00:00:00Z"
    changed["affected"][0]["package"]["name"] = "requests2"
    mirror.records["PyPI"].append(record("PYSEC-2026-1", "2026-01-02T00:00:00Z", "PyPI", "new", pairs("0", "2")))
    mirror.records["PyPI"].remove(mirror.of("PYSEC-2019-13"))
    mirror.publish()
    site.asked.clear()
    summary = update(path, site.url, None, now=LATER)
    (change,) = [one for one in summary.changes if one.ecosystem == "PyPI"]
    assert (change.how, change.held, change.written, change.removed) == ("changes", 3, 2, 1)
    assert "/PyPI/all.zip" not in site.paths()
    assert ids(path, "PyPI", "requests") == []
    assert ids(path, "PyPI", "requests2") == ["PYSEC-2018-28"]
    assert ids(path, "PyPI", "new") == ["PYSEC-2026-1"]
    assert ids(path, "PyPI", "django") == ["GHSA-6r97-cj55-9hrq"]
    with Database.open(path) as database:
        assert database.fingerprint != before
        assert database.advisories(["PYSEC-2019-13"]) == {}


def test_changes_give_what_a_first_update_gives(site: Site, mirror: Mirror, path: Path, tmp_path: Path) -> None:
    update(path, site.url, ALL, now=NOW)
    mirror.of("GO-2022-0493")["withdrawn"] = "2026-02-01T00:00:00Z"
    mirror.of("GO-2022-0493")["modified"] = "2026-02-01T00:00:00Z"
    mirror.of("DSA-5020-1")["modified"] = "2026-02-02T00:00:00Z"
    mirror.of("DSA-5020-1")["affected"][0]["package"]["ecosystem"] = "Debian:12"
    mirror.publish()
    update(path, site.url, None, now=LATER)
    fresh = tmp_path / "fresh.db"
    update(fresh, site.url, ALL, now=LATER)
    assert dump(path) == dump(fresh)
    with Database.open(path) as database:
        assert not database.covers("Go")
        assert database.covers("Debian:12")


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows, with ecosystems and feeds by name."""
    queries = {
        "affected": "SELECT e.name, a.name, advisory, body FROM affected a JOIN ecosystem e ON number = ecosystem",
        "advisory": "SELECT id, ecosystem, body FROM advisory JOIN feed ON feed = number",
        "rated": "SELECT name, advisory, ecosystem, body FROM rated JOIN feed ON feed = number",
        "feed": "SELECT ecosystem, count, newest, fetched, source, etag, listed, state FROM feed",
        "ecosystem": "SELECT name FROM ecosystem",
        "meta": "SELECT * FROM meta",
    }
    connection = sqlite3.connect(path)
    try:
        return {name: sorted(connection.execute(sql)) for name, sql in queries.items()}
    finally:
        connection.close()


def test_many_changes_take_the_whole(site: Site, mirror: Mirror, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    update(path, site.url, ["PyPI"], now=NOW)
    monkeypatch.setattr(refresh, "SINGLES_MOST", 1)
    for one in mirror.records["PyPI"]:
        one["modified"] = "2026-03-01T00:00:00Z"
    mirror.publish()
    assert how(update(path, site.url, None, now=LATER))["PyPI"] == "whole"


def test_a_mirror_without_single_records(tmp_path: Path, path: Path) -> None:
    mirror = Mirror(tmp_path / "m", singles=False)
    with Site(mirror.folder) as site:
        update(path, site.url, ["PyPI"], now=NOW)
        mirror.of("PYSEC-2018-28")["modified"] = "2026-03-01T00:00:00Z"
        mirror.of("PYSEC-2018-28")["affected"][0]["package"]["name"] = "other"
        mirror.publish()
        summary = update(path, site.url, ["PyPI"], now=LATER)
    assert how(summary)["PyPI"] == "whole"
    assert summary.notices == ()
    assert ids(path, "PyPI", "other") == ["PYSEC-2018-28"]
    assert ids(path, "PyPI", "requests") == []


def test_what_the_archive_lacks_comes_by_itself(site: Site, mirror: Mirror, path: Path) -> None:
    kept = {f"{one['id']}.json": encoded(one) for one in mirror.records["PyPI"][:2]}
    old = mirror.of("GHSA-6r97-cj55-9hrq") | {"modified": "2020-01-01T00:00:00Z", "affected": []}
    kept["GHSA-6r97-cj55-9hrq.json"] = encoded(old)
    (mirror.folder / "PyPI/all.zip").write_bytes(zipped(kept))
    summary = update(path, site.url, ["PyPI"], now=NOW)
    assert summary.notices == ()
    assert ids(path, "PyPI", "requests") == ["PYSEC-2018-28"]
    assert ids(path, "PyPI", "django") == ["GHSA-6r97-cj55-9hrq", "PYSEC-2019-13"]


def test_what_cannot_be_had_is_a_notice_and_tried_again(site: Site, mirror: Mirror, path: Path) -> None:
    (mirror.folder / "PyPI/all.zip").write_bytes(
        zipped({f"{one['id']}.json": encoded(one) for one in mirror.records["PyPI"][:2]})
    )
    lacking = mirror.folder / "PyPI/PYSEC-2018-28.json"
    content = lacking.read_bytes()
    lacking.unlink()
    summary = update(path, site.url, ["PyPI"], now=NOW)
    assert summary.notices == ("PyPI: records missing from all.zip, or older there than listed: 1",)
    lacking.write_bytes(content)
    with (mirror.folder / "PyPI/modified_id.csv").open("a") as listing:
        listing.write("\n")
    assert update(path, site.url, ["PyPI"], now=LATER).notices == ()
    assert ids(path, "PyPI", "requests") == ["PYSEC-2018-28"]


def test_a_mirror_without_listings(mirror: Mirror, path: Path) -> None:
    (mirror.folder / "PyPI/modified_id.csv").unlink()
    for _ in range(2):
        summary = update(path, str(mirror.folder), ["PyPI"], now=NOW)
        assert how(summary)["PyPI"] == "whole"
        assert ids(path, "PyPI", "requests") == ["PYSEC-2018-28"]


def test_another_source_replaces_the_first(mirror: Mirror, site: Site, path: Path) -> None:
    update(path, str(mirror.folder), ["PyPI"], now=NOW)
    assert how(update(path, site.url, ["PyPI"], now=NOW))["PyPI"] == "whole"


def test_login_of_the_source_is_not_kept(site: Site, path: Path) -> None:
    update(path, site.url.replace("://", "://user:secret@"), ["PyPI"], now=NOW)
    assert site.asked[0].headers["authorization"].startswith("Basic ")
    assert b"secret" not in path.read_bytes()


def test_names_of_ecosystems(site: Site, path: Path) -> None:
    update(path, site.url, ["pypi", "Debian:12"], now=NOW)
    with Database.open(path) as database:
        assert [one.ecosystem for one in database.sources()] == ["Debian", "EPSS", "KEV", "PyPI"]
    with pytest.raises(UsageError, match="no ecosystem 'Debain'") as caught:
        update(path, site.url, ["Debain"], now=NOW)
    assert caught.value.advice == "did you mean Debian?"
    with pytest.raises(UsageError) as caught:
        update(path, site.url, ["xyzzy"], now=NOW)
    assert caught.value.advice == "it has PyPI, Maven, Debian, Go"


def test_needed_ecosystems_are_fetched(site: Site, path: Path) -> None:
    with pytest.raises(UsageError, match="no ecosystem to update"):
        update(path, site.url, None, now=NOW)
    assert not path.exists()
    needed.remember(path, ["Debian:11", "Wolfi"])
    summary = update(path, site.url, None, now=NOW)
    assert how(summary) == {"Debian": "whole", "KEV": "whole", "EPSS": "whole"}
    assert summary.notices == ("Wolfi: the source does not have it",)
    needed.remember(path, ["PyPI"])
    assert how(update(path, site.url, None, now=NOW)) == {
        "Debian": "unchanged", "PyPI": "whole", "KEV": "unchanged", "EPSS": "unchanged",
    }  # fmt: skip


def test_extras_beside_the_source(mirror: Mirror, tmp_path: Path, path: Path) -> None:
    inner = tmp_path / "outer" / "osv"
    inner.parent.mkdir()
    mirror.folder.rename(inner)
    (inner / "kev").rename(inner.parent / "kev")
    (inner / "epss").rename(inner.parent / "epss")
    (inner.parent / "epss/epss_scores-current.csv").rename(inner.parent / "epss/epss_scores-some.csv")
    assert update(path, str(inner), ["Go"], now=NOW).notices == ()
    with Site(inner.parent) as site:
        summary = update(path, f"{site.url}/osv/", ["Go"], now=NOW)
    assert summary.notices == (f"EPSS: {site.url}/osv has none",)
    with Database.open(path) as database:
        assert database.epss(["CVE-2021-44228"])
        assert database.exploited(["CVE-2021-44228"])


def test_extras_may_fail(site: Site, mirror: Mirror, path: Path) -> None:
    update(path, site.url, ["Go"], now=NOW)
    mirror.of("GO-2022-0493")["affected"][0]["package"]["name"] = "example.org/x"
    mirror.of("GO-2022-0493")["modified"] = "2026-03-01T00:00:00Z"
    mirror.publish()
    site.script["/kev/known_exploited_vulnerabilities.json"] = [Reply(200, b"<html>please log in</html>")]
    site.script["/epss/epss_scores-current.csv.gz"] = [Reply(403)]
    summary = update(path, site.url, None, now=LATER)
    assert [notice.partition(":")[0] for notice in summary.notices] == ["KEV", "EPSS"]
    assert ids(path, "Go", "example.org/x") == ["GO-2022-0493"]
    with Database.open(path) as database:
        assert database.exploited(["CVE-2021-44228"])
        assert database.epss(["CVE-2021-44228"])
        assert {one.ecosystem: one.fetched for one in database.sources()} == {"Go": LATER, "KEV": NOW, "EPSS": NOW}


def test_epss_in_gzip(mirror: Mirror, path: Path) -> None:
    plain = mirror.folder / "epss/epss_scores-current.csv"
    plain.with_name("epss_scores-current.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert update(path, str(mirror.folder), ["Go"], now=NOW).notices == ()


# --- hostile and broken sources


def test_bad_records_are_counted(site: Site, mirror: Mirror, path: Path) -> None:
    good = mirror.of("PYSEC-2018-28")
    members = {
        "PYSEC-2018-28.json": encoded(good),
        "PYSEC-1.json": b"{",
        "PYSEC-2.json": b'["no object"]',
        "PYSEC-3.json": encoded(good | {"id": "PYSEC-4"}),
        "../../etc/passwd.json": encoded(good | {"id": "../../etc/passwd"}),
        "PYSEC-5.json": encoded(good | {"id": "PYSEC-5", "affected": "all"}),
        "PYSEC-6.json": encoded(good | {"id": "PYSEC-6", "modified": 7}),
        "PYSEC-7.json": b"[" * 100_000,
        "readme.txt": b"no record",
    }
    (mirror.folder / "PyPI/all.zip").write_bytes(zipped(members))
    (mirror.folder / "PyPI/modified_id.csv").write_text("2021-06-10T06:51:37Z,PYSEC-2018-28\n")
    summary = update(path, site.url, ["PyPI"], now=NOW)
    change = summary.changes[0]
    assert (change.held, change.unreadable) == (1, 7)
    assert summary.notices == ("PyPI: records left out since they cannot be read: 7 (PYSEC-1, PYSEC-2, PYSEC-3)",)


def test_a_bad_change_leaves_the_old_record(site: Site, mirror: Mirror, path: Path) -> None:
    update(path, site.url, ["PyPI"], now=NOW)
    mirror.of("PYSEC-2018-28")["modified"] = "2026-03-01T00:00:00Z"
    mirror.publish()
    (mirror.folder / "PyPI/PYSEC-2018-28.json").write_bytes(b"{}")
    summary = update(path, site.url, ["PyPI"], now=LATER)
    assert (summary.changes[0].how, summary.changes[0].unreadable) == ("changes", 1)
    assert ids(path, "PyPI", "requests") == ["PYSEC-2018-28"]


def test_path_like_ids_in_the_listing_are_never_asked_for(site: Site, mirror: Mirror, path: Path) -> None:
    update(path, site.url, ["PyPI"], now=NOW)
    with (mirror.folder / "PyPI/modified_id.csv").open("a") as listing:
        listing.write("2026-01-01T00:00:00Z,../../secret\n2026-01-01T00:00:00Z,..\nnonsense\n2026,x\n")
    site.asked.clear()
    update(path, site.url, ["PyPI"], now=LATER)
    assert not any("secret" in one or ".." in one for one in site.paths())


@pytest.mark.parametrize("name", ["../mirror2", "/etc", "..", "a\\b"])
def test_path_like_ecosystems_are_refused(mirror: Mirror, path: Path, name: str) -> None:
    (mirror.folder / "ecosystems.txt").write_text(f"{name}\n")
    with pytest.raises(AdvisoryError, match="no name of an object"):
        update(path, str(mirror.folder), [name], now=NOW)


def test_unicode(site: Site, mirror: Mirror, path: Path) -> None:
    one = record("PYSEC-2026-9", "2026-01-02T00:00:00Z", "PyPI", "naïve-日本", pairs("0", "2"))
    one["summary"] = "Ünïcödé\x1b[31m red \u202e turned\nsecond line 🚢"
    mirror.records["PyPI"] = [one]
    mirror.publish()
    update(path, site.url, ["PyPI"], now=NOW)
    assert ids(path, "PyPI", "naïve-日本") == ["PYSEC-2026-9"]
    with Database.open(path) as database:
        assert database.advisories(["PYSEC-2026-9"])["PYSEC-2026-9"].summary == (
            "Ünïcödé [31m red turned second line 🚢"
        )


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>please log in</html>"),
        Reply(200, b""),
        Reply(200, zipped({"PYSEC-1.json": b"{}"})[:-30]),
        Reply(403),
        Reply(404),
        Reply(200, zipped({"PYSEC-1.json": b" " * (15 << 20), "PYSEC-2.json": b" " * (15 << 20)})),
    ],
    ids=["html", "empty", "cut", "forbidden", "absent", "bomb"],
)
def test_a_bad_archive_keeps_the_old_database(site: Site, mirror: Mirror, path: Path, reply: Reply) -> None:
    update(path, site.url, ["Debian"], now=NOW)
    before = path.read_bytes()
    site.script["/PyPI/all.zip"] = [reply]
    with pytest.raises(AdvisoryError):
        update(path, site.url, ["Debian", "PyPI"], now=LATER)
    assert path.read_bytes() == before
    assert leftovers(path) == []


def leftovers(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir() if one.name not in {path.name, f"{path.name}.lock"})


def test_no_bucket(site: Site, mirror: Mirror, path: Path) -> None:
    (mirror.folder / "ecosystems.txt").unlink()
    with pytest.raises(AdvisoryError, match=r"has no ecosystems\.txt"):
        update(path, site.url, ["PyPI"], now=NOW)
    with pytest.raises(UsageError, match="neither an http address nor a folder"):
        update(path, str(mirror.folder / "nowhere"), ["PyPI"], now=NOW)
    with pytest.raises(UsageError, match="neither an http address nor a folder"):
        update(path, "x" * 5000, ["PyPI"], now=NOW)


def test_a_login_page_in_place_of_the_bucket(site: Site, path: Path) -> None:
    update(path, site.url, ["PyPI"], now=NOW)
    before = path.read_bytes()
    with Site() as portal:
        page = [Reply(200, b"<html>please log in</html>")]
        portal.script = dict.fromkeys(("/ecosystems.txt", "/PyPI/modified_id.csv", "/PyPI/all.zip"), page)
        with pytest.raises(AdvisoryError, match="none of the ecosystems"):
            update(path, portal.url, None, now=LATER)
    assert path.read_bytes() == before


def test_a_broken_record_does_not_push_out_an_older_one(mirror: Mirror, path: Path) -> None:
    listing = mirror.folder / "PyPI/modified_id.csv"
    listing.write_text(listing.read_text().replace("2021-06-10T06:51:37Z", "2026-06-10T06:51:37Z"))
    (mirror.folder / "PyPI/PYSEC-2018-28.json").write_bytes(b"{}")
    summary = update(path, str(mirror.folder), ["PyPI"], now=NOW)
    assert summary.changes[0].unreadable == 1
    assert ids(path, "PyPI", "requests") == ["PYSEC-2018-28"]


def test_a_pipe_in_a_folder_is_not_waited_for(mirror: Mirror, path: Path) -> None:
    (mirror.folder / "PyPI/all.zip").unlink()
    os.mkfifo(mirror.folder / "PyPI/all.zip")
    with pytest.raises(AdvisoryError, match=r"has no all\.zip for PyPI"):
        update(path, str(mirror.folder), ["PyPI"], now=NOW)


def test_offline(site: Site, mirror: Mirror, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AdvisoryError, match="offline"):
        update(path, site.url, ["PyPI"], now=NOW, offline=True)
    monkeypatch.setenv("PRATIQUE_OFFLINE", "1")
    with pytest.raises(AdvisoryError, match="offline"):
        update(path, site.url, ["PyPI"], now=NOW)
    assert update(path, str(mirror.folder), ["PyPI"], now=NOW).notices == ()
    assert site.asked == []


# --- one state or the other


def test_a_damaged_database_is_built_anew(site: Site, path: Path) -> None:
    update(path, site.url, ALL, now=NOW)
    content = bytearray(path.read_bytes())
    for offset in range(8192, len(content), 512):
        content[offset : offset + 64] = b"\xff" * 64
    path.write_bytes(content)
    with pytest.raises(AdvisoryError, match="damaged") as caught, Database.open(path) as database:
        database.affecting([("PyPI", "django")])
    assert "pratique db update" in caught.value.advice
    needed.remember(path, ["PyPI"])
    update(path, site.url, None, now=LATER)
    assert ids(path, "PyPI", "requests") == ["PYSEC-2018-28"]


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(100)])
def test_what_is_no_database(site: Site, path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(AdvisoryError):
        Database.open(path)
    update(path, site.url, ["PyPI"], now=NOW)
    assert ids(path, "PyPI", "requests") == ["PYSEC-2018-28"]


def test_another_version_of_the_schema(site: Site, path: Path) -> None:
    update(path, site.url, ["PyPI"], now=NOW)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(AdvisoryError, match="of this version"):
        Database.open(path)
    assert how(update(path, site.url, ["PyPI"], now=NOW))["PyPI"] == "whole"
    assert ids(path, "PyPI", "requests") == ["PYSEC-2018-28"]


def test_no_database(path: Path) -> None:
    with pytest.raises(AdvisoryError, match="no advisory database") as caught:
        Database.open(path)
    assert "pratique db update" in caught.value.advice


def test_two_updates_at_once(site: Site, mirror: Mirror, path: Path) -> None:
    update(path, site.url, ["Go"], now=NOW)
    event = threading.Event()
    site.script["/PyPI/all.zip"] = [Reply(200, (mirror.folder / "PyPI/all.zip").read_bytes(), wait=event)]
    thread = threading.Thread(target=update, args=(path, site.url, ["PyPI"]), kwargs={"now": NOW})
    thread.start()
    try:
        wait_for(lambda: "/PyPI/all.zip" in site.paths())
        with pytest.raises(AdvisoryError, match="another update"):
            update(path, site.url, ["Debian"], now=NOW)
        assert ids(path, "Go", "golang.org/x/sys") == ["GO-2022-0493"]
    finally:
        event.set()
        thread.join()
    update(path, site.url, ["Debian"], now=NOW)
    with Database.open(path) as database:
        assert [one.ecosystem for one in database.sources()] == ["Debian", "EPSS", "Go", "KEV", "PyPI"]


def wait_for(condition: object) -> None:
    deadline = time.monotonic() + 20
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_reader_keeps_its_state_while_an_update_goes_on(site: Site, mirror: Mirror, path: Path) -> None:
    update(path, site.url, ["PyPI"], now=NOW)
    with Database.open(path) as database:
        mirror.records["PyPI"].clear()
        mirror.publish()
        update(path, site.url, ["PyPI"], now=LATER)
        assert database.affecting([("PyPI", "requests")])
    assert ids(path, "PyPI", "requests") == []


KILLED = """
import os, signal, sys
from pathlib import Path
from pratique.advisories.build import update
from pratique.advisories import database

step, at = 0, int(sys.argv[3])
def count(*_):
    global step
    step += 1
    if step == at:
        os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(lambda frame, event, _: count() if frame.f_globals.get("__name__", "").startswith("pratique") else None)
update(Path(sys.argv[1]), sys.argv[2], ["PyPI", "Debian", "Go"], now="2026-11-25T00:00:00Z")
print(step)
"""


def test_a_killed_update_leaves_the_old_database(mirror: Mirror, path: Path) -> None:
    """Killed at twelve moments spread over all function calls of an update."""
    source = str(mirror.folder)
    update(path, source, ["PyPI"], now=NOW)
    old = path.read_bytes()
    spare = path.with_name("spare.db")
    spare.write_bytes(old)
    whole = run_and_kill(spare, source, 0)
    steps = int(whole.stdout)
    assert steps > 500
    spare.unlink()
    seen = set()
    for at in range(steps // 13, steps * 12 // 13, steps // 13):
        done = run_and_kill(path, source, at)
        assert done.returncode == -signal.SIGKILL
        seen |= set(leftovers(path))
        if path.read_bytes() != old:
            with Database.open(path) as database:
                assert len(database.sources()) == 5
            path.write_bytes(old)
    assert f"{path.name}.new" in seen
    update(path, source, ["PyPI"], now=LATER)
    assert [one for one in leftovers(path) if not one.startswith("spare")] == []


def run_and_kill(path: Path, source: str, at: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", KILLED, path, source, str(at)],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def test_a_folder_that_cannot_be_written(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(AdvisoryError):
        update(tmp_path / "file" / "a.db", str(mirror.folder), ["PyPI"], now=NOW)
