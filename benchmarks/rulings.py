"""Who is right where the tools differ: rules that people wrote down after they had looked at the bytes."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from benchmarks.listings import TOOLS, Key, Listing

FILE = Path(__file__).with_name("rulings.toml")
EITHER = "either"
"""A matter of taste: it counts for nobody and against nobody."""
PATTERNS = ("image", "type", "name", "version", "path")
FIELDS = frozenset({*PATTERNS, "listed", "right", "why"})


class RulingError(Exception):
    """The file of rulings is wrong."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Patterns as of a shell, of which one must fit; the first ruling that meets a difference decides."""

    right: str
    """`pratique`, `trivy` or `syft`: the package is there if this tool lists it; `either`: does not count."""
    why: str
    """In one line."""
    image: tuple[str, ...] = ("*",)
    type: tuple[str, ...] = ("*",)
    name: tuple[str, ...] = ("*",)
    version: tuple[str, ...] = ("*",)
    path: tuple[str, ...] = ("*",)
    """Of any place where any of the tools saw it."""
    listed: frozenset[str] = frozenset()
    """Only where exactly these tools list it; empty: whoever does."""

    def meets(self, image: str, package: Key, paths: set[str], listed: frozenset[str]) -> bool:
        texts = ((image, self.image), (package.type, self.type), (package.name, self.name))
        return (
            (not self.listed or self.listed == listed)
            and all(_like(text, patterns) for text, patterns in (*texts, (package.version, self.version)))
            and (self.path == ("*",) or any(_like(path, self.path) for path in paths))
        )


def _like(text: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def read(path: Path = FILE) -> tuple[Ruling, ...]:
    try:
        rows = tomllib.loads(path.read_text())["ruling"]
    except (OSError, ValueError, KeyError) as error:
        raise RulingError(f"{path}: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RulingError(f"{path}: no [[ruling]] tables")
    return tuple(_ruling(row, f"{path}: ruling {number}") for number, row in enumerate(rows, 1))


def _ruling(row: Mapping[str, object], place: str) -> Ruling:
    if wrong := row.keys() - FIELDS:
        raise RulingError(f"{place}: no such field: {', '.join(sorted(wrong))}")
    if row.get("right") not in {*TOOLS, EITHER} or not row.get("why"):
        raise RulingError(f"{place}: says not who is right ({', '.join(TOOLS)}, {EITHER}) and why")
    listed = row.get("listed", [])
    if not isinstance(listed, list) or not set(listed) <= set(TOOLS):
        raise RulingError(f"{place}: `listed` is a list of {', '.join(TOOLS)}")
    patterns = {name: _patterns(row[name], place) for name in PATTERNS if name in row}
    return Ruling(right=str(row["right"]), why=str(row["why"]), listed=frozenset(listed), **patterns)


def _patterns(value: object, place: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, str) for each in values):
        raise RulingError(f"{place}: a pattern is a text or a list of texts")
    return tuple(values)


@dataclass(frozen=True, slots=True)
class Difference:
    package: Key
    listed: frozenset[str]
    """By whom."""
    paths: tuple[str, ...]
    ruling: Ruling | None

    @property
    def counts(self) -> bool | None:
        """Whether it is there: without a ruling whoever lists it is believed. None: does not count at all."""
        if self.ruling is None:
            return True
        return None if self.ruling.right == EITHER else self.ruling.right in self.listed


@dataclass(frozen=True, slots=True)
class Comparison:
    image: str
    listings: Mapping[str, Listing]
    same: frozenset[Key]
    """Listed by all."""
    differences: tuple[Difference, ...]

    @property
    def truth(self) -> frozenset[Key]:
        return self.same | {each.package for each in self.differences if each.counts}

    def recall(self, tool: str) -> float | None:
        truth = self.truth
        return len(truth & self.listings[tool].keys()) / len(truth) if truth else None

    def precision(self, tool: str) -> float | None:
        taste = {each.package for each in self.differences if each.counts is None}
        listed = self.listings[tool].keys() - taste
        return len(self.truth & listed) / len(listed) if listed else None


def judge(image: str, listings: Mapping[str, Listing], rulings: Sequence[Ruling]) -> Comparison:
    union = sorted(set[Key]().union(*listings.values()))
    same, differences = set[Key](), []
    for package in union:
        by = frozenset(tool for tool in listings if package in listings[tool])
        if len(by) == len(listings):
            same.add(package)
            continue
        paths = {path for tool in by for path in listings[tool][package]}
        ruling = next((each for each in rulings if each.meets(image, package, paths, by)), None)
        differences.append(Difference(package, by, tuple(sorted(paths)), ruling))
    return Comparison(image, listings, frozenset(same), tuple(differences))
