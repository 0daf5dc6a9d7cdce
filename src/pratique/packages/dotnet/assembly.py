"""Assemblies of .NET, libraries and programs (`.dll`, `.exe`), as packages of NuGet.

An assembly does not say which package it came in. Mostly both have the same name, and the version of the product is
that of the package: 13.0.1 in `13.0.1+ae9fe44e1323e91b` of Newtonsoft.Json; the assembly's own version is often kept
at 13.0.0.0 so that programs built for another one find it (Microsoft, "Versioning and .NET libraries"). Where a
`deps.json` owns the file, that knows better.
"""

import re
from collections.abc import Iterator

from pratique.formats import clr_metadata, version_resource
from pratique.formats.pe_image import Image
from pratique.records.facts import Found
from pratique.records.file import Data
from pratique.records.package import Package

_OF_FRAMEWORK = r"(?:^|/)(?:shared/[^/]+\.App|packs/[^/]+|sdk)/\d+\.\d+[^/]*/"
"""Folders of a release of the framework: what it consists of, what programs are compiled against, and the compilers."""


def assembly(path: str, data: Data) -> Iterator[Found]:
    """The package of an assembly.

    Nothing for programs of other kinds, for parts of the framework itself, which its own `deps.json` names, and for
    assemblies with nothing but translations. Raises `UnreadableFileError`.
    """
    if re.search(_OF_FRAMEWORK, path):
        return
    image = Image(data)
    identity = clr_metadata.read(image)
    if identity is None or not identity.name or identity.culture:
        return
    yield Found(path, 0, Package("nuget", identity.name, _version(image, identity.version)))


def _version(image: Image, own: str) -> str:
    """The version of the product, of the file, or the assembly's own: the first that can be one of a package."""
    texts = version_resource.strings(image)
    for text in (texts.get("ProductVersion", ""), texts.get("FileVersion", "")):
        release = re.split(r"[+ ]", text, maxsplit=1)[0]
        if re.fullmatch(r"\d+(?:\.\d+){1,3}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?", release) and release.strip("0."):
            return _shortened(release)
    return _shortened(own)


def _shortened(version: str) -> str:
    """As NuGet writes it: without a fourth number that is 0."""
    return re.sub(r"^(\d+\.\d+\.\d+)\.0+(?![\d.])", r"\1", version)
