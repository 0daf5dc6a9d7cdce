"""Writes docker archives of either style, byte for byte, without Docker.

Sources: Docker image specification v1.2 ("Combined Image JSON + Filesystem Changeset Format"); the archives that
`docker save` writes since version 25, which are OCI layouts, too.
"""

import hashlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tests.simulators.images import (
    Descriptor,
    Image,
    Layer,
    finish_layout,
    image_config,
    pack_folder,
    put_named,
    to_json,
)
from tests.simulators.layers import write_layer


def write_docker_archive(
    target: Path, images: Sequence[Image], style: Literal["old", "modern"] = "modern"
) -> list[str]:
    """What `docker save` writes: before version 25 (layers always plain), or since.

    Modern archives are OCI layouts, too; Docker's own image store leaves their layers plain, containerd's as
    they were pulled: here they are as the layers say. Returns the digests of the configurations.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as place:
        root = Path(place) / "archive"
        configs = _modern(root, images) if style == "modern" else _old(root, images)
        pack_folder(root, target)
    return configs


def _modern(root: Path, images: Sequence[Image]) -> list[str]:
    (root / "blobs/sha256").mkdir(parents=True)
    entries: list[Descriptor] = []
    rows: list[dict[str, object]] = []
    for image in images:
        named = put_named(root, image)
        entries += named
        manifest = json.loads(_blob(root, str(named[0]["digest"])))
        config = json.loads(_blob(root, manifest["config"]["digest"]))
        rows.append(
            {
                "Config": _blob_path(manifest["config"]["digest"]),
                "RepoTags": list(image.names) or None,
                "Layers": [_blob_path(layer["digest"]) for layer in manifest["layers"]],
                "LayerSources": dict(zip(config["rootfs"]["diff_ids"], manifest["layers"], strict=True)),
            }
        )
    finish_layout(root, entries)
    (root / "manifest.json").write_bytes(to_json(rows))
    return [f"sha256:{str(row['Config']).rpartition('/')[2]}" for row in rows]


def _blob_path(digest: str) -> str:
    return f"blobs/sha256/{digest[7:]}"


def _blob(root: Path, digest: str) -> bytes:
    return (root / _blob_path(digest)).read_bytes()


def _old(root: Path, images: Sequence[Image]) -> list[str]:
    """A folder a layer, named by a chain of digests; layers seen before are links, as Docker made them."""
    root.mkdir()
    rows: list[dict[str, object]] = []
    repositories: dict[str, dict[str, str]] = {}
    places: dict[str, str] = {}
    for image in images:
        diff_ids, paths, identity = [], [], ""
        for step in image.steps:
            if isinstance(step, Layer):
                diff_id, parent = _old_layer(root, step), identity
                identity = hashlib.sha256(f"{parent} {diff_id}".encode()).hexdigest()
                _old_place(root, identity, parent, places.setdefault(diff_id, identity))
                diff_ids.append(diff_id)
                paths.append(f"{identity}/layer.tar")
        config = to_json(image_config(image, diff_ids))
        name = f"{hashlib.sha256(config).hexdigest()}.json"
        (root / name).write_bytes(config)
        rows.append({"Config": name, "RepoTags": list(image.names) or None, "Layers": paths})
        for repository, _, tag in (text.rpartition(":") for text in image.names):
            repositories.setdefault(repository, {})[tag] = identity
    (root / "manifest.json").write_bytes(to_json(rows))
    (root / "repositories").write_bytes(to_json(repositories))
    return [f"sha256:{str(row['Config']).removesuffix('.json')}" for row in rows]


def _old_layer(root: Path, layer: Layer) -> str:
    with (root / ".layer").open("wb") as out:
        return write_layer(out, layer.entries, layer.flavour, "none").diff_id


def _old_place(root: Path, identity: str, parent: str, first: str) -> None:
    place = root / identity
    if place.exists():
        (root / ".layer").unlink()
        return
    place.mkdir()
    (place / "VERSION").write_text("1.0")
    (place / "json").write_bytes(to_json({"id": identity} | ({"parent": parent} if parent else {})))
    if first == identity:
        (root / ".layer").rename(place / "layer.tar")
    else:
        (root / ".layer").unlink()
        (place / "layer.tar").symlink_to(f"../{first}/layer.tar")
