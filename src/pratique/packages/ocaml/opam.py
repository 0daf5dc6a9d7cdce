"""Installed packages of OCaml: `.opam-switch/packages/NAME.VERSION/opam` in a switch (opam manual, "opam").

Fields `NAME: VALUE`, values being texts, lists and what may stand in braces behind them: the filter of a dependency.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package, Requires

_PIECES = r'''
    (?P<gap>\s+|\#[^\n]*|"""(?:[^"\\]|\\.|"(?!""))*+""") | (?P<comment>\(\*) | (?P<text>"(?!"")(?:[^"\\]|\\.)*+")
  | (?P<field>^[a-z][\w-]*:) | (?P<section>^[a-z][\w-]*(?=[ ]["{])) | (?P<word>[\w-]+) | (?P<other>.)
'''
"""A text of several lines is a gap: none is wanted."""

_CONDITIONS = frozenset({"with-test", "with-doc", "with-dev-setup", "build", "dev", "post", "with-tools"})
"""Filters of what is not needed to run."""


class _Piece(msgspec.Struct, frozen=True):
    kind: str
    """`field`, `section`, `text`, `word` or `other`."""
    text: str


def spans(path: str, _head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """The whole of the file of an installed package, nothing of the program `opam`."""
    return ((0, size),) if path.split("/")[-4:-2] == [".opam-switch", "packages"] else None


def parse(file: File) -> Iterator[Found | Unknown]:
    """The package with its licences and what it needs."""
    parts = file.path.split("/")
    if parts[-4:-2] != [".opam-switch", "packages"]:
        return
    name, _, version = parts[-2].partition(".")
    if not (name and version):
        raise UnreadableFileError("a folder that is not named after a package and its version")
    fields: dict[str, list[_Piece]] = {}
    try:
        fields = _fields(text_of(file.data))
    except UnreadableFileError as error:
        yield Unknown(file.path, "opam", str(error))
    licences = tuple(piece.text for piece in fields.get("license", ()) if piece.kind == "text")
    yield Found(file.path, 1, Package("opam", name, version, licenses=licences))
    needs = tuple(dict.fromkeys(_needs(fields.get("depends", []))))
    if needs:
        yield Found(file.path, 1, Requires("opam", name, version, needs))


def _fields(text: str) -> dict[str, list[_Piece]]:
    """The pieces of the value of each field; what is in a section has no field that is wanted."""
    fields: dict[str, list[_Piece]] = {}
    current = list[_Piece]()
    for piece in _pieces(text):
        if piece.kind == "field":
            current = fields.setdefault(piece.text, [])
        elif piece.kind == "section":
            current = []
        else:
            current.append(piece)
    return fields


def _pieces(text: str) -> Iterator[_Piece]:
    pieces = re.compile(_PIECES, re.DOTALL | re.VERBOSE | re.MULTILINE)
    at = 0
    while match := pieces.match(text, at):
        kind, word, at = str(match.lastgroup), match[0], match.end()
        if kind == "comment":
            at = text.find("*)", at) + 2
            if at < 2:
                raise UnreadableFileError("a comment without an end")
        elif kind == "text":
            yield _Piece(kind, re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL))
        elif word == '"':
            raise UnreadableFileError("a text without an end")
        elif kind != "gap":
            yield _Piece(kind, word.removesuffix(":"))


def _needs(pieces: list[_Piece]) -> Iterator[str]:
    """Names of packages; those with `|` between them are joined by it."""
    filtered, alternatives = 0, list[str]()
    joined = False
    for at, piece in enumerate(pieces):
        if piece.kind == "other" and piece.text in "{}":
            filtered = max(0, filtered + (1 if piece.text == "{" else -1))
        elif filtered:
            continue
        elif piece.kind == "other" and piece.text == "|":
            joined = True
        elif piece.kind == "text":
            if alternatives and not joined:
                yield "|".join(dict.fromkeys(alternatives))
                alternatives = []
            if not _is_conditional(pieces, at + 1):
                alternatives.append(piece.text)
            joined = False
    if alternatives:
        yield "|".join(dict.fromkeys(alternatives))


def _is_conditional(pieces: list[_Piece], at: int) -> bool:
    """Whether the filter that stands there, if any, names a condition that is not about running."""
    if at >= len(pieces) or pieces[at].text != "{":
        return False
    for piece in pieces[at + 1 : at + 200]:
        if piece.text == "}" and piece.kind == "other":
            break
        if piece.kind == "word" and piece.text in _CONDITIONS:
            return True
    return False
