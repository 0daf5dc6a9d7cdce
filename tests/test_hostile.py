"""Malformed and malicious images: each read by a real process that must end soon, small, and with one clear answer."""

import contextlib
import json
import os
import resource
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

HOSTILE = Path(__file__).parents[1].parent / "shared" / "hostile"
PATIENCE = 60.0
MEMORY = 1 << 30

pytestmark = pytest.mark.skipif(not HOSTILE.is_dir(), reason="there is no ../shared/hostile beside this checkout")


class Case(msgspec.Struct, frozen=True):
    """One image, and what a scanner should make of it."""

    name: str
    what: str
    want: str
    files: tuple[str, ...]


CASES = msgspec.json.decode((HOSTILE / "cases.json").read_bytes(), type=tuple[Case, ...]) if HOSTILE.is_dir() else ()


class Answer(msgspec.Struct, frozen=True):
    """What a process left."""

    code: int
    out: str
    err: str
    memory: int
    """Bytes, at their most."""

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.out)
        return report

    @property
    def packages(self) -> list[dict[str, Any]]:
        packages: list[dict[str, Any]] = self.report["packages"]
        return packages


class Place:
    """Folders of which nothing but the image may hold anything after a scan."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("home", "cache", "tmp", "work", "image", "streams"):
            (root / name).mkdir()

    def image(self, file: str) -> Path:
        """The path to scan; folders come as tars that hold the one folder."""
        if not file.endswith(".folder.tar"):
            return HOSTILE / file
        with tarfile.open(HOSTILE / file) as archive:
            archive.extractall(self.root / "image", filter="fully_trusted")
            return self.root / "image" / archive.getnames()[0]

    def run(self, *command: str | Path) -> Answer:
        environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(self.root / "home"),
            "XDG_CACHE_HOME": str(self.root / "cache"),
            "TMPDIR": str(self.root / "tmp"),
        }
        out, err = self.root / "streams/out", self.root / "streams/err"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                (sys.executable, *map(str, command)),
                cwd=self.root / "work",
                env=environment,
                stdout=stdout,
                stderr=stderr,
            )
            code, used = _ended(process)
        unit = 1 if sys.platform == "darwin" else 1024
        return Answer(code, out.read_text(), err.read_text(), used.ru_maxrss * unit)

    def left(self) -> list[str]:
        """What lies where nothing should."""
        return [str(path) for name in ("home", "cache", "tmp", "work") for path in (self.root / name).rglob("*")]


def _ended(process: subprocess.Popen[bytes]) -> tuple[int, resource.struct_rusage]:
    """Exit code and resources; AssertionError if it takes too long."""
    patience = time.monotonic() + PATIENCE
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, used
        if time.monotonic() > patience:
            process.kill()
            process.wait()
            raise AssertionError(f"still running after {PATIENCE} s")
        time.sleep(0.005)


# ---- what a case wants, as checks -----------------------------------------------------------------------


def bad_input(answer: Answer) -> None:
    """One line with advice on stderr, nothing on stdout, exit code 4."""
    assert answer.code == 4
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert answer.err.startswith("pratique: ")
    assert answer.err.endswith(")\n")


def base_packages(answer: Answer) -> None:
    """The sound layer's fifteen, all of them in the final image, and nothing unread."""
    assert answer.code == 0
    assert answer.err == ""
    assert len([package for package in answer.packages if package["ecosystem"] == "apk"]) == 15
    assert {"musl", "busybox", "apk-tools", "zlib"} <= {package["name"] for package in answer.packages}
    assert answer.report["unknowns"] == []
    assert answer.report["distro"]["id"] == "alpine"


def only_base_packages(answer: Answer) -> None:
    base_packages(answer)
    assert len(answer.packages) == 15


def unknown(answer: Answer) -> None:
    """Exit code 3, and each thing that could not be read is named with its reason."""
    assert answer.code == 3
    assert answer.err == ""
    unknowns = answer.report["unknowns"]
    assert unknowns
    assert all(row["path"] and row["reason"] and "\n" not in row["reason"] for row in unknowns)


def either(*checks: Callable[[Answer], None]) -> Callable[[Answer], None]:
    def check(answer: Answer) -> None:
        for one in checks[:-1]:
            with contextlib.suppress(AssertionError):
                return one(answer)
        return checks[-1](answer)

    return check


def many_packages(answer: Answer) -> None:
    """Two hundred thousand are no danger: they fit."""
    assert answer.code == 0
    assert len(answer.packages) == 200_000


def half_read(answer: Answer) -> None:
    unknown(answer)
    assert [package["name"] for package in answer.packages]


WANTED: Mapping[str, Callable[[Answer], None]] = {
    "one clear error, exit code for a bad input, nothing written outside its own temp folder": bad_input,
    "skips or confines the entry, goes on, reports the base layer's 15 packages": only_base_packages,
    "keeps both": base_packages,
    "stops at its own limit in bounded memory, disk and time, and says so": either(bad_input, unknown),
    "reads them or says what is wrong": only_base_packages,
    "an error, or a warning and the packages": bad_input,
    "one clear error, or the packages without the odd fields": bad_input,
    "an error or a warning": bad_input,
    "fetches nothing": only_base_packages,
    "reads it": only_base_packages,
    "the archive's own rule: one of them, and nothing outside": bad_input,
    "every report escapes them": only_base_packages,
    "reads what can be read": half_read,
    "says that the database cannot be read": unknown,
    "says that they cannot be read": unknown,
    "every report format stays valid and escapes them": base_packages,
}
"""By the `want` of a case."""

