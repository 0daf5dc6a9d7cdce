"""Versions of NuGet packages that are the same for all projects of a repository: `Directory.Packages.props`.

NuGet documentation, "Central Package Management": `PackageVersion` for those who want the package,
`GlobalPackageReference` for tools that every project is built with. `Packages.props`, with `PackageReference`, is what
an SDK of Microsoft did before. Versions may be properties of MSBuild; those of other files, floating ones (`1.*`) and
ranges do not say what is used, and are left empty.
"""

import re
from collections.abc import Iterator

from pratique.packages.dotnet.msbuild_xml import Element, elements
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package

_DEVELOPMENT = {"PackageVersion": False, "PackageReference": False, "GlobalPackageReference": True}

_REPLACED_MOST = 8
"""A property made of properties."""

_VERSION_LONGEST = 256


def parse(file: File) -> Iterator[Found]:
    """The packages, whether any project wants them or not."""
    properties: dict[str, str] = {}
    version = ""
    for element in elements(file.data):
        if element.parent == "PropertyGroup":
            properties[element.name.lower()] = element.text.strip()[:_VERSION_LONGEST]
        elif element.name == "Version" and element.parent in _DEVELOPMENT:
            version = element.text.strip()
        elif element.name in _DEVELOPMENT:
            name = element.attributes.get("Include") or element.attributes.get("Update") or ""
            written = element.attributes.get("Version") or version
            version = ""
            if name and "$(" not in name:
                yield Found(file.path, element.line, _package(element, name, _pinned(written, properties)))


def _package(element: Element, name: str, version: str) -> Package:
    return Package("nuget", name, version, declared=True, development=_DEVELOPMENT[element.name])


def _pinned(written: str, properties: dict[str, str]) -> str:
    """The one version that `written` stands for; empty where it is a range or not known."""
    version = written[:_VERSION_LONGEST]
    for _ in range(_REPLACED_MOST):
        found = re.search(r"\$\(([\w.]+)\)", version)
        if not found:
            break
        version = version[: found.start()] + properties.get(found[1].lower(), "*") + version[found.end() :]
    exact = re.fullmatch(r"\[?\s*(\d[\w.+-]*)\s*\]?", version)
    return exact[1] if exact else ""
