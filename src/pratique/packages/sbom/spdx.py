"""SPDX 2.2 and 2.3 as JSON (chapters 7 and 11: packages, relationships), and 3.0 as JSON-LD (`software_Package`)."""

import msgspec
from msgspec import Raw

from pratique.packages.sbom import loose
from pratique.packages.sbom.component import Component, Document, licences

_OF_BUILDERS = frozenset(
    f"{kind}_OF"
    for kind in (
        *("BUILD_DEPENDENCY", "BUILD_TOOL", "DEV_DEPENDENCY", "DEV_TOOL"),
        *("TEST_DEPENDENCY", "TEST_TOOL", "TEST"),
    )
)


class _Reference(msgspec.Struct, rename="camel"):
    reference_type: str | None = None
    reference_locator: str | None = None


class _Package(msgspec.Struct, rename={"reference": "SPDXID", "version": "versionInfo"}):
    reference: str | None = None
    name: str | None = None
    version: str | None = None
    supplier: str | None = None
    licenseDeclared: str | None = None  # noqa: N815
    licenseConcluded: str | None = None  # noqa: N815
    primaryPackagePurpose: str | None = None  # noqa: N815
    externalRefs: list[_Reference] | None = None  # noqa: N815


class _Relationship(msgspec.Struct, rename="camel"):
    spdx_element_id: str | None = None
    relationship_type: str | None = None
    related_spdx_element: str | None = None


class _Identifier(msgspec.Struct, rename={"kind": "externalIdentifierType"}):
    kind: str | None = None
    identifier: str | None = None


class _Element(
    msgspec.Struct,
    rename={
        "reference": "spdxId",
        "one": "from",
        "purpose": "software_primaryPurpose",
        "version": "software_packageVersion",
        "purl": "software_packageUrl",
        "identifiers": "externalIdentifier",
        "relation": "relationshipType",
        "roots": "rootElement",
        "expression": "simplelicensing_licenseExpression",
        "supplier": "suppliedBy",
    },
):
    type: str | None = None
    reference: str | None = None
    name: str | None = None
    version: str | None = None
    purl: str | None = None
    purpose: str | None = None
    identifiers: list[_Identifier] | None = None
    one: str | None = None
    to: list[str] | str | None = None
    relation: str | None = None
    scope: str | None = None
    roots: list[str] | None = None
    expression: str | None = None
    supplier: str | None = None


def read_2(packages: Raw, relationships: Raw, described: Raw) -> Document:
    """The document of these three members. Raises RecursionError."""
    document = Document(roots=set(loose.texts(described)))
    rows, document.broken = loose.rows(packages, _Package)
    for row in rows:
        urls = (each.reference_locator for each in row.externalRefs or () if each.reference_type == "purl")
        document.components.append(
            component(
                row.reference or "",
                next(filter(None, urls), None) or "",
                name=row.name or "",
                version=row.version or "",
                declared=row.licenseDeclared or "",
                concluded=row.licenseConcluded or "",
                supplier=row.supplier or "",
                purpose=row.primaryPackagePurpose or "",
            )
        )
    edges, _ = loose.rows(relationships, _Relationship)
    for edge in edges:
        relate(document, edge.spdx_element_id or "", edge.relationship_type or "", edge.related_spdx_element or "")
    return document


def component(
    reference: str, purl: str, *, name: str, version: str, declared: str, concluded: str, supplier: str, purpose: str
) -> Component:
    """A package of SPDX 2. The licence concluded counts where none was declared."""
    kind, colon, vendor = supplier.partition(":")
    return Component(
        reference,
        purl,
        name,
        version,
        (licences(declared) or licences(concluded))[:1],
        vendor.strip() if colon and kind in ("Organization", "Person") else "",
        system=purpose.replace("_", "-") == "OPERATING-SYSTEM",
    )


def relate(document: Document, one: str, relation: str, other: str) -> None:
    """SPDX 2.3, chapter 11: some relations are written in both directions."""
    if relation in ("DEPENDS_ON", "CONTAINS"):
        document.need(one, other)
    elif relation in ("DEPENDENCY_OF", "RUNTIME_DEPENDENCY_OF", "CONTAINED_BY"):
        document.need(other, one)
    elif relation == "DESCRIBES":
        document.roots.add(other)
    elif relation == "DESCRIBED_BY":
        (document.roots if other == "SPDXRef-DOCUMENT" else document.sources).add(
            one if other == "SPDXRef-DOCUMENT" else other
        )
    elif relation == "GENERATED_FROM":
        document.sources.add(other)
    elif relation in _OF_BUILDERS:
        document.builders.add(one)


def read_3(graph: Raw) -> Document:
    """The document of a graph of elements. Raises RecursionError."""
    document = Document()
    elements, document.broken = loose.rows(graph, _Element)
    expressions = {each.reference: each.expression for each in elements if each.expression}
    names = {each.reference: each.name for each in elements if each.type in ("Organization", "Person")}
    by_reference: dict[str, Component] = {}
    for each in elements:
        if each.type == "software_Package":
            urls = (row.identifier for row in each.identifiers or () if row.kind == "packageUrl")
            one = Component(each.reference or "", each.purl or next(filter(None, urls), None) or "")
            one.name, one.version, one.vendor = each.name or "", each.version or "", names.get(each.supplier) or ""
            one.system = each.purpose == "operatingSystem"
            document.components.append(one)
            by_reference[one.reference] = one
        elif each.roots and each.type in ("SpdxDocument", "software_Sbom"):
            document.roots.update(root for root in each.roots if root in by_reference or each.type == "software_Sbom")
    for each in elements:
        if each.relation:
            _relate_3(document, each, by_reference, expressions)
    return document


def _relate_3(
    document: Document, each: _Element, known: dict[str, Component], expressions: dict[str | None, str]
) -> None:
    one = each.one or ""
    others = [each.to] if isinstance(each.to, str) else each.to or []
    if each.relation in ("hasDeclaredLicense", "hasConcludedLicense") and one in known:
        declared = each.relation == "hasDeclaredLicense"
        told = licences(*(expressions.get(other) for other in others))
        if told and (declared or not known[one].licenses):
            known[one].licenses = told
    elif each.relation in ("dependsOn", "contains"):
        if each.scope in ("build", "development", "test"):
            document.builders.update(others)
        else:
            document.needs.setdefault(one, []).extend(others)
