"""The exit code is the answer: 0 admit, 1 deny, 2 usage, 3 unknown, 4 input."""

import subprocess
import sys
from pathlib import Path

import pytest

from pratique.cli.scan import EXIT_CODE
from pratique.scan.pipeline import scan as run
from pratique.scan.settings import Outlet, Settings
from tests.cli.process import CLEAN, DEBIAN, UNREADABLE, VULNERABLE, environment, image, pratique
from tests.inventory.layering import STATUS, metadata, os_release, stanza, status
from tests.rights import open_folder, without_rights
from tests.simulators.images import Image, Layer, write_oci_archive
from tests.simulators.layers import Entry, file, whiteout


def scan(place: Path, database: Path, *entries: Entry, options: tuple[str, ...] = ()) -> int:
    return pratique(place, "scan", image(place, *entries), "--db", database, "--offline", *options).code


def test_admit(tmp_path: Path, database: Path) -> None:
    answer = pratique(tmp_path, "scan", image(tmp_path, *CLEAN), "--db", database)
    assert answer.code == 0
    assert "ADMIT" in answer.out
    assert answer.err == ""


def test_a_folder_that_cannot_be_listed_is_no_clean_one(database: Path) -> None:
    with open_folder() as root:
        (root / "etc").mkdir()
        (root / "etc/os-release").write_text('ID=debian\nVERSION_ID="11"\n')
        (root / "var/lib/dpkg").mkdir(parents=True)
        (root / "var/lib/dpkg/status").write_text(stanza("bash 5.1-2"))
        assert verdict(root, database) == 0
        (root / "srv/closed").mkdir(parents=True)
        (root / "srv/closed").chmod(0)
        with without_rights():
            assert verdict(root, database) == 3


def verdict(root: Path, database: Path) -> int:
    """In this process: another one would have its rights back."""
    outlet = Outlet(clock=lambda: 0.0, now="2026-11-23T00:00:00Z", progress=lambda _: None, notice=lambda _: None)
    report = run(str(root), Settings(database=str(database), offline=True), outlet)
    return EXIT_CODE[report.verdict.outcome]


def test_deny(tmp_path: Path, database: Path) -> None:
    answer = pratique(tmp_path, "scan", image(tmp_path, *VULNERABLE), "--db", database)
    assert answer.code == 1
    assert "DENY" in answer.out
    assert "CVE-2019-14234" in answer.out


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param(UNREADABLE, id="a file cannot be read"),
        pytest.param((file("bin/sh", "x"),), id="nothing is known"),
        pytest.param((os_release("debian", "99"), status("bash 5")), id="a release without advisories"),
        pytest.param((os_release("arch", "1"), status("bash 5")), id="a distribution without advisories"),
        pytest.param((status("bash 5"),), id="no release file"),
    ],
)
def test_unknown(entries: tuple[Entry, ...], tmp_path: Path, database: Path) -> None:
    assert scan(tmp_path, database, *entries) == 3


def test_a_removed_package_database_is_unknown_and_deny_comes_before_that(tmp_path: Path, database: Path) -> None:
    for name, entries, code in (("a.tar", CLEAN, 3), ("b.tar", VULNERABLE, 1)):
        write_oci_archive(tmp_path / name, [Image((Layer(entries), Layer((whiteout(STATUS),))))])
        answer = pratique(tmp_path, "scan", name, "--db", database)
        assert answer.code == code
        assert "package database was removed" in answer.out


def test_options_move_the_bar(tmp_path: Path, database: Path) -> None:
    mild = (DEBIAN, status("bash 5.1-2"), metadata("requests", "2.19.0"))
    assert scan(tmp_path, database, *VULNERABLE, options=("--fail-on", "critical")) == 1
    assert scan(tmp_path, database, *VULNERABLE, options=("--severity", "low,HIGH")) == 0
    assert scan(tmp_path, database, *VULNERABLE, options=("--fail-on", "high", "--ignore-unfixed")) == 1
    assert scan(tmp_path, database, *mild) == 0


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("scan",),
        ("scan", "x", "--nonsense"),
        ("scan", "x", "--fail-on", "dreadful"),
        ("scan", "x", "--severity", "dreadful"),
        ("scan", "x", "--timeout", "-1"),
        ("scan", "x", "--timeout", "nan"),
        ("scan", "x", "--format", "xml"),
        ("scan", "x", "--platform", "a/b/c/d/e"),
        ("db",),
        ("db", "drop"),
        ("versions", "roman"),
        ("completion", "cmd"),
        ("sca", "x"),
        ("scan", "x", "--off"),
    ],
)
def test_usage(words: tuple[str, ...], tmp_path: Path) -> None:
    answer = pratique(tmp_path, *words)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err


def test_a_cache_size_that_is_no_number(tmp_path: Path) -> None:
    answer = pratique(tmp_path, "sbom", image(tmp_path, *CLEAN), more={"PRATIQUE_CACHE_SIZE": "much"})
    assert (answer.code, answer.err) == (2, "pratique: PRATIQUE_CACHE_SIZE is 'much' (give a number of MiB)\n")


def test_input_that_is_missing(tmp_path: Path, database: Path) -> None:
    answer = pratique(tmp_path, "scan", "nowhere.tar", "--db", database)
    assert answer.code == 4
    assert answer.out == ""
    assert answer.err.startswith("pratique: nowhere.tar: no such file or folder (")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x1f\x8b\x08\x00nonsense", bytes(20480)])
def test_input_that_is_no_image(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(content)
    for command in ("scan", "sbom", "files"):
        answer = pratique(tmp_path, command, "x.tar")
        assert (answer.code, answer.out) == (4, "")
        assert answer.err.count("\n") == 1


def test_input_that_is_corrupt(tmp_path: Path) -> None:
    path = image(tmp_path, *VULNERABLE, file("big", bytes(range(256)) * 4000))
    data = bytearray(path.read_bytes())
    at = data.index(b"\x1f\x8b")
    data[at + 600] ^= 0xFF
    path.write_bytes(data)
    answer = pratique(tmp_path, "sbom", path)
    assert (answer.code, answer.out) == (4, "")
    assert answer.err.startswith("pratique: layer 0: ")


def test_sbom_tells_what_it_could_not_read(tmp_path: Path) -> None:
    assert pratique(tmp_path, "sbom", image(tmp_path, *CLEAN)).code == 0
    assert pratique(tmp_path, "sbom", image(tmp_path, *UNREADABLE)).code == 3


def test_a_fault_is_one_line_and_no_verdict(tmp_path: Path) -> None:
    script = (
        "import sys, pratique.cli.sbom as sbom\n"
        "def broken(*_): raise ZeroDivisionError('a\\x1b[2J\\nb')\n"
        "sbom.take_apart = broken\n"
        "from pratique.cli import main\n"
        "sys.argv = ['pratique', 'sbom', 'x']\n"
        "main()\n"
    )
    for debug in ("", "1"):
        done = subprocess.run(
            (sys.executable, "-c", script),
            capture_output=True, check=False, env=environment(tmp_path, {"PRATIQUE_DEBUG": debug}), text=True,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (3, "")
        last = done.stderr.splitlines()[-1]
        assert last.startswith(
            "pratique: a fault in pratique itself: ZeroDivisionError: a\\x1b[2J\\x0ab (please report"
        )
        assert ("Traceback" in done.stderr) is bool(debug)
        assert debug or done.stderr.count("\n") == 1
