"""Crates that Cargo has locked: `Cargo.lock`.

Written by Cargo alone, one key a line (Cargo, `cargo::core::resolver::encode`; versions 1 to 4 of the format). A
`[[package]]` without `source` is the project itself, or another folder of it: nobody publishes it, and it is left out.
Dependencies are written `NAME`, where that is clear, or `NAME VERSION`, or `NAME VERSION (SOURCE)`; which of them are
for builds or tests is not told. The lock files of crates that Cargo has unpacked for its own use were read by nobody
but the authors of these.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.limits import BROKEN_TOLD_MOST
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package, Requires

_NAME = "cargo-lock"
_OF_OTHERS = ("/registry/src/", "/git/checkouts/")
"""Folders in `CARGO_HOME` with what Cargo has unpacked (The Cargo Book, "Cargo Home")."""
_MERGE = ("<<<<<<<", ">>>>>>>")


class _Crate(msgspec.Struct):
    line: int
    name: str = ""
    version: str = ""
    source: str = ""
    needs: list[str] = []


def parse(file: File) -> Iterator[Found | Unknown]:
    """The locked crates, and which of them needs which."""
    if any(folder in f"/{file.path}" for folder in _OF_OTHERS):
        return
    crates = _crates(text_of(file.data))
    pinned = {crate.name: crate.version for crate in crates}
    broken = 0
    for crate in crates:
        if not crate.name or not crate.version:
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(file.path, _NAME, f"line {crate.line}: package without name or version")
        elif crate.source:
            yield Found(file.path, crate.line, Package("cargo", crate.name, crate.version, declared=True))
            needs = tuple(dict.fromkeys(_pin(need, pinned) for need in crate.needs))
            if needs:
                yield Found(file.path, crate.line, Requires("cargo", crate.name, crate.version, needs))
    if broken > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{broken - BROKEN_TOLD_MOST} more broken packages")


def _crates(text: str) -> list[_Crate]:
    """All packages, and the `[root]` that old versions of Cargo wrote. Raises UnreadableFileError."""
    crates: list[_Crate] = []
    crate, listing = None, False
    form = re.compile(r'(\w+) *= *(?:"([^"]*)"|(\[.*))\s*')
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("["):
            crate = _Crate(number) if line.rstrip() in ("[[package]]", "[root]") else None
            if crate:
                crates.append(crate)
        elif line.startswith(_MERGE):
            raise UnreadableFileError(f"line {number}: a merge that was not resolved")
        elif crate is None:
            continue
        elif listing:
            crate.needs += _quoted(line)
            listing = not line.lstrip().startswith("]")
        elif match := form.fullmatch(line):
            if match[3] is None:
                _set(crate, match[1], match[2])
            elif match[1] == "dependencies":
                crate.needs = _quoted(match[3])
                listing = "]" not in match[3]
    if listing:
        raise UnreadableFileError("the file ends in the middle of a list")
    return crates


def _set(crate: _Crate, key: str, value: str) -> None:
    if key == "name":
        crate.name = value
    elif key == "version":
        crate.version = value
    elif key == "source":
        crate.source = value


def _quoted(text: str) -> list[str]:
    return text.split('"')[1::2]


def _pin(need: str, pinned: dict[str, str]) -> str:
    """`NAME [VERSION [(SOURCE)]]` -> `NAME@VERSION`."""
    name, _, rest = need.partition(" ")
    version = rest.partition(" ")[0] or pinned.get(name, "")
    return f"{name}@{version}" if version else name
