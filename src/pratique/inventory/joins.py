"""One thing is one package: what shows the same thing twice becomes evidence, what misleads is left out. Pure."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec

from pratique.ecosystems import OF_SYSTEM, PROGRAM, normalised
from pratique.records.inventory import Placed

_EVIDENCE_MOST = 32
"""Paths kept of one package."""

_OF_PACKAGES = ("/site-packages/", "/dist-packages/", "/node_modules/", "/gems/")
"""Lock files below these folders came with a package and say nothing of the image."""

_Key: TypeAlias = tuple[str, str, str, int]


def joined(packages: Sequence[Placed]) -> tuple[Placed, ...]:
    """The packages of an image, each thing once: with what is left out marked, and doubles made evidence.

    Packages that later layers hid stay as they are: nobody takes them for what is there.
    """
    reasons = _Reasons(packages)
    first: dict[_Key, int] = {}
    kept: list[Placed] = []
    paths: dict[int, list[str]] = {}
    for placed in sorted(packages, key=_weight):
        if placed.origin.hidden_by is None:
            reason = reasons.to_leave_out(placed)
            if reason:
                kept.append(msgspec.structs.replace(placed, left_out=reason))
                continue
            key = _key(placed)
            number = first.setdefault(key, len(kept))
            if number < len(kept) and _is_double(placed):
                paths.setdefault(number, []).append(placed.path)
                continue
        kept.append(placed)
    for number, evidence in paths.items():
        others = tuple(sorted(set(evidence) - {kept[number].path})[:_EVIDENCE_MOST])
        kept[number] = msgspec.structs.replace(kept[number], evidence=others)
    return tuple(kept)


def _weight(placed: Placed) -> int:
    """What shows a thing best comes first: the thing itself, a list of what was installed, what only declares it."""
    return 2 if placed.fact.declared else _is_list(placed)


def _is_list(placed: Placed) -> bool:
    """Cargo's list of what it installed: the programs may speak for themselves."""
    return placed.path.endswith(".crates2.json")


def _key(placed: Placed) -> _Key:
    fact = placed.fact
    layer = placed.origin.layer if fact.type == PROGRAM and not fact.declared else -1
    return (fact.type, normalised(fact.type, fact.name), fact.version, layer)


def _is_double(placed: Placed) -> bool:
    """Whether the same name and version is the same thing, and not another installation of it."""
    return placed.fact.declared or placed.fact.type == PROGRAM or _is_list(placed)


class _Reasons:
    """Why packages are left out, from all that an image shows."""

    def __init__(self, packages: Iterable[Placed]) -> None:
        self._new_style: set[tuple[str, str]] = set()
        self._of_system: dict[tuple[str, str], set[str]] = {}
        for placed in packages:
            fact = placed.fact
            if placed.origin.hidden_by is None and not fact.declared:
                if fact.type == "pypi" and ".dist-info/" in placed.path:
                    self._new_style.add((_environment(placed.path), normalised("pypi", fact.name)))
                elif fact.type in OF_SYSTEM:
                    self._of_system.setdefault((fact.type, fact.name), set()).add(fact.version)

    def to_leave_out(self, placed: Placed) -> str:
        """The reason in words; empty for what stays."""
        fact = placed.fact
        if fact.type == PROGRAM and not fact.declared and placed.owner:
            type_, _, name = placed.owner.partition("/")
            if type_ in OF_SYSTEM or name == fact.name:
                return f"a file of {placed.owner}"
        if fact.type == "nuget" and not fact.declared and placed.owner.startswith("nuget/"):
            return f"a file of {placed.owner}"
        if fact.type == "pypi" and not fact.declared and ".egg-info" in placed.path:
            key = (_environment(placed.path), normalised("pypi", fact.name))
            if key in self._new_style:
                return "an old egg-info beside the dist-info of the same distribution"
        if fact.declared and fact.type in OF_SYSTEM and placed.owner.partition("/")[0] in OF_SYSTEM:
            return f"a file of {placed.owner}"  # a program's note of the package that it was built for
        if fact.declared and any(folder in placed.path for folder in _OF_PACKAGES):
            return "declared for those who build a package that is installed here"
        installed = self._of_system.get((fact.type, fact.name), set()) if fact.declared else set()
        if installed and fact.version not in installed:
            return f"the package manager has it as {min(installed)}"
        return ""


def _environment(path: str) -> str:
    """The folder that holds `NAME.dist-info`, `NAME.egg-info` or the single file of that name."""
    folder, _, name = path.rpartition("/")
    return folder if name.endswith(".egg-info") else folder.rpartition("/")[0]
