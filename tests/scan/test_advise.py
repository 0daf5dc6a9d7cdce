"""Which advisories judge: the database if there is one, fetched if need be, else the baseline, and loudly."""

from pathlib import Path

import pytest

from pratique.advisories.build import update
from pratique.advisories.needed import read
from pratique.errors import AdvisoryError
from pratique.scan.advise import choose_advisories
from pratique.scan.settings import Outlet, Settings
from tests.advisories.mirror import Mirror

NOW = "2026-10-01T00:00:00Z"


class Heard:
    """The outlet of a scan that remembers what it was told."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.outlet = Outlet(clock=lambda: 0.0, now=NOW, progress=lambda _: None, notice=self.notices.append)


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "mirror")


def chosen(settings: Settings, *feeds: str) -> tuple[set[str], list[str]]:
    """The sources that judge, and the notices."""
    heard = Heard()
    with choose_advisories(feeds, settings, heard.outlet) as advisories:
        return {source.ecosystem for source in advisories.sources()}, heard.notices


def test_what_is_missing_is_fetched(tmp_path: Path, mirror: Mirror) -> None:
    settings = Settings(database=tmp_path / "db.sqlite", source=str(mirror.folder))
    assert chosen(settings, "PyPI") == ({"PyPI", "KEV", "EPSS"}, [])
    assert chosen(settings, "PyPI", "Go") == ({"PyPI", "Go", "KEV", "EPSS"}, [])
    assert read(settings.database) == ("Go", "PyPI")


def test_what_is_held_is_not_fetched_again(tmp_path: Path, mirror: Mirror) -> None:
    settings = Settings(database=tmp_path / "db.sqlite", source=str(mirror.folder))
    chosen(settings, "PyPI")
    before = Path(settings.database).stat().st_mtime_ns
    assert chosen(settings, "PyPI") == ({"PyPI", "KEV", "EPSS"}, [])
    assert Path(settings.database).stat().st_mtime_ns == before


def test_a_mirror_without_one_feed_gives_the_others(tmp_path: Path, mirror: Mirror) -> None:
    held, notices = chosen(Settings(database=tmp_path / "db.sqlite", source=str(mirror.folder)), "PyPI", "Wolfi", "Go")
    assert held == {"PyPI", "Go", "KEV", "EPSS"}
    assert notices == ["advisories for Wolfi could not be fetched: the source has no ecosystem 'Wolfi'"]


def test_offline_takes_nothing_from_the_network(tmp_path: Path) -> None:
    settings = Settings(database=tmp_path / "db.sqlite", source="http://127.0.0.1:9", offline=True)
    held, notices = chosen(settings, "PyPI")
    assert held == {"baseline"}
    assert notices[0].startswith("THERE IS NO ADVISORY DATABASE")
    assert len(notices) == 2


def test_offline_takes_what_a_folder_has(tmp_path: Path, mirror: Mirror) -> None:
    settings = Settings(database=tmp_path / "db.sqlite", source=str(mirror.folder), offline=True)
    assert chosen(settings, "PyPI") == ({"PyPI", "KEV", "EPSS"}, [])


def test_offline_with_a_database_that_lacks_a_feed(tmp_path: Path, mirror: Mirror) -> None:
    update(tmp_path / "db.sqlite", str(mirror.folder), ["PyPI"], now=NOW)
    assert chosen(Settings(database=tmp_path / "db.sqlite", offline=True), "Go") == ({"PyPI", "KEV", "EPSS"}, [])


def test_a_source_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    settings = Settings(database=tmp_path / "db.sqlite", source=str(tmp_path / "nowhere"))
    held, notices = chosen(settings, "PyPI")
    assert held == {"baseline"}
    assert notices[0].startswith("advisories for PyPI could not be fetched: ")
    assert notices[1].startswith("THERE IS NO ADVISORY DATABASE")


def test_the_baseline_on_request_is_no_cause_for_noise(tmp_path: Path) -> None:
    assert chosen(Settings(database=tmp_path / "db.sqlite", advisories="baseline"), "PyPI") == ({"baseline"}, [])
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite").write_bytes(b"SQLite format 3\0" + b"?" * 5000)
    with pytest.raises(AdvisoryError):
        chosen(Settings(database=tmp_path / "db.sqlite", offline=True), "PyPI")


def test_the_database_is_closed_afterwards(tmp_path: Path, mirror: Mirror) -> None:
    update(tmp_path / "db.sqlite", str(mirror.folder), ["PyPI"], now=NOW)
    heard = Heard()
    with choose_advisories(["PyPI"], Settings(database=tmp_path / "db.sqlite"), heard.outlet) as advisories:
        assert advisories.advisories(["PYSEC-2018-28"])
    with pytest.raises(AdvisoryError):
        advisories.advisories(["PYSEC-2018-28"])


def test_notices_of_an_update_are_passed_on(tmp_path: Path, mirror: Mirror) -> None:
    (mirror.folder / "epss" / "epss_scores-current.csv").write_text("nonsense")
    _, notices = chosen(Settings(database=tmp_path / "db.sqlite", source=str(mirror.folder)), "PyPI")
    assert len(notices) == 1
    assert notices[0].startswith("EPSS: ")
