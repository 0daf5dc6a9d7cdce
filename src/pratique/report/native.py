"""pratique's own JSON, for other programs to build on: docs/json-schema.md explains every field.

Same input, same bytes. Whatever is not known is null; lists are sorted; what can move a terminal's cursor or turn
the direction of text is escaped, so that the bytes may be shown as they are.
"""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from pratique.ecosystems import distro_ecosystem
from pratique.lifecycle import end_of_life
from pratique.records.finding import Finding, Misconfigured, Vulnerable
from pratique.records.image import Manifest
from pratique.records.inventory import Inventory, LayerNote, Placed
from pratique.records.package import Distro
from pratique.records.report import Provenance, Report
from pratique.report.plan import finding_order, layers_by_index, package_key, upgrades_of

SCHEMA = 1
"""Raised only when a reader of the former number would misunderstand; keys may be added within one number."""

Layers = dict[int, LayerNote]


def render_json(report: Report, *, indent: int = 2) -> bytes:
    """The whole report as one JSON document in UTF-8, with a final newline.

    `indent` is in spaces; 0 puts the document on one line.
    """
    inventory = report.inventory
    layers = layers_by_index(inventory)
    document = _manifest(report.manifest, inventory)
    document["findings"] = _findings(report.findings, layers)
    document["unknowns"] = _unknowns(inventory)
    document["gaps"] = sorted(report.gaps)
    document["unjudged"] = sorted(report.unjudged)
    document["verdict"] = {
        "outcome": report.verdict.outcome.value,
        "reasons": report.verdict.reasons,
        "policy": report.verdict.policy,
    }
    document["provenance"] = _provenance(report.provenance)
    return _encode(document, indent)


def sbom_json(manifest: Manifest, inventory: Inventory, provenance: Provenance, *, indent: int = 2) -> bytes:
    """What is in the image, without judgement: the report's document without findings, gaps and verdict."""
    document = _manifest(manifest, inventory)
    document["unknowns"] = _unknowns(inventory)
    document["linked"] = [{"path": each.path, "needs": each.needs} for each in inventory.linked]
    document["provenance"] = _provenance(provenance)
    return _encode(document, indent)


def _manifest(manifest: Manifest, inventory: Inventory) -> dict[str, Any]:
    layers = layers_by_index(inventory)
    distro = inventory.distro
    return {
        "schema": SCHEMA,
        "image": {
            "reference": manifest.reference,
            "digest": manifest.digest,
            "config_digest": manifest.config_digest,
            "platform": str(manifest.config.platform) or None,
            "created": manifest.config.created or None,
            "names": sorted(manifest.names),
            "warnings": sorted(manifest.warnings),
        },
        "distro": None if distro is None else _distro(distro),
        "layers": [_layer(layers[index]) for index in sorted(layers)],
        "channels": [{"kind": each.kind, "names": each.names} for each in inventory.channels],
        **_packages(inventory, layers),
    }


def _packages(inventory: Inventory, layers: Layers) -> dict[str, Any]:
    """Installed, declared and left-out packages, apart; `depends_on` holds places in the list where it stands."""
    packages = inventory.packages
    ordered = sorted(range(len(packages)), key=lambda number: _order(packages[number]))
    installed = [number for number in ordered if packages[number].counts]
    declared = [number for number in ordered if packages[number].fact.declared and not packages[number].left_out]
    place = {number: at for numbers in (installed, declared) for at, number in enumerate(numbers)}
    return {
        "packages": [_package(packages[number], layers, place) for number in installed],
        "declared": [_package(packages[number], layers, place) for number in declared],
        "left_out": [_left_out(packages[number], layers) for number in ordered if packages[number].left_out],
    }


def _left_out(placed: Placed, layers: Layers) -> dict[str, Any]:
    return {
        "purl": placed.purl or None,
        "name": placed.fact.name,
        "version": placed.fact.version or None,
        "ecosystem": placed.fact.type,
        "path": placed.path,
        **_origin(placed.origin.layer, layers),
        "reason": placed.left_out,
    }


