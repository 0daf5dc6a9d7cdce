"""CycloneDX 1.2 to 1.7 as XML: `bom/components/component`, one in another, and `bom/dependencies/dependency`."""

import pyexpat

from pratique.errors import UnreadableFileError
from pratique.limits import MIB
from pratique.packages.sbom.component import Component, Document, licences

_DEEPEST = 1000
_WANTED = frozenset({"name", "version", "purl", "scope", "publisher", "expression", "id", "property"})
_TEXT_LONGEST = 1 * MIB


def read(content: bytes) -> Document:
    """The document. Raises UnreadableFileError."""
    reading, last = _Reading(), True
    try:
        reading.parser.Parse(content, last)
    except (pyexpat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableFileError(f"a broken SBOM: {error}") from None
    finally:
        reading.end()
    return reading.document


class _Reading:
    """The document, while expat goes through the file."""

    def __init__(self) -> None:
        self.document = Document()
        self.parser = parser = pyexpat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        self._path: list[str] = []
        self._open: list[tuple[Component, list[str]]] = []
        """The components that the parser is in, and their licences."""
        self._refs: list[str] = []
        self._text: list[str] = []
        self._property = ""

    def end(self) -> None:
        """Let go of the parser, which would otherwise wait for the garbage collector."""
        parser = self.parser
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        path = self._path
        path.append(name)
        if len(path) > _DEEPEST:
            raise UnreadableFileError("nested too deeply")
        if name == "component":
            self._component(attributes)
        elif name == "dependency" and "dependencies" in path[:2]:
            ref = attributes.get("ref", "")
            if self._refs:
                self.document.need(self._refs[-1], ref)
            self._refs.append(ref)
        elif name in _WANTED and self._open:
            self._property = attributes.get("name", "")
            self._text.clear()
            self.parser.CharacterDataHandler = self._text.append

    def _component(self, attributes: dict[str, str]) -> None:
        component = Component(attributes.get("bom-ref", ""), "", line=self.parser.CurrentLineNumber)
        component.system = attributes.get("type") == "operating-system"
        self._open.append((component, []))
        if self._path[:-1] == ["bom", "metadata"]:
            self.document.roots.add(component.reference)
        elif self._path[-2:-1] == ["components"]:
            self.document.components.append(component)

    def _end(self, _: str) -> None:
        name = self._path.pop()
        if name == "component":
            component, told = self._open.pop()
            component.licenses = licences(*told)
        elif name == "dependency" and self._refs:
            self._refs.pop()
        elif name in _WANTED and self._open:
            self.parser.CharacterDataHandler = None
            text = "".join(self._text).strip()
            self._text.clear()
            if text and len(text) <= _TEXT_LONGEST:
                self._take_in(self._path[-1] if self._path else "", name, text)

    def _take_in(self, parent: str, name: str, text: str) -> None:
        component, told = self._open[-1]
        if parent == "component":
            if name in ("name", "version", "purl", "publisher"):
                if name != "publisher" or not component.vendor:
                    setattr(component, "vendor" if name == "publisher" else name, text)
            elif name == "scope":
                component.development |= text == "excluded"
        elif (parent == "license" and name in ("id", "name")) or (parent == "licenses" and name == "expression"):
            told.append(text)
        elif parent == "supplier" and name == "name":
            component.vendor = text
        elif parent == "properties" and self._property == "cdx:npm:package:development":
            component.development |= text == "true"


def _refuse(*_: object) -> None:
    raise UnreadableFileError("an SBOM with a document type, which may hide anything")
