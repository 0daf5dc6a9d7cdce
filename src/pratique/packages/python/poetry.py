"""What `poetry.lock` pins (Poetry, "The pyproject.toml file" and `poetry.packages.locker`; lock versions 1.0 to 2.1).

Packages for developers are told by `category` up to 1.x and by `groups` since 2.1: all groups but `main` are theirs
(Poetry, "Managing dependencies"). In between, files of lock version 2.0 do not say. Local folders are not listed.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from pratique.packages.python import lock
from pratique.packages.python.markers import may_hold
from pratique.records.facts import Found
from pratique.records.file import File


class _Source(msgspec.Struct, frozen=True):
    type: str = ""


class _Package(msgspec.Struct, frozen=True):
    name: str
    version: str
    category: str = "main"
    groups: tuple[str, ...] = ("main",)
    source: _Source = _Source()
    dependencies: dict[str, Any] = {}


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
                tuple(name for name, terms in package.dependencies.items() if _needed(terms)),
                development="main" not in package.groups or package.category == "dev",
            )
            for package, line in zip(document.package, lines, strict=False)
            if package.source.type != "directory"
        ),
    )


def _needed(terms: Any) -> bool:
    """Whether a dependency holds: a version, a table with a marker, or a list of tables for several markers."""
    if isinstance(terms, list):
        return any(_needed(each) for each in terms if not isinstance(each, list))
    if not isinstance(terms, dict):
        return True
    markers = terms.get("markers")
    return not terms.get("optional") and (not isinstance(markers, str) or may_hold(markers))
