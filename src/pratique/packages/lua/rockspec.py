"""Packages of LuaRocks: `lib/luarocks/rocks-LUA/NAME/VERSION/NAME-VERSION.rockspec` (LuaRocks, "Rockspec format").

A rockspec is a program in Lua that sets variables; where it computes them, the name of the file tells the package's.
Elsewhere it is one of a source, which says nothing of what is installed.
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.packages.lua.literals import Table, Value, assignments
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package, Requires


def parse(file: File) -> Iterator[Found | Unknown]:
    """The package of a rockspec with its licence and what it needs."""
    parts = file.path.split("/")
    stem = parts[-1][: -len(".rockspec")]
    installed = len(parts) >= 4 and stem == f"{parts[-3]}-{parts[-2]}" and parts[-4].startswith("rocks")
    try:
        variables = assignments(text_of(file.data))
    except UnreadableFileError as error:
        if not installed:
            raise
        variables = {}
        yield Unknown(file.path, "luarocks", str(error))
    line, _ = variables.get("package", (1, None))
    name, version = _text(variables, "package"), _text(variables, "version")
    if installed:
        name, version = parts[-3], parts[-2]
    elif not (name and version):
        split = re.fullmatch(r"(.+)-([^-]+-\d+)", stem)
        if split is None:
            raise UnreadableFileError("a rockspec without package or version")
        name, version = name or split[1], version or split[2]
    licence = _member(variables, "description", "license")
    licenses = (licence,) if isinstance(licence, str) and licence else ()
    yield Found(file.path, line, Package("luarocks", name, version, licenses=licenses, declared=not installed))
    _, wanted = variables.get("dependencies", (0, None))
    entries = wanted.listed if isinstance(wanted, Table) else ()
    words = (entry.split() for entry in entries if isinstance(entry, str))
    needs = dict.fromkeys(each[0].rpartition("/")[2] for each in words if each)
    needs.pop("lua", None)
    if needs:
        yield Found(file.path, line, Requires("luarocks", name, version, tuple(needs)))


def _text(variables: dict[str, tuple[int, Value]], name: str) -> str:
    _, value = variables.get(name, (0, None))
    return value if isinstance(value, str) else ""


def _member(variables: dict[str, tuple[int, Value]], name: str, key: str) -> Value:
    _, value = variables.get(name, (0, None))
    return value.named.get(key) if isinstance(value, Table) else None
