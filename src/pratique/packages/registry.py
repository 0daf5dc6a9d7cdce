"""Every format there is, one row each: its claims stand here, its parser is imported with the first file it claims.

A test proves that no module was forgotten.
"""

import importlib
from collections.abc import Iterable
from typing import Any

from pratique.limits import GIB, KIB, MIB
from pratique.records.analyzer import Analyzer, Claims
from pratique.records.facts import Found
from pratique.records.file import File, Unknown


def _row(name: str, version: int, module: str, claims: Claims, *, picks: bool = False) -> Analyzer:
    """`module` holds `parse`; where it `picks`, `spans` too."""

    def parse(file: File) -> Iterable[Found | Unknown]:
        records: Iterable[Found | Unknown] = _module().parse(file)
        return records

    def spans(path: str, head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
        ranges: tuple[tuple[int, int], ...] | None = _module().spans(path, head, size)
        return ranges

    def _module() -> Any:
        return importlib.import_module(f"pratique.packages.{module}")

    return Analyzer(
        name=name, version=version, claims=claims, module=module, parse=parse, spans=spans if picks else None
    )


def _claims(
    *,
    paths: Iterable[str] = (),
    folders: Iterable[str] = (),
    parents: Iterable[str] = (),
    names: Iterable[str] = (),
    suffixes: tuple[str, ...] = (),
    magic: tuple[bytes, ...] = (),
    largest: int = 64 * MIB,
) -> Claims:
    return Claims(
        paths=frozenset(paths),
        folders=frozenset(folders),
        parents=frozenset(parents),
        names=frozenset(names),
        suffixes=suffixes,
        magic=magic,
        largest=largest,
    )


_RPM_FOLDERS = ("usr/lib/sysimage/rpm", "var/lib/rpm", "usr/share/rpm")
"""Of SUSE and of Fedora since 36, of the others, of systems made by ostree."""
_RPM_FILES = ("Packages", "Packages.db", "rpmdb.sqlite")
_RELEASES = (
    *("almalinux-release", "alpine-release", "centos-release", "debian_version", "fedora-release", "lsb-release"),
    *("oracle-release", "os-release", "redhat-release", "rocky-release", "system-release"),
)
_ELF, _PE = b"\x7fELF", b"MZ\x90\x00"
_MACH_O = (
    *(b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf"),
    *(b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"),
)

ANALYZERS: tuple[Analyzer, ...] = (
    # ---- operating systems
    _row(
        "os-release",
        1,
        "os_release",
        _claims(
            paths=(
                *(f"etc/{name}" for name in _RELEASES),
                *(f"usr/lib/{name}" for name in ("fedora-release", "os-release", "system-release")),
            ),
            largest=64 * KIB,
        ),
    ),
    _row(
        "dpkg",
        1,
        "dpkg",
        _claims(paths=("var/lib/dpkg/status",), folders=("var/lib/dpkg/status.d", "var/lib/dpkg/info")),
    ),
    _row("apk", 1, "apk", _claims(paths=("lib/apk/db/installed", "usr/lib/apk/db/installed"))),
    _row(
        "rpm",
        1,
        "rpm",
        _claims(paths=(f"{folder}/{name}" for folder in _RPM_FOLDERS for name in _RPM_FILES), largest=512 * MIB),
    ),
    _row("rpm-manifest", 1, "rpm_manifest", _claims(paths=("var/lib/rpmmanifest/container-manifest-2",))),
    # ---- languages, installed
    _row("python-metadata", 1, "python.metadata", _claims(names=("METADATA", "PKG-INFO"), suffixes=(".egg-info",))),
    _row("python-egg", 1, "python.egg", _claims(suffixes=(".egg",), largest=512 * MIB)),
    _row("node-modules", 2, "javascript.node_modules", _claims(names=("package.json",), largest=4 * MIB)),
    _row(
        "java-archive",
        2,
        "java.archive",
        _claims(
            suffixes=(
                *(".jar", ".war", ".ear", ".par", ".sar", ".nar"),
                *(".jpi", ".hpi", ".kar", ".far", ".lpkg", ".rar"),
            ),
            largest=1 * GIB,
        ),
    ),
    # ---- programs
    _row("go-binary", 1, "golang.binary", _claims(magic=(_ELF, _PE, *_MACH_O), largest=4 * GIB), picks=True),
)
