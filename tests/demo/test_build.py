import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from demo import build
from tests.simulators.images import Empty, Image, Layer, write_layout

ROOT = Path(build.__file__).parents[1]


@pytest.fixture
def image(tmp_path: Path) -> Image:
    def installed(names: Sequence[str]) -> Path:
        root = Path(tempfile.mkdtemp(dir=tmp_path))
        for name in names:
            folder = root / build.SITE_PACKAGES / name.partition("==")[0].lower()
            folder.mkdir(parents=True)
            (folder / "__init__.py").write_text("")
        return root

    return build.describe(installed)


def test_the_base_ends_with_its_own_command(image: Image) -> None:
    commands = [number for number, step in enumerate(image.steps) if step.created_by.startswith("CMD")]
    assert commands == [2, len(image.steps) - 1]
    assert all(isinstance(image.steps[number], Empty) for number in commands)


def test_later_layers_hide_what_they_replace_and_remove(image: Image) -> None:
    marks = {
        entry.path.rpartition("/")[2] if entry.data == b"" else ""
        for step in image.steps
        if isinstance(step, Layer)
        for entry in step.entries
        if ".wh." in entry.path
    }
    assert marks == {
        ".wh..wh..opq",
        ".wh.sqlparse-0.4.1.dist-info",
        ".wh.PIL",
        ".wh.Pillow.libs",
        ".wh.Pillow-8.1.0.dist-info",
    }


def test_every_package_is_pinned() -> None:
    names = (*build.BASE, *build.REQUIREMENTS, *build.FROM_SOURCE, *build.EXTRAS, *build.UPGRADE)
    assert all(name.count("==") == 1 for name in names)
    assert len({name.lower() for name in names}) == len(names)


def test_only_what_is_missing_is_downloaded(tmp_path: Path) -> None:
    (tmp_path / "tabula_py-2.3.0-py3-none-any.whl").touch()
    (tmp_path / "Django-3.2-py3-none-any.whl").touch()
    names = ("tabula-py==2.3.0", "Django==3.2", "Django==4.2", "six==1.15.0")
    assert build.missing(names, tmp_path) == ["Django==4.2", "six==1.15.0"]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """With a pip that reaches nothing."""
    command = (sys.executable, "-m", "demo.build", *arguments)
    alone = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    return subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)


def test_a_folder_that_is_no_image_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear")
    done = run(tmp_path)
    assert (done.returncode, (tmp_path / "letter").read_text()) == (2, "dear")
    assert "not touched" in done.stderr


@pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="pip is not installed")
def test_without_packages_it_says_so(tmp_path: Path) -> None:
    done = run(tmp_path / "image", "--cache", tmp_path / "cache")
    assert done.returncode == 1
    assert "demo: the packages of the image cannot be had\npip download" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "image").exists()


def test_the_configuration_is_of_a_web_shop(image: Image, tmp_path: Path) -> None:
    [entry] = write_layout(tmp_path / "layout", [image])
    manifest = json.loads((tmp_path / f"layout/blobs/sha256/{str(entry['digest'])[7:]}").read_bytes())
    config = json.loads((tmp_path / f"layout/blobs/sha256/{manifest['config']['digest'][7:]}").read_bytes())
    assert config["config"]["User"] == "1000"
    assert len(config["rootfs"]["diff_ids"]) == sum("empty_layer" not in step for step in config["history"]) == 9
