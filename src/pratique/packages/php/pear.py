"""PHP packages and extensions that `pear` and `pecl` have installed: their registry.

One file a package below `.registry`, those of other channels than pear.php.net in `.channel.NAME` (PEAR,
`PEAR_Registry`): a serialized array, the package.xml with what became of it, of version 2 (`name`, `channel`) or 1
(`package`, always of pear.php.net). Packages are named `CHANNEL/NAME` here, as `pear install` has them.
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.php_serialize import Value, read
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import OwnedFiles, Package, Requires

_CHANNEL = "pear.php.net"


def spans(path: str, _head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """All of a file below `.registry`; nothing of the others, which are mostly of Windows."""
    return ((0, size),) if _is_registered(path) else None


def parse(file: File) -> Iterator[Found]:
    """The package of an entry, its files, and what it needs."""
    if not _is_registered(file.path):
        return
    entry = read(file.data)
    name, version = _text(_at(entry, "name")) or _text(_at(entry, "package")), _version(entry)
    if not (name and version):
        raise UnreadableFileError("an entry of PEAR's registry without name or version")
    name = f"{_text(_at(entry, 'channel')) or _CHANNEL}/{name}"
    licence = _at(entry, "license") or _at(entry, "release_license")
    licence = _text(_at(licence, "_content")) or _text(licence)
    yield Found(file.path, 0, Package("pear", name, version, licenses=(licence,) if licence else ()))
    paths = tuple(_paths(_at(entry, "filelist")))
    if paths:
        yield Found(file.path, 0, OwnedFiles("pear", name, "\n".join(paths)))
    needs = tuple(dict.fromkeys((*_needs(entry), *_old_needs(entry))))
    if needs:
        yield Found(file.path, 0, Requires("pear", name, version, needs))


def _is_registered(path: str) -> bool:
    above, last, _ = ["", "", *path.split("/")][-3:]
    return last == ".registry" or (above == ".registry" and last.startswith(".channel."))


def _version(entry: Value) -> str:
    version = _at(entry, "version")
    return _text(_at(version, "release")) or _text(version)


def _paths(files: Value) -> Iterator[str]:
    """Where the files were put; those of other systems were not."""
    for file in files.values() if isinstance(files, dict) else ():
        path = _text(_at(file, "installed_as")).lstrip("/")
        if path and "\n" not in path:
            yield path


def _needs(entry: Value) -> Iterator[str]:
    """Packages out of package.xml 2: one, or a list of them."""
    packages = _at(_at(_at(entry, "dependencies"), "required"), "package")
    several = packages.values() if isinstance(packages, dict) and 0 in packages else (packages,)
    for package in several:
        name = _text(_at(package, "name"))
        if name and _at(package, "conflicts") is None:
            yield f"{_text(_at(package, 'channel')) or _CHANNEL}/{name}"


def _old_needs(entry: Value) -> Iterator[str]:
    """Packages out of package.xml 1."""
    needs = _at(entry, "release_deps")
    for need in needs.values() if isinstance(needs, dict) else ():
        name = _text(_at(need, "name"))
        if name and _at(need, "type") == "pkg" and _at(need, "optional") != "yes" and _at(need, "rel") != "not":
            yield f"{_CHANNEL}/{name}"


def _at(value: Value, key: str) -> Value:
    return value.get(key) if isinstance(value, dict) else None


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
