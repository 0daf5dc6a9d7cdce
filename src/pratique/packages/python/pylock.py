"""What `pylock.toml` and `pylock.NAME.toml` pin (PyPA, "pylock.toml Specification"; PEP 751).

What is installed only where somebody asks for further `dependency_groups` is for developers. Local folders
(`packages.directory`) are not listed. Few writers tell what a package needs; PDM does so in its own table.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from pratique.packages.python import lock
from pratique.packages.python.markers import truth
from pratique.packages.python.specifiers import needed
from pratique.records.facts import Found
from pratique.records.file import File


class _Need(msgspec.Struct, frozen=True):
    name: str
    version: str = ""


class _Pdm(msgspec.Struct, frozen=True):
    dependencies: tuple[str, ...] = ()


class _Tool(msgspec.Struct, frozen=True):
    pdm: _Pdm = _Pdm()


class _Package(msgspec.Struct, frozen=True):
    name: str
    version: str = ""
    marker: str = ""
    directory: dict[str, Any] | None = None
    dependencies: tuple[_Need, ...] = ()
    tool: _Tool = _Tool()


class _Lock(msgspec.Struct, frozen=True, rename="kebab"):
    lock_version: str
    packages: tuple[_Package, ...] = ()
    dependency_groups: frozenset[str] = frozenset()
    default_groups: frozenset[str] = frozenset()


def parse(file: File) -> Iterator[Found]:
    """The packages of a lock file, and what each needs."""
    document, lines = lock.toml(file.data, "packages", _Lock)
    yield from lock.facts(
        file.path,
        (
            lock.Entry(
                line,
                package.name,
                package.version,
                _needs(package),
                development=_development(package.marker, document),
            )
            for package, line in zip(document.packages, lines, strict=False)
            if package.directory is None
        ),
    )


def _needs(package: _Package) -> tuple[str, ...]:
    told = (f"{need.name}@{need.version}" if need.version else need.name for need in package.dependencies)
    return (*told, *needed(package.tool.pdm.dependencies))


def _development(marker: str, document: _Lock) -> bool:
    """Whether the groups that nobody has to ask for leave a package out, and others bring it in."""
    if "dependency_groups" not in marker:
        return False
    usual, every = document.default_groups, document.default_groups | document.dependency_groups
    return truth(marker, {}, usual) is False and truth(marker, {}, every) is not False
