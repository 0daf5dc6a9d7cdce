"""What is in an image: the stored waterline between analysis and judgement."""

import msgspec

from pratique.records.facts import Fact
from pratique.records.file import Unknown
from pratique.records.image import ImageConfig
from pratique.records.package import Channel, Distro, Package


class Origin(msgspec.Struct, frozen=True, array_like=True):
    """The interval of layers in which something is in the image (ARCHITECTURE, law 1)."""

    layer: int
    """The layer that brought it, from 0."""
    hidden_by: int | None = None
    """The first later layer in which it is no longer there; None while the final image shows it."""


class Placed(msgspec.Struct, frozen=True, array_like=True):
    """A package, where it stands and since when."""

    fact: Package
    path: str
    line: int
    origin: Origin
    owner: str = ""
    """The package among whose files this one stands, as `type/name`: a distribution's, or one that has others in it
    (pip's vendored wheels, npm's own tree). Empty if none does."""
    purl: str = ""
    """Package URL."""
    evidence: tuple[str, ...] = ()
    """Further paths that show the same thing."""
    left_out: str = ""
    """Why this is not counted as a package of its own; empty: it is."""
    needs: tuple[int, ...] = ()
    """What it depends on, as far as that is in the image: places in `Inventory.packages`, ascending."""

    @property
    def counts(self) -> bool:
        """Installed, as far as the image tells: neither only declared nor left out."""
        return not (self.fact.declared or self.left_out)


class PlacedUnknown(msgspec.Struct, frozen=True, array_like=True):
    """Something that could not be read, and since when it is in the image."""

    unknown: Unknown
    origin: Origin
    owner: str = ""
    """The operating-system package that owns the file: the distribution's advisories judge what is in it."""
    declared: bool = False
    """Only what the image declares could not be read, not what is installed in it."""

    @property
    def counts(self) -> bool:
        """It keeps the verdict from being `admit`: it is in the final image, and nobody else answers for it."""
        return self.origin.hidden_by is None and not self.owner and not self.declared


class RemovedDatabase(msgspec.Struct, frozen=True, array_like=True):
    """A package database that a later layer deleted without putting another in its place."""

    type: str
    """Package URL type of its packages."""
    path: str
    origin: Origin
    packages: int
    """How many packages its last state listed."""


class LayerNote(msgspec.Struct, frozen=True, array_like=True):
    """One layer in the report."""

    index: int
    diff_id: str
    digest: str
    instruction: str
    """The Dockerfile instruction that made it, as far as the history tells."""
    size: int
    """Bytes unpacked."""
    files: int
    base_image: bool
    """It came with the base image, as far as the history tells."""


class LinkedFile(msgspec.Struct, frozen=True, array_like=True):
    """A program or library and the shared libraries that the dynamic linker loads for it."""

    path: str
    needs: tuple[str, ...]
    """Paths in the image; the bare soname where none is found."""


class Inventory(msgspec.Struct, frozen=True, array_like=True):
    """Everything found in one image by one set of analyzers."""

    image: str
    """Digest of the manifest (of the configuration in docker archives)."""
    config_digest: str
    config: ImageConfig
    distro: Distro | None
    layers: tuple[LayerNote, ...]
    packages: tuple[Placed, ...]
    """Visible and hidden ones, sorted."""
    unknowns: tuple[PlacedUnknown, ...]
    removed_databases: tuple[RemovedDatabase, ...]
    made_by: str
    """Fingerprint of the analyzers."""
    linked: tuple[LinkedFile, ...] = ()
    """Programs and libraries of the final image, by path."""
    channels: tuple[Channel, ...] = ()
    """Where the system's packages come from, as files of the final image tell."""


__all__ = ["Fact", "Inventory", "LayerNote", "LinkedFile", "Origin", "Placed", "PlacedUnknown", "RemovedDatabase"]
