"""Packages of Conan with their binaries: `conaninfo.txt` (Conan 1 and 2, "conaninfo.txt").

It names what a package needs, but not the package; that do the folders, in the cache of Conan 1,
`.conan/data/NAME/VERSION/USER/CHANNEL/package/ID/`, and where Conan 2 deploys, `full_deploy/host/NAME/VERSION/...`. The
folders of Conan 2's cache name nothing: its database does.
"""

import re
from collections.abc import Iterator

from pratique.formats.texts import text_of
from pratique.packages.cpp.references import package_of, pin
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires

_CACHE = r"(?:^|/)data/([^/]+)/([^/]+)/([^/]+)/[^/]+/package/[0-9a-f]{40}/conaninfo\.txt$"
_DEPLOYED = r"(?:^|/)full_deploy/(host|build)/([^/]+)/([^/]+)/(?:[^/]+/){0,4}conaninfo\.txt$"


def parse(file: File) -> Iterator[Found]:
    """The package with what it needs; without a folder that names it, only what is needed, as declared."""
    package = _package(file.path)
    if package:
        yield Found(file.path, 0, package)
    elif "/p/" in file.path or "/build/" in file.path:
        return  # Conan 2's cache, or where a package was built
    section, needs = "", list[str]()
    for number, line in enumerate(text_of(file.data).split("\n"), 1):
        if line.startswith("["):
            section = line.strip()
        elif section == "[full_requires]" and (needed := package_of(line, declared=True)):
            needs.append(pin(needed))
            if package is None:
                yield Found(file.path, number, needed)
        elif section == "[requires]" and package and (needed := package_of(line, declared=True)):
            needs.append(needed.name)
    if package and needs:
        pinned = {need.partition("@")[0] for need in needs if "@" in need}
        told = tuple(dict.fromkeys(need for need in needs if need not in pinned))
        yield Found(file.path, 0, Requires("conan", package.name, package.version, told))


def _package(path: str) -> Package | None:
    if cached := re.search(_CACHE, path):
        return Package("conan", cached[1], cached[2], vendor=cached[3].strip("_"))
    if deployed := re.search(_DEPLOYED, path):
        return Package("conan", deployed[2], deployed[3], development=deployed[1] == "build")
    return None
