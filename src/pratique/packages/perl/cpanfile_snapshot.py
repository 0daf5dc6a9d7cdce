"""What Carton pins for an application in Perl: `cpanfile.snapshot` (Carton source, lib/Carton/Snapshot/Parser.pm).

By indentation: two spaces before a distribution, four before `pathname:`, `provides:` and `requirements:`, six before a
module and its version. What is needed to build is named among the requirements, too.
"""

from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.packages.perl.names import split_distribution
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires


class _Distribution(msgspec.Struct, eq=False):
    line: int
    title: str
    """Name and version."""
    author: str = ""
    provides: dict[str, None] = msgspec.field(default_factory=dict)
    needs: dict[str, None] = msgspec.field(default_factory=dict)


def parse(file: File) -> Iterator[Found]:
    """The pinned distributions with the modules that they provide and need."""
    text = text_of(file.data)
    if not text.startswith("# carton snapshot format: version 1."):
        raise UnreadableFileError("no snapshot of Carton in format 1")
    for each in _distributions(text):
        name, version = split_distribution(each.title)
        yield Found(file.path, each.line, Package("cpan", name, version, vendor=each.author, declared=True))
        needs = tuple(module for module in each.needs if module != "perl")
        if needs or each.provides:
            yield Found(file.path, each.line, Requires("cpan", name, version, needs, tuple(each.provides)))


def _distributions(text: str) -> Iterator[_Distribution]:
    current, part = None, ""
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        depth = len(line) - len(line.lstrip(" "))
        if depth == 2 and words:
            if current:
                yield current
            current, part = _Distribution(number, words[0]), ""
        elif depth == 4 and words and current:
            part = words[0]
            path = words[1].split("/") if part == "pathname:" and len(words) > 1 else []
            current.author = path[2] if len(path) > 3 else current.author
        elif depth == 6 and words and current:
            if part == "provides:":
                current.provides[words[0]] = None
            elif part == "requirements:":
                current.needs[words[0]] = None
    if current:
        yield current