def _distro(distro: Distro) -> dict[str, Any]:
    cycle = end_of_life(distro)
    return {
        "id": distro.id,
        "version": distro.version or None,
        "name": distro.name or None,
        "codename": distro.codename or None,
        "ecosystem": distro_ecosystem(distro),
        "end_of_life": cycle and cycle.end,
        "extended_support": (cycle and cycle.extended) or None,
    }


def _layer(note: LayerNote) -> dict[str, Any]:
    return {
        "index": note.index,
        "diff_id": note.diff_id,
        "digest": note.digest or None,
        "instruction": note.instruction or None,
        "size": note.size,
        "files": note.files,
        "base_image": note.base_image,
    }


def _order(placed: Placed) -> tuple[object, ...]:
    return (*package_key(placed), placed.line, placed.fact.source, placed.fact.licenses, placed.owner)


class _Package(msgspec.Struct, omit_defaults=True):
    """One row of `packages` or `declared`; fields without default are always written."""

    purl: str | None
    name: str
    version: str | None
    ecosystem: str
    source: str | None
    path: str
    layer: int | None
    instruction: str | None
    base_image: bool | None
    hidden_by: int | None
    licenses: list[str]
    arch: str = ""
    source_version: str = ""
    line: int = 0
    owner: str = ""
    vendor: str = ""
    module: str = ""
    development: bool = False
    evidence: tuple[str, ...] = ()
    depends_on: tuple[int, ...] = ()


def _package(placed: Placed, layers: Layers, place: dict[int, int]) -> _Package:
    package, origin = placed.fact, placed.origin
    note = layers.get(origin.layer)
    needs = placed.needs and tuple(sorted(place[number] for number in placed.needs if number in place))
    return _Package(
        placed.purl or None,
        package.name,
        package.version or None,
        package.type,
        package.source or None,
        placed.path,
        origin.layer if note or origin.layer >= 0 else None,
        (note.instruction or None) if note else None,
        note.base_image if note else None,
        origin.hidden_by,
        sorted(package.licenses),
        package.arch,
        package.source_version,
        placed.line,
        placed.owner,
        package.vendor,
        package.module,
        package.development,
        placed.evidence,
        needs,
    )


def _origin(layer: int, layers: Layers) -> dict[str, Any]:
    """The layer by number, and what stands in the history for it; all null where the layer is not known."""
    note = layers.get(layer)
    if note is None:
        return {"layer": layer if layer >= 0 else None, "instruction": None, "base_image": None}
    return {"layer": layer, "instruction": note.instruction or None, "base_image": note.base_image}


def _findings(findings: Iterable[Finding], layers: Layers) -> list[dict[str, Any]]:
    ordered = sorted(findings, key=finding_order)
    versions = {package_key(each.placed): each.version for each in upgrades_of(ordered, layers)}
    return [
        _misconfigured(each, layers)
        if isinstance(each, Misconfigured)
        else _vulnerable(each, layers, versions.get(package_key(each.placed), ""))
        for each in ordered
    ]


def _vulnerable(finding: Vulnerable, layers: Layers, fix: str) -> dict[str, Any]:
    placed, severity, kev, epss = finding.placed, finding.severity, finding.exploited, finding.epss
    return {
        "kind": "vulnerable",
        "id": finding.id,
        "aliases": finding.aliases,
        "purl": placed.purl or None,
        "package": placed.fact.name,
        "installed_version": placed.fact.version or None,
        "severity": severity.rating.word,
        "severity_source": severity.source or None,
        "score": severity.score or None,
        "vector": severity.vector or None,
        "fixed_versions": finding.fixed_versions,
        "fix": fix or None,
        "kev": None if kev is None else {"added": kev.added, "due": kev.due or None, "ransomware": kev.ransomware},
        "epss": None if epss is None else {"score": epss.score, "percentile": epss.percentile},
        "path": placed.path,
        **_origin(placed.origin.layer, layers),
        "hidden_by": placed.origin.hidden_by,
        "summary": finding.summary or None,
        "reasons": finding.reasons,
        "urls": finding.urls,
        "published": finding.published or None,
        "suppressed": finding.suppressed or None,
    }


