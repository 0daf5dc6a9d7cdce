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
from pratique.image.source import IMAGES_MOST, Image, Wanted, answers_to
from pratique.records.image import ImageConfig, LayerRef, Manifest, Platform

_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
_LAYOUT_VERSION = "1.0.0"


class _LayoutJson(msgspec.Struct, rename="camel"):
    image_layout_version: str


class _Offer(msgspec.Struct, frozen=True):
    """An image manifest that an index leads to."""

    root: str
    """Digest of the entry of index.json that it is, or that it stands below."""
    platform: Platform | None
    """As the index has it, else the configuration; None: neither tells."""
    descriptor: Descriptor


def open_layout(members: Members, reference: str, wanted: Wanted, platform: Platform | None) -> Image:
    """The image of a layout that is meant by name or digest and platform.

    Raises InputError of one kind or another for whatever is wrong with it, UsageError when a choice is missing.
    """
    warnings = _check_version(members)
    index = documents.decode(_member(members, "index.json"), documents.IndexJson, "index.json")
    entries = [entry for entry in index.manifests if not _is_attestation(entry)]
    offers = _meant(_offers(members, _select(entries, wanted)), entries, wanted)
    if not offers:
        raise NotAnImageError(f"{reference}: the index names no image")
    offer = choose([(offer.platform, offer) for offer in offers], platform, reference)
    descriptor = offer.descriptor
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
            names=tuple(sorted({name for entry in entries if entry.digest == offer.root for name in _names(entry)})),
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
    if descriptor.size not in (0, len(data)):
        raise CorruptImageError(f"{what} has {len(data):,} bytes; its descriptor says {descriptor.size:,}")
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
    """The entries of one image: by name or digest, or all if they have no more than one name between them.

    A digest that no entry has may stand in an index below any of them.
    """
    if wanted.digest:
        return [entry for entry in entries if entry.digest == wanted.digest] or entries
    chosen = entries
    if wanted.name:
        chosen = [
            entry
            for entry in entries
            if entry.digest == wanted.name or any(answers_to(name, wanted.name) for name in _names(entry))
        ]
        if not chosen and entries:
            raise NoSuchInputError(f"there is no image {wanted.name!r}", f"there are: {_listing(entries)}")
    names: dict[str, set[str]] = {}
    for entry in chosen:
        names.setdefault(entry.digest, set()).update(_names(entry))
    if any(others != names[chosen[0].digest] for others in names.values()):
        raise _several(chosen)
    return chosen


def _meant(offers: list[_Offer], entries: list[Descriptor], wanted: Wanted) -> list[_Offer]:
    """What is left to the choice of a platform."""
    if wanted.digest:
        chosen = [offer for offer in offers if wanted.digest in (offer.root, offer.descriptor.digest)]
        if not chosen and entries:
            raise NoSuchInputError(f"there is no image {wanted.digest!r}", f"there are: {_listing(entries)}")
        return chosen
    roots: dict[Platform | None, dict[str, str]] = {}
    for offer in offers:
        roots.setdefault(offer.platform, {})[offer.descriptor.digest] = offer.root
    if any(len(set(of_platform.values())) > 1 for of_platform in roots.values()):
        meant = {offer.root for offer in offers}
        raise _several([entry for entry in entries if entry.digest in meant])
    return offers


def _several(entries: list[Descriptor]) -> UsageError:
    return UsageError("there are several images", f"choose with --image; there are: {_listing(entries)}")


def _listing(entries: list[Descriptor]) -> str:
    """Names where they tell the entries apart, else digests."""
    labels: dict[str, dict[str, None]] = {}
    for entry in entries:
        labels.setdefault((_names(entry) or [entry.digest])[0], {})[entry.digest] = None
    return ", ".join(text for label, digests in labels.items() for text in ([label] if len(digests) == 1 else digests))


def _offers(members: Members, entries: list[Descriptor]) -> list[_Offer]:
    """Every image manifest below some index entries; indexes inside are followed, each once."""
    offers: list[_Offer] = []
    problems: list[PratiqueError] = []
    done: set[str] = set()
    platforms: dict[str, Platform | None] = {}
    waiting = [(entry.digest, entry, 0) for entry in reversed(entries)]
    while waiting:
        root, entry, depth = waiting.pop()
        if depth > limits.INDEX_DEPTH:
            raise LimitError(f"indexes nested more than {limits.INDEX_DEPTH} deep")
        if _is_attestation(entry) or entry.digest in done:
            continue
        try:
            document = platforms[entry.digest] if entry.digest in platforms else _document(members, entry)
        except (NoSuchInputError, NotAnImageError) as problem:
            # Partial copies of an index are common, and artifacts stand beside images: only what is chosen must do.
            problems.append(problem)
            done.add(entry.digest)
            continue
        if isinstance(document, list):
            done.add(entry.digest)
            waiting += [(root, inner, depth + 1) for inner in reversed(document)]
        else:
            platforms[entry.digest] = document
            offers.append(_Offer(root, _platform(entry) or document, entry))
        if len(offers) > IMAGES_MOST:
            raise LimitError(f"an index with more than {IMAGES_MOST:,} images")
    if not offers and problems:
        raise problems[0]
    return offers


def _platform(entry: Descriptor) -> Platform | None:
    platform = entry.platform
    return Platform(platform.os, platform.architecture, platform.variant or "") if platform else None


def _document(members: Members, entry: Descriptor) -> list[Descriptor] | Platform | None:
    """The entries of an index, or the platform of an image as far as it tells one."""
    what = f"the manifest {entry.digest}"
    if _path(entry.digest) not in members:
        raise NoSuchInputError(f"{what} is not there", "the image was saved without all of its parts; save it again")
    data = _blob(members, entry, what)
    if documents.kind_of(data, what) == "index":
        return documents.decode(data, documents.IndexJson, what).manifests
    manifest = documents.image_manifest(data, what)
    if entry.platform is not None:
        return _platform(entry)
    config = documents.image_config(_blob(members, manifest.config, "the configuration"), "the configuration")
    return config.platform if config.platform.architecture else None


def _layers(manifest: documents.ManifestJson, config: ImageConfig) -> tuple[LayerRef, ...]:
    if len(manifest.layers) != len(config.diff_ids):
        raise CorruptImageError(
            f"the manifest has {len(manifest.layers)} layers, the configuration {len(config.diff_ids)} diff_ids"
        )
    return tuple(
        LayerRef(index, diff_id, documents.check_digest(layer.digest), layer.size, layer.media_type)
        for index, (layer, diff_id) in enumerate(zip(manifest.layers, config.diff_ids, strict=True))
    )
