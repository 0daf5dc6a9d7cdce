"""Comparisons as text: every difference for those who mend pratique, tables for the documentation."""

from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.listings import TOOLS, Key, Ours
from benchmarks.rulings import EITHER, Comparison, Difference

TITLES = {"pratique": "pratique", "trivy": "Trivy", "syft": "Syft"}


def lines(comparison: Comparison, ours: Ours) -> Iterator[str]:
    """One image: how many of each type, then all that differs, what nobody has ruled on first."""
    tools = [tool for tool in TOOLS if tool in comparison.listings]
    yield f"== {comparison.image}"
    row = ("{:<14}" + "{:>10}" * (len(tools) + 2)).format
    yield row("type", *tools, "union", "all")
    for kind in sorted({package.type for listing in comparison.listings.values() for package in listing}):
        counts = [_of(kind, comparison.listings[tool]) for tool in tools]
        union = {package for tool in tools for package in comparison.listings[tool] if package.type == kind}
        yield row(kind, *counts, len(union), _of(kind, comparison.same))
    if ours.declared:
        yield f"{'declared':<14}{len(ours.declared):>10}"
    for tool in tools:
        recall, precision = percent(comparison.recall(tool)), percent(comparison.precision(tool))
        yield f"{tool:<14}recall {recall}, precision {precision}"
    ordered = sorted(comparison.differences, key=lambda each: (each.ruling is not None, _ours(each), each.package))
    for difference in ordered:
        yield _line(difference, comparison, ours)
    for unknown in ours.unknowns:
        yield f"  could not be read: {unknown}"
    yield ""


def _of(kind: str, packages: object) -> int:
    assert isinstance(packages, dict | frozenset)
    return sum(package.type == kind for package in packages)


def _ours(difference: Difference) -> bool:
    return "pratique" in difference.listed


def _line(difference: Difference, comparison: Comparison, ours: Ours) -> str:
    package = difference.package
    head = "only some" if _ours(difference) else "missing"
    if len(difference.listed) == 1 and _ours(difference):
        head = "only here"
    said = ", ".join(tool for tool in TOOLS if tool in difference.listed)
    notes = [f"at {difference.paths[0]}" if difference.paths else ""]
    if not _ours(difference):
        notes += _known(package, comparison, ours)
    ruling = difference.ruling
    notes.append(f"right: {ruling.right}: {ruling.why}" if ruling else "NOT RULED ON")
    return f"  {head}: {package} [{said}] " + "; ".join(filter(None, notes))


def _known(package: Key, comparison: Comparison, ours: Ours) -> Iterator[str]:
    """What pratique does say of a package that is not in its list."""
    if package in ours.declared:
        yield f"declared here by {min(ours.declared[package], default='?')}"
    if package in ours.left_out:
        yield f"left out here: {ours.left_out[package]}"
    last = package.name.rpartition("/")[2]
    near = [
        f"{other.name} {other.version}"
        for other in sorted(comparison.listings["pratique"])
        if other.type == package.type and other.name.rpartition("/")[2] == last
    ]
    if near:
        yield "here: " + ", ".join(near[:3])


def percent(value: float | None) -> str:
    """Rounded down: a hundred is all of them."""
    return "-" if value is None else f"{int(value * 1000) / 10:.1f} %"


def summary(compared: Sequence[Comparison]) -> Iterator[str]:
    row = "{:<24}{:>9}{:>9}{:>9}{:>9}{:>10}{:>10}{:>9}".format
    yield row("image", "pratique", "trivy", "syft", "all", "recall", "precision", "unruled")
    for each in compared:
        counts = [len(each.listings[tool]) if tool in each.listings else "-" for tool in TOOLS]
        figures = (percent(each.recall("pratique")), percent(each.precision("pratique")))
        unruled = sum(difference.ruling is None for difference in each.differences)
        yield row(each.image, *counts, len(each.same), *figures, unruled)


def markdown(compared: Sequence[Comparison]) -> Iterator[str]:
    """The tables of docs/differences.md."""
    yield "| image | pratique | Trivy | Syft | all three | recall | precision |"
    yield "|---|---|---|---|---|---|---|"
    for each in compared:
        counts = [f"{len(each.listings[tool]):,}" if tool in each.listings else "" for tool in TOOLS]
        figures = [" / ".join(_figures(each, measure)) for measure in ("recall", "precision")]
        yield f"| {each.image} | {' | '.join(counts)} | {len(each.same):,} | {' | '.join(figures)} |"
    yield ""
    yield "Recall and precision of pratique / Trivy / Syft in percent, against the union minus what is ruled out below."
    yield ""
    yield "| difference | packages | who is right |"
    yield "|---|---|---|"
    cases: Counter[tuple[str, str]] = Counter(
        (difference.ruling.why, difference.ruling.right)
        for each in compared
        for difference in each.differences
        if difference.ruling
    )
    for (why, right), count in cases.most_common():
        yield f"| {why} | {count:,} | {right if right == EITHER else TITLES[right]} |"
    unruled = sum(difference.ruling is None for each in compared for difference in each.differences)
    if unruled:
        yield f"| not ruled on: whoever lists it is believed | {unruled:,} | |"


def _figures(comparison: Comparison, measure: str) -> Iterator[str]:
    for tool in TOOLS:
        if tool in comparison.listings:
            yield percent(getattr(comparison, measure)(tool)).removesuffix(" %")