def _misconfigured(finding: Misconfigured, layers: Layers) -> dict[str, Any]:
    return {
        "kind": "misconfigured",
        "id": finding.id,
        "aliases": (),
        "purl": None,
        "title": finding.title,
        "severity": finding.severity.rating.word,
        "severity_source": finding.severity.source or None,
        "fixed_versions": (),
        "path": finding.path or None,
        **_origin(finding.layer, layers),
        "reasons": finding.reasons,
        "advice": finding.advice or None,
        "suppressed": finding.suppressed or None,
    }


def _unknowns(inventory: Inventory) -> list[dict[str, Any]]:
    """What could not be read, removed package databases included: there, what they listed is not known any more."""
    rows = [
        (each.unknown.path, each.unknown.analyzer, each.unknown.reason, each.origin, each.owner)
        for each in inventory.unknowns
    ]
    rows += [
        (each.path, "inventory", removed(each.type, each.packages), each.origin, "")
        for each in inventory.removed_databases
    ]
    rows.sort(key=lambda row: (*row[:3], row[3].layer, -1 if row[3].hidden_by is None else row[3].hidden_by))
    return [
        {
            "path": path or None,
            "analyzer": analyzer,
            "reason": reason,
            "layer": origin.layer if origin.layer >= 0 else None,
            "hidden_by": origin.hidden_by,
            "owner": owner or None,
        }
        for path, analyzer, reason, origin, owner in rows
    ]


def removed(kind: str, packages: int) -> str:
    """What is said of a package database that a later layer deleted."""
    return f"the package database was removed; it listed {packages} {kind} packages"


def _provenance(provenance: Provenance) -> dict[str, Any]:
    return {
        "tool": provenance.tool,
        "analyzers": sorted(provenance.analyzers),
        "fingerprint": provenance.fingerprint,
        "scanned": provenance.scanned,
        "advisories": [
            {
                "ecosystem": each.ecosystem,
                "count": each.count,
                "newest": each.newest or None,
                "fetched": each.fetched or None,
                "source": each.source or None,
            }
            for each in sorted(provenance.advisories, key=lambda each: (each.ecosystem, each.source))
        ],
        "baseline": provenance.baseline,
    }


def _encode(document: dict[str, Any], indent: int) -> bytes:
    try:
        data = msgspec.json.encode(document)
    except UnicodeEncodeError:  # a reference from a command line that is no UTF-8
        data = msgspec.json.encode(_whole(msgspec.to_builtins(document)))
    if indent > 0:
        data = msgspec.json.format(data, indent=indent)
    for lead, unseen in _UNSEEN:
        if lead in data:  # one byte each: that is a plain memchr
            data = re.sub(unseen, _escape, data)
    return data + b"\n"


_UNSEEN = (
    (b"\x7f", rb"\x7f"),
    (b"\xc2", rb"\xc2[\x80-\x9f]"),
    (b"\xd8", rb"\xd8\x9c"),
    (b"\xe2", rb"\xe2\x80[\x8b-\x8f\xa8-\xae]"),
    (b"\xe2", rb"\xe2\x81[\xa0-\xaf]"),
    (b"\xef", rb"\xef\xbb\xbf"),
    (b"\xf3", rb"\xf3\xa0[\x80-\x81][\x80-\xbf]"),
)
"""In UTF-8: DEL and C1 controls, marks and overrides of direction, zero-width signs, line separators, tags.

The first byte of each, and all of it: expressions that begin with a literal are found faster than alternatives.
"""


def _escape(match: re.Match[bytes]) -> bytes:
    units = match.group().decode("utf-8").encode("utf-16-be")
    return b"".join(b"\\u%02x%02x" % (units[at], units[at + 1]) for at in range(0, len(units), 2))


def _whole(value: Any) -> Any:
    """`value` with a question mark for every half of a surrogate pair."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(each) for each in value]
    return value
