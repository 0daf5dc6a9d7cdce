"""Advisories for all tests of the command line."""

from pathlib import Path

import pytest

from pratique.advisories.build import update
from tests.advisories.mirror import Mirror


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Mirror(tmp_path_factory.mktemp("source") / "mirror").folder


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory, mirror: Path) -> Path:
    path = tmp_path_factory.mktemp("held") / "advisories.sqlite"
    update(path, str(mirror), ["PyPI", "Debian", "Maven"], now="2026-10-01T00:00:00Z", offline=True)
    return path
