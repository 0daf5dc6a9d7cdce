"""Where words go and how they look: files, pipes, terminals, hostile names."""

import fcntl
import json
import os
import pty
import re
import signal
import stat
import struct
import subprocess
import termios
import time
from pathlib import Path

import pytest

from tests.cli.process import CLEAN, COMMAND, DEBIAN, VULNERABLE, environment, image, pratique
from tests.inventory.layering import status
from tests.scan.endless import write_endless
from tests.simulators.layers import file, symlink

ESCAPE = "\x1b["


# ---- files -------------------------------------------------------------------------------------------------


def test_a_report_in_a_file(tmp_path: Path, database: Path) -> None:
    path = image(tmp_path, *VULNERABLE)
    for form in ("json", "table"):
        shown = pratique(tmp_path, "scan", path, "--db", database, "-f", form)
        kept = pratique(tmp_path, "scan", path, "--db", database, "-f", form, "-o", "report")
        assert (kept.code, kept.out, kept.err) == (1, "", "")
        assert (tmp_path / "report").read_text() == shown.out


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.write_text("old")
    before = target.stat().st_ino
    assert pratique(tmp_path, "sbom", image(tmp_path, *CLEAN), "-o", target).code == 0
    assert target.stat().st_ino != before
    target.write_text("old")
    assert pratique(tmp_path, "sbom", "nowhere", "-o", target).code == 4
    assert target.read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "image.tar", "report"}


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    assert pratique(tmp_path, "sbom", image(tmp_path, *CLEAN), "-f", "json", "-o", "link").code == 0
    assert (tmp_path / "link").is_symlink()
    assert json.loads((tmp_path / "real").read_text())["schema"] == 1


def test_a_pipe_or_device_stays_what_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert pratique(tmp_path, "sbom", image(tmp_path, *CLEAN), "-f", "json", "-o", pipe).code == 0
    assert json.loads(os.read(reader, 1 << 16))["schema"] == 1
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("no/such/folder/report", "No such file or directory"),
        ("folder", "Is a directory"),
        ("", "Is a directory"),
        ("image.tar/report", "Not a directory"),
    ],
)
def test_a_file_that_cannot_be_written(target: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    answer = pratique(tmp_path, "sbom", image(tmp_path, *CLEAN), "-o", target)
    assert (answer.code, answer.out) == (4, "")
    assert reason in answer.err
    assert "--output" in answer.err
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "folder", "image.tar"}
    assert list((tmp_path / "folder").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk(tmp_path: Path) -> None:
    path = image(tmp_path, *CLEAN)
    answer = pratique(tmp_path, "sbom", path, "-o", "/dev/full")
    assert answer.code == 4
    assert "No space left" in answer.err
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            (*COMMAND, "sbom", str(path)), stdout=full, stderr=subprocess.PIPE, check=False, env=environment(tmp_path)
        )
    assert done.returncode == 4
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_closed_stream_does_not_change_the_answer(closed: str, tmp_path: Path, database: Path) -> None:
    """A missing stderr must not turn into Python's own exit code 1, which is `deny` here."""
    path = image(tmp_path, *CLEAN)
    number = {"stdout": 1, "stderr": 2}[closed]
    for words, code in ((f"scan {path} --db {database}", 0), ("scan nowhere", 4), ("--version", 0)):
        script = f"{' '.join(COMMAND)} {words} {number}>&-"
        done = subprocess.run(("sh", "-c", script), check=False, capture_output=True, env=environment(tmp_path))
        assert done.returncode == code
        assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_complaints_that_cannot_be_written(tmp_path: Path) -> None:
    for words, stream in (("scan nowhere", "2"), ("--version", "1"), ("sbom nowhere", "2")):
        script = f"{' '.join(COMMAND)} {words} {stream}>/dev/full"
        assert subprocess.run(("sh", "-c", script), check=False, env=environment(tmp_path)).returncode == 4


# ---- pipes and terminals -------------------------------------------------------------------------------------


def test_a_pipe_gets_no_escape_codes(tmp_path: Path, database: Path) -> None:
    path = image(tmp_path, *VULNERABLE)
    for words in (("scan", path, "--db", database), ("sbom", path), ("files", path), ("--help",)):
        assert "\x1b" not in pratique(tmp_path, *words).out


@pytest.mark.parametrize(
    ("settings", "coloured"),
    [
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False),
        ({"NO_COLOR": ""}, False),
    ],
)
def test_colours_by_request(settings: dict[str, str], coloured: bool, tmp_path: Path, database: Path) -> None:
    answer = pratique(tmp_path, "scan", image(tmp_path, *VULNERABLE), "--db", database, more=settings)
    assert (ESCAPE in answer.out) is coloured


def test_colours_and_width_of_a_terminal(tmp_path: Path, database: Path) -> None:
    path = image(tmp_path, *VULNERABLE)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 72, 0, 0))
    with subprocess.Popen(
        (*COMMAND, "scan", str(path), "--db", str(database)),
        stdout=theirs, stderr=theirs, stdin=theirs, env=environment(tmp_path, {"TERM": "xterm"}),
    ) as running:  # fmt: skip
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        assert running.wait(30) == 1
    os.close(ours)
    text = shown.decode()
    assert ESCAPE in text
    widths = {len(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line)) for line in text.replace("\r", "").split("\n")}
    assert 60 < max(widths) <= 72


