"""Packages of Nix: the database of the store, `nix/var/nix/db/db.sqlite`.

`ValidPaths` has a row for every path of the store, `Refs` who needs whom (Nix source, src/libstore/schema.sql). The
path names the package, `/nix/store/HASH-NAME-VERSION[-OUTPUT]`, and the derivation that built it, by the same name
without the output, where that ends. Sources, patches and what else has no version in its name is no package.
"""

import re
from collections.abc import Iterator

from pratique.formats.sqlite_table import rows
from pratique.limits import FACTS_PER_FILE_MOST
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires

_HASH_LENGTH = 32
"""Digits, of base 32, before the name."""

_NAME_LONGEST = 211
"""Signs of name, version and output: Nix allows no more."""

_OUTPUTS = frozenset({"bin", "debug", "dev", "devdoc", "dist", "doc", "info", "lib", "man", "out", "static"})
"""Usual names of what a derivation gives besides `out`."""

_NO_PACKAGES = (
    *(".drv", ".drv.chroot", ".lock", ".check", ".patch", ".diff", ".sh", ".nix", ".json", ".zip", ".gem", ".whl"),
    *(".crate", ".jar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".lzma", ".tar", ".service", ".conf", ".iso", ".img"),
)
"""Endings of names that are a file, not something installed."""


def parse(file: File) -> Iterator[Found]:
    """The packages of the store with what they need of each other."""
    packages = dict[int, Package]()
    for number, path, deriver in rows(file.data, "ValidPaths", ("id", "path", "deriver"), most=FACTS_PER_FILE_MOST):
        package = package_of(str(path).rpartition("/")[2], str(deriver or "").rpartition("/")[2])
        if package is not None and isinstance(number, int):
            packages[number] = package
    needs: dict[tuple[str, str], dict[str, None]] = {}
    for referrer, reference in rows(file.data, "Refs", ("referrer", "reference"), most=8 * FACTS_PER_FILE_MOST):
        one, other = packages.get(referrer), packages.get(reference)  # type: ignore[arg-type]
        if one and other and (one.name, one.version) != (other.name, other.version):
            needs.setdefault((one.name, one.version), {})[f"{other.name}@{other.version}"] = None
    for package in dict.fromkeys(packages.values()):
        yield Found(file.path, 0, package)
        needed = needs.get((package.name, package.version))
        if needed:
            yield Found(file.path, 0, Requires("nix", package.name, package.version, tuple(needed)))


def package_of(name: str, deriver: str = "") -> Package | None:
    """The package that an entry of the store, `HASH-NAME-VERSION[-OUTPUT]`, is; None: it is none.

    The version begins at the first hyphen without a letter behind it (Nix manual, `builtins.parseDrvName`). `deriver`
    is the name of its derivation in the store.
    """
    full = name[_HASH_LENGTH + 1 :]
    if name[_HASH_LENGTH : _HASH_LENGTH + 1] != "-" or full.endswith(_NO_PACKAGES) or len(full) > _NAME_LONGEST:
        return None
    built = deriver[_HASH_LENGTH + 1 :].removesuffix(".drv")
    if built and full.startswith(f"{built}-"):
        full = built
    else:
        stem, _, output = full.rpartition("-")
        full = stem if output in _OUTPUTS else full
    split = re.fullmatch(r"(.+?)-([^a-zA-Z\-].*)", full)
    return Package("nix", split[1], split[2]) if split else None
