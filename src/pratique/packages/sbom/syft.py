"""Syft's own JSON (anchore/syft, schema/json): `artifacts`, and `artifactRelationships` between them."""

import msgspec
from msgspec import Raw

from pratique.packages.sbom import loose
from pratique.packages.sbom.component import Component, Document, licences


class _License(msgspec.Struct):
    value: str | None = None


class _Artifact(msgspec.Struct):
    id: str | None = None
    name: str | None = None
    version: str | None = None
    purl: str | None = None
    licenses: list[_License | str | None] | None = None


class _Relationship(msgspec.Struct):
    parent: str | None = None
    child: str | None = None
    type: str | None = None


def read(artifacts: Raw, relationships: Raw) -> Document:
    """The document of these two members. Raises RecursionError."""
    document = Document()
    rows, document.broken = loose.rows(artifacts, _Artifact)
    for row in rows:
        told = (each if isinstance(each, str) else each.value if each else None for each in row.licenses or ())
        document.components.append(
            Component(row.id or "", row.purl or "", row.name or "", row.version or "", licences(*told))
        )
    edges, _ = loose.rows(relationships, _Relationship)
    for edge in edges:
        if edge.type == "dependency-of":
            document.need(edge.child or "", edge.parent or "")
        elif edge.type == "contains":
            document.need(edge.parent or "", edge.child or "")
    return document
