"""What renv pins for a project of R: `renv.lock`, JSON with an object a package (renv, "Lockfile")."""

from collections.abc import Iterator
from typing import Any

import msgspec

from pratique.formats.texts import Lines, decode_json, text_of
from pratique.packages.r.dependencies import names_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires


class _Lock(msgspec.Struct):
    """The wanted part of the file."""

    packages: dict[str, dict[str, Any]] = msgspec.field(name="Packages", default_factory=dict)


def parse(file: File) -> Iterator[Found]:
    """The pinned packages. Since renv 1.1 the fields of their `DESCRIPTION` are there, before that `Requirements`."""
    text = text_of(file.data)
    locked = decode_json(text, _Lock).packages
    told = {name: _texts(entry) for name, entry in locked.items()}
    pins = {name: f"{name}@{fields['Version']}" for name, fields in told.items() if fields.get("Version")}
    lines = Lines(text)
    lines.of('"Packages"')
    for name, entry in locked.items():
        line = lines.of(f'"{name}": {{')
        fields = told[name]
        kind = "bioconductor" if _of_bioconductor(fields) else "cran"
        version, licence = fields.get("Version", ""), fields.get("License", "")
        package = Package(kind, name, version, licenses=(licence,) if licence else (), declared=True)
        yield Found(file.path, line, package)
        wanted = names_of(each for key in ("Requirements", "Depends", "Imports") for each in _list(entry.get(key)))
        if wanted:
            needs = tuple(pins.get(each, each) for each in wanted)
            yield Found(file.path, line, Requires(kind, name, version, needs))


def _of_bioconductor(fields: dict[str, str]) -> bool:
    return fields.get("Source") == "Bioconductor" or fields.get("Repository", "").startswith("BioC")


def _texts(entry: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in entry.items() if isinstance(value, str)}


def _list(value: Any) -> Iterator[str]:
    """Texts of a list; renv 1.1 writes one text where there is one."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield from each.split(",")
