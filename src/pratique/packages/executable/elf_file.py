"""Programs and shared libraries of Linux: what they were built from, and what they ask the dynamic linker for.

Hundreds of megabytes of shared libraries pass here, so that a few per cent of each must do: the head with the notes
and the names for the dynamic linker, its table, the writable parts where Go has its build information, and what
stands behind all that is loaded, where `cargo auditable` has its section. What lies elsewhere is not read, even where
it could be: a file gives the same facts however its bytes come.
"""

import functools
from collections.abc import Iterator
from itertools import islice

from pratique.errors import UnreadableFileError
from pratique.formats import elf, go_buildinfo
from pratique.limits import KIB, MIB
from pratique.packages.executable import NAME, go, note
from pratique.packages.executable.ranges import Ranges, merged
from pratique.packages.golang import binary
from pratique.packages.rust import auditable
from pratique.records.facts import Found
from pratique.records.file import Data, File, Unknown
from pratique.records.package import Linked

_START = 1 * KIB
"""Bytes that hold the program headers, as a rule: seventeen of them."""
_HEAD = 4 * KIB
"""Always kept: headers, notes, and the mark of a packer."""
_FIRST, _FIRST_SHARE = 512 * KIB, 24
"""Kept of the first segment, which holds the names for the dynamic linker: so much, or this part of a larger file. It
is enough for all but two of 1,000 real files: libstdc++ has them at 480 KB, LLVM at 4 MB of 117."""
_TABLE = 64 * KIB
"""Kept of notes, of the dynamic linker's table and of section headers each; a thousand section headers."""
_TAIL_OF_PROGRAM, _TAIL_OF_LIBRARY = 8 * MIB, 1 * MIB
"""What stands behind the loaded parts, symbols and hints for debuggers too, is kept whole up to this size, ..."""
_TAIL_BEGIN = 64 * KIB
"""... else this much of it: most linkers put the section first there."""
_UNLOADED_MOST = 256
"""Sections that no loader sees. Debuggers want a dozen."""
_TRIED_MOST = 4
"""Of these that begin like packed data: a file has one, if any."""
_DAMAGED_KEPT = 1 * MIB
_UPX_WITHIN = 256
"""UPX writes its mark directly behind the program headers, newer versions behind some notes there."""
_READ_ONLY, _EXECUTABLE = 4, 1
"""`Segment.flags`: PF_R alone; the bit PF_X."""
_NATIVE_IMAGE = b"\0sbom_length\0"
"""A symbol of programs that GraalVM made, whose SBOM is in them; it stands among the first."""
_NATIVE_IMAGE_LEAST = 1 * MIB
"""Bytes. The smallest real ones have five times as many."""
_SEPARATE = "usr/lib/debug/"
"""What debuggers alone read: copies of the headers, and nothing at the places that these name."""


def spans(path: str, head: bytes, size: int) -> Ranges | None:
    """Byte ranges that `facts` needs; None for objects, core dumps and files for debuggers.

    Before Go 1.18 its build information is scattered: a program that looks like Go's is kept but for its code, unless
    its head shows that it is younger.
    """
    try:
        header, ranges = _known(head, size)
    except UnreadableFileError:
        return ((0, min(size, _DAMAGED_KEPT)),)
    if not _runs(header) or path.startswith(_SEPARATE):
        return None
    if not _loads(header) or _may_be_native_image(head, size):
        return ((0, size),)
    if binary.is_marked(header, elf.notes(head, header)) and binary.may_be_scattered(head, header):
        return merged([*ranges, *_data(header, size)], size)
    return ranges


def facts(file: File) -> Iterator[Found | Unknown]:
    """What the file was built from, and the libraries that it needs."""
    path, data = file.path, file.data
    try:
        header, kept = _known(data, file.size)
    except UnreadableFileError:
        yield from go.told(path, data)  # what nothing can run is worth a word where the mark of Go is in it
        return
    if not _runs(header):
        return
    if not _loads(header):
        yield from go.told(path, data)  # what nothing can run is worth a word where the mark of Go is in it
        return
    notes = tuple(elf.notes(data, header))
    told = tuple(_go(path, data, header, notes))
    yield from told
    if not told and header.section_table != header.headers_end:
        yield from _rust(path, data, header, kept)
    if _may_be_native_image(bytes(data[: 64 * KIB]), file.size):
        yield from _java(path, data)
    for each in notes:
        if each.kind == note.KIND and each.name == note.OWNER and each.size <= note.LARGEST:
            package = note.package(bytes(data[each.offset : each.offset + each.size]))
            if package is not None:
                yield Found(path, 0, package)
    asked = elf.asked(data, header, kept)
    if asked is not None and (asked.needed or asked.soname):
        folders = tuple(folder for folder in asked.runpath.split(":") if folder)
        yield Found(path, 0, Linked(asked.soname, asked.needed, folders))


def _may_be_native_image(head: bytes, size: int) -> bool:
    return size >= _NATIVE_IMAGE_LEAST and _NATIVE_IMAGE in head


