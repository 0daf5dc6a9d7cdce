"""NuGet packages that a project of the .NET Framework wants: `packages.config`.

NuGet documentation, "packages.config reference". It has all of them, those that others need as well.
"""

from collections.abc import Iterator

from pratique.packages.dotnet.msbuild_xml import elements
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package


def parse(file: File) -> Iterator[Found]:
    """The packages."""
    for element in elements(file.data):
        attributes = element.attributes
        name, version = attributes.get("id", ""), attributes.get("version", "")
        if element.name == "package" and element.parent == "packages" and name:
            development = attributes.get("developmentDependency", "").lower() == "true"
            package = Package("nuget", name, version, declared=True, development=development)
            yield Found(file.path, element.line, package)
