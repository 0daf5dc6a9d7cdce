"""Go programs: the toolchain's standard library, the main module and its dependencies.

Source: `go version -m`, `runtime/debug.BuildInfo`. Modules have their version as Go writes it, `v1.2.3`; the
package `stdlib` has the toolchain's without its `go`, `1.21.5`. Versions are empty where nobody can tell:
for `(devel)`, for modules that a `replace` directive took from a folder, for unreleased toolchains. Go lists
no edges: the main module needs all the others.
"""

import re
from collections.abc import Iterable, Iterator

from pratique.formats import elf, go_buildinfo
from pratique.packages.executable import NAME
from pratique.packages.golang import stamped
from pratique.records.facts import Found
from pratique.records.file import Unknown
from pratique.records.package import Package, Requires

_RELEASE = r"go(\d+(?:\.\d+)*(?:(?:beta|rc)\d+)?)(?![\d.])"
_PSEUDO = r".*[-.]\d{14}-[0-9a-f]{12}(?:\+.*)?"


def packages(path: str, info: go_buildinfo.BuildInfo) -> Iterator[Found | Unknown]:
    """Packages of the Go program at `path`, and what its main module needs."""
    found = [Package("golang", "stdlib", _toolchain(info.go))]
    found += [module_package(module, module.version) for module in info.modules]
    yield Found(path, 0, found[0])
    if info.main is not None:
        main = module_package(info.main, _main_version(info))
        needs = tuple(f"{other.name}@{other.version}" if other.version else other.name for other in found)
        yield Found(path, 0, main)
        yield Found(path, 0, Requires("golang", main.name, main.version, needs))
    for package in found[1:]:
        yield Found(path, 0, package)
    if info.main is None and not info.modules and not _standard(info.path):
        yield Unknown(path, NAME, "Go program built without module information, only its toolchain is known")


def module_package(module: go_buildinfo.Module, version: str) -> Package:
    """The package that a module is, or that it was replaced by; its version empty for a folder."""
    other = module.replaced_by
    if other is None:
        return Package("golang", module.path, _released(version))
    if other.path.startswith((".", "/")) or re.match(r"[A-Za-z]:[\\/]", other.path):
        return Package("golang", module.path, "")
    return Package("golang", other.path, _released(other.version))


def is_marked(header: elf.Elf, notes: Iterable[elf.Note]) -> bool:
    """Whether an ELF file has a note of Go's, or section headers where only Go's own linker writes them."""
    return header.section_table == header.headers_end or has_note(notes)


def has_note(notes: Iterable[elf.Note]) -> bool:
    """Whether one of the notes is Go's: its build ID."""
    return any(note.name == b"Go\0\0" for note in notes)


def may_be_scattered(head: bytes, header: elf.Elf) -> bool:
    """Whether the build information of a Go program may be spread over the file, as it was before Go 1.18.

    Go's own linker puts it first into the data segment: 32 bytes of pointers before Go 1.18, then more.
    """
    first = {start for start, _, _ in go_buildinfo.searched(header)}
    return not any(part.offset in first and part.size > 32 for part in elf.sections(head, header))


def _toolchain(text: str) -> str:
    """`go1.21.5 X:boringcrypto`, `go1.19.6 (Red Hat 1.19.6-1.el9)` -> the release that both are."""
    match = re.match(_RELEASE, text)
    return match[1] if match else ""


def _standard(path: str) -> bool:
    """A program of Go itself, or one of files alone, whose modules would be listed."""
    return path.startswith("cmd/") or path == "command-line-arguments"


def _released(version: str) -> str:
    return "" if version == "(devel)" else version


def _main_version(info: go_buildinfo.BuildInfo) -> str:
    """A release, else what the builder stamped, else a pseudo-version, else nothing."""
    version = _released(info.main.version) if info.main else ""
    if version and not re.fullmatch(_PSEUDO, version):
        return version
    return stamped.version(info.settings.get("-ldflags", "")) or version
