"""Installed libraries of Haskell: the package databases of GHC, cabal and stack, a file `*.conf` each.

`package.conf.d` is GHC's own, `package.db` that of cabal's store, `pkgdb` stack's. Fields as in `.cabal` files, with
indented continuation (GHC user's guide, "InstalledPackageInfo").
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.packages.haskell.units import split_unit
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires

_FIELD = r"^(name|package-name|version|license|depends):((?:.*)(?:\n[ \t]+.*)*)"


def parse(file: File) -> Iterator[Found]:
    """The library, with the units that it needs as `name@version`."""
    if not file.path.endswith(".conf"):
        return
    text = text_of(file.data)
    fields, lines = dict[str, str](), dict[str, int]()
    for match in re.finditer(_FIELD, text, re.MULTILINE):
        if match[1] not in fields:
            fields[match[1]] = " ".join(match[2].split())
            lines[match[1]] = match.start()
    title = "package-name" if "package-name" in fields else "name"  # a library in a package has a name of its own
    name, version = fields.get(title, ""), fields.get("version", "")
    if not (name and version):
        raise UnreadableFileError("library without name or version")
    line = text.count("\n", 0, lines[title]) + 1
    licence = fields.get("license", "")
    yield Found(file.path, line, Package("hackage", name, version, licenses=(licence,) if licence else ()))
    units = (split_unit(unit) for unit in fields.get("depends", "").split())
    needs = tuple(dict.fromkeys("@".join(unit) for unit in units if unit[0] and unit != (name, version)))
    if needs:
        yield Found(file.path, line, Requires("hackage", name, version, needs))
