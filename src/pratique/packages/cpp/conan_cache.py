"""Packages in the cache of Conan 2: its database `p/cache.sqlite3` (Conan 2 source, conan/internal/cache/db).

The table `packages` has a row for every binary, with the reference of its recipe and the folder that holds it.
"""

from collections.abc import Iterator

from pratique.formats.sqlite_table import rows
from pratique.limits import FACTS_PER_FILE_MOST
from pratique.packages.cpp.references import package_of
from pratique.records.facts import Found
from pratique.records.file import File


def spans(path: str, _head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """The whole of the database, nothing of other caches of that name."""
    return ((0, size),) if path.endswith("/p/cache.sqlite3") else None


def parse(file: File) -> Iterator[Found]:
    """The packages whose binaries are in the cache, each version once."""
    if not file.path.endswith("/p/cache.sqlite3"):
        return
    references = (row[0] for row in rows(file.data, "packages", ("reference",), most=FACTS_PER_FILE_MOST))
    for reference in dict.fromkeys(references):
        package = package_of(str(reference), declared=False)
        if package is not None:
            yield Found(file.path, 0, package)
