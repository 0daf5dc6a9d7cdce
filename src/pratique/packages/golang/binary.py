"""Go programs: the toolchain's standard library, the main module and its dependencies.

Source: `go version -m`, `runtime/debug.BuildInfo`. Modules have their version as Go writes it, `v1.2.3`; the
package `stdlib` has the toolchain's without its `go`, `1.21.5`. Versions are empty where nobody can tell:
for `(devel)`, for modules that a `replace` directive took from a folder, for unreleased toolchains.
"""

import re
from collections.abc import Iterable

from pratique.errors import UnreadableFileError
from pratique.formats import elf, go_buildinfo, macho, pe
from pratique.packages.golang import stamped
from pratique.records.facts import Found
from pratique.records.file import Data, File, Unknown
from pratique.records.package import Package

NAME = "go-binary"

GIB = 1 << 30
_HEAD = 4 << 10
"""Always kept: headers, notes, and the mark of a packer."""
_RANGES_MOST = 64
"""Of one file. Real ones have one to three; a program made of more pieces is kept whole."""
_DAMAGED_KEPT = 1 << 20
_UPX_WITHIN = 256
"""UPX writes its mark directly behind the program headers, newer versions behind some notes there."""
_RELEASE = r"go(\d+(?:\.\d+)*(?:(?:beta|rc)\d+)?)(?![\d.])"
_PSEUDO = r".*[-.]\d{14}-[0-9a-f]{12}(?:\+.*)?"


def spans(_path: str, head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """Byte ranges of an executable that `parse` needs; None if it cannot be a Go program.

    Thousands of shared libraries pass here. The build information is in a writable segment, so that a few per
    cent of each are enough. Before Go 1.18 it is scattered: a program that looks like Go's is kept whole, unless
    its head shows that it is younger.
    """
    if head[:4] == elf.MAGIC:
        return _elf_spans(head, size)
    if head[:2] == pe.MAGIC:
        return _pe_spans(head, size)
    if head[:4] in macho.THIN or macho.parts(head):
        return ((0, size),)
    return None


def parse(file: File) -> Iterable[Found | Unknown]:
    """Packages of a Go program; nothing for other executables."""
    info = go_buildinfo.read(file.data)
    if info is None:
        reason = _hidden(file.data)
        if reason:
            yield Unknown(file.path, NAME, reason)
        return
    yield Found(file.path, 0, Package("golang", "stdlib", _toolchain(info.go)))
    if info.main is not None:
        yield Found(file.path, 0, _package(info.main, _main_version(info)))
    for module in info.modules:
        yield Found(file.path, 0, _package(module, module.version))
    if info.main is None and not info.modules and not _standard(info.path):
        yield Unknown(file.path, NAME, "Go program built without module information, only its toolchain is known")


def _toolchain(text: str) -> str:
    """`go1.21.5 X:boringcrypto`, `go1.19.6 (Red Hat 1.19.6-1.el9)` -> the release that both are."""
    match = re.match(_RELEASE, text)
    return match[1] if match else ""


def _standard(path: str) -> bool:
    """A program of Go itself, or one of files alone, whose modules would be listed."""
    return path.startswith("cmd/") or path == "command-line-arguments"


def _package(module: go_buildinfo.Module, version: str) -> Package:
    other = module.replaced_by
    if other is None:
        return Package("golang", module.path, _released(version))
    if other.path.startswith((".", "/")) or re.match(r"[A-Za-z]:[\\/]", other.path):
        return Package("golang", module.path, "")
    return Package("golang", other.path, _released(other.version))


def _released(version: str) -> str:
    return "" if version == "(devel)" else version


def _main_version(info: go_buildinfo.BuildInfo) -> str:
    """A release, else what the builder stamped, else a pseudo-version, else nothing."""
    version = _released(info.main.version) if info.main else ""
    if version and not re.fullmatch(_PSEUDO, version):
        return version
    return stamped.version(info.settings.get("-ldflags", "")) or version


def _hidden(data: Data) -> str:
    """Why an executable without build information can be a Go program all the same; empty if it cannot."""
    magic = bytes(data[:4])
    try:
        if magic == elf.MAGIC:
            header = elf.read(data)
            if _packed(data, header):
                return "packed with UPX, its content cannot be read"
            runs = header.kind in (elf.EXECUTABLE, elf.SHARED) and any(go_buildinfo.searched(header))
            if runs and _has_go_note(data, header):
                return "Go program without build information (as before Go 1.13)"
        elif magic[:2] == pe.MAGIC and any(part.name.startswith(b"UPX") for part in pe.read(data)[0]):
            return "packed with UPX, its content cannot be read"
    except UnreadableFileError:
        pass  # damaged, and without the mark of Go: nothing runs it
    return ""


def _elf_spans(head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    try:
        header = elf.read(head)
    except UnreadableFileError:
        return ((0, min(size, _DAMAGED_KEPT)),)
    if header.kind not in (elf.EXECUTABLE, elf.SHARED):
        return None
    if not any(segment.kind == elf.LOAD for segment in header.segments):
        return ((0, size),)
    ranges = [(start, start + length) for start, length, _ in go_buildinfo.searched(header)]
    # Go's own linker is the one that writes section headers directly behind program headers.
    if header.section_table == header.headers_end or _has_go_note(head, header):
        first = {start for start, _ in ranges}
        # Its blob is the first thing in the data segment: 32 bytes of pointers before Go 1.18, then more.
        if not any(part.offset in first and part.size > 32 for part in elf.sections(head, header)):
            return ((0, size),)
    if not ranges and not _packed(head, header):
        return None
    return _merged([(0, max(_HEAD, header.headers_end + _UPX_WITHIN)), *ranges], size)


def _pe_spans(head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    try:
        sections, end = pe.read(head)
    except UnreadableFileError:
        return None
    if any(section.name == b".symtab" for section in sections):  # a section that only Go's linker writes
        return ((0, size),)
    ranges = [(part.offset, part.offset + part.size) for part in sections if part.flags & pe.WRITABLE and part.size]
    return _merged([(0, max(_HEAD, end)), *ranges], size) if ranges else None


def _merged(ranges: list[tuple[int, int]], size: int) -> tuple[tuple[int, int], ...]:
    """The same bytes, sorted, without overlaps, nothing behind the end of the file."""
    pieces: list[tuple[int, int]] = []
    start, end = 0, 0
    for first, last in sorted(ranges):
        if first >= size:
            break
        if first > end:
            pieces.append((start, end))
            start = first
        end = max(end, min(last, size))
    pieces.append((start, end))
    return tuple(pieces) if len(pieces) <= _RANGES_MOST else ((0, size),)


def _has_go_note(data: Data, header: elf.Elf) -> bool:
    return any(name == b"Go\0\0" for name, _ in elf.notes(data, header))


def _packed(data: Data, header: elf.Elf) -> bool:
    return b"UPX!" in bytes(data[header.headers_end : header.headers_end + _UPX_WITHIN])
