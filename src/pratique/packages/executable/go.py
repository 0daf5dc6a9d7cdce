"""What Go's build information tells of a program, whichever system that is for."""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats import go_buildinfo
from pratique.packages.executable import NAME
from pratique.packages.golang import binary
from pratique.records.facts import Found
from pratique.records.file import Data, Unknown


def told(path: str, data: Data) -> Iterator[Found | Unknown]:
    """Packages of a Go program, or why they cannot be read; nothing for other programs."""
    try:
        info = go_buildinfo.read(data)
    except UnreadableFileError as error:
        yield Unknown(path, NAME, str(error))
        return
    if info is not None:
        yield from binary.packages(path, info)
