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
    """Exactly as the metadata has them; in an inventory as SPDX expressions, as far as they are understood."""
    vendor: str = ""
    """Who packaged it (rpm Vendor, dpkg Maintainer)."""
    module: str = ""
    """rpm modularity label, `name:stream:version:context:arch`."""
    declared: bool = False
    """Named by a lock file, a manifest or an SBOM in the image; whether it is installed, that does not tell."""
    development: bool = False
    """Wanted by those who build the software, not by those who run it."""


class Requires(msgspec.Struct, frozen=True, array_like=True, tag_field="fact", tag="requires"):
    """What one package needs, as its own metadata names it. Stands beside its `Package`, at the same path."""

    type: str
    """Package URL type."""
    package: str
    """Name of the package, spelled as in its `Package`."""
    version: str
    """As in its `Package`."""
    needs: tuple[str, ...]
    """Names, as the ecosystem spells them; `name@version` where the metadata pins one (lock files); alternatives
    joined by `|` (`default-mta|mail-transport-agent`). What is optional or for development is not named."""
    provides: tuple[str, ...] = ()
    """Further names that others may need it by: virtual packages, sonames (`so:libssl.so.3`)."""


class Linked(msgspec.Struct, frozen=True, array_like=True, tag_field="fact", tag="linked"):
    """The shared libraries that the program or library at this path asks the dynamic linker for."""

    soname: str
    """Its own DT_SONAME; empty where it has none."""
    needed: tuple[str, ...]
    """DT_NEEDED in order."""
    runpath: tuple[str, ...] = ()
    """DT_RUNPATH or DT_RPATH, split at `:`, as written (`$ORIGIN/../lib`)."""


class OwnedFiles(msgspec.Struct, frozen=True, array_like=True, tag_field="fact", tag="owned"):
    """The files that a package put on the disk, as its database or its own record (pip's RECORD) lists them."""

    type: str
    """Package URL type of the owner: deb, rpm, apk, pypi, ..."""
    package: str
    """Name of the owner, without architecture."""
    paths: str
    """Paths without leading slash, joined by newlines: one string, since most images never split it."""
    algorithm: str = ""
    """`md5`, `sha1` or `sha256` where the database knows what the files hold."""
    digests: str = ""
    """The first 8 hexadecimal digits for every path, in the same order and without separators; `--------` where there
    is none."""


class Licensed(msgspec.Struct, frozen=True, array_like=True, tag_field="fact", tag="licensed"):
    """The licences of a package, where they stand in a file of their own (Debian's `copyright`)."""

    type: str
    """Package URL type."""
    package: str
    """Name of the package, without architecture."""
    licenses: tuple[str, ...]
    """As the file has them."""


class Content(msgspec.Struct, frozen=True, array_like=True, tag_field="fact", tag="content"):
    """What the file at this path holds: the first 8 hexadecimal digits of its digests."""

    md5: str
    sha1: str
    sha256: str

    def digest(self, algorithm: str) -> str:
        """By the name of the algorithm; empty for another one."""
        return {"md5": self.md5, "sha1": self.sha1, "sha256": self.sha256}.get(algorithm, "")


class Channel(msgspec.Struct, frozen=True, array_like=True, tag_field="fact", tag="channel"):
    """Where the packages of the system come from, and which support they have: advisories differ by it."""

    kind: str
    """`content-set` (Red Hat), `ubuntu-pro`, `apk-repository`, ..."""
    names: tuple[str, ...]
    """Names of the sets, services or repositories."""


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
