"""What requirements files pin: `requirements.txt` and its kin (pip, "Requirements File Format").

Only `==` and `===` tell a version, and URLs of archives that bear one in their name; other requirements tell none and
are not listed. Options and the files that they name (`-r`, `-c`) are passed over: those files speak for themselves.
Files named after what developers do, `requirements-dev.txt`, are for developers. Comments tell no relations.
"""

import codecs
import re
from collections.abc import Iterator

from pratique.packages.python import lock
from pratique.packages.python.specifiers import split
from pratique.records.facts import Found
from pratique.records.file import Data, File

_NAME = r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:\[[^\]]*\])?"
_PINNED = rf"{_NAME}\(?===?([A-Za-z0-9.!+_-]+)\)?$"
_LOCATED = rf"(?:{_NAME}@)?[A-Za-z+]+://[^#?]*/([^/#?]+)"
_LONGEST = 4096
"""Characters of a requirement without its options."""


def parse(file: File) -> Iterator[Found]:
    """The packages that a requirements file pins."""
    name = file.path.rpartition("/")[2]
    if not name.endswith(".txt"):
        return  # other things in a folder `requirements`
    words = re.split(r"[-_.]", name.removesuffix(".txt").lower())
    development = not lock.DEVELOPMENT.isdisjoint(words)
    yield from lock.facts(file.path, _entries(file.data, development=development))


def _entries(data: Data, *, development: bool) -> Iterator[lock.Entry]:
    for line, text in _logical(_decoded(data)):
        found = _pinned(text)
        if found:
            yield lock.Entry(line, *found, development=development)


def _pinned(text: str) -> tuple[str, str] | None:
    """Name and version of a requirement that tells both."""
    plain = re.split(r"\s--?[a-z]", text, maxsplit=1)[0]
    if len(plain) > _LONGEST:
        return None
    specifier = "".join(split(plain)[0].split())
    if found := re.match(_PINNED, specifier):
        return found[1], found[2]
    located = re.match(_LOCATED, specifier)
    if located is None:
        return None
    name, version = _of_archive(located[2])
    return (located[1] or name, version) if name and version[:1].isdigit() else None


def _of_archive(file: str) -> tuple[str, str]:
    """Name and version that the name of an archive bears, `NAME-VERSION-py3-none-any.whl`, `NAME-VERSION.tar.gz`."""
    if file.endswith(".whl"):
        name, version, *_ = *file.split("-"), "", ""
        return name, version
    for ending in (".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tar.xz"):
        if file.endswith(ending):
            name, _, version = file.removesuffix(ending).rpartition("-")
            return name, version
    return "", ""


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Each line with those that backslashes join to it, and its number; without comments, options and blanks."""
    parts, first = list[str](), 1
    for number, line in enumerate((*text.splitlines(), ""), 1):
        plain = line.strip()
        parts.append(plain.removesuffix("\\"))
        if plain.endswith("\\") and not plain.startswith("#"):
            continue
        joined = re.split(r"(?:^|\s)#", " ".join(parts), maxsplit=1)[0].strip()
        if joined and not joined.startswith("-"):
            yield first, joined
        parts, first = [], number + 1


def _decoded(data: Data) -> str:
    """The text, which PowerShell writes in UTF-16."""
    content = bytes(data)
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig", errors="replace")
