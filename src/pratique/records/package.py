"""Installed packages and what proves that they own files."""

import msgspec


class Package(msgspec.Struct, frozen=True, array_like=True, tag_field="fact", tag="package"):
    """One installed package, as its own package manager or metadata names it."""

    type: str
    """Package URL type: deb, rpm, apk, pypi, npm, golang, maven (see `pratique.ecosystems`)."""
    name: str
    """As the ecosystem spells it: `@scope/name`, `group:artifact`, a Go module path."""
    version: str
    """As the package manager prints it, epoch included (`1:2.4-3`); empty where the metadata has none."""
    arch: str = ""
    source: str = ""
    """Source package (dpkg Source, apk origin, rpm SOURCERPM); empty where it is the package itself."""
    source_version: str = ""
    """Version of the source package; empty where it is the package's own."""
    licenses: tuple[str, ...] = ()
    """Licence expressions or names exactly as the metadata has them."""
    vendor: str = ""
    """Who packaged it (rpm Vendor, dpkg Maintainer)."""
    module: str = ""
    """rpm modularity label, `name:stream:version:context:arch`."""


class OwnedFiles(msgspec.Struct, frozen=True, array_like=True, tag_field="fact", tag="owned"):
    """The files that an operating-system package put on the disk."""

    type: str
    """Package URL type of the owner: deb, rpm, apk."""
    package: str
    """Name of the owner, without architecture."""
    paths: str
    """Paths without leading slash, joined by newlines: one string, since most images never split it."""


class Distro(msgspec.Struct, frozen=True, array_like=True, tag_field="fact", tag="distro"):
    """The operating system that a release file names (os-release(5))."""

    id: str
    """`ID`, lower case: debian, alpine, rhel, ..."""
    version: str = ""
    """`VERSION_ID`, or the fullest version a release file tells."""
    name: str = ""
    """`PRETTY_NAME`, or what comes nearest."""
    id_like: tuple[str, ...] = ()
    codename: str = ""
    """`VERSION_CODENAME`."""
    cpe: str = ""
    """`CPE_NAME`."""
