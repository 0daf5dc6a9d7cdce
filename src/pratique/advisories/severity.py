"""How bad: from CVSS vectors and the words of feeds to one rating.

Scores are computed from the vector (CVSS v2, v3.0, v3.1, v4.0 of FIRST); the bands are those of CVSS v3.1,
section 5, also for v2 scores, whose own bands know no critical.
"""

import functools

from pratique.records.advisory import Advisory, Rating, Severity

VECTOR_LONGEST = 512
"""Characters. A CVSS v4 vector with every optional metric has 190."""

WORDS = {
    "none": Rating.NEGLIGIBLE,
    "negligible": Rating.NEGLIGIBLE,
    "unimportant": Rating.NEGLIGIBLE,
    "low": Rating.LOW,
    "medium": Rating.MEDIUM,
    "moderate": Rating.MEDIUM,
    "high": Rating.HIGH,
    "important": Rating.HIGH,
    "critical": Rating.CRITICAL,
}
"""Words of GitHub, Red Hat and its rebuilds, Ubuntu, Debian, openEuler, SUSE; in lower case."""

_PREFERENCE = ("CVSS:4.0/", "CVSS:3.1/", "CVSS:3.0/", "")


def band(score: float) -> Rating:
    """The rating of a base score from 0 to 10 (CVSS v3.1, table 14)."""
    if score >= 9.0:
        return Rating.CRITICAL
    if score >= 7.0:
        return Rating.HIGH
    if score >= 4.0:
        return Rating.MEDIUM
    return Rating.LOW if score > 0.0 else Rating.NEGLIGIBLE


def word(text: str) -> Rating:
    """The rating behind a feed's word; UNKNOWN for other words."""
    return WORDS.get(text.strip().lower(), Rating.UNKNOWN)


@functools.lru_cache(maxsize=65_536)
def score(vector: str) -> float | None:
    """Base score of a CVSS vector of any version; None where it breaks the specification."""
    if len(vector) > VECTOR_LONGEST or not vector.isascii():
        return None
    import cvss
    from cvss.exceptions import CVSSError

    try:
        if vector.startswith("CVSS:4.0/"):
            return float(cvss.CVSS4(vector).base_score)
        if vector.startswith("CVSS:3."):
            return float(cvss.CVSS3(vector).base_score)
        return float(cvss.CVSS2(vector.strip("()")).base_score)
    except (CVSSError, ValueError, KeyError, IndexError, TypeError, ArithmeticError):
        return None


def from_vectors(vectors: list[str], source: str) -> Severity | None:
    """The severity by the newest version of CVSS among `vectors`; None where none is valid."""
    for prefix in _PREFERENCE:
        for vector in vectors:
            if vector.startswith(prefix) and (points := score(vector)) is not None:
                return Severity(band(points), source, points, vector)
    return None


def from_score(points: float, source: str) -> Severity | None:
    """The severity by a bare number; None for 0 (not scored) and beyond 10."""
    return Severity(band(points), source, float(points)) if 0.0 < points <= 10.0 else None


def worst(severities: list[Severity]) -> Severity | None:
    """The highest rating, then the highest score; the first of equals."""
    return max(severities, key=lambda one: (one.rating, one.score), default=None)


def for_others(advisory: Advisory) -> Severity | None:
    """What the record's severity says of the vulnerability outside its own distribution.

    Ubuntu's priority weighs Ubuntu's build; the vector beside it holds for everyone.
    """
    own = advisory.severity
    if own is not None and own.source == "ubuntu" and own.vector:
        return Severity(band(own.score), advisory.id, own.score, own.vector)
    return own


def best(candidates: list[Severity]) -> Severity | None:
    """The one to borrow: with a vector before a bare word, GitHub's before others, the newest CVSS, the worst."""
    return min(
        candidates,
        key=lambda one: (
            not one.vector,
            not one.source.startswith("GHSA-"),
            one.vector[:8] != "CVSS:4.0",
            one.vector[:8] != "CVSS:3.1",
            -one.rating,
            -one.score,
            one.source,
        ),
        default=None,
    )
