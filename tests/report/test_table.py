"""The tables as people see them, and that nothing in an image can spoil them.

The expected texts lie in `golden`; PRATIQUE_UPDATE_GOLDEN=1 writes them anew: look at the difference.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from pratique.records.advisory import Rating
from pratique.records.inventory import PlacedUnknown
from pratique.records.report import Report
from pratique.report.native import render_json, sbom_json
from pratique.report.sbom_table import render_sbom_table
from pratique.report.table import render_table
from tests.report import sample

GOLDEN = Path(__file__).parent / "golden"
SGR = re.compile(r"\x1b\[[0-9;]*m")


def sbom(report: Report, **options: int) -> str:
    return render_sbom_table(report.manifest, report.inventory, **options)  # type: ignore[arg-type]


def sbom_of(report: Report) -> str:
    return sbom_json(report.manifest, report.inventory, report.provenance).decode("utf-8")


CASES: dict[str, Callable[[], str]] = {
    "deny-80.txt": lambda: render_table(sample.deny(), width=80),
    "deny-120.txt": lambda: render_table(sample.deny(), width=120),
    "deny-80-all-ascii.txt": lambda: render_table(sample.deny(), width=80, ascii=True, all=True),
    "deny-120-colour.txt": lambda: render_table(sample.deny(), width=120, colour=True),
    "deny-40.txt": lambda: render_table(sample.deny(), width=40),
    "admit-80.txt": lambda: render_table(sample.admit(), width=80),
    "admit-120.txt": lambda: render_table(sample.admit(), width=120),
    "unknown-80.txt": lambda: render_table(sample.unknown(), width=80),
    "unknown-120.txt": lambda: render_table(sample.unknown(), width=120),
    "hostile-80.txt": lambda: render_table(sample.hostile(), width=80),
    "hostile-120-ascii.txt": lambda: render_table(sample.hostile(), width=120, ascii=True, all=True),
    "sbom-deny-80.txt": lambda: sbom(sample.deny(), width=80),
    "sbom-deny-120.txt": lambda: sbom(sample.deny(), width=120, all=True),
    "sbom-unknown-80.txt": lambda: sbom(sample.unknown(), width=80),
    "deny.json": lambda: render_json(sample.deny()).decode("utf-8"),
    "admit.json": lambda: render_json(sample.admit()).decode("utf-8"),
    "unknown.json": lambda: render_json(sample.unknown()).decode("utf-8"),
    "sbom-deny.json": lambda: sbom_of(sample.deny()),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_looks_as_it_should(name: str) -> None:
    text = CASES[name]()
    file = GOLDEN / name
    if os.environ.get("PRATIQUE_UPDATE_GOLDEN") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode("utf-8"))
    assert text == file.read_bytes().decode("utf-8")


def test_every_golden_file_has_a_case() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == set(CASES)


def check(text: str, width: int) -> None:
    assert text.endswith("\n")
    for line in text.splitlines():
        assert cell_len(line) <= width
        assert line.isprintable()
    assert text.count("\n") == len(text.splitlines())


@pytest.mark.parametrize("name", sorted(sample.REPORTS))
@pytest.mark.parametrize("width", [1, 2, 7, 20, 39, 40, 64, 79, 80, 109, 110, 111, 120, 200])
@pytest.mark.parametrize("everything", [False, True])
def test_no_line_is_wider_than_the_page(name: str, width: int, everything: bool) -> None:
    report = sample.REPORTS[name]()
    check(render_table(report, width=width, all=everything), width)
    check(sbom(report, width=width, all=everything), width)


@pytest.mark.parametrize("name", sorted(sample.REPORTS))
def test_colour_changes_nothing_but_colours(name: str) -> None:
    report = sample.REPORTS[name]()
    coloured = render_table(report, width=100, colour=True)
    assert SGR.search(coloured)
    assert SGR.sub("", coloured) == render_table(report, width=100)


@pytest.mark.parametrize("name", sorted(sample.REPORTS))
def test_ascii_is_ascii(name: str) -> None:
    report = sample.REPORTS[name]()
    assert render_table(report, ascii=True).isascii()
    assert sbom(report, ascii=True).isascii()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(max_size=30) | st.sampled_from(sample.EVIL), min_size=1, max_size=6),
    st.integers(1, 130),
    st.booleans(),
)
def test_no_text_spoils_the_page(texts: list[str], width: int, only_ascii: bool) -> None:
    report = sample.hostile(texts)
    plain = render_table(report, width=width, ascii=only_ascii, all=True)
    check(plain, width)
    assert SGR.sub("", render_table(report, width=width, ascii=only_ascii, all=True, colour=True)) == plain
    check(sbom(report, width=width, ascii=only_ascii), width)


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = render_table(sample.deny(), width=100, colour=True)
    for name, value in {"NO_COLOR": "1", "COLUMNS": "30", "TERM": "dumb", "FORCE_COLOR": "1", "LC_ALL": "C"}.items():
        monkeypatch.setenv(name, value)
    assert render_table(sample.deny(), width=100, colour=True) == before


def test_low_ones_are_counted_or_listed() -> None:
    folded = render_table(sample.deny())
    assert "CVE-2005-2541" not in folded
    assert "+ 3 low or negligible in 2 packages" in folded
    assert "+2 low" in folded
    listed = render_table(sample.deny(), all=True)
    for finding in sample.deny().findings:
        if not finding.suppressed:
            name = next((each for each in getattr(finding, "aliases", ()) if each.startswith("CVE-")), finding.id)
            assert name in listed, name
    assert "low or negligible" not in listed


def test_long_lists_of_vulnerabilities_use_the_whole_width() -> None:
    placed = sample.deb("vim", "2:9.0.1378-2", 0)
    few, many = (
        msgspec.structs.replace(
            sample.deny(),
            findings=tuple(
                sample.vulnerable(placed, f"CVE-2024-{number}", Rating.HIGH) for number in range(1000, 1000 + count)
            ),
        )
        for count in (4, 40)
    )
    assert "no fix known   " in render_table(few, width=120)
    text = render_table(many, width=120)
    assert "no fix known\n            CVE-2024-1000  CVE-2024-1001" in text
    assert max(line.count("CVE-") for line in text.splitlines()) == 7


def test_what_could_not_be_read_is_never_folded() -> None:
    report = sample.deny()
    unknown = report.inventory.unknowns[0]
    many = tuple(
        PlacedUnknown(msgspec.structs.replace(unknown.unknown, path=f"app/{number}.jar"), unknown.origin)
        for number in range(300)
    )
    text = render_table(
        msgspec.structs.replace(report, inventory=msgspec.structs.replace(report.inventory, unknowns=many))
    )
    assert all(f"app/{number}.jar" in text for number in range(300))
    assert "301 things" in text


def test_a_green_zero_is_not_given_away() -> None:
    sound = msgspec.structs.replace(sample.admit(), findings=())
    assert "No known vulnerability counts against this image." in render_table(sound)
    for spoilt in (
        sample.unknown(),
        msgspec.structs.replace(sound, gaps=("no advisories for Go",)),
        msgspec.structs.replace(sound, provenance=msgspec.structs.replace(sound.provenance, baseline=True)),
    ):
        text = render_table(spoilt)
        assert "No known vulnerability counts" not in text
        assert "in what could be judged" in text


@pytest.mark.parametrize(
    ("fetched", "scanned", "expected"),
    [
        ("2026-03-11T01:00:00Z", "2026-03-11T23:00:00Z", "fetched today"),
        ("2026-03-10T23:59:00Z", "2026-03-11T00:00:00Z", "fetched yesterday"),
        ("2026-03-11T00:30:00+01:00", "2026-03-11T12:00:00Z", "fetched yesterday"),
        ("2026-03-04", "2026-03-11T12:00:00Z", "fetched 7 days ago\n"),
        ("2026-03-03", "2026-03-11T12:00:00Z", "fetched 8 days ago ▲"),
        ("2020-01-01T00:00:00Z", "2026-03-11T12:00:00Z", "fetched 2,261 days ago ▲"),
        ("2026-03-12T12:00:00Z", "2026-03-11T12:00:00Z", "fetched after the scan ▲"),
        ("", "2026-03-11T12:00:00Z", "fetched at an unknown time ▲"),
        ("2026-03-11T12:00:00Z", "\x1b[2J", "fetched at an unknown time ▲"),
        ("0001-01-01T00:00:00+23:00", "2026-03-11T12:00:00Z", "fetched at an unknown time ▲"),
    ],
)
def test_the_age_of_advisories(fetched: str, scanned: str, expected: str) -> None:
    report = sample.admit()
    provenance = msgspec.structs.replace(
        report.provenance, advisories=(sample.source("Alpine", 1, "2026-03-01", fetched),), scanned=scanned
    )
    assert expected in render_table(msgspec.structs.replace(report, provenance=provenance))


def test_no_advisories_at_all_is_said() -> None:
    report = sample.admit()
    provenance = msgspec.structs.replace(report.provenance, advisories=())
    assert "No advisories judged this image." in render_table(msgspec.structs.replace(report, provenance=provenance))


def test_nothing_is_imported_to_draw_before_drawing() -> None:
    code = (
        "import sys, pratique.report.table, pratique.report.sbom_table, pratique.report.native\n"
        "heavy = {'rich', 'logging', 'asyncio', 'ssl', 'json', 'urllib', 'email', 'tempfile'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
