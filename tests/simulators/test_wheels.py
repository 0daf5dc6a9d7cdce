import csv
import hashlib
import importlib.util
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from tests.simulators import wheels
from tests.simulators.layers import opaque, whiteout

needs_pip = pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="pip is not installed")


def test_what_is_made_anew_is_opaque_and_the_rest_whited_out(tmp_path: Path) -> None:
    (tmp_path / "lib/kept").mkdir(parents=True)
    assert wheels.replaced("lib", ["old", "kept"], tmp_path) == [opaque("lib/kept"), whiteout("lib/old")]


@needs_pip
def test_a_wheel_is_left_as_pip_leaves_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "def main(): pass\n")
        wheel.writestr("tiny-1.0.data/data/share/tiny/note", "a note")
        wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tiny-1.0.dist-info/entry_points.txt", "[console_scripts]\ntiny = tiny:main\n")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "tiny.py,,\n")
    root = tmp_path / "root"
    wheels.install(["tiny==1.0"], root, "3.9", "--no-index", f"--find-links={tmp_path}")
    target = root / wheels.site_packages("3.9")
    assert (root / "usr/local/bin/tiny").read_text().startswith("#!/usr/local/bin/python\n")
    assert (root / "usr/local/share/tiny/note").read_text() == "a note"
    with (target / "tiny-1.0.dist-info/RECORD").open(newline="") as record:
        rows = {path: (digest, size) for path, digest, size in csv.reader(record)}
    for path in ("../../../bin/tiny", "../../../share/tiny/note", "tiny-1.0.dist-info/INSTALLER"):
        digest, size = rows[path]
        data = (target / path).read_bytes()
        assert digest == f"sha256={urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')}"
        assert int(size) == len(data)


@needs_pip
def test_pip_says_itself_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(wheels.PipError, match="nowhere"):
        wheels.install(["nowhere==1.0"], tmp_path, "3.9", "--no-index")
