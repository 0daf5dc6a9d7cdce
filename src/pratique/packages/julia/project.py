"""Installed packages of Julia: `packages/NAME/SLUG/Project.toml` in a depot and `stdlib/vX.Y/NAME/Project.toml`.

Fields `name`, `uuid` and `version`, and a table `[deps]` of names (Pkg.jl, "Project.toml and Manifest.toml"). Parts of
the standard library without a version have Julia's, of which the folder tells no more than two numbers.
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.packages.julia.toml_lines import text_in
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires

_PLACE = r"(?:^|/)(?:packages/([^/]+)/[A-Za-z0-9]{4,5}|stdlib/v\d+\.\d+/([^/]+))/(?:Julia)?Project\.toml$"


def parse(file: File) -> Iterator[Found]:
    """The installed package. Projects elsewhere are applications."""
    place = re.search(_PLACE, file.path)
    if place is None:
        return
    fields, needs, lines, table = dict[str, str](), dict[str, None](), dict[str, int](), ""
    for number, line in enumerate(text_of(file.data).split("\n"), 1):
        if line.startswith("["):
            table = line.strip()
            continue
        key, equals, value = (piece.strip() for piece in line.partition("="))
        if equals and not table:
            fields.setdefault(key, text_in(value))
            lines.setdefault(key, number)
        elif equals and table == "[deps]":
            needs[key] = None
    name, version = fields.get("name", ""), fields.get("version", "")
    if name != (place[1] or place[2]):
        raise UnreadableFileError("a package that is not named after its folder")
    yield Found(file.path, lines["name"], Package("julia", name, version))
    if needs:
        yield Found(file.path, lines["name"], Requires("julia", name, version, tuple(needs)))
