"""Programs and libraries of Windows: Go, Rust and .NET run there, and in images that are built for it.

Source: as `pratique.formats.pe`.
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats import pe
from pratique.limits import KIB
from pratique.packages.executable import NAME, go
from pratique.packages.executable.ranges import Ranges, merged
from pratique.packages.rust import auditable
from pratique.records.facts import Found
from pratique.records.file import File, Unknown

_HEAD = 4 * KIB
_GO = b".symtab"
"""A section that only Go's linker writes."""
_RUST = auditable.SECTION.encode()


def spans(head: bytes, size: int) -> Ranges | None:
    """Byte ranges that `facts` needs; None for what has no header."""
    try:
        sections, end = pe.read(head)
    except UnreadableFileError:
        return None
    if pe.is_managed(head) or any(section.name == _GO for section in sections):
        return ((0, size),)
    wanted = [part for part in sections if part.size and (part.flags & pe.WRITABLE or part.name == _RUST)]
    return merged([(0, max(_HEAD, end)), *((part.offset, part.offset + part.size) for part in wanted)], size)


def facts(file: File) -> Iterator[Found | Unknown]:
    """What the file was built from."""
    path, data = file.path, file.data
    built = tuple(go.told(path, data))
    if built:
        yield from built
        return
    try:
        sections, _ = pe.read(data)
    except UnreadableFileError:
        return  # nothing runs it
    if pe.is_managed(data):
        from pratique.packages.dotnet.assembly import assembly

        try:
            yield from assembly(path, data)
        except UnreadableFileError as error:
            yield Unknown(path, NAME, str(error))
    for section in sections:
        if section.name == _RUST and section.size <= auditable.LARGEST:
            packed = bytes(data[section.offset : section.offset + section.size])
            yield from auditable.crates(path, packed, certain=True)
        elif section.name.startswith(b"UPX"):
            yield Unknown(path, NAME, "packed with UPX, its content cannot be read")
            return
