"""Packages out of an SBOM, whichever format it has: told by content, never by name.

CycloneDX 1.2 to 1.7 JSON (ECMA-424: `components`, `dependencies`); SPDX 2.2 and 2.3 JSON and tag-value (chapters 7 and
11: packages, relationships) and 3.0 JSON-LD (`software_Package`); Syft's JSON (`artifacts`). What an entry is, its
package URL says; entries without one are skipped, and so are whole images.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from pratique.errors import UnreadableFileError
from pratique.limits import FACTS_PER_FILE_MOST, MIB
from pratique.purl import InvalidPurlError
from pratique.purl import parse as parse_purl
from pratique.records.facts import Found
from pratique.records.file import Data
from pratique.records.package import Package, Requires

LARGEST = 64 * MIB
_DEEPEST = 32
"""Components in components."""
_SYSTEM = frozenset({"deb", "rpm", "apk", "alpm", "opkg"})
_IMAGES = frozenset({"oci", "docker"})
_MARKS = (b"CycloneDX", b"SPDX", b"@graph", b"artifacts")
_NO_LICENCE = frozenset({"", "NOASSERTION", "NONE"})


class Entry(msgspec.Struct, frozen=True):
    """One package of a document."""

    reference: str
    """What the document's relations call it."""
    package: Package


def read_sbom(data: Data, path: str, *, declared: bool = True) -> Iterator[Found]:
    """The packages of a document and what they need; nothing if it is no SBOM.

    `declared` False: the document tells what is in the thing beside it. Packages of operating systems stay declared all
    the same: their own database knows better. Raises UnreadableFileError for an SBOM that is broken.
    """
    content = bytes(data)
    if content.lstrip()[:12].startswith(b"SPDXVersion:"):
        entries, needs = _tag_value(content.decode(errors="replace"))
    else:
        document = _json(content)
        entries, needs = _read(document) if isinstance(document, dict) else ([], {})
    known = {entry.reference: entry.package for entry in entries}
    for entry in dict.fromkeys(entries):
        package = entry.package
        fact = msgspec.structs.replace(package, declared=declared or package.type in _SYSTEM)
        yield Found(path, 0, fact)
        wanted = tuple(
            dict.fromkeys(
                f"{known[other].name}@{known[other].version}"
                for other in needs.get(entry.reference, ())
                if other in known and other != entry.reference
            )
        )
        if wanted:
            yield Found(path, 0, Requires(package.type, package.name, package.version, wanted))


def _json(content: bytes) -> Any:
    """The document; None for what is no JSON and does not look like a broken SBOM either."""
    try:
        return msgspec.json.decode(content.decode(errors="replace").removeprefix("\ufeff"))
    except (msgspec.DecodeError, RecursionError) as error:
        if content.lstrip()[:1] == b"{" and any(mark in content[:4096] for mark in _MARKS):
            raise UnreadableFileError(f"a broken SBOM: {error}") from None
        return None


def _read(document: dict[str, Any]) -> tuple[list[Entry], dict[str, list[str]]]:
    if document.get("bomFormat") == "CycloneDX":
        return _cyclonedx(document)
    if _text(document.get("spdxVersion")).startswith("SPDX-2"):
        return _spdx_2(document)
    if isinstance(document.get("@graph"), list):
        return _spdx_3(document["@graph"])
    if isinstance(document.get("artifacts"), list) and "descriptor" in document:
        return _syft(document)
    return [], {}


def _cyclonedx(document: dict[str, Any]) -> tuple[list[Entry], dict[str, list[str]]]:
    entries: list[Entry] = []
    waiting = [(each, 0) for each in _rows(document.get("components"))]
    while waiting and len(entries) < FACTS_PER_FILE_MOST:
        component, depth = waiting.pop()
        if depth < _DEEPEST:
            waiting += [(each, depth + 1) for each in _rows(component.get("components"))]
        licences = []
        for row in _rows(component.get("licenses")):
            licence = _fields(row.get("license"))
            licences.append(_text(row.get("expression")) or _text(licence.get("id")) or _text(licence.get("name")))
        vendor = _text(_fields(component.get("supplier")).get("name"))
        package = _package(_text(component.get("purl")), licences, vendor)
        if package is not None:
            entries.append(Entry(_text(component.get("bom-ref")), package))
    needs = {_text(row.get("ref")): _texts(row.get("dependsOn")) for row in _rows(document.get("dependencies"))}
    return entries[::-1], needs


