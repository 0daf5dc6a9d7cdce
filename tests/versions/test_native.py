"""Every comparison that a native tool answered comes out the same, in both directions."""

from pathlib import Path

import pytest

from pratique.versions import SCHEMES, compare
from tests.versions.tables import HERE, SHARED, comparisons


def _wrong(scheme: str, table: Path) -> list[str]:
    return [
        f"{left} ? {right}: {compare(scheme, left, right)}, and {compare(scheme, right, left)} reversed"
        for left, sign, right in comparisons(table)
        if compare(scheme, left, right) != sign or compare(scheme, right, left) != -sign
    ]


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_agrees_with_the_native_tool(scheme: str) -> None:
    table = HERE / f"{scheme}.txt"
    assert sum(1 for _ in comparisons(table)) >= 300
    assert _wrong(scheme, table) == []


@pytest.mark.parametrize("scheme", ["apk", "cargo", "composer", "dpkg", "gem", "npm", "pep440", "rpm"])
def test_agrees_with_the_native_tool_on_the_shared_comparisons(scheme: str) -> None:
    table = SHARED / f"{scheme}.txt"
    if not table.is_file():
        pytest.skip(f"no shared comparisons for {scheme}: shared/versions/{scheme}.txt is not here")
    assert _wrong(scheme, table) == []


def test_every_scheme_has_a_table_and_every_table_a_scheme() -> None:
    assert {table.stem for table in HERE.glob("*.txt")} == set(SCHEMES)
