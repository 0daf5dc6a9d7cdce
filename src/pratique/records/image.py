"""An image as its manifest and configuration describe it (OCI image-spec v1.1)."""

import msgspec


class Platform(msgspec.Struct, frozen=True):
    """os/architecture[/variant], in the words of GOOS and GOARCH."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))


class History(msgspec.Struct, frozen=True):
    """One instruction of the build (image-spec config.md, history)."""

    created_by: str = ""
    comment: str = ""
    created: str = ""
    empty_layer: bool = False


class ImageConfig(msgspec.Struct, frozen=True):
    """The parts of an image configuration that pratique reads."""

    platform: Platform
    diff_ids: tuple[str, ...]
    history: tuple[History, ...] = ()
    created: str = ""
    user: str = ""
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    labels: dict[str, str] = {}


class LayerRef(msgspec.Struct, frozen=True):
    """One layer of a manifest."""

    index: int
    """From 0, the base."""
    diff_id: str
    """Digest of the unpacked tar, as the configuration claims it."""
    digest: str = ""
    """Digest of the blob as the manifest names it; empty in docker archives, which name none."""
    size: int = 0
    """Bytes of the blob."""
    media_type: str = ""


class Manifest(msgspec.Struct, frozen=True):
    """One image, ready to be taken apart."""

    reference: str
    """What the user asked for."""
    digest: str
    """Digest of the manifest; of the configuration in docker archives."""
    config_digest: str
    config: ImageConfig
    layers: tuple[LayerRef, ...]
    names: tuple[str, ...] = ()
    """Names the source itself gives the image (RepoTags, ref.name annotations)."""
    annotations: dict[str, str] = {}
    warnings: tuple[str, ...] = ()
    """What is odd about the image but does not keep it from being read."""
