"""OCI layouts and docker archives put together by hand, to be right in all but one thing."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from tests.simulators.layers import file, tar_bytes

Json: TypeAlias = dict[str, Any]

OCI = "application/vnd.oci.image."
MANIFEST = f"{OCI}manifest.v1+json"
INDEX = f"{OCI}index.v1+json"
CONFIG = f"{OCI}config.v1+json"
LAYER = f"{OCI}layer.v1.tar+gzip"
ATTESTATION: Json = {
    "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
    "platform": {"os": "unknown", "architecture": "unknown"},
}


def digest(data: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def encoded(value: object) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def layer(name: str) -> tuple[bytes, str]:
    """A packed layer with one file, and its diff_id."""
    tar = tar_bytes([file(f"files/{name}", name)])
    return gzip.compress(tar, mtime=0), digest(tar)


def platform(text: str) -> Json:
    return dict(zip(("os", "architecture", "variant"), text.split("/"), strict=False))


def config(diff_ids: Sequence[str], at: str = "linux/amd64", **more: object) -> Json:
    return {**platform(at), "rootfs": {"type": "layers", "diff_ids": list(diff_ids)}, **more}


class Layout:
    """Blobs by digest, and the files around them."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}

    def put(self, value: object, media_type: str = "", algorithm: str = "sha256") -> Json:
        """Store a blob. Its descriptor."""
        data = encoded(value)
        name = digest(data, algorithm)
        self.files[f"blobs/{name.replace(':', '/')}"] = data
        return {"mediaType": media_type, "digest": name, "size": len(data)}

    def take(self, descriptor: Json) -> bytes:
        """Remove a blob."""
        return self.files.pop(f"blobs/{descriptor['digest'].replace(':', '/')}")

    def replace(self, descriptor: Json, data: bytes) -> None:
        """Other bytes under an old digest."""
        self.files[f"blobs/{descriptor['digest'].replace(':', '/')}"] = data

    def image(self, name: str = "image", at: str = "linux/amd64", ref: str = "", **more: object) -> Json:
        """An image of one layer with the file `files/NAME`. Its descriptor; `ref` names it."""
        blob, diff_id = layer(name)
        manifest = self.manifest([self.put(blob, LAYER)], config([diff_id], at))
        if ref:
            more["annotations"] = {"org.opencontainers.image.ref.name": ref}
        return self.put(manifest, MANIFEST) | {"platform": platform(at)} | more

    def manifest(self, layers: Sequence[Json], configuration: object, **more: object) -> Json:
        return {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self.put(configuration, CONFIG),
            "layers": list(layers),
            **more,
        }

    def index(self, *entries: Json, **more: object) -> Json:
        return self.put({"schemaVersion": 2, "mediaType": INDEX, "manifests": list(entries)}, INDEX) | more

    def folder(self, root: Path, *entries: Json) -> str:
        """Write it all; the reference to it."""
        self.files.setdefault("index.json", encoded({"schemaVersion": 2, "manifests": list(entries)}))
        for name, data in self.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(data)
        return str(root)

    def archive(self, path: Path, *entries: Json) -> str:
        self.files.setdefault("index.json", encoded({"schemaVersion": 2, "manifests": list(entries)}))
        return archived(path, self.files)


class Saved:
    """A docker archive of the old kind."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.rows: list[Json] = []

    def image(self, name: str = "image", at: str = "linux/amd64", tags: Sequence[str] = (), **row: object) -> str:
        """An image of one plain layer. The digest of its configuration."""
        tar = tar_bytes([file(f"files/{name}", name)])
        data = encoded(config([digest(tar)], at))
        stem = digest(data)[7:]
        self.files |= {f"{stem}.json": data, f"{name}/layer.tar": tar}
        self.rows.append(
            {"Config": f"{stem}.json", "RepoTags": list(tags) or None, "Layers": [f"{name}/layer.tar"], **row}
        )
        return digest(data)

    def archive(self, path: Path) -> str:
        self.files.setdefault("manifest.json", encoded(self.rows))
        return archived(path, self.files)


def archived(path: Path, files: dict[str, bytes]) -> str:
    path.write_bytes(tar_bytes([file(name, data) for name, data in files.items()]))
    return str(path)
