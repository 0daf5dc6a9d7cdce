"""Build information that the Go linker leaves in every program since Go 1.13: toolchain, modules, settings.

Source: package documentation and layout comments of Go's `debug/buildinfo` and `runtime/debug.ParseBuildInfo`.
The blob is 16-aligned and starts with a magic of 14 bytes, a pointer size and flags; since Go 1.18 two strings
with varint lengths follow at 32, before that two pointers to Go string headers at 16.
"""

import re
import struct
from collections.abc import Iterable, Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats import elf, macho, pe
from pratique.records.file import Data

MAGIC = b"\xff Go buildinf:"

_HEADER = 32
_BIG_ENDIAN, _INLINE = 1, 2
_VERSION_LONGEST = 1 << 10
_MODULES_LARGEST = 4 << 20
"""The text about modules. Programs of a thousand modules have some 100 kB."""
_LINE_LONGEST = 64 << 10
"""A line that names a module: paths and versions are file names, 255 bytes a part."""
_CANDIDATES_MOST = 64
"""Places with the magic. One is right; programs that read build information hold one or two more."""
_DAMAGED_SEARCHED = 1 << 20
_SENTINEL = 16
"""Bytes before and behind the modules' text, by which debuggers find it."""


class Module(msgspec.Struct, frozen=True):
    """One module as Go writes it: version with its leading `v`, or `(devel)`, or nothing."""

    path: str
    version: str = ""
    replaced_by: "Module | None" = None
    """What a `replace` directive put in its place; a path that starts with `.` or `/` is a folder."""


class BuildInfo(msgspec.Struct, frozen=True):
    """What `go version -m` prints."""

    go: str
    """The toolchain, `go1.21.5`, with whatever its builder appended."""
    path: str = ""
    """Import path of the main package."""
    main: Module | None = None
    """The module of the main package; None for programs built without module information."""
    modules: tuple[Module, ...] = ()
    """All other modules of which a package is in the program."""
    settings: dict[str, str] = {}
    """Build settings: `-ldflags`, `GOOS`, `vcs.revision`, ..."""


class _Area(msgspec.Struct, frozen=True, gc=False):
    offset: int
    size: int
    address: int


class _Layout(msgspec.Struct, frozen=True, gc=False):
    """Where to search, and how to follow addresses."""

    order: str
    searched: tuple[_Area, ...]
    mapped: tuple[_Area, ...]


def read(data: Data) -> BuildInfo | None:
    """Build information of an ELF, PE or Mach-O file; None if it holds none.

    Raises `UnreadableFileError` when there is some that cannot be read.
    """
    return _found(data, _layouts(data))


def read_elf(data: Data, header: elf.Elf) -> BuildInfo | None:
    """The same of an ELF file whose header is known, found as the loader sees it: without names of sections."""
    left = 2 * len(data)
    for start, length, _ in searched(header):
        size = min(length, left, len(data) - start)
        left -= max(size, 0)
        if size > 0 and next(_places(data, start, start + size), -1) >= 0:
            return _found(data, (_elf_layout(header),))
    return None


def _found(data: Data, layouts: Iterable[_Layout]) -> BuildInfo | None:
    failure, tries, left = None, 0, 2 * len(data)
    for layout in layouts:
        for area in layout.searched:
            size = min(area.size, left, max(len(data) - area.offset, 0))
            if size <= 0:
                continue
            left -= size
            for at in _places(data, area.offset, area.offset + size):
                if (at - area.offset + area.address) % 16:
                    continue
                try:
                    return _decode(data, at, layout)
                except UnreadableFileError as error:
                    failure, tries = failure or error, tries + 1
                if tries == _CANDIDATES_MOST:
                    raise failure
    if failure is not None:
        raise failure
    return None


