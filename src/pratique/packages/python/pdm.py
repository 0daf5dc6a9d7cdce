"""What `pdm.lock` pins (PDM, "Lock file"; lock versions 2 to 4.5).

The groups of a package are those of developers and the extras of the project alike: what no group but such as `dev` and
`test` holds counts as theirs. A package with extras has an entry of its own, that needs the plain one. Local folders
are not listed.
"""

from collections.abc import Iterator

import msgspec

from pratique.packages.python import lock
from pratique.packages.python.specifiers import needed
from pratique.records.facts import Found
from pratique.records.file import File

_ARCHIVES = (".whl", ".zip", ".gz", ".bz2", ".xz", ".tar", ".tgz")


class _Package(msgspec.Struct, frozen=True):
    name: str
    version: str = ""
    groups: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    path: str = ""


class _Lock(msgspec.Struct, frozen=True):
    package: tuple[_Package, ...] = ()


def parse(file: File) -> Iterator[Found]:
    """The packages of a lock file, and what each needs."""
    document, lines = lock.toml(file.data, "package", _Lock)
    yield from lock.facts(
        file.path,
        (
            lock.Entry(
                line,
                package.name,
                package.version,
                needed(package.dependencies),
                development=bool(package.groups) and lock.DEVELOPMENT.issuperset(package.groups),
            )
            for package, line in zip(document.package, lines, strict=False)
            if not package.path or package.path.endswith(_ARCHIVES)
        ),
    )
