"""Indexes, manifests and configurations: JSON into records, checked (OCI image-spec v1.1; Docker image spec v1.2)."""

import hashlib
import re
from typing import Any, TypeVar

import msgspec

from pratique import limits
from pratique.errors import CorruptImageError, NotAnImageError
from pratique.records.image import History, ImageConfig, Platform

T = TypeVar("T")

_HEX_LENGTH = {"sha256": 64, "sha384": 96, "sha512": 128}
_CONFIG_TYPES = (
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
)
_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1"


class PlatformJson(msgspec.Struct):
    """`platform` of a descriptor."""

    os: str = ""
    architecture: str = ""
    variant: str | None = None


class Descriptor(msgspec.Struct, rename="camel"):
    """image-spec descriptor.md."""

    digest: str
    size: int = 0
    media_type: str = ""
    annotations: dict[str, str] | None = None
    platform: PlatformJson | None = None
    artifact_type: str | None = None


class IndexJson(msgspec.Struct, rename="camel"):
    """image-spec image-index.md, and index.json of image-layout.md."""

    manifests: list[Descriptor]
    schema_version: int = 2
    annotations: dict[str, str] | None = None


class ManifestJson(msgspec.Struct, rename="camel"):
    """image-spec manifest.md."""

    config: Descriptor
    layers: list[Descriptor]
    schema_version: int = 2
    media_type: str = ""
    artifact_type: str | None = None
    annotations: dict[str, str] | None = None


class DockerManifestJson(msgspec.Struct, rename="pascal"):
    """An entry of manifest.json of a docker archive."""

    config: str
    layers: list[str] | None = None
    repo_tags: list[str] | None = None


class _Shape(msgspec.Struct, rename="camel"):
    """Enough of any document to tell what it is."""

    media_type: Any = ""
    schema_version: Any = 2
    manifests: msgspec.Raw = msgspec.Raw()
    layers: msgspec.Raw = msgspec.Raw()
    config: msgspec.Raw = msgspec.Raw()


class _RootfsJson(msgspec.Struct):
    diff_ids: list[str] | None = None


class _HistoryJson(msgspec.Struct):
    created_by: str | None = None
    comment: str | None = None
    created: str | None = None
    empty_layer: bool | None = None


class _ContainerJson(msgspec.Struct, rename="pascal"):
    user: str | None = None
    env: list[str] | None = None
    entrypoint: list[str] | str | None = None
    cmd: list[str] | str | None = None
    labels: dict[str, str] | None = None


class _ConfigJson(msgspec.Struct):
    layers: msgspec.Raw = msgspec.Raw()
    manifests: msgspec.Raw = msgspec.Raw()
    os: str = ""
    architecture: str = ""
    variant: str | None = None
    created: str | None = None
    rootfs: _RootfsJson | None = None
    history: list[_HistoryJson] | None = None
    config: _ContainerJson | None = None


_READ_IN_ANY_CASE: dict[object, type[msgspec.Struct]] = {
    record: record for record in (IndexJson, ManifestJson, _ConfigJson)
} | {list[DockerManifestJson]: DockerManifestJson}
_PARTS: dict[object, dict[str, type[msgspec.Struct]]] = {
    IndexJson: {"manifests": Descriptor},
    ManifestJson: {"config": Descriptor, "layers": Descriptor},
    Descriptor: {"platform": PlatformJson},
    _ConfigJson: {"rootfs": _RootfsJson},
}


def decode(data: bytes, type_: type[T], what: str) -> T:
    """JSON into a record. CorruptImageError if it is no JSON, of another shape, or nested too deep."""
    try:
        record = msgspec.json.decode(data, type=type_)
        if type_ in _READ_IN_ANY_CASE:
            _check_spelling(data, _READ_IN_ANY_CASE[type_], what)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise CorruptImageError(f"{what} is not valid: {reason}") from None
    return record


