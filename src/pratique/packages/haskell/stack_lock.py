"""What stack pins beside its snapshot: `stack.yaml.lock` (stack, "Lock files").

YAML with a list `packages:` of pairs, `original` as in `stack.yaml` and `completed`: `hackage: NAME-VERSION@HASH,SIZE`,
or `name` and `version` of what comes from an archive or a repository of git.
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.texts import scalar, text_of
from pratique.packages.haskell.units import split_unit
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package


def parse(file: File) -> Iterator[Found]:
    """The completed packages."""
    text = text_of(file.data)
    if not re.search(r"(?m)^(?:packages|snapshots):", text):
        raise UnreadableFileError("neither packages nor snapshots")
    listing, completed, depth = False, False, 0
    fields: dict[str, str] = {}
    begun = 0
    for number, line in enumerate((*text.split("\n"), "end:"), 1):
        indentation = len(line) - len(line.lstrip(" -"))
        key, _, value = line.strip(" -").partition(":")
        if not key or key.startswith("#"):
            continue
        if key in {"completed", "original"} or (indentation == 0 and line[0] != "-"):
            if fields and listing:
                yield from _package(file.path, begun, fields)
            listing = listing if key in {"completed", "original"} else key == "packages"
            completed, fields, depth, begun = key == "completed", {}, 0, number
        elif completed:
            depth = depth or indentation
            if indentation == depth:
                fields.setdefault(key, scalar(value))


def _package(path: str, line: int, fields: dict[str, str]) -> Iterator[Found]:
    name, version = split_unit(fields.get("hackage", ""))
    name, version = name or fields.get("name", ""), version or fields.get("version", "")
    if name:
        yield Found(path, line, Package("hackage", name, version, declared=True))
