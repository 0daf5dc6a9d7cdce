"""Python eggs that were installed as they are: zip archives on the import path, `NAME-VERSION-pyX.Y.egg`.

`setup.py install` left them so until setuptools 80; their core metadata are in `EGG-INFO/PKG-INFO`, what they need in
`EGG-INFO/requires.txt` (setuptools, "The Internal Structure of Python Eggs"). For those in folders see `metadata`.
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats import zip as archives
from pratique.limits import MIB
from pratique.packages.python import metadata
from pratique.packages.python.markers import may_hold
from pratique.records.facts import Found
from pratique.records.file import File

_METADATA = "EGG-INFO/PKG-INFO"
_REQUIRES = "EGG-INFO/requires.txt"
_LARGEST = 16 * MIB
"""Bytes of metadata with their description."""


def parse(file: File) -> Iterator[Found]:
    """The distribution in an egg."""
    if bytes(file.data[:4]) != b"PK\x03\x04":
        return  # scenes of Panda3D have that suffix, too
    endings = tuple(name.lower().encode() for name in (_METADATA, _REQUIRES))
    listed = archives.members(file.data, endings=endings)
    members = {member.name: member for member in listed if member.name in (_METADATA, _REQUIRES)}
    if _METADATA not in members:
        raise UnreadableFileError("egg without metadata")
    content = archives.content(file.data, members[_METADATA], _LARGEST)
    requires = members.get(_REQUIRES)
    further = _requirements(archives.content(file.data, requires, _LARGEST)) if requires else ()
    yield from metadata.distribution(f"{file.path}!/{_METADATA}", content, further)


def _requirements(data: bytes) -> Iterator[str]:
    """Lines of `requires.txt`, outside the sections of extras; the name of a section may hold a marker only."""
    wanted = True
    for line in data.decode(errors="replace").splitlines():
        text = line.strip()
        if text.startswith("["):
            extra, _, marker = text.strip("[]").partition(":")
            wanted = not extra and may_hold(marker)
        elif wanted and text:
            yield text
