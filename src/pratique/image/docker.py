"""Docker archives: what `docker save` wrote before version 25; podman and skopeo still do (Docker image spec v1.2)."""

import hashlib

import msgspec

from pratique import limits
from pratique.errors import CorruptImageError, LimitError, NoSuchInputError, NotAnImageError, UsageError
from pratique.image import documents
from pratique.image.blob import Blob, read
from pratique.image.documents import DockerManifestJson
from pratique.image.members import Members
from pratique.image.platform import choose
from pratique.image.source import IMAGES_MOST, Image, Wanted, answers_to
from pratique.records.image import ImageConfig, LayerRef, Manifest, Platform


class _Saved(msgspec.Struct, frozen=True):
    """One image of the archive."""

    tags: tuple[str, ...]
    layers: tuple[str, ...]
    config: ImageConfig
    digest: str
    """Of the configuration."""


def open_archive(members: Members, reference: str, wanted: Wanted, platform: Platform | None) -> Image:
    """The image of a docker archive that is meant by name and platform. Errors as `oci.open_layout`."""
    chosen = _select(_images(members), wanted)
    saved = choose([(image.config.platform, image) for image in chosen], platform, reference)
    config = saved.config
    if len(saved.layers) != len(config.diff_ids):
        raise CorruptImageError(
            f"manifest.json has {len(saved.layers)} layers, the configuration {len(config.diff_ids)} diff_ids"
        )
    if not saved.layers:
        raise CorruptImageError("manifest.json names no layers")
    blobs = tuple(members.blob(name) for name in saved.layers)
    layers = tuple(
        LayerRef(index, diff_id, "", blob.size)
        for index, (diff_id, blob) in enumerate(zip(config.diff_ids, blobs, strict=True))
    )
    manifest = Manifest(
        reference=reference,
        digest=saved.digest,
        config_digest=saved.digest,
        config=config,
        layers=layers,
        names=tuple(sorted(saved.tags)),
    )
    return Image(manifest, blobs, members.sequential)


def _images(members: Members) -> list[_Saved]:
    data = read(members.blob("manifest.json"), limits.JSON_LARGEST, "manifest.json")
    entries = documents.decode(data, list[DockerManifestJson], "manifest.json")
    if not entries:
        raise NotAnImageError("manifest.json names no image")
    if len(entries) > IMAGES_MOST:
        raise LimitError(f"manifest.json names {len(entries):,} images; pratique reads up to {IMAGES_MOST:,}")
    images = []
    configs: dict[int, tuple[ImageConfig, str]] = {}
    for entry in entries:
        if len(entry.layers or ()) > limits.LAYERS_MOST:
            raise LimitError(f"an image of more than {limits.LAYERS_MOST:,} layers")
        blob = members.blob(entry.config)
        if blob.start not in configs:
            configs[blob.start] = _config(blob)
        config, digest = configs[blob.start]
        _check_name(entry.config, digest)
        images.append(_Saved(tuple(entry.repo_tags or ()), tuple(entry.layers or ()), config, digest))
    return images


def _select(images: list[_Saved], wanted: Wanted) -> list[_Saved]:
    """One image, or its variants for several platforms; UsageError if more are meant."""
    if wanted.digest:
        chosen = [image for image in images if image.digest == wanted.digest]
    elif wanted.name:
        chosen = [
            image
            for image in images
            if image.digest == wanted.name or any(answers_to(tag, wanted.name) for tag in image.tags)
        ]
    else:
        chosen = images
    if not chosen:
        raise NoSuchInputError(f"there is no image {wanted.digest or wanted.name!r}", f"there are: {_listing(images)}")
    different = len({image.digest for image in chosen})
    if different > 1 and (
        len({image.tags for image in chosen}) > 1 or len({image.config.platform for image in chosen}) < different
    ):
        raise UsageError("there are several images", f"choose with --image; there are: {_listing(chosen)}")
    return chosen


def _listing(images: list[_Saved]) -> str:
    return ", ".join((image.tags or (image.digest,))[0] for image in images)


def _config(blob: Blob) -> tuple[ImageConfig, str]:
    """A configuration and its digest."""
    data = read(blob, limits.JSON_LARGEST, "the configuration")
    return documents.image_config(data, "the configuration"), f"sha256:{hashlib.sha256(data).hexdigest()}"


def _check_name(name: str, digest: str) -> None:
    """Where the name of a configuration carries a digest, it must be its own."""
    stem = name.rpartition("/")[2].removesuffix(".json")
    if len(stem) == 64 and all(letter in "0123456789abcdef" for letter in stem) and f"sha256:{stem}" != digest:
        raise CorruptImageError(f"the configuration {name!r} does not have the digest of its name")
