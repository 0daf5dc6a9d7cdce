"""One OSV record (OSV schema 1.7) -> what pratique keeps of it."""

import re
from typing import Any

import msgspec

from pratique.advisories import intervals, severity
from pratique.ecosystems import ECOSYSTEMS
from pratique.errors import UnreadableFileError
from pratique.records.advisory import Advisory, Affected, Range, Rating, Severity

SUMMARY_LONGEST = 300
"""Characters of a summary that are kept: it is one line of a table."""

NAME_LONGEST = 512
"""Characters of a package name. npm ends at 214, Go's module paths reach 300."""

URLS_MOST = 3
URL_LONGEST = 512

NAMES_MOST = 5_000
"""Aliases or upstream names of one record. Kernel updates of rpm distributions gather some hundreds."""

_KINDS = ("introduced", "fixed", "last_affected", "limit")
_NAMES_RELATED = re.compile(r"(?:AL|RL|RX)[SBE]A-")
"""AlmaLinux and Rocky Linux put the CVEs that an update mends into `related`, against the schema."""

_NO_VULNERABILITY = re.compile(r"(?:AL|RL|RH)[BE]A-")
"""Bug fixes and enhancements of the Red Hat family; a few of them mend vulnerabilities all the same."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+~@-]{0,127}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)")
_URL = re.compile(r"https?://[!-~]+")
_URL_ORDER = {"ADVISORY": 0, "REPORT": 2, "FIX": 3, "PACKAGE": 5}
_NORMALISE = {row.osv: row.normalise for row in ECOSYSTEMS.values() if row.osv}


class Record(msgspec.Struct, frozen=True):
    """An advisory and the packages of one feed that it speaks of."""

    advisory: Advisory
    affected: tuple[Affected, ...]
    """At most one of each ecosystem and name."""


class _Severity(msgspec.Struct):
    type: str
    score: str


class _Event(msgspec.Struct):
    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class _Range(msgspec.Struct):
    type: str
    events: list[_Event] | None = None


class _Package(msgspec.Struct):
    ecosystem: str
    name: str


class _Affected(msgspec.Struct):
    package: _Package | None = None
    ranges: list[_Range] | None = None
    versions: list[str] | None = None
    severity: list[_Severity] | None = None
    ecosystem_specific: msgspec.Raw = msgspec.Raw(b"{}")
    database_specific: msgspec.Raw = msgspec.Raw(b"{}")


class _Specific(msgspec.Struct):
    urgency: object = None
    informational: object = None


class _Reference(msgspec.Struct):
    type: str
    url: str


class _Osv(msgspec.Struct):
    id: str
    modified: str
    published: str | None = None
    withdrawn: str | None = None
    aliases: list[str] | None = None
    upstream: list[str] | None = None
    related: list[str] | None = None
    summary: str | None = None
    details: str | None = None
    severity: list[_Severity] | None = None
    affected: list[_Affected] | None = None
    references: list[_Reference] | None = None
    database_specific: msgspec.Raw = msgspec.Raw(b"{}")


_decoder = msgspec.json.Decoder(_Osv)
_specific_decoder = msgspec.json.Decoder(_Specific)


def is_id(text: str) -> bool:
    """Whether `text` can be the id of a record: nothing that is a path or upsets a terminal."""
    return _ID.fullmatch(text) is not None


def read(data: bytes, feed: str) -> tuple[str, str, Record | None]:
    """(id, modified, record) of one JSON text, with the packages of `feed` (`Debian`, `PyPI`, no release).

    No record: it is withdrawn, names no package of this feed, or no vulnerability. Raises UnreadableFileError
    for whatever is no OSV record.
    """
    try:
        osv = _decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UnreadableFileError(f"not an OSV record: {_line(str(error))[:120]}") from error
    if not is_id(osv.id):
        raise UnreadableFileError("the id is no id of an advisory")
    modified = _time(osv.modified)
    if osv.withdrawn or (_NO_VULNERABILITY.match(osv.id) and not _names_any(osv)):
        return osv.id, modified, None
    affected = _affected(osv, feed)
    if not affected:
        return osv.id, modified, None
    return osv.id, modified, Record(_advisory(osv, feed, modified), affected)


def _names_any(osv: _Osv) -> bool:
    return bool(osv.aliases or osv.upstream or any(one.startswith("CVE-") for one in osv.related or ()))


def _advisory(osv: _Osv, feed: str, modified: str) -> Advisory:
    upstream = list(osv.upstream or ())
    if _NAMES_RELATED.match(osv.id):
        upstream += [one for one in osv.related or () if one.startswith("CVE-")]
    return Advisory(
        osv.id,
        _names(osv.aliases or (), osv.id),
        _names(upstream, osv.id),
        _severity(osv, feed),
        _summary(osv),
        _time(osv.published or ""),
        modified,
        _urls(osv.references or ()),
    )


def _names(names: list[str] | tuple[str, ...], own: str) -> tuple[str, ...]:
    """Ids among `names` without `own`, CVEs first."""
    found = {name for name in names[:NAMES_MOST] if name != own and is_id(name)}
    return tuple(sorted(found, key=lambda name: (not name.startswith("CVE-"), name)))


def _affected(osv: _Osv, feed: str) -> tuple[Affected, ...]:
    gathered: dict[tuple[str, str], tuple[dict[Range, None], dict[str, None], list[str]]] = {}
    key = intervals.sort_key(feed)
    for one in osv.affected or ():
        package = one.package
        if package is None or package.ecosystem.partition(":")[0] != feed:
            continue
        name = _NORMALISE.get(feed, str)(package.name)
        if not _fits(name, NAME_LONGEST) or not _fits(package.ecosystem, NAME_LONGEST):
            raise UnreadableFileError("the name of a package is empty, endless or unprintable")
        ranges, versions, urgency = gathered.setdefault((package.ecosystem, name), ({}, {}, []))
        for span in one.ranges or ():
            if span.type != "GIT":
                ranges |= dict.fromkeys(intervals.intervals(_events(span), key))
        versions |= dict.fromkeys(text for text in one.versions or () if _fits(text, intervals.VERSION_LONGEST))
        urgency.append(_urgency(one))
    rows = []
    for (ecosystem, name), (ranges, versions, urgency) in gathered.items():
        singles = intervals.left_out(versions, tuple(ranges), key)
        if ranges or singles:
            word = next(filter(None, urgency), "")
            rows.append(Affected(osv.id, ecosystem, name, tuple(ranges), singles, word))
    return tuple(rows)


def _events(span: _Range) -> list[intervals.Event]:
    events = []
    for event in span.events or ():
        for kind in _KINDS:
            version = getattr(event, kind)
            if version is not None:
                if not _fits(version, intervals.VERSION_LONGEST):
                    raise UnreadableFileError("a version of a range is empty, endless or unprintable")
                events.append((kind, version))
    return events


def _urgency(one: _Affected) -> str:
    """Debian's `urgency`; for RustSec `informational` (unmaintained, unsound): no vulnerability in the code."""
    for raw in (one.ecosystem_specific, one.database_specific):
        try:
            specific = _specific_decoder.decode(raw)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            continue
        for value in (specific.urgency, specific.informational):
            if isinstance(value, str) and _fits(value, 40):
                return value
    return ""