def _spdx_2(document: dict[str, Any]) -> tuple[list[Entry], dict[str, list[str]]]:
    entries = []
    for row in _rows(document.get("packages")):
        urls = [
            _text(reference.get("referenceLocator"))
            for reference in _rows(row.get("externalRefs"))
            if reference.get("referenceType") == "purl"
        ]
        licences = [_text(row.get("licenseDeclared")), _text(row.get("licenseConcluded"))]
        package = _package(next(iter(urls), ""), licences[:1] if licences[0] not in _NO_LICENCE else licences[1:])
        if package is not None:
            vendor = _text(row.get("supplier")).partition(": ")[2]
            entries.append(Entry(_text(row.get("SPDXID")), msgspec.structs.replace(package, vendor=vendor)))
    needs: dict[str, list[str]] = {}
    for row in _rows(document.get("relationships")):
        ends = _text(row.get("spdxElementId")), _text(row.get("relatedSpdxElement"))
        _relate(needs, ends[0], _text(row.get("relationshipType")), ends[1])
    return entries, needs


def _relate(needs: dict[str, list[str]], one: str, relation: str, other: str) -> None:
    """SPDX 2.3, chapter 11: both directions are written."""
    if relation == "DEPENDS_ON":
        needs.setdefault(one, []).append(other)
    elif relation in ("DEPENDENCY_OF", "RUNTIME_DEPENDENCY_OF"):
        needs.setdefault(other, []).append(one)


def _spdx_3(graph: list[Any]) -> tuple[list[Entry], dict[str, list[str]]]:
    entries, needs = [], dict[str, list[str]]()
    for row in _rows(graph):
        kind = _text(row.get("type"))
        if kind == "software_Package":
            urls = [_text(row.get("software_packageUrl"))]
            urls += [
                _text(each.get("identifier"))
                for each in _rows(row.get("externalIdentifier"))
                if each.get("externalIdentifierType") == "packageUrl"
            ]
            package = _package(next(filter(None, urls), ""), ())
            if package is not None:
                entries.append(Entry(_text(row.get("spdxId")), package))
        elif kind == "Relationship" and row.get("relationshipType") == "dependsOn":
            needs.setdefault(_text(row.get("from")), []).extend(_texts(row.get("to")))
    return entries, needs


def _syft(document: dict[str, Any]) -> tuple[list[Entry], dict[str, list[str]]]:
    entries = []
    for row in _rows(document.get("artifacts")):
        licences = [
            _text(each.get("value")) if isinstance(each, dict) else _text(each) for each in _list(row, "licenses")
        ]
        package = _package(_text(row.get("purl")), licences)
        if package is not None:
            entries.append(Entry(_text(row.get("id")), package))
    needs: dict[str, list[str]] = {}
    for row in _rows(document.get("artifactRelationships")):
        if row.get("type") == "dependency-of":
            needs.setdefault(_text(row.get("child")), []).append(_text(row.get("parent")))
    return entries, needs


def _tag_value(text: str) -> tuple[list[Entry], dict[str, list[str]]]:
    entries: list[Entry] = []
    needs: dict[str, list[str]] = {}
    fields: dict[str, str] = {}
    for line in [*text.split("\n"), "PackageName: "]:
        tag, _, value = line.strip().partition(": ")
        if tag in ("PackageName", "PackageName:"):
            package = _package(fields.get("purl", ""), [fields.get("PackageLicenseDeclared", "")])
            if package is not None:
                entries.append(Entry(fields.get("SPDXID", ""), package))
            fields = {}
        elif tag == "ExternalRef" and " purl " in value:
            fields.setdefault("purl", value.rpartition(" purl ")[2].strip())
        elif tag == "Relationship" and len(words := value.split()) == 3:
            _relate(needs, *words)
        else:
            fields.setdefault(tag, value)
    return entries, needs


def _package(text: str, licences: Iterable[str], vendor: str = "") -> Package | None:
    """The package that a package URL names; None for none, and for images."""
    try:
        url = parse_purl(text)
    except InvalidPurlError:
        return None
    if url.type in _IMAGES:
        return None
    qualifiers = dict(url.qualifiers)
    version = url.version
    if url.type == "rpm" and qualifiers.get("epoch", "0") != "0":
        version = f"{qualifiers['epoch']}:{version}"
    name = url.name
    if url.namespace and url.type not in _SYSTEM:
        name = f"{url.namespace}{':' if url.type == 'maven' else '/'}{name}"
    source, _, source_version = qualifiers.get("upstream", "").partition("@")
    told = tuple(dict.fromkeys(licence for licence in licences if licence not in _NO_LICENCE))
    return Package(
        url.type,
        name,
        version,
        arch=qualifiers.get("arch", "") if url.type in _SYSTEM else "",
        source=source,
        source_version=source_version,
        licenses=told,
        vendor=vendor,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _rows(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _fields(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(row: dict[str, Any], key: str) -> list[Any]:
    value = row.get(key)
    return value if isinstance(value, list) else []
