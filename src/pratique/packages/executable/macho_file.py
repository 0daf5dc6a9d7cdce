"""Programs and libraries of macOS, for one processor or for several: Go and Rust.

Source: as `pratique.formats.macho`.
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats import macho
from pratique.packages.executable import go
from pratique.packages.executable.ranges import Ranges
from pratique.packages.rust import auditable
from pratique.records.facts import Found
from pratique.records.file import File, Unknown


def spans(head: bytes, size: int) -> Ranges | None:
    """The whole file; None for Java classes, whose first bytes are those of a file for several processors."""
    return ((0, size),) if head[:4] in macho.THIN or macho.parts(head) else None


def facts(file: File) -> Iterator[Found | Unknown]:
    """What the file was built from: of several processors, for the first that tells."""
    path, data = file.path, file.data
    built = tuple(go.told(path, data))
    if built:
        yield from built
        return
    for start in (0,) if bytes(data[:4]) in macho.THIN else (start for start, _ in macho.parts(data)):
        try:
            section = macho.section(data, auditable.SECTION.encode(), start)
        except UnreadableFileError:
            continue  # nothing runs it
        if section is not None and section[1] <= auditable.LARGEST:
            yield from auditable.crates(path, bytes(data[section[0] : section[0] + section[1]]), certain=True)
            return
