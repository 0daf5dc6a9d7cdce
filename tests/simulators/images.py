"""Writes container images byte for byte, without Docker: the same description gives the same bytes.

An image is described as steps (layers and empty history entries) and written as an OCI layout folder or an OCI
archive; for docker archives see docker_archives.py. Layers stream: one of any size costs a few buffers of memory.

Sources: image-spec v1.1 (config.md, manifest.md, image-index.md, image-layout.md, annotations.md), Docker's
"Image Manifest V 2, Schema 2", BuildKit's "Image Attestation Storage".
"""

import gzip
import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.simulators.layers import MTIME, Compression, Entry, Flavour, tar_pieces, tree, write_layer

Descriptor = dict[str, object]

OCI = "application/vnd.oci.image."
DOCKER = "application/vnd.docker."
OCI_LAYER = f"{OCI}layer.v1.tar"
DOCKER_LAYER = f"{DOCKER}image.rootfs.diff.tar"
SUFFIXES: dict[Compression, str] = {
    "none": "",
    "gzip": "gzip",
    "gzip-multi": "gzip",
    "zstd": "zstd",
    "zstd-frames": "zstd",
    "xz": "xz",
    "bzip2": "bzip2",
}


@dataclass(frozen=True, slots=True)
class Layer:
    """An instruction that changes files."""

    entries: Sequence[Entry]
    created_by: str = ""
    compression: Compression = "gzip"
    flavour: Flavour = "pax"
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """An instruction that changes no files: ENV, CMD, LABEL..."""

    created_by: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    steps: tuple[Layer | Empty, ...]
    names: tuple[str, ...] = ()
    """With tags: `pratique-demo:1`."""
    platform: str = "linux/amd64"
    env: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    user: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    attested: bool = False
    """An attestation manifest of BuildKit's kind follows it in its index."""
    docker_types: bool = False
    """Media types of Docker's manifest v2 schema 2 in place of OCI's."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A manifest that is no image, such as a Helm chart."""

    config_type: str
    blobs: tuple[tuple[str, bytes], ...]
    """Media types and bytes."""
    artifact_type: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    members: tuple["Member", ...]
    names: tuple[str, ...] = ()
    docker_types: bool = False


Member = Image | Artifact | Index


def recompressed(image: Image, compression: Compression) -> Image:
    """The same image with all layers compressed in one way."""
    steps = (replace(step, compression=compression) if isinstance(step, Layer) else step for step in image.steps)
    return replace(image, steps=tuple(steps))


def write_layout(target: Path, members: Sequence[Member]) -> list[Descriptor]:
    """An OCI layout folder. Returns the descriptors of its index.json."""
    (target / "blobs/sha256").mkdir(parents=True)
    entries = [entry for member in members for entry in put_named(target, member)]
    finish_layout(target, entries)
    return entries


def finish_layout(target: Path, entries: list[Descriptor]) -> None:
    index = {"schemaVersion": 2, "mediaType": f"{OCI}index.v1+json", "manifests": entries}
    (target / "index.json").write_bytes(to_json(index))
    (target / "oci-layout").write_bytes(to_json({"imageLayoutVersion": "1.0.0"}))


def write_oci_archive(target: Path, members: Sequence[Member]) -> list[Descriptor]:
    """A tar of an OCI layout."""
    with tempfile.TemporaryDirectory(dir=target.parent) as place:
        entries = write_layout(Path(place) / "layout", members)
        pack_folder(Path(place) / "layout", target)
    return entries


def pack_folder(source: Path, target: Path) -> None:
    """A plain tar of a folder."""
    with target.open("wb") as out:
        for piece in tar_pieces(tree(source)):
            out.write(piece)


def gzip_file(source: Path, target: Path) -> None:
    """As `docker save IMAGE | gzip`."""
    with (
        source.open("rb") as plain,
        target.open("wb") as out,
        gzip.GzipFile("", "wb", 6, out, mtime=0) as packed,
    ):
        shutil.copyfileobj(plain, packed, 1 << 20)


