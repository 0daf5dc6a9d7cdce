"""SPDX 2.2 and 2.3 in its own notation: `Tag: value` a line, `<text>` around values of several lines (chapter 6)."""

from pratique.packages.sbom.component import Document
from pratique.packages.sbom.spdx import component, relate

_ENDING = frozenset({"PackageName", "FileName", "SnippetSPDXID", "LicenseID", "Relationship"})
"""Tags that end the package before them; relations may stand behind any."""


def read(text: str) -> Document:
    """The document. Lines are known."""
    document = Document()
    fields: dict[str, str] = {}
    start, inside = 0, False
    for number, line in enumerate(text.split("\n"), 1):
        if inside:
            inside = "</text>" not in line
            continue
        tag, colon, value = line.strip().partition(":")
        if not colon or tag.startswith("#"):
            continue
        value = value.strip()
        if value.startswith("<text>"):
            inside = "</text>" not in value
            value = value.removeprefix("<text>").removesuffix("</text>")
        if tag in _ENDING:
            if tag != "Relationship":
                _package(document, fields, start)
                fields, start = ({"PackageName": value} if tag == "PackageName" else {}), number
            elif len(words := value.split()) >= 3:
                relate(document, words[0], words[1], words[2])
        elif fields:
            if tag == "ExternalRef" and len(words := value.split()) >= 3 and words[1] == "purl":
                tag, value = "purl", words[2]
            fields.setdefault(tag, value)
    _package(document, fields, start)
    return document


def _package(document: Document, fields: dict[str, str], line: int) -> None:
    if not fields:
        return
    one = component(
        fields.get("SPDXID", ""),
        fields.get("purl", ""),
        name=fields["PackageName"],
        version=fields.get("PackageVersion", ""),
        declared=fields.get("PackageLicenseDeclared", ""),
        concluded=fields.get("PackageLicenseConcluded", ""),
        supplier=fields.get("PackageSupplier", ""),
        purpose=fields.get("PrimaryPackagePurpose", ""),
    )
    one.line = line
    document.components.append(one)
