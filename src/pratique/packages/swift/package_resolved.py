"""What Swift's package manager pins: `Package.resolved`, JSON of version 1 to 3 (SwiftPM, ResolvedPackagesStore).

A pin has the address of its repository and, in `state`, a version, or else the commit and often a branch. A package is
named after the address, as its package URL and the advisories name it: `github.com/apple/swift-nio`.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import Lines, decode_json, text_of
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package


class _Pin(msgspec.Struct):
    """A pin; the first name of the address is that of version 1."""

    state: dict[str, Any]
    repositoryURL: str = ""  # noqa: N815
    location: str = ""
    identity: str = ""


class _Pins(msgspec.Struct):
    pins: list[_Pin] | None = None


class _Resolved(msgspec.Struct):
    pins: list[_Pin] | None = None
    object: _Pins | None = None


def parse(file: File) -> Iterator[Found | Unknown]:
    """The pinned packages. Which needs which is not told."""
    text = text_of(file.data)
    resolved = decode_json(text, _Resolved)
    pins = resolved.pins if resolved.object is None else resolved.object.pins
    if pins is None:
        raise UnreadableFileError("no pins")
    lines, broken = Lines(text), 0
    for pin in pins:
        address = pin.location or pin.repositoryURL
        version = next((value for key in ("version", "revision", "branch") if (value := pin.state.get(key))), "")
        name = _name(address) or pin.identity
        line = lines.of(f'"{address}"' if address else f'"{pin.identity}"')
        if name and isinstance(version, str):
            yield Found(file.path, line, Package("swift", name, version, declared=True))
        else:
            broken += 1
    if broken:
        yield Unknown(file.path, "swift-resolved", f"{broken} pins without an address or a version")


def _name(address: str) -> str:
    """`https://github.com/apple/swift-nio.git` and `git@github.com:apple/swift-nio` -> `github.com/apple/swift-nio`."""
    bare = re.sub(r"^(?:\w{1,20}://)?(?:[^/@]{1,200}@)?", "", address).removesuffix("/").removesuffix(".git")
    host, colon, path = bare.partition(":")
    if colon and "/" not in host:
        return f"{host}/{re.sub(r'^[0-9]{1,5}/', '', path).lstrip('/')}"
    return bare.lstrip("/")
