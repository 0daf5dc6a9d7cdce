"""OCI image layouts, as a folder or inside a tar (image-spec v1.1, image-layout.md)."""

import msgspec

from pratique import limits
from pratique.errors import (
    CorruptImageError,
    LimitError,
    NoSuchInputError,
    NotAnImageError,
    PratiqueError,
    UsageError,
)
from pratique.image import documents
from pratique.image.blob import Blob, read
from pratique.image.documents import Descriptor
from pratique.image.members import Members
from pratique.image.platform import choose
from pratique.image.source import Image, Wanted, answers_to
from pratique.records.image import ImageConfig, LayerRef, Manifest, Platform

_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
_MANIFESTS_MOST = 1000
_LAYOUT_VERSION = "1.0.0"


class _LayoutJson(msgspec.Struct, rename="camel"):
    image_layout_version: str


def open_layout(members: Members, reference: str, wanted: Wanted, platform: Platform | None) -> Image:
    """The image of a layout that is meant by name or digest and platform.

    Raises InputError of one kind or another for whatever is wrong with it, UsageError when a choice is missing.
    """
    warnings = _check_version(members)
    index = documents.decode(_member(members, "index.json"), documents.IndexJson, "index.json")
    entries = _select([entry for entry in index.manifests if not _is_attestation(entry)], wanted)
    names = tuple(sorted({name for entry in entries for name in _names(entry)}))
    offers = _offers(members, entries, depth=0)
    if not offers:
        raise NotAnImageError(f"{reference}: the index names no image")
    descriptor = choose(offers, platform, reference)
    data = _blob(members, descriptor, "the manifest")
    manifest = documents.image_manifest(data, f"the manifest {descriptor.digest}")
    config = documents.image_config(_blob(members, manifest.config, "the configuration"), "the configuration")
    layers = _layers(manifest, config)
    return Image(
        Manifest(
            reference=reference,
            digest=descriptor.digest,
            config_digest=manifest.config.digest,
            config=config,
            layers=layers,
            names=names,
            annotations=manifest.annotations or {},
            warnings=warnings,
        ),
        tuple(_layer_blob(members, layer) for layer in layers),
        members.sequential,
    )


def _member(members: Members, name: str) -> bytes:
    return read(members.blob(name), limits.JSON_LARGEST, name)


def _check_version(members: Members) -> tuple[str, ...]:
    if "oci-layout" not in members:
        return ("there is no oci-layout file",)
    version = documents.decode(_member(members, "oci-layout"), _LayoutJson, "oci-layout").image_layout_version
    return () if version == _LAYOUT_VERSION else (f"the layout is of version {version[:20]!r}, not {_LAYOUT_VERSION}",)


def _path(digest: str) -> str:
    algorithm, _, hexadecimal = documents.check_digest(digest).partition(":")
    return f"blobs/{algorithm}/{hexadecimal}"


def _blob(members: Members, descriptor: Descriptor, what: str) -> bytes:
    data = read(members.blob(_path(descriptor.digest)), limits.JSON_LARGEST, what)
    documents.verify(data, descriptor.digest, what)
    return data


def _layer_blob(members: Members, layer: LayerRef) -> Blob:
    path = _path(layer.digest)
    if path not in members:
        raise NoSuchInputError(
            f"layer {layer.index} ({layer.digest}) is not in the image",
            "it was saved without all of its layers; save or copy it again",
        )
    return members.blob(path)


def _names(entry: Descriptor) -> list[str]:
    annotations = entry.annotations or {}
    return [annotations[key] for key in _NAMES if key in annotations]


def _is_attestation(entry: Descriptor) -> bool:
    """BuildKit's attestation manifests stand beside the images they speak of."""
    annotations = entry.annotations or {}
    return "vnd.docker.reference.type" in annotations or (entry.platform is not None and entry.platform.os == "unknown")


def _select(entries: list[Descriptor], wanted: Wanted) -> list[Descriptor]:
    """The entries of one image: by digest, by name, or all if they have no more than one name between them."""
    if wanted.digest:
        chosen = [entry for entry in entries if entry.digest == wanted.digest]
    elif wanted.name:
        chosen = [
            entry
            for entry in entries
            if any(answers_to(name, wanted.name) for name in _names(entry)) or entry.digest == wanted.name
        ]
    else:
        chosen = entries
        if len({tuple(_names(entry)) for entry in entries}) > 1:
            raise UsageError("there are several images", f"choose with --image; there are: {_listing(entries)}")
    if not chosen and entries:
        raise NoSuchInputError(f"there is no image {wanted.digest or wanted.name!r}", f"there are: {_listing(entries)}")
    return chosen


def _listing(entries: list[Descriptor]) -> str:
    return ", ".join((_names(entry) or [entry.digest])[-1] for entry in entries)


def _offers(members: Members, entries: list[Descriptor], depth: int) -> list[tuple[Platform | None, Descriptor]]:
    """Every image manifest below some index entries with its platform; nested indexes are followed."""
    if depth > limits.INDEX_DEPTH:
        raise LimitError(f"indexes nested more than {limits.INDEX_DEPTH} deep")
    offers: list[tuple[Platform | None, Descriptor]] = []
    problems: list[PratiqueError] = []
    for entry in entries:
        if _is_attestation(entry):
            continue
        try:
            offers += _offers_of(members, entry, depth)
        except (NoSuchInputError, NotAnImageError) as problem:
            # Partial copies of an index are common, and artifacts stand beside images: only what is chosen must do.
            problems.append(problem)
        if len(offers) > _MANIFESTS_MOST:
            raise LimitError(f"an index with more than {_MANIFESTS_MOST:,} images")
    if not offers and problems:
        raise problems[0]
    return offers


def _offers_of(members: Members, entry: Descriptor, depth: int) -> list[tuple[Platform | None, Descriptor]]:
    what = f"the manifest {entry.digest}"
    if _path(entry.digest) not in members:
        raise NoSuchInputError(f"{what} is not there", "the image was saved without all of its parts; save it again")
    data = _blob(members, entry, what)
    if documents.kind_of(data, what) == "index":
        nested = documents.decode(data, documents.IndexJson, what)
        return _offers(members, nested.manifests, depth + 1)
    documents.image_manifest(data, what)
    platform = entry.platform
    return [(Platform(platform.os, platform.architecture, platform.variant or "") if platform else None, entry)]


def _layers(manifest: documents.ManifestJson, config: ImageConfig) -> tuple[LayerRef, ...]:
    if len(manifest.layers) != len(config.diff_ids):
        raise CorruptImageError(
            f"the manifest has {len(manifest.layers)} layers, the configuration {len(config.diff_ids)} diff_ids"
        )
    return tuple(
        LayerRef(index, diff_id, documents.check_digest(layer.digest), layer.size, layer.media_type)
        for index, (layer, diff_id) in enumerate(zip(manifest.layers, config.diff_ids, strict=True))
    )