def _check_spelling(data: bytes | msgspec.Raw, record: type[msgspec.Struct], what: str) -> None:
    """CorruptImageError for `Layers` where `layers` is meant.

    Go's encoding/json, with which containerd and Docker read, takes keys in any case, the last one wins: with both in
    one document they would run an image that whoever reads exactly never sees.
    """
    listed = bytes(data).lstrip()[:1] == b"["
    found: Any = msgspec.json.decode(
        data, type=list[dict[str, msgspec.Raw]] if listed else dict[str, msgspec.Raw] | None
    )
    names = frozenset(record.__struct_encode_fields__)
    folded = {name.casefold() for name in names}
    for fields in found if listed else (found or {},):
        for key, value in fields.items():
            if key in names:
                if part := _PARTS.get(record, {}).get(key):
                    _check_spelling(value, part, what)
            elif key.casefold() in folded:
                raise CorruptImageError(f"{what} has a key {key[:50]!r}, which some readers take for another")


def check_digest(digest: str) -> str:
    """A digest that pratique can verify, unchanged; CorruptImageError for any other text (image-spec descriptor.md)."""
    algorithm, _, hexadecimal = digest.partition(":")
    if len(hexadecimal) != _HEX_LENGTH.get(algorithm) or not re.fullmatch("[0-9a-f]+", hexadecimal):
        raise CorruptImageError(f"{digest[:100]!r} is not a digest that pratique can check")
    return digest


def verify(data: bytes, digest: str, what: str) -> None:
    """CorruptImageError unless the bytes have the digest."""
    algorithm = check_digest(digest).partition(":")[0]
    if hashlib.new(algorithm, data).hexdigest() != digest.partition(":")[2]:
        raise CorruptImageError(f"{what} does not have its digest {digest}")


def kind_of(data: bytes, what: str) -> str:
    """`index` or `manifest`, by content; the media type only names what cannot be read."""
    shape = decode(data, _Shape, what)
    if str(shape.media_type).startswith(_SCHEMA_1) or shape.schema_version == 1:
        raise NotAnImageError(
            f"{what} is of Docker's schema 1, which pratique does not read",
            "push the image again with a current builder",
        )
    index = bool(bytes(shape.manifests))
    if index and (bytes(shape.layers) or bytes(shape.config)):
        raise CorruptImageError(f"{what} claims to be both an index and a manifest")
    return "index" if index else "manifest"


def image_manifest(data: bytes, what: str) -> ManifestJson:
    """A manifest that describes a container image; NotAnImageError names what else it may be."""
    manifest = decode(data, ManifestJson, what)
    config_type = manifest.config.media_type
    if config_type and config_type not in _CONFIG_TYPES:
        raise NotAnImageError(
            f"{what} is an artifact and no container image ({(manifest.artifact_type or config_type)[:100]})"
        )
    if len(manifest.layers) > limits.LAYERS_MOST:
        raise CorruptImageError(
            f"{what} has {len(manifest.layers):,} layers; pratique reads up to {limits.LAYERS_MOST:,}"
        )
    return manifest


def image_config(data: bytes, what: str) -> ImageConfig:
    """An image configuration (image-spec config.md)."""
    raw = decode(data, _ConfigJson, what)
    if bytes(raw.layers) or bytes(raw.manifests):  # An image must not be able to pass for another one's manifest.
        raise CorruptImageError(f"{what} claims to be a manifest, too")
    diff_ids = tuple((raw.rootfs.diff_ids if raw.rootfs else None) or ())
    for diff_id in diff_ids:
        check_digest(diff_id)
    container = raw.config or _ContainerJson()
    return ImageConfig(
        platform=Platform(raw.os or "linux", raw.architecture, raw.variant or ""),
        diff_ids=diff_ids,
        history=tuple(
            History(entry.created_by or "", entry.comment or "", entry.created or "", bool(entry.empty_layer))
            for entry in raw.history or ()
        ),
        created=raw.created or "",
        user=container.user or "",
        env=tuple(container.env or ()),
        entrypoint=_words(container.entrypoint),
        cmd=_words(container.cmd),
        labels=container.labels or {},
    )


def _words(value: list[str] | str | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())
