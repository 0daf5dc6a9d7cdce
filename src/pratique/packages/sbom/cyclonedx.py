"""CycloneDX 1.2 to 1.7 as JSON (ECMA-424): `components`, one in another, and `dependencies` beside them."""

import msgspec
from msgspec import Raw

from pratique.packages.sbom import loose
from pratique.packages.sbom.component import Component, Document, licences


class _Named(msgspec.Struct):
    id: str | None = None
    name: str | None = None


class _Choice(msgspec.Struct):
    license: _Named | None = None
    expression: str | None = None


class _Property(msgspec.Struct):
    name: str | None = None
    value: str | None = None


class _Component(msgspec.Struct, rename={"reference": "bom-ref"}):
    reference: str | None = None
    type: str | None = None
    name: str | None = None
    version: str | None = None
    purl: str | None = None
    scope: str | None = None
    publisher: str | None = None
    supplier: _Named | None = None
    licenses: list[_Choice] | None = None
    properties: list[_Property] | None = None
    components: list["_Component"] | None = None


class _Dependency(msgspec.Struct):
    ref: str | None = None
    dependsOn: list[str] | None = None  # noqa: N815


class _Metadata(msgspec.Struct):
    component: Raw = loose.EMPTY


def read(components: Raw, dependencies: Raw, metadata: Raw) -> Document:
    """The document of these three members. Raises RecursionError."""
    document = Document()
    waiting, document.broken = loose.rows(components, _Component)
    about = loose.row(metadata, _Metadata)
    root = loose.row(about.component, _Component) if about else None
    if root:
        document.roots.add(root.reference or "")
        waiting = (root.components or []) + waiting
    waiting.reverse()
    while waiting:
        component = waiting.pop()
        if component.components:
            waiting += reversed(component.components)
        system = component.type == "operating-system"
        if component.purl or component.name:
            document.components.append(_component(component, system=system))
    edges, _ = loose.rows(dependencies, _Dependency)
    for edge in edges:
        if edge.ref and edge.dependsOn:
            document.needs.setdefault(edge.ref, []).extend(edge.dependsOn)
    return document


def _component(component: _Component, *, system: bool) -> Component:
    told: tuple[str, ...] = ()
    if component.licenses:
        told = licences(
            *(
                choice.expression or (choice.license.id or choice.license.name if choice.license else None)
                for choice in component.licenses
            )
        )
    supplier = component.supplier.name if component.supplier else None
    return Component(
        component.reference or "",
        component.purl or "",
        component.name or "",
        component.version or "",
        told,
        supplier or component.publisher or "",
        component.scope == "excluded" or any(map(_is_of_builders, component.properties or ())),
        system,
    )


def _is_of_builders(each: _Property) -> bool:
    """Told by npm's own tool, in the taxonomy of CycloneDX."""
    return each.name == "cdx:npm:package:development" and each.value == "true"
