"""Docker archives: what `docker save` wrote before version 25; podman and skopeo still do (Docker image spec v1.2)."""

import hashlib

from pratique import limits
from pratique.errors import CorruptImageError, NoSuchInputError, NotAnImageError, UsageError
from pratique.image import documents
from pratique.image.blob import read
from pratique.image.documents import DockerManifestJson
from pratique.image.members import Members
from pratique.image.platform import choose
from pratique.image.source import Image, Wanted, answers_to
from pratique.records.image import ImageConfig, LayerRef, Manifest, Platform


def open_archive(members: Members, reference: str, wanted: Wanted, platform: Platform | None) -> Image:
    """The image of a docker archive that is meant by name and platform. Errors as `oci.open_layout`."""
    data = read(members.blob("manifest.json"), limits.JSON_LARGEST, "manifest.json")
    entries = documents.decode(data, list[DockerManifestJson], "manifest.json")
    if not entries:
        raise NotAnImageError("manifest.json names no image")
    chosen = _select(entries, wanted)
    configs = [_config(members, entry.config) for entry in chosen]
    at = choose([(config.platform, at) for at, (config, _) in enumerate(configs)], platform, reference)
    entry, (config, digest) = chosen[at], configs[at]
    names = entry.layers or []
    if len(names) != len(config.diff_ids):
        raise CorruptImageError(
            f"manifest.json has {len(names)} layers, the configuration {len(config.diff_ids)} diff_ids"
        )
    if not names:
        raise CorruptImageError("manifest.json names no layers")
    blobs = tuple(members.blob(name) for name in names)
    layers = tuple(
        LayerRef(index, diff_id, "", blob.size)
        for index, (diff_id, blob) in enumerate(zip(config.diff_ids, blobs, strict=True))
    )
    manifest = Manifest(
        reference=reference,
        digest=digest,
        config_digest=digest,
        config=config,
        layers=layers,
        names=tuple(sorted(entry.repo_tags or ())),
    )
    return Image(manifest, blobs, members.sequential)


def _select(entries: list[DockerManifestJson], wanted: Wanted) -> list[DockerManifestJson]:
    if wanted.digest:
        chosen = [entry for entry in entries if wanted.digest.removeprefix("sha256:") in entry.config]
    elif wanted.name:
        chosen = [entry for entry in entries if any(answers_to(tag, wanted.name) for tag in entry.repo_tags or ())]
    elif len({tuple(entry.repo_tags or ()) for entry in entries}) > 1:
        raise UsageError("there are several images", f"choose with --image; there are: {_listing(entries)}")
    else:
        chosen = entries
    if not chosen:
        raise NoSuchInputError(f"there is no image {wanted.digest or wanted.name!r}", f"there are: {_listing(entries)}")
    return chosen


def _listing(entries: list[DockerManifestJson]) -> str:
    return ", ".join((entry.repo_tags or [entry.config])[0] for entry in entries)


def _config(members: Members, name: str) -> tuple[ImageConfig, str]:
    """The configuration and its digest; where its name carries one, they must agree."""
    data = read(members.blob(name), limits.JSON_LARGEST, "the configuration")
    actual = hashlib.sha256(data).hexdigest()
    stem = name.rpartition("/")[2].removesuffix(".json")
    if len(stem) == len(actual) and all(letter in "0123456789abcdef" for letter in stem) and stem != actual:
        raise CorruptImageError(f"the configuration {name!r} does not have the digest of its name")
    return documents.image_config(data, "the configuration"), f"sha256:{actual}"
