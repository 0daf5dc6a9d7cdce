"""pratique as people run it: a process with arguments, an environment and three streams."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tests.inventory.layering import metadata, os_release, status
from tests.simulators.images import Image, Layer, write_oci_archive
from tests.simulators.layers import Entry, file

COMMAND = (sys.executable, "-m", "pratique")
DEBIAN = os_release("debian", "11")
CLEAN = (DEBIAN, status("bash 5.1-2"))
VULNERABLE = (DEBIAN, status("bash 5.1-2"), metadata("Django", "2.2.1"))
UNREADABLE = (DEBIAN, status("bash 5.1-2"), file("opt/x.dist-info/METADATA", "no header"))


class Answer(msgspec.Struct, frozen=True):
    """What a process left."""

    code: int
    out: str
    err: str


def environment(place: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Nothing of the machine's own settings; the cache lies in `place`."""
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "PRATIQUE_CACHE_DIR": str(place / "cache"),
        "SOURCE_DATE_EPOCH": "1790000000",
        **(more or {}),
    }


def pratique(
    place: Path, *words: str | Path, more: Mapping[str, str] | None = None, given: bytes = b"", timeout: float = 60
) -> Answer:
    """Run one command to its end in `place`."""
    done = subprocess.run(
        (*COMMAND, *map(str, words)),
        check=False, cwd=place, env=environment(place, more), input=given, capture_output=True, timeout=timeout,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr or "PRATIQUE_DEBUG" in (more or {})
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def image(place: Path, *entries: Entry, name: str = "image.tar") -> Path:
    """An archive of one layer."""
    path = place / name
    write_oci_archive(path, [Image((Layer(entries),))])
    return path