def searched(header: elf.Elf) -> Iterator[tuple[int, int, int]]:
    """(offset, size, address) of the parts of an ELF file in which the linker can have put the blob.

    They are the writable segments without what the loader makes read-only (RELRO), where it never is.
    """
    relro = [segment for segment in header.segments if segment.kind == elf.RELRO]
    for segment in header.segments:
        if segment.kind != elf.LOAD or not segment.flags & elf.WRITABLE or not segment.size:
            continue
        start, end = segment.offset, segment.offset + segment.size
        hole = next((part for part in relro if start <= part.offset and part.offset + part.size <= end), None)
        pieces = ((start, hole.offset), (hole.offset + hole.size, end)) if hole else ((start, end),)
        for first, last in pieces:
            if first < last:
                yield first, last - first, segment.address + first - start


def _layouts(data: Data) -> Iterator[_Layout]:
    magic = bytes(data[:4])
    try:
        if magic == elf.MAGIC:
            yield from _elf_layouts(data)
        elif magic[:2] == pe.MAGIC:
            yield _pe_layout(data)
        elif magic in macho.THIN:
            yield _macho_layout(data, 0)
        else:
            for start, _ in macho.parts(data):
                yield _macho_layout(data, start)
    except UnreadableFileError:
        # Nothing can run it, so that it is not worth an error, unless the blob is there all the same.
        yield _Layout("<", (_Area(0, min(len(data), _DAMAGED_SEARCHED), 0),), ())


def _elf_layout(header: elf.Elf) -> _Layout:
    mapped = tuple(
        _Area(segment.offset, segment.size, segment.address) for segment in header.segments if segment.kind == elf.LOAD
    )
    return _Layout(header.order, tuple(_Area(*area) for area in searched(header)), mapped)


def _elf_layouts(data: Data) -> Iterator[_Layout]:
    header = elf.read(data)
    layout = _elf_layout(header)
    yield layout
    named = tuple(
        _Area(section.offset, section.size, section.address)
        for section in elf.sections(data, header)
        if section.name == ".go.buildinfo" and section.kind != elf.NOBITS
    )
    yield _Layout(header.order, named, layout.mapped)


def _pe_layout(data: Data) -> _Layout:
    sections, _ = pe.read(data)
    return _Layout(
        "<",
        tuple(_Area(part.offset, part.size, part.address) for part in sections if part.flags & pe.WRITABLE),
        tuple(_Area(part.offset, part.size, part.address) for part in sections),
    )


def _macho_layout(data: Data, start: int) -> _Layout:
    segments = macho.read(data, start)
    return _Layout(
        macho.THIN[bytes(data[start : start + 4])][0],
        tuple(_Area(part.offset, part.size, part.address) for part in segments if part.protection & macho.WRITABLE),
        tuple(_Area(part.offset, part.size, part.address) for part in segments),
    )


def _places(data: Data, start: int, end: int) -> Iterator[int]:
    if isinstance(data, memoryview):
        for match in re.finditer(re.escape(MAGIC), data[start:end]):
            yield start + match.start()
        return
    at = data.find(MAGIC, start, end)
    while at >= 0:
        yield at
        at = data.find(MAGIC, at + 1, end)


def _decode(data: Data, at: int, layout: _Layout) -> BuildInfo:
    header = bytes(data[at : at + _HEADER])
    if len(header) < _HEADER:
        raise UnreadableFileError("Go build information is cut short")
    pointer_size, flags = header[14], header[15]
    if flags & ~_BIG_ENDIAN == _INLINE:
        version, behind = _inline(data, at + _HEADER, _VERSION_LONGEST)
        modules, _ = _inline(data, behind, _MODULES_LARGEST)
    elif flags in (0, _BIG_ENDIAN) and pointer_size in (4, 8):
        order = ">" if flags == _BIG_ENDIAN else "<"
        layout_of_pointer = order + ("Q" if pointer_size == 8 else "L")
        first, second = struct.unpack_from(layout_of_pointer + layout_of_pointer[1:], header, 16)
        version = _pointed(data, layout, layout_of_pointer, first, _VERSION_LONGEST)
        modules = _pointed(data, layout, layout_of_pointer, second, _MODULES_LARGEST)
    else:
        raise UnreadableFileError(f"Go build information of unknown kind (flags {flags}, pointers of {pointer_size})")
    if not version:
        raise UnreadableFileError("Go build information without a Go version")
    return _build_info(version.decode("utf-8", "replace"), modules)