def put_named(root: Path, member: Member) -> list[Descriptor]:
    first, *rest = _put_member(root, member)
    named = [
        first | {"annotations": {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": tag}}
        for name in member.names
        for tag in [name.rpartition(":")[2]]
    ]
    return [*(named or [first]), *rest]


def _put_member(root: Path, member: Member) -> list[Descriptor]:
    match member:
        case Image():
            manifest = _put_image(root, member)
            return [manifest, _put_attestation(root, manifest)] if member.attested else [manifest]
        case Artifact():
            return [_put_artifact(root, member)]
        case Index():
            kind = f"{DOCKER}distribution.manifest.list.v2+json" if member.docker_types else f"{OCI}index.v1+json"
            entries = [entry for inner in member.members for entry in _put_member(root, inner)]
            return [_put(root, kind, to_json({"schemaVersion": 2, "mediaType": kind, "manifests": entries}))]


def _put_image(root: Path, image: Image) -> Descriptor:
    layers = [_put_layer(root, step, image) for step in image.steps if isinstance(step, Layer)]
    kinds = (f"{DOCKER}container.image.v1+json", f"{DOCKER}distribution.manifest.v2+json")
    config_type, kind = kinds if image.docker_types else (f"{OCI}config.v1+json", f"{OCI}manifest.v1+json")
    config = _put(root, config_type, to_json(image_config(image, [diff_id for _, diff_id in layers])))
    manifest = {
        "schemaVersion": 2,
        "mediaType": kind,
        "config": config,
        "layers": [descriptor for descriptor, _ in layers],
    }
    if image.annotations:
        manifest["annotations"] = dict(image.annotations)
    return _put(root, kind, to_json(manifest)) | {"platform": _platform(image.platform)}


def _put_layer(root: Path, layer: Layer, image: Image) -> tuple[Descriptor, str]:
    with tempfile.NamedTemporaryFile(dir=root / "blobs", delete=False) as out:
        written = write_layer(out, layer.entries, layer.flavour, layer.compression)
    Path(out.name).chmod(0o644)
    Path(out.name).rename(root / "blobs/sha256" / written.digest[7:])
    suffix, dot = SUFFIXES[layer.compression], "." if image.docker_types else "+"
    kind = (DOCKER_LAYER if image.docker_types else OCI_LAYER) + (dot + suffix if suffix else "")
    return {"mediaType": kind, "digest": written.digest, "size": written.size}, written.diff_id


def _put_attestation(root: Path, about: Descriptor) -> Descriptor:
    predicate = "https://slsa.dev/provenance/v0.2"
    subject = {"name": "_", "digest": {"sha256": str(about["digest"])[7:]}}
    statement = {
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": predicate,
        "subject": [subject],
    }
    layer = _put(root, "application/vnd.in-toto+json", to_json(statement))
    layer |= {"annotations": {"in-toto.io/predicate-type": predicate}}
    unknown = {"architecture": "unknown", "os": "unknown"}
    config = unknown | {"config": {}, "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}
    kind = f"{OCI}manifest.v1+json"
    manifest = {
        "schemaVersion": 2,
        "mediaType": kind,
        "config": _put(root, f"{OCI}config.v1+json", to_json(config)),
        "layers": [layer],
    }
    notes = {
        "vnd.docker.reference.digest": about["digest"],
        "vnd.docker.reference.type": "attestation-manifest",
    }
    return _put(root, kind, to_json(manifest)) | {"annotations": notes, "platform": unknown}


def _put_artifact(root: Path, artifact: Artifact) -> Descriptor:
    kind = f"{OCI}manifest.v1+json"
    manifest: dict[str, object] = {
        "schemaVersion": 2,
        "mediaType": kind,
        "config": _put(root, artifact.config_type, b"{}"),
        "layers": [_put(root, media_type, data) for media_type, data in artifact.blobs],
    }
    if artifact.artifact_type:
        manifest["artifactType"] = artifact.artifact_type
    return _put(root, kind, to_json(manifest))


def _put(root: Path, media_type: str, data: bytes) -> Descriptor:
    digest = hashlib.sha256(data).hexdigest()
    (root / "blobs/sha256" / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}


def image_config(image: Image, diff_ids: list[str]) -> dict[str, object]:
    run = {
        "Env": list(image.env),
        "Cmd": list(image.cmd),
        "Entrypoint": list(image.entrypoint),
        "User": image.user,
        "Labels": dict(image.labels),
    }
    history = []
    for second, step in enumerate(image.steps):
        entry: dict[str, object] = {"created": _when(second), "created_by": step.created_by}
        if step.comment:
            entry["comment"] = step.comment
        if isinstance(step, Empty):
            entry["empty_layer"] = True
        history.append(entry)
    return {
        **_platform(image.platform),
        "created": _when(len(image.steps)),
        "config": {key: value for key, value in run.items() if value},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": history,
    }


def _platform(text: str) -> dict[str, str]:
    return dict(zip(("os", "architecture", "variant"), text.split("/"), strict=False))


def _when(second: int) -> str:
    return datetime.fromtimestamp(MTIME + second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
