"""Real images against what two other scanners list in them, and against the answer keys that come with them."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from pratique.errors import NoSuchInputError, UsageError
from pratique.image.platform import parse_platform
from pratique.inventory.tree import Seen
from pratique.records.image import Manifest
from pratique.records.inventory import Inventory
from pratique.scan.settings import Outlet, Settings
from pratique.scan.take_apart import merged_tree, take_apart

SHARED = Path(__file__).parents[1].parent / "shared"
IMAGES, PEERS = SHARED / "images", SHARED / "peers"
OUTLET = Outlet(lambda: 0.0, "2026-10-01T00:00:00Z", lambda _: None, lambda _: None)
AMD64 = parse_platform("linux/amd64")

pytestmark = pytest.mark.skipif(
    not PEERS.is_dir(), reason="there are no ../shared/images and peers beside this checkout"
)

NameVersion = tuple[str, str]


class Listed(msgspec.Struct):
    """A package as another scanner lists it."""

    name: str
    version: str
    type: str = ""
    path: str = ""


def peers(image: str) -> dict[str, list[Listed]]:
    return msgspec.json.decode((PEERS / f"{image}.json").read_bytes(), type=dict[str, list[Listed]])


def opened(image: str, name: str = "", platform: str = "linux/amd64") -> tuple[Manifest, Inventory]:
    settings = Settings(image=name, platform=parse_platform(platform))
    return take_apart(str(IMAGES / f"{image}.oci.tar"), settings, OUTLET)


def visible(inventory: Inventory) -> set[NameVersion]:
    """Names and versions in the final image."""
    return {
        (placed.fact.name, placed.fact.version)
        for placed in inventory.packages
        if placed.origin.hidden_by is None and placed.counts
    }


def files(image: str) -> dict[str, Seen]:
    return {
        seen.path: seen
        for seen in merged_tree(str(IMAGES / f"{image}.oci.tar"), Settings(platform=AMD64), OUTLET).paths()
    }


KEY = "an imported signing key: it has an entry in the rpm database, but no files, no licence and no vulnerabilities"
NOT_LISTED: Mapping[tuple[str, str], Mapping[NameVersion, str]] = {
    (image, tool): {("gpg-pubkey", version): KEY}
    for tool in ("trivy", "syft")
    for image, version in (
        ("rpm-alma8-bdb", "350947f8-63cbd015"),
        ("rpm-alma9-sqlite", "350947f8-63cbd015"),
        ("rpm-real-al2023", "d832c631-63977702"),
        ("rpm-sles15-ndb", "350947f8-63cbd015"),
    )
}
"""What the others list and we do not, by image and scanner, with the reason."""

ONLY_HERE: Mapping[tuple[str, str], Mapping[NameVersion, str]] = {
    ("busybox", "trivy"): {("busybox", "1.38.0"): "told by the bytes of the program, which Trivy does not look at"}
}
"""And the other way round."""


@pytest.mark.parametrize("image", sorted(path.stem for path in PEERS.glob("*.json")))
def test_what_the_others_list(image: str) -> None:
    """All of it and nothing more, but for what the table says; and the table says nothing that is not so."""
    ours = visible(opened(image)[1])
    for tool, listed in peers(image).items():
        theirs = {(package.name, package.version) for package in listed}
        assert theirs - ours == set(NOT_LISTED.get((image, tool), {})), tool
        assert ours - theirs == set(ONLY_HERE.get((image, tool), {})), tool


def test_the_table_names_nothing_else() -> None:
    assert {image for image, _ in NOT_LISTED} <= {path.stem for path in PEERS.glob("*.json")}
    assert {tool for _, tool in NOT_LISTED} == {"trivy", "syft"}


@pytest.mark.parametrize("image", sorted(path.stem for path in PEERS.glob("*.json")))
def test_all_of_it_could_be_read(image: str) -> None:
    manifest, inventory = opened(image)
    assert inventory.unknowns == ()
    assert inventory.removed_databases == ()
    assert manifest.warnings == ()
    assert (inventory.distro is None) == (image == "busybox")


# ---- sixty layers ---------------------------------------------------------------------------------------


class Packages(msgspec.Struct):
    """Packages of the answer key by name, with their versions."""

    apk_added: dict[str, str]
    python: dict[str, str]
    npm: dict[str, str]


class Key(msgspec.Struct):
    """What the final image holds and does not hold."""

    present: list[str]
    absent: list[str]
    packages: Packages


def key() -> Key:
    return msgspec.json.decode((IMAGES / "many-layers.expected.json").read_bytes(), type=Key)


def test_the_final_image_of_sixty_layers() -> None:
    found = files("many-layers")
    assert {path for path in key().present if path not in found} == set()
    assert {path for path in key().absent if path in found} == set()


def test_the_packages_of_sixty_layers() -> None:
    _, inventory = opened("many-layers")
    assert len(inventory.layers) == 60
    by_type: dict[str, dict[str, str]] = {}
    for placed in inventory.packages:
        if placed.origin.hidden_by is None and placed.counts:
            by_type.setdefault(placed.fact.type, {})[placed.fact.name] = placed.fact.version
    wanted = key().packages
    assert by_type.pop("pypi", {}) == wanted.python
    assert by_type.pop("npm", {}) == wanted.npm
    assert wanted.apk_added.items() <= by_type["apk"].items()
    base = visible(opened("alpine-3.18")[1])
    assert set(by_type.pop("apk").items()) - set(wanted.apk_added.items()) <= base
    assert by_type == {}


def test_what_sixty_layers_hide_is_kept_with_the_layer_that_hid_it() -> None:
    _, inventory = opened("many-layers")
    hidden = [placed for placed in inventory.packages if placed.origin.hidden_by is not None]
    assert {(placed.fact.type, placed.fact.name) for placed in hidden} >= {("pypi", "idna")}
    for placed in hidden:
        assert placed.origin.layer < (placed.origin.hidden_by or 0) < 60


# ---- encodings, several images, several platforms -------------------------------------------------------


def test_every_encoding_of_a_layer() -> None:
    """Plain, gzip in members, zstd in frames, GNU and pax names, v7, no end marker, base 256, sparse, ..."""
    manifest, inventory = opened("layer-encodings")
    assert len(manifest.layers) == 20
    found = {path.removeprefix("encodings/"): seen for path, seen in files("layer-encodings").items()}
    sizes = {name: seen.size for name, seen in found.items() if seen.kind == "f" and "/" not in name}
    assert sizes == {
        "plain.txt": 3000,
        "gzip.txt": 2500,
        "gzip-members.txt": 6500,
        "gzip-header.txt": 6000,
        "gzip-empty-member.txt": 9000,
        "zstd.txt": 2500,
        "zstd-frames.txt": 6000,
        "zstd-19-long.txt": 6500,
        "zstd-nosize.txt": 6000,
        "gnu.txt": 2000,
        "pax.txt": 2000,
        "pax-global.txt": 3,
        "noeof.txt": 3000,
        "dot-slash.txt": 3,
        "slash.txt": 3,
        "v7.txt": 3,
        "base256.txt": 3,
        "sparse": 1 << 20,
    }
    for kind in ("gnu", "pax"):
        deep = [name for name, seen in found.items() if name.startswith(f"{kind}-x") and seen.kind == "f"]
        assert [len(name) > 255 for name in deep] == [True]
        assert len(found[f"{kind}-link"].target) > 100
    brought = {seen.layer for path, seen in found.items() if seen.kind in "fl" and path in sizes}
    assert brought == set(range(1, 20)) - {14}
    assert manifest.names == ("1", "docker.io/acme/layer-encodings:1")
    assert len(visible(inventory)) == 14


def test_two_images_in_one_archive() -> None:
    with pytest.raises(UsageError) as caught:
        opened("two-images")
    assert caught.value.advice == "choose with --image; there are: 3.18, 3.20, toolbox"
    for name, twin in (("3.18", "alpine-3.18"), ("3.20", "alpine-3.20"), ("toolbox", "alpine-3.18")):
        manifest, inventory = opened("two-images", name)
        assert manifest.names == (name,)
        assert visible(inventory) == visible(opened(twin)[1])
        by_digest, _ = take_apart(f"{IMAGES}/two-images.oci.tar@{manifest.digest}", Settings(platform=AMD64), OUTLET)
        assert by_digest.digest == manifest.digest
    with pytest.raises(NoSuchInputError):
        opened("two-images", "3.19")


PLATFORMS = {
    "linux/amd64": "x86_64",
    "linux/arm64/v8": "aarch64",
    "linux/arm/v7": "armv7",
    "linux/arm/v6": "armhf",
    "linux/386": "x86",
    "linux/ppc64le": "ppc64le",
    "linux/s390x": "s390x",
    "linux/riscv64": "riscv64",
}
"""What apk calls each."""


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_each_platform_of_one_image(platform: str) -> None:
    manifest, inventory = opened("multiarch-alpine", platform=platform)
    assert str(manifest.config.platform) == platform
    assert {placed.fact.arch for placed in inventory.packages if placed.counts} == {PLATFORMS[platform]}
    assert {name for name, _ in visible(inventory)} == {name for name, _ in visible(opened("alpine-3.20")[1])}
    assert manifest.names == ("3.20", "docker.io/library/alpine:3.20")


def test_platforms_that_are_not_there() -> None:
    assert str(opened("multiarch-alpine", platform="linux/arm64")[0].config.platform) == "linux/arm64/v8"
    assert str(opened("multiarch-alpine", platform="linux/arm/v8")[0].config.platform) == "linux/arm/v7"
    for platform in ("windows/amd64", "linux/arm/v5", "linux/mips64le"):
        with pytest.raises(NoSuchInputError) as caught:
            opened("multiarch-alpine", platform=platform)
        assert f"there are: {', '.join(sorted(PLATFORMS))}" in caught.value.advice
