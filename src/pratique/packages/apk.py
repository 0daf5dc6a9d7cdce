"""Packages of Alpine, Wolfi and Chainguard: the database of apk.

Stanzas of one-letter fields; behind those of the package follow its files, `F:` a folder and `R:` a file in
it (apk-tools, src/database.c).
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.deb822 import Stanza, stanzas
from pratique.limits import BROKEN_TOLD_MOST, FACTS_PER_FILE_MOST, MIB
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import OwnedFiles, Package

_NAME = "apk"

_OWNED_LARGEST = 64 * MIB
"""Bytes of all paths together: the folder stands once in the file and before each of its files in a path, so
that a long one would multiply. Databases of 10,000 packages stay below half of it."""

_PATH_COST = 32
"""Bytes added for each path, against millions of short ones."""


def parse(file: File) -> Iterator[Found | Unknown]:
    """The installed packages of the database and the files that they own."""
    broken, owned = 0, 0
    for number, stanza in enumerate(stanzas(file.data)):
        if number == FACTS_PER_FILE_MOST:
            reason = f"line {stanza.line}: more than {FACTS_PER_FILE_MOST} packages, the rest is not read"
            yield Unknown(file.path, _NAME, reason)
            break
        try:
            package = _package(stanza.before(b"F"))
        except UnreadableFileError as error:
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(file.path, _NAME, f"line {stanza.line}: {error}")
            continue
        yield Found(file.path, stanza.line, package)
        if owned > _OWNED_LARGEST:
            continue
        paths, cost = _paths(stanza, _OWNED_LARGEST - owned)
        owned += cost
        if owned > _OWNED_LARGEST:
            reason = f"line {stanza.line}: file lists are too long, the rest is not read"
            yield Unknown(file.path, _NAME, reason)
        if paths:
            yield Found(file.path, stanza.line, OwnedFiles("apk", package.name, "\n".join(paths)))
    if broken > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{broken - BROKEN_TOLD_MOST} more broken stanzas")


def _package(stanza: Stanza) -> Package:
    """The package of a stanza whose file list is cut off."""
    name, version = stanza.value(b"P"), stanza.value(b"V")
    if not name:
        raise UnreadableFileError("stanza without P (name)")
    if not version:
        raise UnreadableFileError("package without V (version)")
    licence, origin = stanza.value(b"L"), stanza.value(b"o")
    return Package(
        "apk",
        name,
        version,
        arch=stanza.value(b"A") or "",
        source=origin or "",
        source_version=version if origin else "",
        licenses=(licence,) if licence else (),
        vendor=stanza.value(b"m") or "",
    )


def _paths(stanza: Stanza, budget: int) -> tuple[list[str], int]:
    """Paths of a package's files, and what they cost of the budget; those beyond the budget are left out."""
    paths, cost, folder = list[str](), 0, ""
    for match in re.compile(rb"\n([FR]):(.*)").finditer(stanza.text, stanza.start, stanza.end):
        text = match[2].decode(errors="replace")
        if match[1] == b"F":
            folder = f"{text}/" if text else ""
            continue
        cost += len(folder) + len(text) + _PATH_COST
        if cost > budget:
            break
        paths.append(folder + text)
    return paths, cost