def _inline(data: Data, at: int, largest: int) -> tuple[bytes, int]:
    """A string behind its length, and the offset behind it."""
    length, shift = 0, 0
    for byte in bytes(data[at : at + 10]):
        at += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    else:
        raise UnreadableFileError("Go build information with a length that does not end")
    if length > largest or at + length > len(data):
        raise UnreadableFileError(f"Go build information claims a text of {length} bytes")
    return bytes(data[at : at + length]), at + length


def _pointed(data: Data, layout: _Layout, pointer: str, address: int, largest: int) -> bytes:
    """A string behind the address of its Go string header (address, length).

    Empty where the header has no place in the file: the loader fills that part of the memory with zeros.
    """
    size = struct.calcsize(pointer)
    try:
        header = _at_address(data, layout, address, 2 * size)
    except UnreadableFileError:
        return b""
    start, length = struct.unpack(pointer + pointer[1:], header)
    if length > largest:
        raise UnreadableFileError(f"Go build information claims a text of {length} bytes")
    return _at_address(data, layout, start, length) if length else b""


def _at_address(data: Data, layout: _Layout, address: int, size: int) -> bytes:
    for area in layout.mapped:
        inside = address - area.address
        if inside >= 0 and inside + size <= area.size and area.offset + inside + size <= len(data):
            return bytes(data[area.offset + inside : area.offset + inside + size])
    raise UnreadableFileError("Go build information points outside the file")


def _build_info(go: str, modules: bytes) -> BuildInfo:
    if not modules:
        return BuildInfo(go)
    if len(modules) <= 2 * _SENTINEL or modules[-_SENTINEL - 1] != 0x0A:
        raise UnreadableFileError("Go module information without its marks")
    path, main = "", None
    found: list[Module] = []
    settings: dict[str, str] = {}
    for line in modules[_SENTINEL:-_SENTINEL].decode("utf-8", "replace").split("\n"):
        kind, _, rest = line.partition("\t")
        if kind == "build":
            key, value = _setting(rest)
            settings[key] = value
            continue
        if len(line) > _LINE_LONGEST:
            raise UnreadableFileError(f"Go module information with a line of {len(line)} characters")
        if kind == "path":
            path = rest
        elif kind == "mod":
            main = _module(rest)
        elif kind == "dep":
            found.append(_module(rest))
        elif kind == "=>" and found:
            found[-1] = Module(found[-1].path, found[-1].version, _module(rest))
        elif kind == "=>" and main:
            main = Module(main.path, main.version, _module(rest))
    return BuildInfo(go, path, main, tuple(found), settings)


def _module(columns: str) -> Module:
    path, _, rest = columns.partition("\t")
    if not path:
        raise UnreadableFileError("Go module information with a module without a path")
    return Module(path, rest.partition("\t")[0])


_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _setting(text: str) -> tuple[str, str]:
    """`key=value`, each quoted like a Go string when it has blanks or quotes; keys have no `=`."""
    if text.startswith(('"', "`")):
        key, _, value = text[1:].partition(text[0])
        value = value.removeprefix("=")
    else:
        key, _, value = text.partition("=")
    return key, _unquoted(value)


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != text[-1] or text[0] not in '"`':
        return text
    if text[0] == "`":
        return text[1:-1]
    return re.sub(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[0-7]{3}|.)", _escaped, text[1:-1])


def _escaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "xuU" and len(code) > 1:
        point = int(code[1:], 16)
        return "\ufffd" if 0xD800 <= point < 0xE000 or point > 0x10FFFF else chr(point)
    if code.isdigit() and len(code) == 3:
        return chr(int(code, 8))
    return _PLAIN.get(code, code)
