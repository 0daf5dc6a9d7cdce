"""An image that takes long to read: gigabytes of zeros, packed to nothing."""

import hashlib
import json
import zlib
from pathlib import Path

from tests.simulators.images import OCI, OCI_LAYER
from tests.simulators.layers import file, tar_bytes

MIB = 1 << 20


def write_endless(folder: Path, mebibytes: int = 64 << 10) -> Path:
    """An OCI layout of one layer with one file of zeros."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    entry = file("zeros", b"")
    header = bytearray(tar_bytes((entry,))[:512])
    header[124:136] = b"%011o\0" % (7 << 30)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    member = _gzip(bytes(MIB))
    config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [f"sha256:{'0' * 64}"]}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{OCI}manifest.v1+json",
        "config": _put(blobs, f"{OCI}config.v1+json", json.dumps(config).encode()),
        "layers": [_put(blobs, f"{OCI_LAYER}+gzip", _gzip(bytes(header)) + member * mebibytes)],
    }
    index = {"schemaVersion": 2, "manifests": [_put(blobs, f"{OCI}manifest.v1+json", json.dumps(manifest).encode())]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return folder


def _gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(data) + packer.flush()


def _put(blobs: Path, media_type: str, data: bytes) -> dict[str, object]:
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}
