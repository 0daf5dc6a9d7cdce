"""SBOMs that tell what is in the thing beside them: of wheels (PEP 770) and of Bitnami's components.

`NAME.dist-info/sboms/*` names what was compiled into a wheel or copied there; `opt/bitnami/NAME/.spdx-NAME.spdx` is the
only trace that a component of Bitnami's images leaves.
"""

from collections.abc import Iterator

from pratique.packages.sbom.documents import read_sbom
from pratique.records.facts import Found
from pratique.records.file import File, Unknown


def spans(path: str, _head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """All of such a file, nothing of others in folders or with endings of the name."""
    return ((0, size),) if is_installed(path) else None


def is_installed(path: str) -> bool:
    """Whether the place of an SBOM says that it describes what is there."""
    folder, _, name = path.rpartition("/")
    return folder.endswith(".dist-info/sboms") or (name.startswith(".spdx-") and f"/{path}".startswith("/opt/bitnami/"))


def parse(file: File) -> Iterator[Found | Unknown]:
    """The packages of the document."""
    if is_installed(file.path):
        yield from read_sbom(file.data, file.path, declared=False, analyzer="sbom-installed")
