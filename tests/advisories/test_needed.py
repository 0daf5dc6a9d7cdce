"""What scanned images asked for."""

from pathlib import Path

import pytest

from pratique.advisories import needed


def test_remembered_without_release(tmp_path: Path) -> None:
    database = tmp_path / "new" / "advisories.db"
    assert needed.read(database) == ()
    needed.remember(database, ["Debian:12", "PyPI"])
    needed.remember(database, ["Debian:11", "Packagist:https://packages.example.org/8", ""])
    assert needed.read(database) == ("Debian", "Packagist", "PyPI")
    assert [one.name for one in database.parent.iterdir()] == ["needed.json"]


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    database = tmp_path / "advisories.db"
    needed.remember(database, ["PyPI"])
    before = Path(needed.needed_path(database)).stat().st_mtime_ns
    needed.remember(database, ["PyPI"])
    assert Path(needed.needed_path(database)).stat().st_mtime_ns == before


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1}', b"[1]", b"[" * 70_000, b"\xff", b'["\\u0007"]'])
def test_damaged_reminder_names_none(tmp_path: Path, content: bytes) -> None:
    database = tmp_path / "advisories.db"
    Path(needed.needed_path(database)).write_bytes(content)
    assert needed.read(database) == ()
    needed.remember(database, ["Go"])
    assert needed.read(database) == ("Go",)


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    needed.remember(tmp_path / "file" / "advisories.db", ["Go"])
    assert needed.read(tmp_path / "file" / "advisories.db") == ()
