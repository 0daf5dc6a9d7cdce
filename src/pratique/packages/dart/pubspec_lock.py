"""What Dart's pub pins: `pubspec.lock` (dart.dev, "Pub package layout"; pub source, lib/src/lock_file.dart).

YAML with a map `packages:` by name; `dependency: "direct dev"` is for those who build. Packages of the SDK have no
version of their own, those of git have the commit as `resolved-ref`. Which package needs which is not told.
"""

from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import scalar, text_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package


class _Locked(msgspec.Struct, eq=False):
    line: int
    name: str
    fields: dict[str, str] = msgspec.field(default_factory=dict)


def parse(file: File) -> Iterator[Found]:
    """The pinned packages."""
    listing = listed = False
    current: _Locked | None = None
    for number, line in enumerate((*text_of(file.data).split("\n"), "end:"), 1):
        depth = len(line) - len(line.lstrip(" "))
        key, colon, value = line.strip().partition(":")
        if not colon or key.startswith("#"):
            continue
        if depth in {0, 2} and current:
            yield _found(file.path, current)
            current = None
        if depth == 0:
            listing = key == "packages"
            listed = listed or listing
        elif depth == 2 and listing:
            current = _Locked(number, scalar(key))
        elif current:
            current.fields.setdefault(key if depth == 4 else f"description.{key}", scalar(value))
    if not listed:
        raise UnreadableFileError("no map packages")


def _found(path: str, locked: _Locked) -> Found:
    fields = locked.fields
    name = fields.get("description.name", locked.name) if fields.get("source") == "hosted" else locked.name
    package = Package(
        "pub",
        name,
        "" if fields.get("source") == "sdk" else fields.get("version", ""),
        declared=True,
        development=fields.get("dependency") == "direct dev",
    )
    return Found(path, locked.line, package)
