"""Packages of Bottlerocket, whose images have no rpm database: `usr/share/bottlerocket/application-inventory.json`.

An object `Content` with one object a package, of the fields that rpm has for it (Bottlerocket, "Logs and inventory").
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from pratique.formats.texts import Lines, decode_json, text_of
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package


class _Inventory(msgspec.Struct):
    content: list[Any] = msgspec.field(name="Content")


def parse(file: File) -> Iterator[Found | Unknown]:
    """The packages of the inventory."""
    if not f"/{file.path}".endswith("/bottlerocket/application-inventory.json"):
        return
    text = text_of(file.data)
    lines, broken = Lines(text), 0
    for entry in decode_json(text, _Inventory).content:
        fields = (
            {key: value for key, value in entry.items() if isinstance(value, str)} if isinstance(entry, dict) else {}
        )
        name, version, release = fields.get("Name", ""), fields.get("Version", ""), fields.get("Release", "")
        if not (name and version):
            broken += 1
            continue
        full = f"{version}-{release}" if release else version
        epoch = fields.get("Epoch", "")
        package = Package(
            "rpm",
            name,
            f"{epoch}:{full}" if epoch.strip("0") else full,
            arch=fields.get("Architecture", ""),
            vendor=fields.get("Publisher", ""),
        )
        yield Found(file.path, lines.of(f'"{name}"'), package)
    if broken:
        yield Unknown(file.path, "bottlerocket", f"{broken} packages without Name or Version")
