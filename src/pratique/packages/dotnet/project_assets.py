"""NuGet packages that a project was restored with: `obj/project.assets.json`, which the build reads.

`targets` has for each framework, and each system, the resolved graph (NuGet documentation, "How NuGet resolves package
dependencies"). A dependency of the project that nobody inherits, `PrivateAssets="all"`, is one of the build: analyzers,
test runners.
"""

from collections.abc import Iterator

import msgspec

from pratique.formats.texts import Lines, decode_json, text_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires


class _Resolved(msgspec.Struct):
    type: str = ""
    dependencies: dict[str, str] = msgspec.field(default_factory=dict)
    """Names and ranges."""


class _Wanted(msgspec.Struct):
    hidden: str = msgspec.field(name="suppressParent", default="")


class _Framework(msgspec.Struct):
    dependencies: dict[str, _Wanted] = msgspec.field(default_factory=dict)


class _Project(msgspec.Struct):
    frameworks: dict[str, _Framework] = msgspec.field(default_factory=dict)


class _Assets(msgspec.Struct):
    targets: dict[str, dict[str, _Resolved]]
    """By framework, and by `NAME/VERSION`."""
    project: _Project = msgspec.field(default_factory=_Project)


def parse(file: File) -> Iterator[Found]:
    """The packages of the restored graph, each once, and what they need."""
    text = text_of(file.data)
    assets = decode_json(text, _Assets)
    development = _development(assets.project)
    lines = Lines(text)
    seen: dict[str, None] = {}
    for target in assets.targets.values():
        versions = {key.partition("/")[0].lower(): key.replace("/", "@", 1) for key in target}
        for key, resolved in target.items():
            name, _, version = key.partition("/")
            if resolved.type != "package" or not version or key in seen:
                continue
            seen[key] = None
            line = lines.of(f'"{key}": {{')
            package = Package("nuget", name, version, declared=True, development=name.lower() in development)
            yield Found(file.path, line, package)
            needs = tuple(versions.get(other.lower(), other) for other in resolved.dependencies)
            if needs:
                yield Found(file.path, line, Requires("nuget", name, version, needs))


def _development(project: _Project) -> frozenset[str]:
    """Names, in lower case, of what only the build wants, whatever the framework."""
    wanted = [pair for framework in project.frameworks.values() for pair in framework.dependencies.items()]
    others = {name.lower() for name, want in wanted if want.hidden.lower() != "all"}
    return frozenset(name.lower() for name, _ in wanted) - others
