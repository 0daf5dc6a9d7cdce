"""Wheels, unpacked by pip itself into a folder that becomes a layer."""

import hashlib
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.simulators.layers import Entry, opaque, whiteout

GLIBCS = (5, 12, 17, 24, 27, 28, 31, 34)


class PipError(Exception):
    """pip's own words."""


def pip(command: str, names: Sequence[str], python: str, *options: str) -> None:
    """Runs `pip download` or `pip install` for Linux on x86-64 and a version of Python other than this one's."""
    tags = [f"--platform=manylinux_2_{glibc}_x86_64" for glibc in GLIBCS]
    tags += [f"--platform={tag}_x86_64" for tag in ("manylinux1", "manylinux2010", "manylinux2014", "linux")]
    _run(command, "--only-binary=:all:", f"--python-version={python}", *tags, *options, *names)


def _run(command: str, *arguments: str) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "pip", command, "-q", *arguments), check=False, text=True, capture_output=True
    )
    if done.returncode:
        raise PipError(f"pip {command} {' '.join(arguments)}: {done.stderr.strip()[-2000:]}")


def build(name: str, into: Path) -> None:
    """Builds a wheel from a release that has none, with this machine's Python."""
    _run("wheel", "--no-deps", f"--wheel-dir={into}", name)


def install_built(wheel: Path, root: Path, python: str) -> None:
    """Unpacks a wheel built here: only its tag tells the Python that built it."""
    target = root / site_packages(python)
    _run("install", "--no-deps", "--no-index", "--no-compile", f"--target={target}", str(wheel))


def site_packages(python: str) -> str:
    return f"usr/local/lib/python{python}/site-packages"


def install(names: Sequence[str], root: Path, python: str, *options: str) -> None:
    """Leaves in `root` what `pip install` for all users of a machine leaves.

    pip can unpack for another machine only into one folder, scripts and data beneath it: they are moved to where
    they belong, scripts are made to name the image's interpreter, and the RECORD files say so.
    """
    target = root / site_packages(python)
    pip("install", names, python, f"--target={target}", "--no-compile", "--no-warn-conflicts", *options)
    for record in target.glob("*.dist-info/RECORD"):
        lines = record.read_text().splitlines(keepends=True)
        record.write_text("".join(_moved(line, target) if line.startswith("../../") else line for line in lines))
    for folder in sorted(target.glob("**/"), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _moved(line: str, target: Path) -> str:
    """Moves what a line of RECORD, `path,sha256=...,size`, is about; returns the new line."""
    path = line.rsplit(",", 2)[0]
    source, place = target / path.removeprefix("../../"), target / "../" / path
    data = source.read_bytes()
    own = f"#!{sys.executable}\n".encode()
    if data.startswith(own):
        data = b"#!/usr/local/bin/python\n" + data.removeprefix(own)
        source.write_bytes(data)
    place.parent.mkdir(parents=True, exist_ok=True)
    source.rename(place)
    digest = urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return f"../{path},sha256={digest},{len(data)}\n"


def replaced(at: str, gone: Iterable[str], root: Path) -> list[Entry]:
    """What overlayfs leaves when `gone`, children of the folder `at` in layers below, were removed.

    A folder that was made anew, in this layer's `root`, hides all there was in it.
    """
    return [
        opaque(f"{at}/{name}") if (root / at / name).is_dir() else whiteout(f"{at}/{name}") for name in sorted(gone)
    ]
