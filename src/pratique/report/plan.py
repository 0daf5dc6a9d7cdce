"""What to do about the findings: per package the one version that mends all it can, split by who has to act.

Pure. The table and the JSON both tell what stands here, so that they never contradict each other.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import msgspec

from pratique.ecosystems import ECOSYSTEMS
from pratique.errors import InvalidVersionError
from pratique.records.advisory import Rating
from pratique.records.finding import Finding, Misconfigured, Vulnerable
from pratique.records.inventory import Inventory, LayerNote, Placed
from pratique.records.report import Report
from pratique.versions import SCHEMES, Key, versions_key

RANKS = (
    Rating.CRITICAL,
    Rating.HIGH,
    Rating.MEDIUM,
    Rating.UNKNOWN,
    Rating.LOW,
    Rating.NEGLIGIBLE,
)
"""The worst first. What nobody has rated may be anything: it goes before what is known to be low."""

_RANK = {rating: rank for rank, rating in enumerate(RANKS)}
Order: TypeAlias = Callable[[str], Key]
"""From a version to its sort key; raises InvalidVersionError."""


class Upgrade(msgspec.Struct, frozen=True):
    """One package, all that counts against it, and the version to go to."""

    placed: Placed
    findings: tuple[Vulnerable, ...]
    """The worst first; at least one."""
    version: str
    """The one version that mends all that can be mended; empty: no fix is known."""
    mends: int
    """How many of the findings it mends."""
    base_image: bool
    """It came with the base image, as far as the history tells."""

    @property
    def worst(self) -> Rating:
        """Rating of the worst finding."""
        return self.findings[0].severity.rating

    @property
    def exploited(self) -> bool:
        """Whether a finding is known to be exploited."""
        return any(finding.exploited for finding in self.findings)


class Tally(msgspec.Struct, frozen=True):
    """How many findings, of which kind."""

    ratings: dict[Rating, int]
    """Every rating is a key."""
    fixable: int
    exploited: int

    @property
    def total(self) -> int:
        """All findings."""
        return sum(self.ratings.values())


class Plan(msgspec.Struct, frozen=True):
    """The findings of a report, in the order in which to look at them."""

    own: tuple[Upgrade, ...]
    """In the layers built on top of the base image; everything, where the history does not tell."""
    base: tuple[Upgrade, ...]
    """In the layers of the base image."""
    split: bool
    """The history tells base image and own layers apart."""
    misconfigured: tuple[Misconfigured, ...]
    suppressed: tuple[tuple[str, int], ...]
    """Why findings do not count, and how many each; the most frequent first."""


def plan(report: Report) -> Plan:
    """Group the findings that count by package, the worst package first."""
    layers = layers_by_index(report.inventory)
    upgrades = upgrades_of(report.findings, layers)
    notes = {note.base_image for note in report.inventory.layers}
    misconfigured = [each for each in report.findings if isinstance(each, Misconfigured) and not each.suppressed]
    reasons = Counter(each.suppressed for each in report.findings if each.suppressed)
    return Plan(
        own=tuple(each for each in upgrades if not each.base_image),
        base=tuple(each for each in upgrades if each.base_image),
        split=len(notes) == 2,
        misconfigured=tuple(sorted(misconfigured, key=finding_order)),
        suppressed=tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
    )


def layers_by_index(inventory: Inventory) -> dict[int, LayerNote]:
    """The layers by number."""
    return {note.index: note for note in inventory.layers}


def upgrades_of(findings: Iterable[Finding], layers: dict[int, LayerNote]) -> list[Upgrade]:
    """One upgrade for each package with a finding that counts: exploited ones first, then the worst."""
    groups: dict[tuple[object, ...], list[Vulnerable]] = {}
    for finding in findings:
        if isinstance(finding, Vulnerable) and not finding.suppressed:
            groups.setdefault(package_key(finding.placed), []).append(finding)
    upgrades = [_upgrade(group, layers) for group in groups.values()]
    return sorted(upgrades, key=_upgrade_order)


def alike(upgrades: Iterable[Upgrade]) -> list[tuple[Upgrade, ...]]:
    """Put packages of one source package together where all that is to be said of them is the same."""
    groups: dict[tuple[object, ...], list[Upgrade]] = {}
    for upgrade in upgrades:
        package, origin = upgrade.placed.fact, upgrade.placed.origin
        source = (package.type, package.source or package.name, package.version)
        place = (upgrade.placed.path, origin.layer, origin.hidden_by)
        ids = tuple(finding.id for finding in upgrade.findings)
        groups.setdefault((source, place, upgrade.version, ids), []).append(upgrade)
    return [tuple(group) for group in groups.values()]


def tally(upgrades: Iterable[Upgrade]) -> Tally:
    """Count the findings of some packages."""
    ratings = dict.fromkeys(RANKS, 0)
    fixable = exploited = 0
    for upgrade in upgrades:
        fixable += upgrade.mends
        for finding in upgrade.findings:
            ratings[finding.severity.rating] += 1
            exploited += finding.exploited is not None
    return Tally(ratings, fixable, exploited)


def package_key(placed: Placed) -> tuple[object, ...]:
    """What makes two findings speak of the same package in the same place."""
    package, origin = placed.fact, placed.origin
    hidden = -1 if origin.hidden_by is None else origin.hidden_by
    return (package.type, package.name, package.version, package.arch, placed.path, origin.layer, hidden)


def finding_order(finding: Finding) -> tuple[object, ...]:
    """Sort key: what counts first, then what is exploited, then the worst, then the likeliest."""
    rank = _RANK[finding.severity.rating]
    if isinstance(finding, Misconfigured):
        place = ("", finding.path, str(finding.layer))
        return (bool(finding.suppressed), True, rank, 0.0, finding.id, place, finding.title)
    epss = finding.epss.score if finding.epss else 0.0
    key = package_key(finding.placed)
    return (bool(finding.suppressed), finding.exploited is None, rank, -epss, finding.id, key, finding.summary)


def best_version(fixes: Sequence[Sequence[str]], order: Order) -> tuple[str, int]:
    """The smallest version that mends every finding which can be mended, and how many that are.

    `fixes` holds the fixed versions of each finding, the one on the installed branch first. The answer is the
    largest of those first ones; where that lies on a younger branch than another finding's first fix, it is
    raised to that finding's fix on the younger branch: 1.2.5 and 2.0.3 do not make 2.0.1 sound.
    """
    options = []
    for versions in fixes:
        keyed = _keyed(versions, order)
        if versions and keyed and keyed[0][1] == versions[0]:
            options.append(keyed)
    if not options:
        return "", 0
    best = max((keyed[0] for keyed in options), key=lambda pair: pair[0])
    for _ in options:
        raised = best
        for keyed in options:
            raised = _on_its_branch(raised, keyed)
        if raised == best:
            break
        best = raised
    return best[1], len(options)


def _keyed(versions: Sequence[str], order: Order) -> list[tuple[Key, str]]:
    keyed = []
    for version in versions:
        try:
            keyed.append((order(version), version))
        except InvalidVersionError:
            continue
    return keyed


def _on_its_branch(best: tuple[Key, str], keyed: list[tuple[Key, str]]) -> tuple[Key, str]:
    below = [pair for pair in keyed if pair[0] <= best[0]]
    above = [pair for pair in keyed if pair[0] > best[0]]
    if not below or not above:
        return best
    last = max(below, key=lambda pair: pair[0])
    following = min(above, key=lambda pair: pair[0])
    return following if _shared(following[1], best[1]) > _shared(last[1], best[1]) else best


def _shared(left: str, right: str) -> int:
    """How many leading parts two versions share: 2.0.1 and 2.0.3 share two."""
    count = 0
    for one, other in zip(re.split(r"[.:~+-]", left), re.split(r"[.:~+-]", right), strict=False):
        if one != other:
            break
        count += 1
    return count


def _upgrade(group: list[Vulnerable], layers: dict[int, LayerNote]) -> Upgrade:
    placed = group[0].placed
    note = layers.get(placed.origin.layer)
    findings = tuple(sorted(group, key=finding_order))
    version, mends = best_version([each.fixed_versions for each in findings], _order(placed.fact.type))
    return Upgrade(
        placed=placed,
        findings=tuple(sorted(findings, key=lambda each: _RANK[each.severity.rating])),
        version=version,
        mends=mends,
        base_image=note is not None and note.base_image,
    )


def _upgrade_order(upgrade: Upgrade) -> tuple[object, ...]:
    epss = max((each.epss.score for each in upgrade.findings if each.epss), default=0.0)
    worst = _RANK[upgrade.worst]
    return (not upgrade.exploited, worst, -epss, -len(upgrade.findings), package_key(upgrade.placed))


def _order(kind: str) -> Order:
    ecosystem = ECOSYSTEMS.get(kind)
    if ecosystem is None or ecosystem.scheme not in SCHEMES:
        return _no_order
    return versions_key(ecosystem.scheme)


def _no_order(version: str) -> Key:
    raise InvalidVersionError(f"no scheme orders {version!r}")
