"""Is a version affected, and which one is not? OSV schema 1.7, "Evaluation", for pairs of events.

What cannot be read is taken so that no finding is lost in silence:

- A bound that its scheme cannot read does not bound: the range is open on that side, and the finding is shown
  rather than hidden. Where the advisory names versions one by one, too, those decide instead, as OSV says.
- A version that its scheme cannot read is affected by what needs no order: a range without bounds, or its own text
  among the enumerated versions. All else would be a guess, and hit by every advisory for the package. So whoever
  matches asks `pratique.versions.is_valid` and reports such versions as not judged.

PEP 440: a local version (`2.1.0+cu118`) is a build of the public one. It counts as that, except against a bound
that names a local version itself (version specifiers, "Version matching" and "Inclusive ordered comparison").
"""

from pratique.errors import InvalidVersionError
from pratique.records.advisory import Range
from pratique.versions import Key, versions_key

_BEGINNING = ("", "0")
"""Spellings of "before every version"."""


def _key(scheme: str, text: str) -> Key | None:
    try:
        return versions_key(scheme)(text)
    except InvalidVersionError:
        return None


def _relation(scheme: str, version: str, bound: str) -> int | None:
    """-1, 0, 1 as the version is below, at or above the bound; None if either cannot be read."""
    if scheme == "pep440" and "+" not in bound:
        version = version.partition("+")[0]
    left, right = _key(scheme, version), _key(scheme, bound)
    if left is None or right is None:
        return None
    return (left > right) - (left < right)


def _holds(scheme: str, version: str, bounds: Range, *, enumerated: bool) -> bool:
    """Whether the range has the version; `enumerated`: there are versions to decide in its stead."""
    relations = (
        1 if bounds.introduced in _BEGINNING else _relation(scheme, version, bounds.introduced),
        _relation(scheme, version, bounds.fixed) if bounds.fixed else -1,
        _relation(scheme, version, bounds.last_affected) if bounds.last_affected else -1,
    )
    since_introduced, to_fixed, to_last = relations
    if since_introduced == -1 or to_fixed in (0, 1) or to_last == 1:
        return False
    if None in relations:
        return not enumerated and _key(scheme, version) is not None
    return True


def affected(scheme: str, version: str, ranges: tuple[Range, ...], versions: tuple[str, ...]) -> Range | str | None:
    """The first range that has the version, else the enumerated version that equals it, else None."""
    for bounds in ranges:
        if _holds(scheme, version, bounds, enumerated=bool(versions)):
            return bounds
    if version in versions:
        return version
    for named in versions:
        if _relation(scheme, version, named) == 0:
            return named
    return None


def fixed_versions(scheme: str, version: str, ranges: tuple[Range, ...]) -> tuple[str, ...]:
    """Fixes above the version, lowest first, but before them that of the range which has it: its own branch.

    Fixes that cannot be compared with the version stand at the end, in the advisory's order: better a hint than none.
    """
    own = next((r.fixed for r in ranges if r.fixed and _holds(scheme, version, r, enumerated=False)), "")
    above: dict[Key, str] = {}
    unclear: list[str] = []
    for bounds in ranges:
        if not bounds.fixed:
            continue
        relation = _relation(scheme, version, bounds.fixed)
        if relation is None:
            unclear.append(bounds.fixed)
        elif relation < 0:
            above.setdefault(versions_key(scheme)(bounds.fixed), bounds.fixed)
    ordered = [above[key] for key in sorted(above)]
    return tuple(dict.fromkeys([*([own] if own else []), *ordered, *unclear]))
