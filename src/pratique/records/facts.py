"""What analyzers find in one layer: true for its digest and the analyzers' versions, for ever."""

from typing import TypeAlias

import msgspec

from pratique.records.file import Unknown
from pratique.records.package import Channel, Content, Distro, Licensed, Linked, OwnedFiles, Package, Requires

Fact: TypeAlias = Package | OwnedFiles | Requires | Licensed | Linked | Content | Channel | Distro


class Found(msgspec.Struct, frozen=True, array_like=True):
    """A fact and where it stands."""

    path: str
    """Path in the image, with a chain for nested archives: `app.jar!/BOOT-INF/lib/x.jar`."""
    line: int
    """Line in that file, from 1; 0 where lines mean nothing (binaries) or are not known."""
    fact: Fact


class Listing(msgspec.Struct, frozen=True, array_like=True):
    """Every entry of a layer in the order of its tar, as columns: 150,000 entries load in milliseconds."""

    paths: str
    """Cleaned paths, joined by NUL."""
    kinds: bytes
    """One byte an entry: `f` file, `d` folder, `l` symbolic link, `h` hard link, `o` device or pipe."""
    modes: bytes
    """Permission bits, unsigned 16 bit little endian."""
    sizes: bytes
    """Sizes in bytes, unsigned 64 bit little endian."""
    targets: dict[int, str]
    """Targets of links by entry number; those of hard links are cleaned paths."""


class LayerFacts(msgspec.Struct, frozen=True, array_like=True):
    """All that is known of one layer."""

    found: tuple[Found, ...]
    unknowns: tuple[Unknown, ...]
    listing: Listing
    size: int
    """Bytes of the unpacked tar."""


def physical(path: str) -> str:
    """The path of the file on disk that holds `path`: `app.jar!/lib/x.jar` -> `app.jar`."""
    return path.partition("!/")[0]