INSTEAD: Mapping[str, Callable[[Answer], None]] = {
    "c03-dpkg-200k": many_packages,
    "c20-cargo-auditable-bomb": only_base_packages,  # Rust programs are not read yet: nothing is unpacked
}
"""Where pratique does something else that is as good."""


@pytest.mark.parametrize(
    ("case", "file"),
    [(case, file) for case in CASES for file in case.files],
    ids=lambda value: getattr(value, "name", ""),
)
def test_hostile_images(case: Case, file: str, tmp_path: Path) -> None:
    place = Place(tmp_path)
    image = place.image(file)
    before = sorted((path, path.lstat().st_mtime_ns) for path in (tmp_path / "image").rglob("*"))
    answer = place.run("-m", "pratique", "sbom", image, "--format", "json", "--no-cache")
    assert "Traceback" not in answer.err
    assert "a fault in pratique itself" not in answer.err
    assert all(letter.isprintable() or letter == "\n" for letter in answer.err)
    assert answer.memory < MEMORY
    INSTEAD.get(case.name, WANTED[case.want])(answer)
    assert place.left() == []
    assert sorted((path, path.lstat().st_mtime_ns) for path in (tmp_path / "image").rglob("*")) == before


def test_every_wish_is_one_of_a_case() -> None:
    """Nothing in the tables that no case asks for."""
    assert {case.want for case in CASES} == set(WANTED)
    assert {case.name for case in CASES} >= set(INSTEAD)


SPY = """
import os, sys
from pratique.cli.run import run
readable, writable, *images = sys.argv[1:]
may_read = (*readable.split(":"), sys.prefix, sys.base_prefix, os.path.dirname(sys.modules["pratique"].__file__))
acts = ("socket.", "subprocess.", "ctypes.", "shutil.", "os.exec", "os.posix_spawn", "os.symlink", "os.link",
        "os.mkdir", "os.rename", "os.remove", "os.chmod", "os.chown", "os.utime", "os.truncate")
seen = set()
def spy(event, arguments):
    if event == "open":
        path, _, flags = arguments
        path = os.fsdecode(path) if isinstance(path, (str, bytes)) else str(path)
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if not path.startswith(writable if writes else may_read):
            seen.add(f"{event} {path} {flags:o}")
    elif event.startswith(acts):
        seen.add(f"{event} {arguments}")
out = sys.stdout
sys.stdout = sys.stderr = open(writable + "/said", "w")
sys.addaudithook(spy)
for image in images:
    run(["sbom", image, "--format", "json", "--no-cache"])
run(["sbom", "/etc/passwd", "--no-cache"])
print("\\n".join(sorted(seen)), file=out)
"""


def test_no_image_makes_us_touch_anything_else(tmp_path: Path) -> None:
    """All of them in one process that tells what it opens or does beside images and parts of Python."""
    place = Place(tmp_path)
    images = [place.image(file) for case in CASES for file in case.files if case.name != "c03-dpkg-200k"]  # takes long
    readable = ":".join(map(str, (HOSTILE, tmp_path)))
    answer = place.run("-c", SPY, readable, tmp_path / "tmp", *images)
    assert (answer.code, answer.err) == (0, "")
    assert [line.rpartition(" ")[0] for line in answer.out.splitlines()] == ["open /etc/passwd"]  # as it was told to


@pytest.mark.parametrize("name", ["d22-tags-injection.tar", "c24-name-injection.oci.tar"])
def test_reports_escape_what_images_say(name: str, tmp_path: Path) -> None:
    """A terminal, a log and a spreadsheet: no control characters, no turned text, no line of its own."""
    place = Place(tmp_path)
    table = place.run("-m", "pratique", "sbom", HOSTILE / name, "--no-cache", "--all")
    assert table.code == 0
    assert all(letter.isprintable() or letter == "\n" for letter in table.out)
    assert not set(table.out) & {"\u202e", "\u2066", "\x1b", "\x9b", "\u2028"}
    answer = place.run("-m", "pratique", "sbom", HOSTILE / name, "--no-cache", "--format", "json")
    assert len(answer.packages) >= 15
    assert all(letter.isprintable() or letter == "\n" for letter in answer.out)


def test_names_that_differ_in_case_or_unicode_form_are_both_kept(tmp_path: Path) -> None:
    answer = Place(tmp_path).run("-m", "pratique", "files", HOSTILE / "p14-case-and-unicode.oci.tar", "--no-cache")
    paths = {line.split(maxsplit=4)[4] for line in answer.out.splitlines()}
    assert {"App/package.json", "app/package.json", "cafe\u0301/x", "caf\u00e9/x"} <= paths


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("p02-absolute-names.oci.tar", {"etc/passwd", "tmp/pratique-escape-p02", "tmp/pratique-escape-p02b"}),
        ("p03-windows-names.oci.tar", {"..\\..\\pwned", "C:\\Windows\\pwned", "NUL", "con.txt"}),
        ("p09-symlink-loops.oci.tar", {"loop/self -> self", "loop/dir -> .", "var/lib/dpkg -> dpkg"}),
        ("t15-pax-global-poison.oci.tar", {"etc/os-release", "lib/apk/db/installed"}),
        ("t16-hardlink-cycle.oci.tar", {"a", "b", "c", "early", "late"}),
    ],
)
def test_entries_are_confined_and_nothing_is_lost(name: str, expected: set[str], tmp_path: Path) -> None:
    answer = Place(tmp_path).run("-m", "pratique", "files", HOSTILE / name, "--no-cache")
    assert answer.code == 0
    assert expected <= {line.split(maxsplit=4)[4] for line in answer.out.splitlines()}
