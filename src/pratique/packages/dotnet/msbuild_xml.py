"""The elements of MSBuild's and NuGet's XML files, with their lines."""

from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.file import Data

_DEPTH_MOST = 64
"""Elements in elements. Projects nest five deep."""

_TEXT_LONGEST = 4096
"""Characters of an element's text, after which what else comes is left out."""


class Element(msgspec.Struct):
    """An element, without the namespace that old projects have."""

    name: str
    line: int
    attributes: dict[str, str]
    parent: str
    """Name of the element around it."""
    text: str = ""


def elements(data: Data) -> Iterator[Element]:
    """All elements, each when it ends, so that it comes behind those in it, and its text is complete.

    Raises `UnreadableFileError` for what is no XML, and for documents with a DOCTYPE: these files have none, and
    entities could multiply.
    """
    from xml.parsers import expat  # takes 2 ms, for files that few images hold

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    opened: list[Element] = []
    closed: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(opened) >= _DEPTH_MOST:
            raise UnreadableFileError("nested too deeply")
        around = opened[-1].name if opened else ""
        opened.append(Element(name.rpartition(" ")[2], parser.CurrentLineNumber, attributes, around))

    def end(_name: str) -> None:
        closed.append(opened.pop())

    def characters(text: str) -> None:
        if opened and len(opened[-1].text) < _TEXT_LONGEST:
            opened[-1].text += text[:_TEXT_LONGEST]

    def doctype(*_declared: object) -> None:
        raise UnreadableFileError("XML with a DOCTYPE")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = characters, doctype
    try:
        parser.Parse(bytes(data), True)  # noqa: FBT003 (it takes no keyword)
    except (expat.ExpatError, ValueError, LookupError) as error:  # of encodings that Python knows nothing of, too
        raise UnreadableFileError(f"no valid XML: {error}") from error
    yield from closed
