"""Measures pratique: `python -m benchmarks.run [--quick] [--image NAME] [--peers FOLDER] [--json FILE]`.

All contenders take turns on each image, so that a busy machine slows all of them; medians and ratios are of one
run. The first run builds the images, which takes some minutes and the network. A missed target is no failure.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.contenders import Contender, contenders, environment, find, packages_listed, pratique_command
from benchmarks.images import CASES, WORK, Case, say
from benchmarks.measure import MIB, Sample, measure, median
from benchmarks.targets import targets

ROOT = Path(__file__).parents[1]
PLACE = WORK / "run"
ROUNDS = {"big": 3, "debian-slim": 9, "alpine": 9}
QUICK = {"big": 1, "debian-slim": 3, "alpine": 3}
STARTS = 15

Runs = dict[tuple[str, str], list[Sample]]


class BrokenRunError(Exception):
    """pratique, the floor or the building of an image failed."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Measure pratique.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--image", choices=sorted(ROUNDS), help="only this one")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="where trivy and syft are, besides PATH")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file, too")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    cases = [case for case in CASES if arguments.image in (None, case.image)]
    try:
        build(cases)
        runs = starts()
        counts: dict[tuple[str, str], int] = {}
        for case in cases:
            rounds = (QUICK if arguments.quick else ROUNDS)[case.image]
            take_turns(case, contenders(arguments.peers), rounds, runs, counts)
    except BrokenRunError as error:
        say(str(error))
        return 1
    finally:
        shutil.rmtree(PLACE, ignore_errors=True)
    results = {key: median(samples) for key, samples in runs.items()}
    lines = [*machine(arguments.peers), "", *table(cases, results, counts, runs), "", *goals(results)]
    sys.stdout.write("\n".join(lines) + "\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures(results, counts, runs, machine(arguments.peers)), indent=1))
    return 0


def build(cases: Sequence[Case]) -> None:
    """In a process of its own, since this one has to stay small."""
    names = sorted({case.image for case in cases})
    if subprocess.run((sys.executable, "-m", "benchmarks.images", *names), check=False).returncode:
        raise BrokenRunError("not all images are there")
    for case in cases:
        for path in case.path.rglob("*") if case.path.is_dir() else (case.path,):
            read_once(path)


def read_once(path: Path) -> None:
    """Into the page cache: disks are not measured."""
    if path.is_file():
        with path.open("rb", buffering=0) as source:
            while source.read(MIB):
                pass


def starts() -> Runs:
    """A bare interpreter against `pratique --version`."""
    PLACE.mkdir(parents=True, exist_ok=True)
    bare = (sys.executable, "-c", "pass")
    commands = {"bare": bare, "version": pratique_command("--version")}
    runs: Runs = {}
    for turn in range(STARTS + 1):
        for name, command in commands.items():
            sample = measure(command, PLACE / "out", environment(PLACE))
            if sample.code:
                raise BrokenRunError(f"{' '.join(command)}: exit code {sample.code}")
            if turn:
                runs.setdefault(("start", name), []).append(sample)
    return runs


def take_turns(
    case: Case, taking_part: Sequence[Contender], rounds: int, runs: Runs, counts: dict[tuple[str, str], int]
) -> None:
    out, refused = PLACE / "out", set[str]()
    for turn in range(rounds):
        say(f"{case.name}: round {turn + 1} of {rounds}")
        cache = PLACE
        for contender in taking_part:
            if contender.fresh:
                cache = PLACE / f"{contender.name}-{turn}"
                cache.mkdir()
                contender.prepare(cache)
            command = contender.command(case, cache)
            if command is None or contender.name in refused:
                continue
            sample = measure(command, out, environment(cache))
            if sample.code in contender.codes:
                runs.setdefault((case.name, contender.name), []).append(sample)
                counts[case.name, contender.name] = packages_listed(out)
            else:
                refused.add(contender.name)
                complain(contender, case, sample, Path(f"{out}.err"))
        for made in PLACE.glob(f"*-{turn}"):
            shutil.rmtree(made)


def complain(contender: Contender, case: Case, sample: Sample, errors: Path) -> None:
    last = errors.read_text(errors="replace").strip()[-500:]
    text = f"{contender.name} on {case.name}: exit code {sample.code}: {last}"
    if contender.ours:
        raise BrokenRunError(text)
    say(text)


def machine(peers: Path | None) -> Iterator[str]:
    cpu = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ": unknown processor")
    memory = next(line for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    yield (
        f"{cpu.partition(': ')[2]}, {len(os.sched_getaffinity(0))} processors, {int(memory.split()[1]) >> 20} GiB, "
        f"Linux {platform.release()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    for name, arguments in (("trivy", ("--version",)), ("syft", ("--version",))):
        program = find(name, peers)
        said = subprocess.run((program, *arguments), check=False, capture_output=True, text=True) if program else None
        yield f"{name}: {said.stdout.splitlines()[0] if said and said.stdout else 'not found'}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def table(
    cases: Sequence[Case], results: Mapping[tuple[str, str], Sample], counts: Mapping[tuple[str, str], int], runs: Runs
) -> Iterator[str]:
    row = "{:<26}{:<15}{:>9}{:>9}{:>8}{:>12}{:>10}{:>6}".format
    yield row("medians", "", "wall, s", "cpu, s", "MiB", "x pratique", "packages", "runs")
    for name in ("bare", "version"):
        sample = results["start", name]
        yield row("start", name, f"{sample.wall:.3f}", f"{sample.cpu:.3f}", sample.peak // MIB, "", "", STARTS)
    for case in cases:
        cold = results[case.name, "pratique cold"]
        for name in ("floor", "pratique cold", "pratique warm", "trivy", "syft"):
            found = results.get((case.name, name))
            if found is None:
                yield row(case.name, name, "n/a", "", "", "", "", "").rstrip()
                continue
            yield row(
                case.name,
                name,
                f"{found.wall:.3f}",
                f"{found.cpu:.3f}",
                found.peak // MIB,
                f"{found.wall / cold.wall:.2f}",
                "" if name == "floor" else counts[case.name, name],
                len(runs[case.name, name]),
            )


def goals(results: Mapping[tuple[str, str], Sample]) -> Iterator[str]:
    row = "{:<54}{:>10}{:>10}  {}".format
    yield row("targets", "measured", "wanted", "")
    for target in targets(results):
        value = "" if target.value is None else f"{target.value:.2f}"
        sign = ">=" if target.at_least else "<="
        yield row(target.text, value, f"{sign} {target.limit:g}", target.verdict)


def figures(
    results: Mapping[tuple[str, str], Sample],
    counts: Mapping[tuple[str, str], int],
    runs: Runs,
    machine_lines: Iterator[str],
) -> dict[str, object]:
    medians = [
        {
            "case": case,
            "contender": name,
            "median": asdict(sample),
            "samples": [asdict(run) for run in runs[case, name]],
            "packages": counts.get((case, name)),
        }
        for (case, name), sample in results.items()
    ]
    reached = [asdict(target) | {"verdict": target.verdict} for target in targets(results)]
    return {"machine": list(machine_lines), "medians": medians, "targets": reached}


if __name__ == "__main__":
    sys.exit(main())
