"""The note of the package that a program or library was built for.

Source: UAPI Group, "Package Metadata for Executable Files": a note of owner `FDO` and type 0xcafe1a7e holds JSON with
type, name and version of the source package, architecture and the operating system. Which package of the system the
file is in now, or whether there is one, it does not tell: what it names is declared.
"""

import msgspec

from pratique.limits import KIB
from pratique.records.package import Package

OWNER, KIND = b"FDO\0", 0xCAFE1A7E

LARGEST = 16 * KIB
"""Bytes of the JSON. Real ones have some 150."""

_TYPES = {"pacman": "alpm", "arch": "alpm"}
"""Package URL types of what is named otherwise; `deb`, `rpm` and `apk` are named alike."""
_KNOWN = frozenset(("deb", "rpm", "apk", "alpm"))


class _Note(msgspec.Struct, rename="camel"):
    name: str
    version: str
    type: str = ""
    architecture: str = ""
    os: str = ""
    os_version: str = ""


def package(content: bytes) -> Package | None:
    """The package that the note names; None where it names none, or is none."""
    try:
        note = msgspec.json.decode(content.rstrip(b"\0").decode("utf-8", "replace"), type=_Note)
    except (ValueError, RecursionError):
        return None
    if not note.name or not note.version:
        return None
    kind = _TYPES.get(note.type.lower(), note.type.lower())
    return Package(
        kind if kind in _KNOWN else "generic",
        note.name,
        note.version,
        arch=note.architecture,
        source=note.name,
        source_version=note.version,
        vendor=f"{note.os} {note.os_version}".strip(),
        declared=True,
    )
