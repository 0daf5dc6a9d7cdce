"""How Conan names packages (Conan 2 reference, "References")."""

from pratique.records.package import Package

_REFERENCE_LONGEST = 1000


def package_of(reference: str, *, declared: bool, development: bool = False) -> Package | None:
    """`NAME/VERSION[@USER/CHANNEL][#REVISION][:PACKAGE][%TIME]` as a package, of its user; None: it is none."""
    bare = reference[:_REFERENCE_LONGEST].partition("%")[0].partition("#")[0].partition(":")[0].strip()
    bare, _, place = bare.partition("@")
    name, slash, version = bare.partition("/")
    if not (name and slash and version) or "/" in version:
        return None
    user = place.partition("/")[0].strip("_")
    return Package("conan", name, version, vendor=user, declared=declared, development=development)


def pin(package: Package) -> str:
    """How others name it in `Requires.needs`."""
    return f"{package.name}@{package.version}"
