"""Packages out of an SBOM, whichever format it has: told by content, never by name."""

from collections.abc import Iterator

import msgspec
from msgspec import Raw

from pratique.errors import UnreadableFileError
from pratique.formats.texts import Lines, text_of
from pratique.limits import MIB
from pratique.packages.sbom import cyclonedx, spdx, syft, tag_value
from pratique.packages.sbom.component import Document, facts
from pratique.packages.sbom.loose import EMPTY, text
from pratique.records.facts import Found
from pratique.records.file import Data, Unknown

LARGEST = 64 * MIB
_OBJECTS_MOST, _COMMAS_MOST = 2_000_000, 8_000_000
"""Of a document. 64 MiB by real tools have a third of that; without it, empty objects would take gigabytes."""
_MARKS = (b"CycloneDX", b"SPDX", b"spdx.org", b'"artifacts"')
_TELLING = 4096


class _Top(msgspec.Struct, rename={"graph": "@graph"}):
    """The members of all formats, each still to be read."""

    bomFormat: Raw = EMPTY  # noqa: N815
    components: Raw = EMPTY
    dependencies: Raw = EMPTY
    metadata: Raw = EMPTY
    spdxVersion: Raw = EMPTY  # noqa: N815
    packages: Raw = EMPTY
    relationships: Raw = EMPTY
    documentDescribes: Raw = EMPTY  # noqa: N815
    graph: Raw = EMPTY
    artifacts: Raw = EMPTY
    artifactRelationships: Raw = EMPTY  # noqa: N815
    descriptor: Raw = EMPTY


def read_sbom(data: Data, path: str, *, declared: bool = True, analyzer: str = "sbom") -> Iterator[Found | Unknown]:
    """The packages of a document and what they need; nothing if it is no SBOM.

    `declared` False: the document tells what is in the thing beside it. Packages of operating systems stay declared all
    the same: their own database knows better. Single entries that are broken become Unknowns of `analyzer`. Raises
    UnreadableFileError for an SBOM that is broken as a whole.
    """
    content = bytes(data).removeprefix(b"\xef\xbb\xbf")
    if len(content) > LARGEST:
        raise UnreadableFileError(f"an SBOM of more than {LARGEST >> 20} MiB")
    head = content[:_TELLING].lstrip()
    lines = None
    if head[:1] == b"<":
        document = _xml(content)
    elif head[:1] == b"{":
        document = _json(content)
        lines = Lines(content.decode(errors="replace"))
    elif head.startswith(b"SPDXVersion:") or b"\nSPDXVersion:" in head:
        document = tag_value.read(text_of(content))
    else:
        return
    if document is not None:
        yield from facts(document, path, lines, declared=declared, analyzer=analyzer)


def _xml(content: bytes) -> Document | None:
    if b"cyclonedx.org/schema/bom" not in content[:_TELLING]:
        return None
    from pratique.packages.sbom import cyclonedx_xml

    return cyclonedx_xml.read(content)


def _json(content: bytes) -> Document | None:
    """The document; None for what is no SBOM, broken JSON without a mark of one included."""
    marked = any(mark in content[:_TELLING] for mark in _MARKS)
    if content.count(b"{") > _OBJECTS_MOST or content.count(b",") > _COMMAS_MOST:
        if marked:
            raise UnreadableFileError("a document of millions of entries, as no tool writes them")
        return None
    try:
        try:
            content.decode()
        except UnicodeDecodeError:
            content = content.decode(errors="replace").encode()
        return _read(_top(content))
    except RecursionError:
        if marked:
            raise UnreadableFileError("a broken SBOM: nested too deeply") from None
    except msgspec.DecodeError as error:
        if marked:
            raise UnreadableFileError(f"a broken SBOM: {error}") from None
    return None


def _top(content: bytes) -> _Top:
    try:
        return msgspec.json.decode(content, type=_Top)
    except msgspec.DecodeError:
        import re

        whole, count = re.subn(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}", rb"\\ufffd", content)
        if not count:
            raise
        return msgspec.json.decode(whole, type=_Top)  # half of a surrogate pair is no text, and no reason to stop


def _read(top: _Top) -> Document | None:
    if text(top.bomFormat) == "CycloneDX":
        return cyclonedx.read(top.components, top.dependencies, top.metadata)
    if text(top.spdxVersion).startswith("SPDX-2"):
        return spdx.read_2(top.packages, top.relationships, top.documentDescribes)
    if top.graph is not EMPTY:
        return spdx.read_3(top.graph)
    if top.artifacts is not EMPTY and top.descriptor is not EMPTY:
        return syft.read(top.artifacts, top.artifactRelationships)
    return None
