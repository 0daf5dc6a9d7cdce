"""Packages of Homebrew: `Cellar/NAME/VERSION/INSTALL_RECEIPT.json`, and the formula beside it in `.brew/NAME.rb`.

The folders say what is installed, the receipt by which tap, for which processor and with which other packages
(Homebrew, Library/Homebrew/tab.rb), the formula under which licence (docs.brew.sh, "License Guidelines").
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import decode_json, text_of
from pratique.limits import KIB
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Licensed, Package, Requires

_STATEMENT_LONGEST = 4 * KIB
"""Signs of the statement that names licences, from which its end is looked for."""


class _Receipt(msgspec.Struct):
    """The wanted part of a receipt."""

    arch: Any = None
    source: Any = None
    runtime_dependencies: Any = None


def parse(file: File) -> Iterator[Found | Unknown]:
    """The package that a receipt stands for, or the licences in a formula."""
    parts = file.path.split("/")
    if len(parts) >= 4 and parts[-4] == "Cellar" and parts[-1] == "INSTALL_RECEIPT.json":
        yield from _package(file, parts[-3], parts[-2])
    elif len(parts) >= 5 and parts[-5] == "Cellar" and parts[-1] == f"{parts[-4]}.rb":
        text = text_of(file.data)
        found = re.search(r"(?m)^  license\s+", text)
        licences = _licences(text[found.end() : found.end() + _STATEMENT_LONGEST]) if found else ()
        if found and licences:
            line = text.count("\n", 0, found.start()) + 1
            yield Found(file.path, line, Licensed("brew", parts[-4], licences))


def _package(file: File, name: str, version: str) -> Iterator[Found | Unknown]:
    try:
        receipt = decode_json(text_of(file.data), _Receipt)
    except UnreadableFileError as error:
        yield Found(file.path, 0, Package("brew", name, version))
        yield Unknown(file.path, "homebrew", str(error))
        return
    tap = receipt.source.get("tap") if isinstance(receipt.source, dict) else ""
    arch, vendor = (value if isinstance(value, str) else "" for value in (receipt.arch, tap))
    yield Found(file.path, 0, Package("brew", name, version, arch=arch, vendor=vendor))
    needs = tuple(dict.fromkeys(_needs(receipt.runtime_dependencies)))
    if needs:
        yield Found(file.path, 0, Requires("brew", name, version, needs))


def _needs(dependencies: Any) -> Iterator[str]:
    """Names without the tap: `homebrew/core/zlib` -> `zlib`."""
    for each in dependencies if isinstance(dependencies, list) else ():
        full = each.get("full_name") if isinstance(each, dict) else None
        if isinstance(full, str) and full:
            yield full.rpartition("/")[2]


def _licences(text: str) -> tuple[str, ...]:
    """`"MIT"`, `:public_domain`, `any_of: ["MIT", "GPL-2.0-only" => { with: "Classpath-exception-2.0" }]`."""
    statement = re.match(r"(?:any_of|all_of|one_of)?:?\s*\[[^\]]*\]|[^\n]*", text)
    words = re.sub(r'"\s*=>\s*\{\s*with:\s*"', " WITH ", statement[0] if statement else "")
    names = re.findall(r'"([^"\n]+)"', words) or re.findall(r"^:(\w+)", words)
    return (" OR ".join(names),) if names and words.startswith(("any_of", "one_of")) else tuple(names)
