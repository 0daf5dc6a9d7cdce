"""What a program of .NET was deployed with: `NAME.deps.json` beside `NAME.dll`, and that of a shared framework.

`targets` has for the runtime that it was built for each library with its files and its dependencies, `libraries` says
what kind each of them is (.NET, documentation of the host, "Runtime Configuration Files"). A package without a file in
the target was not deployed: it was for building only, or the framework has something newer. It is only declared.
"""

from collections.abc import Iterable, Iterator

import msgspec

from pratique.formats.texts import Lines, decode_json, text_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import OwnedFiles, Package, Requires

_PACK = "runtimepack."
"""Put before the name of the runtime that a self-contained program brings along."""

_OF_NUGET = frozenset({"package", "project", "runtimepack"})
"""Kinds of libraries that are packages, or could be; assemblies that a project names as such are none."""


class _Asset(msgspec.Struct):
    """A file of a package."""

    placed: str = msgspec.field(name="localPath", default="")
    """Where it lies; so SDK 10 has it."""


_Assets = dict[str, _Asset]


class _Deployed(msgspec.Struct):
    """A library in a target. Keys are paths in the package."""

    dependencies: dict[str, str] = msgspec.field(default_factory=dict)
    runtime: _Assets = msgspec.field(default_factory=dict)
    native: _Assets = msgspec.field(default_factory=dict)
    resources: _Assets = msgspec.field(default_factory=dict)
    targets: _Assets = msgspec.field(name="runtimeTargets", default_factory=dict)


class _Library(msgspec.Struct):
    type: str = ""


class _Target(msgspec.Struct):
    name: str = ""


class _Document(msgspec.Struct):
    target: _Target | str = msgspec.field(name="runtimeTarget", default="")
    targets: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    libraries: dict[str, _Library] = msgspec.field(default_factory=dict)


def parse(file: File) -> Iterator[Found]:
    """The program or framework, its packages, their files and what they need."""
    text = text_of(file.data)
    document = decode_json(text, _Document)
    deployed = _target(document)
    lines = Lines(text)
    lines.of('"libraries"')
    folder, _, name = file.path.rpartition("/")
    framework = name[: -len(".deps.json")]
    for key in dict.fromkeys((*document.libraries, *deployed)):
        line = lines.of(f'"{key}"')
        library = document.libraries.get(key, _Library("package"))
        part = deployed.get(key, _Deployed())
        name, version = _identity(key, framework, folder)
        if not name:
            continue
        paths = tuple(dict.fromkeys(_paths(folder, part)))
        kind = "nuget" if library.type in _OF_NUGET else "generic"
        package = Package(kind, name, version, declared=not paths and library.type != "project")
        yield Found(file.path, line, package)
        if paths:
            yield Found(file.path, line, OwnedFiles(kind, name, "\n".join(paths)))
        needs = tuple(_needs(part, deployed, framework, folder))
        if needs:
            yield Found(file.path, line, Requires(kind, name, version, needs))


def _target(document: _Document) -> dict[str, _Deployed]:
    """The libraries in the target that runs; where none is named, in the last one: those for all systems come first."""
    name = document.target if isinstance(document.target, str) else document.target.name
    raw = document.targets.get(name) or next(reversed(document.targets.values()), None)
    return decode_json(bytes(raw).decode(), dict[str, _Deployed]) if raw else {}


def _identity(key: str, framework: str, folder: str) -> tuple[str, str]:
    """Name and version of a library, as the package is published.

    .NET Core 3.1 calls the package of its own framework `runtime.linux-x64.Microsoft.NETCore.App`, in a version of the
    build (`3.1.23-servicing.22122.4`); later ones call it `Microsoft.NETCore.App.Runtime.linux-x64`, of the release.
    """
    name, _, version = key.removeprefix(_PACK).partition("/")
    *_, shared, above, release = ["", "", "", *folder.split("/")]
    if shared == "shared" and above == framework and version.startswith(f"{release}-servicing."):
        version = release
        if name.startswith("runtime.") and name.endswith(f".{framework}"):
            name = f"{framework}.Runtime.{name[len('runtime.') : -len(framework) - 1]}"
    return name, version


def _needs(part: _Deployed, deployed: dict[str, _Deployed], framework: str, folder: str) -> Iterator[str]:
    for name, version in part.dependencies.items():
        key = f"{name}/{version}"
        if key in deployed:
            yield "@".join(_identity(key, framework, folder))
        else:
            yield name.removeprefix(_PACK)


def _paths(folder: str, part: _Deployed) -> Iterator[str]:
    """Where the files of a package lie: in the folder itself, below it by language, or by system as in the package."""
    for assets, kept in ((part.runtime, 1), (part.native, 1), (part.resources, 2), (part.targets, 0)):
        for path, asset in assets.items():
            parts = (asset.placed or "/".join(path.split("/")[-kept:])).split("/")
            if _is_file(parts):
                yield "/".join([folder, *parts] if folder else parts)


def _is_file(parts: Iterable[str]) -> bool:
    """Whether it is one: an empty package for a framework has `_._` in the place of its files."""
    return not any(part in ("", ".", "..", "_._") or "\n" in part for part in parts)
