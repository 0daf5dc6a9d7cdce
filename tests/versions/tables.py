"""Tables of comparisons, `A < B` a line, answered by the native tools."""

from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent / "testdata"
SHARED = Path(__file__).parents[2].parent / "shared" / "versions"

SIGNS = {"<": -1, "=": 0, ">": 1}


def comparisons(table: Path) -> Iterator[tuple[str, int, str]]:
    """Left version, -1, 0 or 1, right version."""
    for line in table.read_text(encoding="utf-8").splitlines():
        left, sign, right = line.split(" ")
        yield left, SIGNS[sign], right


def versions(scheme: str) -> list[str]:
    """All versions of the scheme's own table, sorted by text."""
    return sorted({text for left, _, right in comparisons(HERE / f"{scheme}.txt") for text in (left, right)})
