"""Packages of Gentoo: portage's `var/db/pkg/CATEGORY/NAME-VERSION/` with a file for every variable of the ebuild.

`CONTENTS` has a line for each file that the package owns, `obj PATH MD5 TIME`, `sym PATH -> TARGET TIME` or `dir PATH`;
`RDEPEND` is what it needs to run, with the conditions of its USE flags resolved; `LICENSE` its licences likewise
(portage(5); Package Manager Specification, chapters 3 and 8).
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.limits import MIB
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Licensed, OwnedFiles, Package, Requires

_VARIABLE_LARGEST = 1 * MIB
"""Bytes of a file of one variable."""

_ATOM_LONGEST = 256
"""Signs of the name and version of a package, against lists that are one word."""

_VERSION = r"(.+?)-(\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?)\*?"


def spans(path: str, _head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """The whole of a file of the database, nothing of others named `LICENSE` or `CONTENTS`."""
    return ((0, size),) if path.split("/")[-6:-3] == ["var", "db", "pkg"] else None


def parse(file: File) -> Iterator[Found | Unknown]:
    """The package and its files of `CONTENTS`, what it needs of `RDEPEND`, its licences of `LICENSE`."""
    parts = file.path.split("/")
    if parts[-6:-3] != ["var", "db", "pkg"] or parts[-2].startswith("-MERGING-"):
        return
    split = re.fullmatch(_VERSION, parts[-2])
    if split is None:
        raise UnreadableFileError("a folder that is not named after a package and its version")
    name, version = f"{parts[-3]}/{split[1]}", split[2]
    if parts[-1] == "CONTENTS":
        yield Found(file.path, 0, Package("ebuild", name, version))
        yield from _owned(file, name)
        return
    if file.size > _VARIABLE_LARGEST:
        raise UnreadableFileError(f"a variable of {file.size} bytes")
    text = bytes(file.data).decode(errors="replace").strip()
    if parts[-1] == "RDEPEND":
        needs = tuple(dict.fromkeys(_needs(text)))
        if needs:
            yield Found(file.path, 1, Requires("ebuild", name, version, needs))
    elif parts[-1] == "LICENSE" and text:
        yield Found(file.path, 1, Licensed("ebuild", name, (text,) if "(" in text else tuple(text.split())))


def _owned(file: File, name: str) -> Iterator[Found | Unknown]:
    paths, digests, broken = list[bytes](), list[bytes](), 0
    for line in bytes(file.data).split(b"\n"):
        kind, rest = line[:5], line[5:]
        if kind == b"obj /":
            path, _, digest = rest.rpartition(b" ")[0].rpartition(b" ")
            if not re.fullmatch(rb"[0-9a-f]{32}", digest):
                broken += 1
                continue
            paths.append(path)
            digests.append(digest[:8])
        elif kind == b"sym /":
            paths.append(rest.partition(b" -> ")[0])
            digests.append(b"--------")
    if paths:
        text = b"\n".join(paths).decode(errors="replace")
        yield Found(file.path, 1, OwnedFiles("ebuild", name, text, "md5", b"".join(digests).decode()))
    if broken:
        yield Unknown(file.path, "portage", f"{broken} files without an MD5 digest")


def _needs(text: str) -> Iterator[str]:
    """Names of packages; those in `|| ( )` joined by `|`. Groups behind a USE flag and blockers are left out.

    A group in a group of alternatives is taken for more alternatives.
    """
    opened, alternatives, marker = list[str](), list[str](), ""
    choices = conditions = 0
    for word in text.split():
        if word == "(":
            opened.append(marker)
            choices += marker == "||"
            conditions += marker[-1:] == "?"
        elif word == ")" and opened:
            marker = opened.pop()
            choices -= marker == "||"
            conditions -= marker[-1:] == "?"
            if alternatives and not choices:
                yield "|".join(dict.fromkeys(alternatives))
                alternatives = []
        elif not conditions and (name := _name(word)):
            if choices:
                alternatives.append(name)
            else:
                yield name
        marker = word


def _name(atom: str) -> str:
    """`>=dev-libs/libfoo-2.0:0=[static(-)?]` -> `dev-libs/libfoo`; empty for blockers and all that is no atom."""
    bare = atom.lstrip("<>=~").partition("[")[0].partition(":")[0]
    if "/" not in bare or atom[0] == "!" or len(bare) > _ATOM_LONGEST:
        return ""
    if bare[0] != atom[0]:
        split = re.fullmatch(_VERSION, bare)
        return split[1] if split else bare
    return bare