@pytest.mark.parametrize("width", [50, 90, 140])
def test_width_by_request(width: int, tmp_path: Path, database: Path) -> None:
    path = image(tmp_path, *VULNERABLE)
    for more, words in (({"COLUMNS": str(width)}, ()), ({}, ("--width", str(width)))):
        lines = pratique(tmp_path, "scan", path, "--db", database, *words, more=more).out.splitlines()
        assert max(map(len, lines)) == width


def test_a_terminal_without_unicode_gets_ascii(tmp_path: Path, database: Path) -> None:
    answer = pratique(
        tmp_path, "scan", image(tmp_path, *VULNERABLE), "--db", database,
        more={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert answer.code == 1
    assert answer.out.isascii()


def test_whoever_reads_may_stop(tmp_path: Path) -> None:
    path = image(tmp_path, DEBIAN, status(*(f"package-{at} 1" for at in range(20_000))))
    for words in (("sbom", str(path)), ("sbom", str(path), "-f", "json"), ("files", str(path)), ("completion", "bash")):
        with subprocess.Popen(
            (*COMMAND, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path)
        ) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            running.stdout.read(10)
            running.stdout.close()
            complaints = running.stderr.read()
            assert running.wait(30) in (0, 3)
        assert complaints == b""


# ---- interrupts ------------------------------------------------------------------------------------------------


READY = (
    "import sys\n"
    "from pratique.cli import main\n"
    "from pratique.cli.run import parser\n"
    "import pratique.scan.read\n"
    "parser()\n"
    "print('ready', flush=True)\n"
    "main()\n"
)
"""Everything is imported before it says so: the interrupt meets a command at work."""


def interrupted(place: Path, *words: str) -> tuple[int, str, float]:
    """Exit code and stderr of a process that is sent SIGINT, and how long it took to end."""
    with subprocess.Popen(
        (COMMAND[0], "-c", READY, *words),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(place),
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"ready\n"
        time.sleep(0.4)
        start = time.monotonic()
        running.send_signal(signal.SIGINT)
        complaints = running.stderr.read().decode()
        code = running.wait(30)
    return code, complaints, time.monotonic() - start


def test_an_interrupt_while_layers_are_read(tmp_path: Path) -> None:
    folder = write_endless(tmp_path / "endless")
    code, complaints, seconds = interrupted(tmp_path, "sbom", str(folder))
    assert (code, complaints) == (130, "pratique: interrupted\n")
    assert seconds < 30
    assert not list((tmp_path / "cache").rglob("sha256-*"))


def test_an_interrupt_while_input_is_waited_for(tmp_path: Path) -> None:
    assert interrupted(tmp_path, "versions", "dpkg")[:2] == (130, "pratique: interrupted\n")


def test_giving_up_after_a_while(tmp_path: Path) -> None:
    folder = write_endless(tmp_path / "endless")
    answer = pratique(tmp_path, "sbom", folder, "--timeout", "0.3", "--format", "json")
    assert answer.code == 3
    (unknown,) = json.loads(answer.out)["unknowns"]
    assert unknown["reason"] == "time was up before layer 0 was read"


# ---- hostile names -----------------------------------------------------------------------------------------------

HOSTILE = "\x1b[2J\x1b]0;owned\x07\r\npratique: admit \u202etxt.exe\x9b31m"


def test_hostile_names_in_errors(tmp_path: Path) -> None:
    answer = pratique(tmp_path, "scan", HOSTILE)
    assert answer.code == 4
    assert answer.err.count("\n") == 1
    assert answer.err.removesuffix("\n").isprintable()


def test_hostile_names_in_lists(tmp_path: Path) -> None:
    path = image(tmp_path, DEBIAN, status("bash 5"), file(f"opt/{HOSTILE}", "x"), symlink("opt/link", HOSTILE))
    answer = pratique(tmp_path, "files", path, "opt")
    assert answer.code == 0
    assert len(answer.out.splitlines()) == 3
    assert all(line.isprintable() for line in answer.out.split("\n"))
    for line in pratique(tmp_path, "sbom", path).out.split("\n"):
        assert line.isprintable()


def test_hostile_names_of_packages(tmp_path: Path, database: Path) -> None:
    name = HOSTILE.replace("\r", "").replace("\n", "")
    path = image(
        tmp_path, DEBIAN, status("bash 5"), file("opt/x.dist-info/METADATA", f"Name: {name}\nVersion: {name}\n")
    )
    for words in (("scan", path, "--db", database), ("sbom", path)):
        for line in pratique(tmp_path, *words).out.split("\n"):
            assert line.isprintable()
        document = pratique(tmp_path, *words, "-f", "json").out
        assert "\x1b" not in document
        assert "\u202e" not in document
        assert any(package["name"] == name for package in json.loads(document)["packages"])