def _java(path: str, data: Data) -> Iterator[Found | Unknown]:
    """What GraalVM compiled into the program."""
    from pratique.packages.java.native_image import native_image
    from pratique.packages.sbom.documents import read_sbom

    try:
        sbom = native_image(data)
        if sbom is not None:
            yield from read_sbom(sbom, path, declared=False)
    except UnreadableFileError as error:
        yield Unknown(path, NAME, str(error))


def _known(data: Data, size: int) -> tuple[elf.Elf, Ranges]:
    """Header, and what is kept of the file: worked out once for `spans` and `facts`. Raises UnreadableFileError."""
    try:
        header, ranges = _worked_out(bytes(data[:_START]), size)
    except UnreadableFileError:
        header = elf.read(data)
        ranges = _ranges(header, size)
    if header.section_table == header.headers_end:
        ranges = merged([*ranges, *_strings(bytes(data[:_HEAD]), header)], size)
    return header, ranges


@functools.lru_cache(maxsize=16)
def _worked_out(start: bytes, size: int) -> tuple[elf.Elf, Ranges]:
    header = elf.read(start)
    return header, _ranges(header, size)


def _strings(head: bytes, header: elf.Elf) -> Iterator[tuple[int, int]]:
    """Where Go's own linker puts the names for the dynamic linker: far from the front, but the head tells."""
    for part in elf.sections(head, header):
        if part.kind == elf.STRINGS and part.flags & elf.ALLOCATED:
            yield part.offset, part.offset + min(part.size, _TABLE)


def _runs(header: elf.Elf) -> bool:
    return header.kind in (elf.EXECUTABLE, elf.SHARED)


def _loads(header: elf.Elf) -> bool:
    return any(segment.kind == elf.LOAD for segment in header.segments)


def _go(path: str, data: Data, header: elf.Elf, notes: tuple[elf.Note, ...]) -> Iterator[Found | Unknown]:
    try:
        info = go_buildinfo.read_elf(data, header)
    except UnreadableFileError as error:
        yield Unknown(path, NAME, str(error))
        return
    if info is not None:
        yield from binary.packages(path, info)
    elif b"UPX!" in bytes(data[header.headers_end : header.headers_end + _UPX_WITHIN]):
        yield Unknown(path, NAME, "packed with UPX, its content cannot be read")
    elif binary.has_note(notes) and any(go_buildinfo.searched(header)):
        yield Unknown(path, NAME, "Go program without build information (as before Go 1.13)")


def _rust(path: str, data: Data, header: elf.Elf, kept: Ranges) -> Iterator[Found | Unknown]:
    """Names of sections need not lie in what is kept: the section is known by what it holds."""
    if header.section_size * header.section_count > _TABLE:
        return
    tried = 0
    for at, size in islice(elf.unloaded(data, header), _UNLOADED_MOST):
        if size > auditable.LARGEST or not auditable.looks_so(bytes(data[at : at + 2])):
            continue
        if any(start <= at and at + size <= end for start, end in kept):
            to_end = kept[-1][0] <= at and kept[-1][1] == len(data)
            named = to_end and any(
                part.name == auditable.SECTION and part.offset == at for part in elf.sections(data, header)
            )
            yield from auditable.crates(path, bytes(data[at : at + size]), certain=named)
            tried += 1
            if tried == _TRIED_MOST:
                return


def _ranges(header: elf.Elf, size: int) -> Ranges:
    """What is kept of any file with this header.

    Section headers directly behind the program headers are a mark of Go's own linker: it lays all else out in its own
    way, and what stands behind the loaded parts is large and of no interest.
    """
    pieces = [(0, max(_HEAD, header.headers_end + _UPX_WITHIN))]
    loaded, program = 0, header.kind == elf.EXECUTABLE
    first: elf.Segment | None = None
    for segment in header.segments:
        kind, start = segment.kind, segment.offset
        if kind == elf.LOAD:
            first = first or segment
            loaded = max(loaded, start + segment.size)
        elif kind in (elf.DYNAMIC, elf.NOTE):
            pieces.append((start, start + min(segment.size, _TABLE)))
            if kind == elf.DYNAMIC and first and header.section_table != header.headers_end:
                share = max(_FIRST, size // _FIRST_SHARE)
                pieces.append((first.offset, first.offset + min(first.size, share)))
        elif kind == elf.INTERPRETER:
            program = True
    pieces += [(start, start + length) for start, length, _ in go_buildinfo.searched(header)]
    if header.section_table != header.headers_end:
        fits = size - loaded <= (_TAIL_OF_PROGRAM if program else _TAIL_OF_LIBRARY)
        pieces.append((loaded, size if fits else loaded + _TAIL_BEGIN))
        table = header.section_table
        pieces.append((table, table + min(header.section_size * header.section_count, _TABLE)))
    return merged(pieces, size)


def _data(header: elf.Elf, size: int) -> Ranges:
    """All that is loaded and not run; the whole file where a linker has mixed the two."""
    loaded = [segment for segment in header.segments if segment.kind == elf.LOAD]
    if not any(segment.flags == _READ_ONLY for segment in loaded):
        return ((0, size),)
    return tuple(
        (part.offset, part.offset + part.size) for part in loaded if part.size and not part.flags & _EXECUTABLE
    )
