"""A database made of real advisories, once for all tests."""

from pathlib import Path

import pytest

from pratique.advisories.build import update

SHARED = Path(__file__).parents[2].parent / "shared"


@pytest.fixture(scope="session")
def real_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (SHARED / "feeds" / "osv").is_dir():
        pytest.skip("no real advisories beside the checkout")
    path = tmp_path_factory.mktemp("real") / "advisories.sqlite"
    feeds = ["AlmaLinux", "Alpine", "Debian", "Go", "PyPI", "npm"]
    update(path, str(SHARED / "feeds" / "osv"), feeds, now="2026-10-01T00:00:00Z", offline=True)
    return path
