import json
import shutil
import tarfile
from pathlib import Path

import pytest

from benchmarks import ecosystems
from benchmarks.recipes import Step, step, write
from benchmarks.unpack import BuildError
from tests.simulators.images import Layer


def one(place: Path) -> list[Step]:
    made = step(place, "layer", "RUN make")
    write(made.root / "opt/tool/data", "text")
    return [made]


def other_system(place: Path) -> list[Step]:
    made = one(place)
    write(made[0].root / "etc/os-release", "ID=other\n")
    return made


def refused(place: Path) -> list[Step]:
    raise BuildError("no such tool")


def test_images_are_built_once_and_missing_tools_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ecosystems, "RECIPES", {"one": one, "refused": refused})
    monkeypatch.setattr("sys.argv", ["ecosystems", str(tmp_path / "out")])
    assert ecosystems.main() == 0
    assert "refused: left out: no such tool" in capsys.readouterr().err
    assert [found.name for found in (tmp_path / "out").iterdir()] == ["one.oci.tar"]
    first = (tmp_path / "out/one.oci.tar").stat()
    assert ecosystems.main() == 0
    assert (tmp_path / "out/one.oci.tar").stat().st_mtime_ns == first.st_mtime_ns
    monkeypatch.setattr("sys.argv", ["ecosystems", str(tmp_path / "out"), "refused"])
    assert ecosystems.main() == 1


def test_a_system_of_its_own_takes_the_place_of_the_base(tmp_path: Path) -> None:
    for name, recipe, releases in (("one", one, 1), ("other", other_system, 0)):
        place = tmp_path / name
        place.mkdir()
        image = ecosystems.image(name, recipe(place))
        base = image.steps[0]
        assert isinstance(base, Layer)
        assert sum(entry.path == "etc/os-release" for entry in base.entries) == releases


@pytest.mark.skipif(not shutil.which("rpmbuild") or not shutil.which("rpm"), reason="rpm is not installed")
def test_the_image_of_rpm_has_its_packages(tmp_path: Path) -> None:
    assert ecosystems.made("rpm", tmp_path / "rpm.oci.tar")
    with tarfile.open(tmp_path / "rpm.oci.tar") as archive:
        index = archive.extractfile("index.json")
        assert index is not None
        assert len(json.load(index)["manifests"]) == 1
