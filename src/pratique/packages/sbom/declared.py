"""SBOMs that somebody put into an image: what they name is declared, not proved to be there.

Known by the endings that SPDX, CycloneDX and Syft recommend, and in `var/lib/db/sbom`, where Wolfi and Chainguard have
one for each of their packages.
"""

from collections.abc import Iterator

from pratique.packages.sbom.documents import read_sbom
from pratique.packages.sbom.installed import is_installed
from pratique.records.facts import Found
from pratique.records.file import File, Unknown


def spans(path: str, _head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """All of a file, unless its place says more of it."""
    return None if is_installed(path) else ((0, size),)


def parse(file: File) -> Iterator[Found | Unknown]:
    """The packages of the document."""
    if not is_installed(file.path):
        yield from read_sbom(file.data, file.path)
