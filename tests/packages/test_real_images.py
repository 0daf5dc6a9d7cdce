"""What Trivy and Syft list in real images we list as well, and hostile databases stay readable."""

import gzip
import json
import posixpath
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import pytest

from pratique.packages import registry
from pratique.records.analyzer import Analyzer
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package

SHARED = Path(__file__).parents[2].parent / "shared"
NAMES = {"apk", "dpkg", "os-release", "node-modules", "python-metadata"}
ANALYZERS = [one for one in registry.ANALYZERS if one.name in NAMES]

Records: TypeAlias = list[Found | Unknown]
Names: TypeAlias = set[tuple[str, str]]

pytestmark = pytest.mark.skipif(not (SHARED / "peers").is_dir(), reason="no real images beside the checkout")


def _claims(analyzer: Analyzer, path: str) -> bool:
    claims, (folder, name) = analyzer.claims, posixpath.split(path)
    exact = path in claims.paths or folder in claims.folders or name in claims.names
    return exact or path.endswith(claims.suffixes)


def _inflated(blob: bytes) -> bytes:
    if blob.startswith(b"\x28\xb5\x2f\xfd"):
        return bytes(pytest.importorskip("backports.zstd").decompress(blob))
    return gzip.decompress(blob) if blob.startswith(b"\x1f\x8b") else blob


def _layers(archive: Path) -> Iterator[bytes]:
    with tarfile.open(archive) as tar:

        def member(name: str) -> bytes:
            file = tar.extractfile(name)
            assert file is not None
            return file.read()

        def blob(digest: str) -> bytes:
            return member(f"blobs/{digest.replace(':', '/')}")

        manifest = json.loads(blob(json.loads(member("index.json"))["manifests"][0]["digest"]))
        for layer in manifest["layers"]:
            yield _inflated(blob(layer["digest"]))


def _records(layer: bytes) -> Iterator[tuple[str, Records]]:
    """Each file that is claimed, and what is found in it."""
    with tarfile.open(fileobj=BytesIO(layer)) as tar:
        for member in tar:
            path = posixpath.normpath(member.name).lstrip("/")
            file = tar.extractfile(member) if member.isreg() else None
            content = file.read() if file and any(_claims(a, path) for a in ANALYZERS) else b""
            for analyzer in ANALYZERS if content else ():
                if _claims(analyzer, path):
                    yield path, list(analyzer.parse(File(path, member.mode, len(content), content)))


def _names(records: Records) -> Names:
    facts = [record.fact for record in records if isinstance(record, Found)]
    return {(fact.name, fact.version) for fact in facts if isinstance(fact, Package)}


def _last_states(image: str) -> Names:
    """What every file lists in the last layer that holds it, removed ones included: squashing is done elsewhere."""
    last: dict[str, Names] = {}
    for layer in _layers(SHARED / "images" / f"{image}.oci.tar"):
        for path, records in _records(layer):
            assert not [record for record in records if isinstance(record, Unknown)]
            last[path] = _names(records)
    return set().union(*last.values())


def _peers(image: str) -> list[Names]:
    tools = json.loads((SHARED / "peers" / f"{image}.json").read_bytes())
    return [{(row["name"], row["version"]) for row in rows} for rows in tools.values()]


@pytest.mark.parametrize(
    "image", ["alpine-3.6", "alpine-3.10", "alpine-3.18", "alpine-3.20", "debian-12-slim", "distroless-base"]
)
def test_images_of_one_state(image: str) -> None:
    listed = _last_states(image)
    assert [listed ^ peer for peer in _peers(image)] == [set(), set()]


def test_an_image_of_many_layers() -> None:
    removed = {("idna", "2.7"), ("lodash", "4.17.21")}
    assert [_last_states("many-layers") ^ peer for peer in _peers("many-layers")] == [removed, removed]


@pytest.mark.parametrize(
    ("case", "packages", "unknowns"),
    [("c02-dpkg-odd", 3, 4), ("c03-dpkg-200k", 200_000, 0), ("c24-name-injection", 43, 0)],
)
def test_hostile_images(case: str, packages: int, unknowns: int) -> None:
    layers = _layers(SHARED / "hostile" / f"{case}.oci.tar")
    records = [record for layer in layers for _, found in _records(layer) for record in found]
    assert sum(isinstance(record, Unknown) for record in records) == unknowns
    assert sum(isinstance(record, Found) and isinstance(record.fact, Package) for record in records) == packages
