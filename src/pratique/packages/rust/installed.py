"""Crates whose programs `cargo install` has built and put beside its records: `.crates2.json`.

Source: Cargo, `cargo::ops::common_for_install_and_uninstall`: `installs` has a key `NAME VERSION (SOURCE)` for each
crate, with the names of its programs, which stand in the folder `bin` beside the file. All of it is one line.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.formats.texts import decode_json, text_of
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import OwnedFiles, Package

_NAME = "cargo-installed"


class _Install(msgspec.Struct):
    bins: tuple[str, ...] = ()


class _Installs(msgspec.Struct):
    installs: dict[str, _Install] = {}


def parse(file: File) -> Iterator[Found | Unknown]:
    """The installed crates and their programs. Raises UnreadableFileError."""
    folder = file.path.rpartition("/")[0]
    for key, install in decode_json(text_of(file.data), _Installs).installs.items():
        match = re.fullmatch(r"(\S+) (\S+) \(.*\)", key)
        if not match:
            yield Unknown(file.path, _NAME, f"an installed crate that is called {key[:80]!r}")
            continue
        yield Found(file.path, 1, Package("cargo", match[1], match[2]))
        names = [name for name in install.bins if name and "/" not in name]
        if names:
            paths = "\n".join(f"{folder}/bin/{name}".lstrip("/") for name in names)
            yield Found(file.path, 1, OwnedFiles("cargo", match[1], paths))
