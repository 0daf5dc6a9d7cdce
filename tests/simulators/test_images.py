import gzip
import hashlib
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.docker_archives import write_docker_archive
from tests.simulators.images import (
    Artifact,
    Empty,
    Image,
    Index,
    Layer,
    gzip_file,
    recompressed,
    write_layout,
    write_oci_archive,
)
from tests.simulators.layers import file, folder, whiteout

BASE = Layer((folder("etc"), file("etc/os-release", "ID=none\n")), "ADD rootfs.tar /")
OWN = Layer((whiteout("etc/os-release"), file("app", "text", 0o755)), "COPY app /", "zstd", comment="buildkit")
IMAGE = Image(
    (BASE, Empty('CMD ["sh"]'), Empty("ENV A=b"), OWN),
    names=("first:1", "second:2"),
    platform="linux/arm64/v8",
    env=("A=b",),
    cmd=("run",),
    entrypoint=("/app",),
    user="1000",
    labels=(("title", "x"),),
    annotations=(("org.opencontainers.image.base.name", "base:1"),),
)
needs_skopeo = pytest.mark.skipif(shutil.which("skopeo") is None, reason="skopeo is not installed")


def load(path: Path) -> Any:
    return json.loads(path.read_bytes())


def blob(root: Path, descriptor: Any) -> Path:
    return root / f"blobs/sha256/{descriptor['digest'][7:]}"


