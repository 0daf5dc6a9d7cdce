"""Packages of Debian and its kin: the database of dpkg, and the split one of distroless images.

`var/lib/dpkg/status` is deb-control(5) with the fields of dpkg-query(1); `status.d` holds one stanza a file,
without `Status`; `info/NAME.list` names the files of a package, `NAME.md5sums` in `info` or `status.d` those that came
with content, and its digest (dpkg source, lib/dpkg/db-fsys-files.c and db-fsys-digest.c). What a package needs is told
by `Depends` and `Pre-Depends`, whose other names by `Provides` (Debian policy, chapter 7).
"""

import re
from array import array
from binascii import a2b_hex
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.deb822 import Stanza, stanzas
from pratique.limits import BROKEN_TOLD_MOST, FACTS_PER_FILE_MOST, MIB
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import OwnedFiles, Package, Requires

_STATUS = "var/lib/dpkg/status"
_SPLIT = "var/lib/dpkg/status.d"
_INFO = "var/lib/dpkg/info"
_NAME = "dpkg"

_LIST_LARGEST = 32 * MIB
"""Bytes of one package's list of files: 400,000 paths. Icon themes, the longest real ones, reach some 100,000."""

_GONE = frozenset({"config-files", "not-installed"})
"""States in which nothing but configuration is left of a package (dpkg(1), package states)."""

_SOURCE = re.compile(r"([^\s(]+)\s*(?:\(\s*([^\s()]*)\s*\))?")

_NO_STANZA = (
    *(".conffiles", ".config", ".list", ".md5sums", ".shlibs", ".symbols", ".templates", ".triggers"),
    *(".postinst", ".postrm", ".preinst", ".prerm"),
)
"""Endings of the files that distroless images keep beside the stanzas."""


def parse(file: File) -> Iterator[Found | Unknown]:
    """The installed packages of a status file, or the files that one of them owns."""
    folder, _, name = file.path.rpartition("/")
    if file.path == _STATUS:
        yield from _packages(file, split=False)
    elif name.endswith(".md5sums"):
        yield from _digests(file, name.removesuffix(".md5sums").partition(":")[0])
    elif folder == _SPLIT and not name.endswith(_NO_STANZA):
        yield from _packages(file, split=True)
    elif folder == _INFO and name.endswith(".list"):
        yield from _owned(file, name.removesuffix(".list").partition(":")[0])


def _packages(file: File, *, split: bool) -> Iterator[Found | Unknown]:
    broken = 0
    for number, stanza in enumerate(stanzas(file.data)):
        if number == FACTS_PER_FILE_MOST:
            reason = f"line {stanza.line}: more than {FACTS_PER_FILE_MOST} packages, the rest is not read"
            yield Unknown(file.path, _NAME, reason)
            break
        try:
            package = _package(stanza, split=split)
        except UnreadableFileError as error:
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(file.path, _NAME, f"line {stanza.line}: {error}")
            continue
        if package is not None:
            yield Found(file.path, stanza.line, package)
            yield from _requires(file.path, stanza, package)
    if broken > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{broken - BROKEN_TOLD_MOST} more broken stanzas")


def _package(stanza: Stanza, *, split: bool) -> Package | None:
    """The installed package of a stanza; None when it is gone, an error when that cannot be told."""
    name = stanza.value(b"Package")
    if not name:
        raise UnreadableFileError("stanza without Package")
    if not split and not _installed(stanza):
        return None
    version = stanza.value(b"Version")
    if not version:
        raise UnreadableFileError("package without Version")
    source = _SOURCE.match(stanza.value(b"Source") or "")
    return Package(
        "deb",
        name,
        version,
        arch=stanza.value(b"Architecture") or "",
        source=source[1] if source else "",
        source_version=(source[2] or "") if source else "",
        vendor=stanza.value(b"Maintainer") or "",
    )


def _installed(stanza: Stanza) -> bool:
    """Whether the state, the third word of `Status`, is `installed`; an error for states in between."""
    words = (stanza.value(b"Status") or "").split()
    if len(words) != 3:
        raise UnreadableFileError("package without Status" if not words else "Status is not three words")
    state = words[2]
    if state != "installed" and state not in _GONE:
        raise UnreadableFileError(f"package is neither installed nor removed, but {state[:40]}")
    return state == "installed"


def _requires(path: str, stanza: Stanza, package: Package) -> Iterator[Found | Unknown]:
    try:
        needs = stanza.relations(b"Pre-Depends") + stanza.relations(b"Depends")
        provides = stanza.relations(b"Provides")
    except UnreadableFileError as error:
        yield Unknown(path, _NAME, f"line {stanza.line}: {error}")
        return
    if needs or provides:
        fact = Requires("deb", package.name, package.version, tuple(dict.fromkeys(needs)), tuple(provides))
        yield Found(path, stanza.line, fact)


def _owned(file: File, package: str) -> Iterator[Found]:
    """One absolute path a line, folders among them, `/.` first."""
    lines = b"\n".join(_content(file).strip(b"\n").split(b"\n/")).decode(errors="replace")
    paths = lines.removeprefix("/").removeprefix(".\n").removeprefix(".")
    if package and paths:
        yield Found(file.path, 1, OwnedFiles("deb", package, paths))


def _digests(file: File, package: str) -> Iterator[Found]:
    """One md5sum(1) line a file: 32 digits, two spaces, a path from the root. Other lines name no file."""
    data = _content(file)
    words = data.split()
    digests, text = b"".join(words[::2]), b"\n".join(words[1::2])
    count = len(words) // 2
    if len(digests) != 32 * count or len(data) != len(digests) + 2 * count + len(text) + 1 or data[34:36] == b"./":
        lines = re.findall(rb"(?m)^([0-9a-f]{32}) [ *](?:\./)?(.+)$", data)  # a path with spaces, or not dpkg-deb's
        digests, text = b"".join(match[0] for match in lines), b"\n".join(match[1] for match in lines)
    try:
        numbers = array("I", a2b_hex(digests))
    except ValueError as error:
        raise UnreadableFileError("a digest that is not of hexadecimal digits") from error
    if package and text:
        paths = text.decode(errors="replace")
        yield Found(file.path, 1, OwnedFiles("deb", package, paths, "md5", numbers[::4].tobytes().hex()))


def _content(file: File) -> bytes:
    if file.size > _LIST_LARGEST:
        raise UnreadableFileError(f"list of files of {file.size} bytes")
    return bytes(file.data)
