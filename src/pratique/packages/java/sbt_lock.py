"""Dependencies that sbt locked: `build.sbt.lock` of the plug-in sbt-dependency-lock.

Source: sbt-dependency-lock, "File Formats", version 1: JSON with `dependencies` of `org`, `name`, `version` and the
`configurations` that have them (`compile`, `runtime`, `test`, ...). Names of Scala's packages end with its version.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package

NAME = "sbt-lock"

_BUILD = frozenset(("docs", "it", "plugin", "scala-doc-tool", "scala-tool", "scalafix", "sources", "test"))
"""Configurations that nothing runs from but builds and tests."""


class _Lock(msgspec.Struct):
    dependencies: list[Any]


def parse(file: File) -> Iterator[Found | Unknown]:
    """The locked packages, for development where only tests and tools have them."""
    content = bytes(file.data)
    try:
        rows = msgspec.json.decode(content, type=_Lock).dependencies
    except RecursionError:
        raise UnreadableFileError("nested too deeply") from None
    except ValueError as error:
        raise UnreadableFileError(f"no valid build.sbt.lock: {error}") from None
    lines = _lines(content)
    known = len(lines) == len(rows)
    for number, row in enumerate(rows):
        line = lines[number] if known else 0
        fields = row if isinstance(row, dict) else {}
        group, name, version = (fields.get(key) for key in ("org", "name", "version"))
        if not (isinstance(group, str) and isinstance(name, str) and isinstance(version, str) and group and name):
            yield Unknown(file.path, NAME, f"dependency {number + 1} is without org, name or version")
            continue
        builders = _is_for_builders(fields.get("configurations"))
        yield Found(file.path, line, Package("maven", f"{group}:{name}", version, declared=True, development=builders))


def _is_for_builders(configurations: object) -> bool:
    names = [name for name in configurations if isinstance(name, str)] if isinstance(configurations, list) else []
    return bool(names) and all(name in _BUILD for name in names)


def _lines(content: bytes) -> list[int]:
    """The lines of the keys `org`, one in each dependency and none elsewhere."""
    lines, line, at = [], 1, 0
    for match in re.finditer(rb'"org"\s*:', content):
        line += content.count(b"\n", at, match.start())
        at = match.start()
        lines.append(line)
    return lines
