"""Who is measured on an image: the floor, pratique without and with its cache, Trivy and Syft where they are.

All only list packages, without any network. Trivy refuses jars without its database of jars and an OCI archive in
any case: it gets an empty database, and the same image as a layout folder.
"""

import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.images import Case
from benchmarks.measure import MIB

Command = tuple[str, ...]
FAR = "2099-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    command: Callable[[Case, Path], Command | None]
    """For an image and a folder for caches; None if it can't read the format."""
    fresh: bool = True
    """Starts with an empty folder, not with that of the contender before it."""
    prepare: Callable[[Path], None] = lambda _: None
    """Before the clock starts, in a fresh folder."""
    codes: frozenset[int] = frozenset((0,))
    """Exit codes after which there is a list."""
    ours: bool = False
    """A failure is a failure of the benchmark."""


def pratique_command(*arguments: str) -> Command:
    script = Path(sys.executable).with_name("pratique")
    return (str(script), *arguments) if script.is_file() else (sys.executable, "-m", "pratique", *arguments)


def contenders(peers: Path | None) -> list[Contender]:
    def floor(case: Case, _: Path) -> Command:
        return (sys.executable, "-m", "benchmarks.floor", str(case.path))

    def pratique(case: Case, _: Path) -> Command:
        return pratique_command("sbom", str(case.path), "--format", "json", "--quiet")

    listed = frozenset((0, 3))
    found = [
        Contender("bare start", lambda _case, _cache: (sys.executable, "-c", "pass"), ours=True),
        Contender("floor", floor, ours=True),
        Contender("pratique cold", pratique, codes=listed, ours=True),
        Contender("pratique warm", pratique, fresh=False, codes=listed, ours=True),
    ]
    if trivy := find("trivy", peers):
        found.append(Contender("trivy", lambda case, cache: _trivy(trivy, case, cache), prepare=empty_java_database))
    if syft := find("syft", peers):
        found.append(Contender("syft", lambda case, _: _syft(syft, case)))
    return found


def find(name: str, peers: Path | None) -> str | None:
    """The program itself, not the Python script around it that the wheel of Syft installs."""
    path = os.pathsep.join(filter(None, (str(peers.resolve()) if peers else "", os.environ.get("PATH", ""))))
    found = shutil.which(name, path=path)
    if found is None:
        return None
    inside = next(Path(found).parents[1].glob(f"lib/python*/site-packages/anchore_{name}/data/bin/{name}"), None)
    return str(inside or found)


def environment(cache: Path) -> Mapping[str, str]:
    return {
        **os.environ,
        "PRATIQUE_CACHE_DIR": str(cache / "pratique"),
        "SYFT_CACHE_DIR": str(cache / "syft"),
        "SYFT_CHECK_FOR_APP_UPDATE": "false",
        "TRIVY_DISABLE_TELEMETRY": "true",
        "TRIVY_SKIP_VERSION_CHECK": "true",
    }


def _trivy(program: str, case: Case, cache: Path) -> Command | None:
    if case.kind == "oci-archive":
        return None
    options = ("--format=cyclonedx", "--offline-scan", "--skip-db-update", "--skip-java-db-update", "--quiet")
    return (program, "image", f"--input={case.path}", f"--cache-dir={cache / 'trivy'}", *options)


def _syft(program: str, case: Case) -> Command:
    kind = "oci-dir" if case.kind == "oci-layout" else case.kind
    return (program, "scan", f"{kind}:{case.path}", "--output=json", "--quiet")


def empty_java_database(cache: Path) -> None:
    place = cache / "trivy/java-db"
    place.mkdir(parents=True)
    database = sqlite3.connect(place / "trivy-java.db")
    database.execute("CREATE TABLE artifacts (id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT)")
    database.execute("CREATE TABLE indices (artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT)")
    database.commit()
    database.close()
    made = {"Version": 1, "NextUpdate": FAR, "UpdatedAt": FAR, "DownloadedAt": FAR}
    (place / "metadata.json").write_text(json.dumps(made))


def packages_listed(output: Path) -> int:
    """Different package URLs in a report of any kind, read in pieces to stay small."""
    seen: set[bytes] = set()
    tail = b""
    with output.open("rb") as source:
        while piece := source.read(MIB):
            seen.update(re.findall(rb'"purl":\s*"([^"]+)"', tail + piece))
            tail = piece[-4096:]
    return len(seen)
