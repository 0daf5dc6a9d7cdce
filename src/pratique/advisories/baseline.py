"""The advisories built in: grave vulnerabilities of popular packages, for scans without any database.

`baseline.jsonl`: a header, `{"baseline": "2026-11-23", "records": 120}`, then one package of one advisory a line.
Far less than a database knows; reports say that only the baseline judged.
"""

import os
from collections.abc import Iterable, Iterator

import msgspec

from pratique.ecosystems import ECOSYSTEMS
from pratique.errors import AdvisoryError
from pratique.records.advisory import (
    BASELINE,
    Advisory,
    AdvisorySource,
    Affected,
    Epss,
    Exploited,
    Range,
    Rating,
    Severity,
)


class _Header(msgspec.Struct):
    baseline: str
    records: int


class _Range(msgspec.Struct):
    introduced: str = "0"
    fixed: str = ""
    last_affected: str = ""


class _Line(msgspec.Struct):
    id: str
    ecosystem: str
    package: str
    rating: str
    aliases: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    ranges: tuple[_Range, ...] = ()
    versions: tuple[str, ...] = ()
    severity: str = ""
    score: float = 0.0
    kev: str = ""
    ransomware: bool = False
    summary: str = ""
    published: str = ""
    modified: str = ""
    urls: tuple[str, ...] = ()


class Baseline:
    """The built-in advisories; answers what `pratique.advisories.query.Advisories` asks."""

    def __init__(self, data: bytes) -> None:
        try:
            head, _, rest = data.partition(b"\n")
            header = msgspec.json.decode(head, type=_Header)
            lines = msgspec.json.Decoder(_Line).decode_lines(rest)
            self._take(lines)
        except (msgspec.MsgspecError, ValueError, KeyError) as error:
            raise AdvisoryError(f"the built-in baseline is damaged: {error}", "install pratique anew") from error
        if header.records != len(lines):
            raise AdvisoryError("the built-in baseline is not whole", "install pratique anew")
        self._data = data
        newest = max((one.modified for one in lines), default="")
        self._source = AdvisorySource(BASELINE, len({one.id for one in lines}), newest, header.baseline, "built in")

    @classmethod
    def open(cls) -> "Baseline":
        """The baseline of this package. Raises AdvisoryError where it is missing or damaged."""
        try:
            with open(os.path.join(os.path.dirname(__file__), "baseline.jsonl"), "rb") as file:
                data = file.read()
        except OSError as error:
            raise AdvisoryError("the built-in baseline is missing", "install pratique anew") from error
        return cls(data)

    def _take(self, lines: Iterable[_Line]) -> None:
        self._affected: dict[tuple[str, str], list[Affected]] = {}
        self._advisories: dict[str, Advisory] = {}
        self._exploited: dict[str, Exploited] = {}
        normalise = {row.osv: row.normalise for row in ECOSYSTEMS.values() if row.osv}
        for line in lines:
            name = normalise.get(line.ecosystem.partition(":")[0], str)(line.package)
            ranges = tuple(Range(one.introduced, one.fixed, one.last_affected) for one in line.ranges)
            affected = Affected(line.id, line.ecosystem, name, ranges, line.versions)
            self._affected.setdefault((line.ecosystem, name), []).append(affected)
            if line.id not in self._advisories:
                self._advisories[line.id] = _advisory(line)
            if line.kev:
                for cve in _cves(line):
                    self._exploited[cve] = Exploited(cve, line.kev, ransomware=line.ransomware)
        self._ecosystems = frozenset(ecosystem for ecosystem, _ in self._affected)

    @property
    def fingerprint(self) -> str:
        """Of the file."""
        from hashlib import sha256

        return sha256(self._data).hexdigest()

    def sources(self) -> tuple[AdvisorySource, ...]:
        """The baseline and the day it was reviewed."""
        return (self._source,)

    def covers(self, ecosystem: str) -> bool:
        """Whether it names any package of this ecosystem, in this release."""
        return ecosystem in self._ecosystems

    def affecting(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Affected]]:
        """The entries of packages."""
        return {key: list(self._affected[key]) for key in keys if key in self._affected}

    def advisories(self, ids: Iterable[str]) -> dict[str, Advisory]:
        """Records by their own id."""
        return {own: self._advisories[own] for own in ids if own in self._advisories}

    def exploited(self, cves: Iterable[str]) -> dict[str, Exploited]:
        """What CISA's catalogue says of them."""
        return {cve: self._exploited[cve] for cve in cves if cve in self._exploited}

    def epss(self, cves: Iterable[str]) -> dict[str, Epss]:  # noqa: ARG002 - scores change daily: none are built in
        """Nothing."""
        return {}


def _advisory(line: _Line) -> Advisory:
    severity = Severity(Rating[line.rating.upper()], line.id, line.score, line.severity)
    names = sorted(set(line.aliases) - {line.id}, key=lambda name: (not name.startswith("CVE-"), name))
    return Advisory(
        line.id,
        tuple(names),
        line.upstream,
        severity,
        line.summary,
        line.published,
        line.modified,
        line.urls,
    )


def _cves(line: _Line) -> Iterator[str]:
    return (name for name in (line.id, *line.aliases, *line.upstream) if name.startswith("CVE-"))
