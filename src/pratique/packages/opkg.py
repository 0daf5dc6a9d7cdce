"""Packages of OpenWrt and of Yocto's images: the database of opkg, which is much like dpkg's.

`status` has a stanza a package, with its relations; in `info`, `NAME.control` is the control file of a package, with
its licence, and `NAME.list` names its files by absolute paths, behind them mode and target where opkg knows these
(opkg, libopkg/pkg_parse.c, pkg.c, opkg_install.c). Both are in `usr/lib/opkg` or, by opkg's default, `var/lib/opkg`.
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.deb822 import Stanza, stanzas
from pratique.limits import BROKEN_TOLD_MOST, FACTS_PER_FILE_MOST, MIB
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Licensed, OwnedFiles, Package, Requires

_NAME = "opkg"

_LIST_LARGEST = 32 * MIB
"""Bytes of one package's list of files. Real ones reach some 100 KiB."""

_THERE = frozenset({"installed", "unpacked", "half-configured", "half-installed", "post-inst-failed", "removal-failed"})
"""States in which files of a package are there: images are made where scripts behind the unpacking cannot run."""

_GONE = frozenset({"config-files", "not-installed"})


def parse(file: File) -> Iterator[Found | Unknown]:
    """The packages of the status file, the licence of one, or the files that one owns."""
    name = file.path.rpartition("/")[2]
    if file.path.endswith("/opkg/status"):
        yield from _packages(file)
    elif name.endswith(".control"):
        yield from _licences(file)
    elif name.endswith(".list"):
        yield from _owned(file, name.removesuffix(".list"))


def _packages(file: File) -> Iterator[Found | Unknown]:
    broken = 0
    for number, stanza in enumerate(stanzas(file.data)):
        if number == FACTS_PER_FILE_MOST:
            reason = f"line {stanza.line}: more than {FACTS_PER_FILE_MOST} packages, the rest is not read"
            yield Unknown(file.path, _NAME, reason)
            break
        try:
            package = _package(stanza)
            if package is None:
                continue
            yield Found(file.path, stanza.line, package)
            requires = _requires(stanza, package)
        except UnreadableFileError as error:
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(file.path, _NAME, f"line {stanza.line}: {error}")
            continue
        if requires.needs or requires.provides:
            yield Found(file.path, stanza.line, requires)
    if broken > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{broken - BROKEN_TOLD_MOST} more broken stanzas")


def _package(stanza: Stanza) -> Package | None:
    """The package of a stanza; None when it is gone."""
    name, version = stanza.value(b"Package"), stanza.value(b"Version")
    if not name:
        raise UnreadableFileError("stanza without Package")
    words = (stanza.value(b"Status") or "").split()
    if len(words) != 3 or words[2] not in _THERE | _GONE:
        raise UnreadableFileError("package without a Status that opkg knows")
    if words[2] in _GONE:
        return None
    if not version:
        raise UnreadableFileError("package without Version")
    return Package(
        "opkg",
        name,
        version,
        arch=stanza.value(b"Architecture") or "",
        vendor=stanza.value(b"Maintainer") or "",
    )


def _requires(stanza: Stanza, package: Package) -> Requires:
    needs = dict.fromkeys(stanza.relations(b"Pre-Depends") + stanza.relations(b"Depends"))
    provides = [name for name in stanza.relations(b"Provides") if name != package.name]
    return Requires("opkg", package.name, package.version, tuple(needs), tuple(provides))


def _licences(file: File) -> Iterator[Found]:
    """`License: GPL-2.0-or-later`; OpenWrt parts several by spaces, Yocto by `&` and `|`."""
    for stanza in stanzas(file.data):
        name, licence = stanza.value(b"Package"), stanza.value(b"License")
        if not name:
            raise UnreadableFileError("control file without Package")
        if licence:
            yield Found(file.path, stanza.line, Licensed("opkg", name, (licence,)))
        break


def _owned(file: File, package: str) -> Iterator[Found]:
    if file.size > _LIST_LARGEST:
        raise UnreadableFileError(f"list of files of {file.size} bytes")
    lines = bytes(file.data).decode(errors="replace")
    paths = re.sub(r"\t.*", "", lines).strip("\n").replace("\n/", "\n").removeprefix("/")
    if package and paths:
        yield Found(file.path, 1, OwnedFiles("opkg", package, paths))
