"""Which file each program loads for the shared libraries it asks for: ld.so(8), without running anything."""

from collections.abc import Sequence

from pratique.inventory.tree import Tree
from pratique.records.facts import Found
from pratique.records.inventory import LinkedFile
from pratique.records.package import Linked

_TRUSTED = ("lib", "usr/lib", "lib64", "usr/lib64", "usr/local/lib", "usr/local/lib64")
"""Folders that the dynamic linker looks into, and those that distributions name in ld.so.conf."""


def linked_files(shown: Sequence[Found], tree: Tree) -> tuple[LinkedFile, ...]:
    """Every dynamic program and library of the final image, sorted by path.

    A library is looked for in the runpath, then in the trusted folders and those of the architecture below them
    (Debian's `x86_64-linux-gnu`), at last anywhere: programs are started with search paths that no file tells.
    """
    files = {found.path: found.fact for found in shown if isinstance(found.fact, Linked)}
    usual: dict[str, str] = {}
    placed: dict[tuple[str, str], str] = {}
    for path in sorted(files, key=_unusual):
        folder, _, own = path.rpartition("/")
        for name in {files[path].soname, own} - {""}:
            usual.setdefault(name, path)
            placed.setdefault((folder, name), path)
    resolved = []
    for path, linked in sorted(files.items()):
        folders = _folders(linked.runpath, path, tree)
        resolved.append(LinkedFile(path, tuple(_found(name, folders, placed, usual) for name in linked.needed)))
    return tuple(resolved)


def _found(name: str, folders: list[str], placed: dict[tuple[str, str], str], usual: dict[str, str]) -> str:
    for folder in folders:
        if (folder, name) in placed:
            return placed[folder, name]
    return usual.get(name, name)


def _folders(runpath: tuple[str, ...], path: str, tree: Tree) -> list[str]:
    if not runpath:
        return []
    origin = "/" + path.rpartition("/")[0]
    expanded = (each.replace("${ORIGIN}", origin).replace("$ORIGIN", origin) for each in runpath)
    return [_normal(tree.canonical(f"{each.lstrip('/')}/x")).rpartition("/")[0] for each in expanded]


def _normal(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _unusual(path: str) -> tuple[bool, bool, int, str]:
    """Trusted folders first, then those one below; then what lies least deep."""
    folder = path.rpartition("/")[0]
    above = folder.rpartition("/")[0]
    return (folder not in _TRUSTED, above not in _TRUSTED, path.count("/"), path)