def test_every_blob_is_what_its_descriptor_says(tmp_path: Path) -> None:
    attested = replace(IMAGE, attested=True)
    nested = Index((Index((attested,)), replace(IMAGE, docker_types=True, platform="linux/amd64")), ("all:1",))
    chart = Artifact("application/vnd.cncf.helm.config.v1+json", (("application/vnd.cncf.helm.chart", b"chart"),))
    write_layout(tmp_path / "layout", [nested, chart, IMAGE])
    root, reached = tmp_path / "layout", set[str]()

    def follow(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                follow(item)
        elif isinstance(value, dict):
            if {"digest", "size", "mediaType"} <= value.keys() and value["digest"] not in reached:
                reached.add(value["digest"])
                data = blob(root, value).read_bytes()
                assert (value["size"], value["digest"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
                if value["mediaType"].endswith("json"):
                    follow(json.loads(data))
            for item in value.values():
                follow(item)

    follow(load(root / "index.json"))
    assert reached == {f"sha256:{path.name}" for path in (root / "blobs/sha256").iterdir()}
    assert load(root / "oci-layout") == {"imageLayoutVersion": "1.0.0"}


def test_the_configuration_describes_the_layers(tmp_path: Path) -> None:
    first, second = write_layout(tmp_path / "layout", [IMAGE])
    assert (first["digest"], second["annotations"]) == (
        second["digest"],
        {"io.containerd.image.name": "second:2", "org.opencontainers.image.ref.name": "2"},
    )
    manifest = load(blob(tmp_path / "layout", first))
    config = load(blob(tmp_path / "layout", manifest["config"]))
    assert manifest["annotations"] == dict(IMAGE.annotations)
    assert [layer["mediaType"].rpartition(".")[2] for layer in manifest["layers"]] == ["tar+gzip", "tar+zstd"]
    plain = gzip.decompress(blob(tmp_path / "layout", manifest["layers"][0]).read_bytes())
    assert config["rootfs"]["diff_ids"][0] == f"sha256:{hashlib.sha256(plain).hexdigest()}"
    assert [(step["created_by"], step.get("empty_layer", False)) for step in config["history"]] == [
        ("ADD rootfs.tar /", False),
        ('CMD ["sh"]', True),
        ("ENV A=b", True),
        ("COPY app /", False),
    ]
    assert config["config"] == {
        "Env": ["A=b"], "Cmd": ["run"], "Entrypoint": ["/app"], "User": "1000", "Labels": {"title": "x"},
    }  # fmt: skip
    assert (config["os"], config["architecture"], config["variant"]) == ("linux", "arm64", "v8")


def test_compression_changes_digests_but_no_diff_ids(tmp_path: Path) -> None:
    configs, layers = set(), set()
    for way in ("none", "gzip", "gzip-multi", "zstd", "zstd-frames", "xz", "bzip2"):
        [entry] = write_layout(tmp_path / way, [replace(recompressed(IMAGE, way), names=())])
        manifest = load(blob(tmp_path / way, entry))
        configs.add(manifest["config"]["digest"])
        layers.add(manifest["layers"][0]["digest"])
    assert (len(configs), len(layers)) == (1, 7)


def test_an_attestation_follows_its_image_and_names_it(tmp_path: Path) -> None:
    [top] = write_layout(tmp_path / "layout", [Index((replace(IMAGE, attested=True),))])
    image, attestation = load(blob(tmp_path / "layout", top))["manifests"]
    assert attestation["platform"] == {"os": "unknown", "architecture": "unknown"}
    assert attestation["annotations"] == {
        "vnd.docker.reference.digest": image["digest"],
        "vnd.docker.reference.type": "attestation-manifest",
    }
    statement = load(blob(tmp_path / "layout", load(blob(tmp_path / "layout", attestation))["layers"][0]))
    assert statement["subject"][0]["digest"]["sha256"] == image["digest"][7:]


def test_an_artifact_is_a_manifest_without_layers_of_files(tmp_path: Path) -> None:
    chart = Artifact("application/vnd.cncf.helm.config.v1+json", (("text/plain", b"x"),), "application/x")
    [entry] = write_layout(tmp_path / "layout", [chart])
    manifest = load(blob(tmp_path / "layout", entry))
    assert (manifest["artifactType"], manifest["config"]["mediaType"]) == ("application/x", chart.config_type)


def test_an_old_docker_archive_has_a_folder_a_layer(tmp_path: Path) -> None:
    other = Image((OWN, BASE), names=("other:1",))
    configs = write_docker_archive(tmp_path / "old.tar", [IMAGE, other], "old")
    with tarfile.open(tmp_path / "old.tar") as archive:
        archive.extractall(tmp_path / "old", filter="data")
    first, second = load(tmp_path / "old/manifest.json")
    assert first["RepoTags"] == ["first:1", "second:2"]
    for row, digest in zip((first, second), configs, strict=True):
        config = (tmp_path / "old" / row["Config"]).read_bytes()
        assert digest == f"sha256:{hashlib.sha256(config).hexdigest()}"
        layers = [(tmp_path / "old" / path).read_bytes() for path in row["Layers"]]
        hashed = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers]
        assert json.loads(config)["rootfs"]["diff_ids"] == hashed
    assert [(tmp_path / "old" / path).is_symlink() for path in second["Layers"]] == [True, True]
    top = Path(first["Layers"][-1]).parent.name
    assert load(tmp_path / "old/repositories")["second"] == {"2": top}
    assert load(tmp_path / f"old/{top}/json")["parent"] == Path(first["Layers"][0]).parent.name


def test_a_modern_docker_archive_is_an_oci_layout_too(tmp_path: Path) -> None:
    [digest] = write_docker_archive(tmp_path / "new.tar", [recompressed(IMAGE, "none")])
    with tarfile.open(tmp_path / "new.tar") as archive:
        archive.extractall(tmp_path / "new", filter="data")
    [row] = load(tmp_path / "new/manifest.json")
    manifest = load(blob(tmp_path / "new", load(tmp_path / "new/index.json")["manifests"][0]))
    assert (row["Config"], manifest["config"]["digest"]) == (f"blobs/sha256/{digest[7:]}", digest)
    assert {f"sha256:{path.rpartition('/')[2]}" for path in row["Layers"]} == row["LayerSources"].keys()
    with tarfile.open(tmp_path / "new" / row["Layers"][1]) as layer:
        assert layer.getnames() == ["etc/.wh.os-release", "app"]


WRITERS: dict[str, Callable[[Path], object]] = {
    "oci": lambda path: write_oci_archive(path, [IMAGE, Index((replace(IMAGE, attested=True),))]),
    "old": lambda path: write_docker_archive(path, [IMAGE], "old"),
    "modern": lambda path: write_docker_archive(path, [IMAGE], "modern"),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_description_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        WRITERS[kind](tmp_path / name)
        gzip_file(tmp_path / name, tmp_path / f"{name}.gz")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()
    assert gzip.decompress((tmp_path / "one.gz").read_bytes()) == (tmp_path / "one").read_bytes()


@needs_skopeo
@pytest.mark.parametrize("kind", ["oci", "oci-archive", "docker-archive-old", "docker-archive-modern"])
def test_skopeo_reads_it(kind: str, tmp_path: Path) -> None:
    image, target = replace(IMAGE, names=("first:1",)), tmp_path / "image"
    match kind:
        case "oci":
            write_layout(target, [image])
        case "oci-archive":
            write_oci_archive(target, [image])
        case _:
            write_docker_archive(target, [recompressed(image, "none")], "old" if "old" in kind else "modern")
    transport = kind.removesuffix("-old").removesuffix("-modern")
    done = subprocess.run(("skopeo", "inspect", f"{transport}:{target}"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["Architecture"], said["Env"], len(said["Layers"])) == ("arm64", ["A=b"], 2)
