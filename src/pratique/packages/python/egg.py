"""Python eggs that were installed as they are: zip archives on the import path, `NAME-VERSION-pyX.Y.egg`.

`setup.py install` left them so until setuptools 80; their core metadata are in `EGG-INFO/PKG-INFO` (setuptools, "The
Internal Structure of Python Eggs"). Unpacked eggs are folders: see `metadata`.
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats import zip as archives
from pratique.limits import MIB
from pratique.packages.python import metadata
from pratique.records.facts import Found
from pratique.records.file import File

_METADATA = "EGG-INFO/PKG-INFO"
_LARGEST = 16 * MIB
"""Bytes of metadata with their description."""


def parse(file: File) -> Iterator[Found]:
    """The distribution in an egg."""
    if bytes(file.data[:4]) != b"PK\x03\x04":
        return  # scenes of Panda3D have that suffix, too
    members = archives.members(file.data, endings=(_METADATA.lower().encode(),))
    found = next((member for member in members if member.name == _METADATA), None)
    if found is None:
        raise UnreadableFileError("egg without metadata")
    content = archives.content(file.data, found, _LARGEST)
    yield Found(f"{file.path}!/{_METADATA}", 1, metadata.package(content))
