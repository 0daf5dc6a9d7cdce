"""The table of ends of life: its dates are dates, in their order, and releases are found by what release files say."""

from datetime import date
from itertools import groupby

import pytest

from pratique.lifecycle import END_OF_LIFE, LOOKED_UP, SOURCES, end_of_life
from pratique.records.package import Distro


@pytest.mark.parametrize(("key", "dates"), END_OF_LIFE.items(), ids=" ".join)
def test_dates_are_dates_in_order(key: tuple[str, str], dates: tuple[str, str]) -> None:
    end, extended = dates
    assert date(2010, 1, 1) < date.fromisoformat(end) < date(2040, 1, 1)
    assert not extended or date.fromisoformat(extended) > date.fromisoformat(end)
    assert key[0] in SOURCES


@pytest.mark.parametrize("identity", SOURCES)
def test_later_releases_end_later(identity: str) -> None:
    releases = [(release, dates) for (of, release), dates in END_OF_LIFE.items() if of == identity]
    assert releases

    def major(row: tuple[str, tuple[str, str]]) -> str:
        return row[0].partition(".")[0] if identity in ("opensuse-leap", "sles") else ""

    if identity == "ubuntu":  # LTS releases outlive those between
        long = [row for row in releases if row[1][1]]
        lines = [long, [row for row in releases if row not in long]]
    elif identity == "centos":  # 8 was given up
        lines = [releases[:-1]]
    else:
        lines = [list(rows) for _, rows in groupby(releases, major)]
    for line in lines:
        assert [dates for _, dates in line] == sorted(dates for _, dates in line)
        numbers = [[int(part) for part in release.split(".")] for release, _ in line]
        assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("distro", "release", "end", "extended"),
    [
        (Distro("alpine", "3.20.3", "Alpine Linux v3.20"), "3.20", "2026-04-01", ""),
        (Distro("debian", "12"), "12", "2026-07-11", "2028-06-30"),
        (Distro("debian", "12.5"), "12", "2026-07-11", "2028-06-30"),
        (Distro("ubuntu", "22.04", "Ubuntu 22.04.4 LTS"), "22.04", "2027-06-01", "2032-04-21"),
        (Distro("ubuntu", "23.10"), "23.10", "2024-07-11", ""),
        (Distro("rhel", "8.10"), "8", "2029-05-31", "2032-05-31"),
        (Distro("centos", "7.9.2009", "CentOS Linux 7 (Core)"), "7", "2024-06-30", ""),
        (Distro("centos", "8", "CentOS Stream 8"), "8", "2024-05-31", ""),
        (Distro("amzn", "2018.03", "Amazon Linux AMI 2018.03"), "1", "2020-12-31", "2023-12-31"),
        (Distro("amzn", "2023", "Amazon Linux 2023"), "2023", "2027-06-30", "2029-06-30"),
        (Distro("sles", "15.5"), "15.5", "2024-12-31", "2027-12-31"),
        (Distro("sles", "15"), "15", "2019-12-31", "2022-12-31"),
        (Distro("opensuse", "42.3"), "42.3", "2019-07-01", ""),
        (Distro("mariner", "2.0.20240123"), "2.0", "2025-07-31", ""),
    ],
    ids=lambda value: value.id if isinstance(value, Distro) else "",
)
def test_releases_are_found_by_their_release_files(distro: Distro, release: str, end: str, extended: str) -> None:
    life = end_of_life(distro)
    assert life is not None
    assert (life.release, life.end, life.extended, bool(life.extension)) == (release, end, extended, bool(extended))
    assert life.source in {page for page, _ in SOURCES.values()}
    assert life.looked_up == LOOKED_UP


@pytest.mark.parametrize(
    "distro",
    [
        Distro("wolfi", "20230201"),
        Distro("alpine", "3.21.0_alpha20240807", "Alpine Linux edge"),
        Distro("alpine", "3.99"),
        Distro("debian", ""),
        Distro("sles", "15.99"),
        Distro("ubuntu", "22"),
        Distro("", ""),
    ],
)
def test_what_is_not_known_is_not_guessed(distro: Distro) -> None:
    assert end_of_life(distro) is None


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        ("2024-08-14", "supported"),
        ("2024-08-15", "extended"),
        ("2026-08-31", "extended"),
        ("2026-09-01", "ended"),
    ],
)
def test_phases(day: str, phase: str) -> None:
    life = end_of_life(Distro("debian", "11"))
    assert life is not None
    assert life.phase(day) == phase
    assert life.extension == "Debian LTS"


def test_without_an_extension_nothing_comes_after_the_end() -> None:
    life = end_of_life(Distro("alpine", "3.18"))
    assert life is not None
    assert life.phase("2025-05-10") == "ended"
