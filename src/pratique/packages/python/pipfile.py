"""What `Pipfile.lock` pins (Pipenv, "Pipfile & Pipfile.lock"): JSON, an object of packages for each category.

`develop` is for developers, and so are further categories that are named after what developers do. It tells no
relations. Local folders are not listed.
"""

import re
from collections.abc import Iterator
from typing import Any

from pratique.packages.python import lock
from pratique.records.facts import Found
from pratique.records.file import File


def parse(file: File) -> Iterator[Found]:
    """The packages of a lock file."""
    document = lock.json(file.data, dict[str, dict[str, Any]])
    yield from lock.facts(file.path, _entries(document, bytes(file.data).decode(errors="replace")))


def _entries(document: dict[str, dict[str, Any]], text: str) -> Iterator[lock.Entry]:
    places = _places(text)
    for category, packages in document.items():
        if category == "_meta":
            continue
        development = lock.normal(category) in lock.DEVELOPMENT
        for name, terms in packages.items():
            line = next(places.get(name, iter(())), 0)
            if isinstance(terms, dict) and name and not terms.get("editable") and "path" not in terms:
                version = terms.get("version")
                pinned = version.lstrip("=") if isinstance(version, str) else ""
                yield lock.Entry(line, name, pinned, development=development)


def _places(text: str) -> dict[str, Iterator[int]]:
    """Lines on which an object of that name begins, in order."""
    lines: dict[str, list[int]] = {}
    line, at = 1, 0
    for found in re.finditer(r'"([^"\\\n]*)":\s*\{', text):
        line += text.count("\n", at, found.start())
        at = found.start()
        lines.setdefault(found[1], []).append(line)
    return {name: iter(several) for name, several in lines.items()}