def _severity(osv: _Osv, feed: str) -> Severity | None:
    """The record's own severity; None where it says nothing."""
    marks = list(osv.severity or ())
    found = _from_marks(marks, osv.id)
    if found is None:
        packages = [
            one.severity
            for one in osv.affected or ()
            if one.severity and one.package is not None and one.package.ecosystem.partition(":")[0] == feed
        ]
        found = severity.worst([one for mark in packages if (one := _from_marks(mark, osv.id)) is not None])
    return found or _from_words(osv)


def _from_marks(marks: list[_Severity], own: str) -> Severity | None:
    """From `severity[]`. Ubuntu's own priority comes before the vector, which is NVD's."""
    found = severity.from_vectors([mark.score for mark in marks if mark.type.startswith("CVSS")], own)
    for mark in marks:
        if mark.type == "Ubuntu" and (rating := severity.word(mark.score)):
            score, vector = (found.score, found.vector) if found else (0.0, "")
            return Severity(rating, "ubuntu", score, vector)
    return found


def _from_words(osv: _Osv) -> Severity | None:
    """From `database_specific` (GitHub, openEuler, Bitnami; RubyGems: numbers) or the summary (Red Hat family)."""
    specific = _mapping(osv.database_specific)
    word = specific.get("severity")
    if isinstance(word, str) and (rating := severity.word(word)):
        return Severity(rating, osv.id)
    for field in ("cvss_v4", "cvss_v3", "cvss_v2"):
        number = specific.get(field)
        if isinstance(number, int | float) and (found := severity.from_score(number, osv.id)):
            return found
    word, colon, _ = (osv.summary or "").partition(":")
    if colon and _NAMES_RELATED.match(osv.id) and (rating := severity.word(word)):
        return Severity(rating, osv.id)
    return Severity(Rating.CRITICAL, osv.id) if osv.id.startswith("MAL-") else None


def _mapping(raw: msgspec.Raw) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _summary(osv: _Osv) -> str:
    text = _line((osv.summary or "")[: 4 * SUMMARY_LONGEST])
    if not text:
        lines = (osv.details or "")[: 16 * SUMMARY_LONGEST].splitlines()
        text = next((line for one in lines if (line := _line(one).lstrip("#*-= "))), "")
    return text if len(text) <= SUMMARY_LONGEST else text[: SUMMARY_LONGEST - 1].rstrip() + "…"


def _line(text: str) -> str:
    """On one line, without signs that steer a terminal or turn the direction of writing."""
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(text.split())


def _urls(references: list[_Reference] | tuple[()]) -> tuple[str, ...]:
    fitting = [one for one in references if len(one.url) <= URL_LONGEST and _URL.fullmatch(one.url)]
    fitting.sort(key=lambda one: _URL_ORDER.get(one.type, 4))
    return tuple(dict.fromkeys(one.url for one in fitting))[:URLS_MOST]


def _time(text: str) -> str:
    return text if _TIME.fullmatch(text) else ""


def _fits(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()
