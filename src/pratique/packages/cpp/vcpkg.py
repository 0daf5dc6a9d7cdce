"""Packages of vcpkg: `installed/vcpkg/status`, and what was not yet merged into it, `installed/vcpkg/updates/NUMBER`.

Stanzas of deb-control(5); `Port-Version` counts the versions of the recipe, `Feature` is a part of a package whose own
stanza stands before it (vcpkg-tool source, src/vcpkg/binaryparagraph.cpp and statusparagraph.cpp).
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.deb822 import Stanza, stanzas
from pratique.limits import BROKEN_TOLD_MOST
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package, Requires

_PLACE = r"(?:^|/)vcpkg/(?:status|updates/\d+)$"


def spans(path: str, _head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """The whole of vcpkg's own files, nothing of others named `status`."""
    return ((0, size),) if re.search(_PLACE, path) else None


def parse(file: File) -> Iterator[Found | Unknown]:
    """The installed packages, for each processor and kind of build, with what they and their features need."""
    if not re.search(_PLACE, file.path):
        return
    packages: dict[tuple[str, str], tuple[int, Package]] = {}
    needs: dict[tuple[str, str], dict[str, None]] = {}
    broken = 0
    for stanza in stanzas(file.data):
        try:
            installed = _installed(stanza)
        except UnreadableFileError as error:
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(file.path, "vcpkg", f"line {stanza.line}: {error}")
            continue
        if installed is None:
            continue
        key, package, wanted = installed
        if package is not None:
            packages[key] = (stanza.line, package)
        needs.setdefault(key, {}).update(dict.fromkeys(wanted))
    for key, (line, package) in packages.items():
        yield Found(file.path, line, package)
        others = tuple(name for name in needs[key] if name != package.name)
        if others:
            yield Found(file.path, line, Requires("vcpkg", package.name, package.version, others))


def _installed(stanza: Stanza) -> tuple[tuple[str, str], Package | None, list[str]] | None:
    """Name and triplet, the package unless it is a feature of one, and what it needs. None: it is not installed."""
    name, triplet = stanza.value(b"Package"), stanza.value(b"Architecture") or ""
    if not name:
        raise UnreadableFileError("stanza without Package")
    if (stanza.value(b"Status") or "").split()[-1:] != ["installed"]:
        return None
    wanted = [match[1] for match in re.finditer(r"(?:^|,)\s*([\w.-]+)", stanza.value(b"Depends") or "")]
    if stanza.value(b"Feature"):
        return (name, triplet), None, wanted
    version = stanza.value(b"Version")
    if not version:
        raise UnreadableFileError("package without Version")
    revision = stanza.value(b"Port-Version")
    full = f"{version}#{revision}" if revision and revision != "0" else version
    return (name, triplet), Package("vcpkg", name, full, arch=triplet), wanted
