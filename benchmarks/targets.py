"""What pratique wants to reach, and whether it did in this run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.images import CASES, Case
from benchmarks.measure import MIB, Sample

Results = Mapping[tuple[str, str], Sample]
"""Medians by names of case and contender; the case `start` has `bare` and `version`."""


@dataclass(frozen=True, slots=True)
class Target:
    text: str
    value: float | None
    """None where something wasn't measured."""
    limit: float
    at_least: bool = True

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        return "reached" if (self.value >= self.limit if self.at_least else self.value <= self.limit) else "missed"


def targets(results: Results) -> Iterator[Target]:
    for case in CASES:
        if (case.name, "pratique cold") in results:
            yield from _of_case(case, results)
    biggest = [results[found].peak for found in results if found[0].startswith("big") and "pratique" in found[1]]
    yield Target("largest image: MiB of memory", max(biggest) / MIB if biggest else None, 200, at_least=False)
    yield Target("Alpine: MiB of memory", _alpine_peak(results), 80, at_least=False)
    bare, version = results.get(("start", "bare")), results.get(("start", "version"))
    late = (version.wall - bare.wall) * 1000 if bare and version else None
    yield Target("--version: ms after a bare interpreter", late, 40, at_least=False)


def _of_case(case: Case, results: Results) -> Iterator[Target]:
    def ratio(slow: str, fast: str, slow_case: str = case.name, fast_case: str = case.name) -> float | None:
        over, under = results.get((slow_case, slow)), results.get((fast_case, fast))
        return over.wall / under.wall if over and under else None

    if case.image == "big" and case.kind != "docker-archive":
        yield Target(f"{case.name}: times the floor", ratio("pratique cold", "floor"), 1.5, at_least=False)
    wanted = {"oci-layout": 3.0, "oci-archive": 3.0, "docker-archive": 2.0}[case.kind] if case.image == "big" else 1.0
    if case.kind != "oci-archive":
        yield Target(f"{case.name}: times as fast as Trivy", ratio("trivy", "pratique cold"), wanted)
    yield Target(f"{case.name}: times as fast as Syft", ratio("syft", "pratique cold"), 8)
    warm = ratio("pratique warm", "bare start")
    yield Target(f"{case.name}: warm, in bare starts", warm, 5, at_least=False)


def _alpine_peak(results: Results) -> float | None:
    found = [case.name for case in CASES if case.image == "alpine" and (case.name, "pratique cold") in results]
    return max(results[name, "pratique cold"].peak for name in found) / MIB if found else None
