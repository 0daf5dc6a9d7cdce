"""Docker archives: what is chosen, what is read, and what is refused."""

import gzip
from pathlib import Path

import pytest

from pratique.errors import CorruptImageError, LimitError, NoSuchInputError, NotAnImageError, PratiqueError, UsageError
from pratique.image.open import open_image
from pratique.image.platform import host_platform, parse_platform
from pratique.image.source import IMAGES_MOST, Image
from tests.image.layout import Json, Saved, archived, config, digest, encoded
from tests.simulators.layers import file, symlink, tar_bytes

HOST = str(host_platform())
OTHER = "linux/s390x"


def opened(reference: str, name: str = "", at: str = "") -> Image:
    image = open_image(reference, name=name, platform=parse_platform(at) if at else None)
    assert isinstance(image, Image)
    return image


def failure(reference: str, name: str = "", at: str = "") -> PratiqueError:
    with pytest.raises(PratiqueError) as caught:
        opened(reference, name, at)
    assert "\n" not in str(caught.value)
    assert caught.value.advice
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "image.tar"


def test_one_image(path: Path) -> None:
    saved = Saved()
    name = saved.image("web", OTHER, ["acme/web:1", "acme/web:0"])
    image = opened(saved.archive(path))
    found = image.manifest
    assert (found.digest, found.config_digest) == (name, name)  # docker archives have no manifest
    assert found.names == ("acme/web:0", "acme/web:1")
    tar = saved.files["web/layer.tar"]
    assert [(ref.diff_id, ref.digest, ref.size) for ref in found.layers] == [(digest(tar), "", len(tar))]
    assert [bytes(blob.mapped() or b"") for blob in image.blobs] == [tar]
    assert str(found.config.platform) == OTHER


def test_images_by_name_and_digest(path: Path) -> None:
    saved = Saved()
    digests = {name: saved.image(name, tags=[f"acme/{name}:1"]) for name in ("web", "db")}
    reference = saved.archive(path)
    for name, of_config in digests.items():
        for text in (f"acme/{name}:1", f"{name}:1", of_config):
            assert opened(reference, text).manifest.digest == of_config
        assert opened(f"{reference}@{of_config}").manifest.digest == of_config
        assert opened(f"docker-archive:{reference}", f"{name}:1").manifest.digest == of_config
    error = failure(reference)
    assert isinstance(error, UsageError)
    assert error.advice == "choose with --image; there are: acme/web:1, acme/db:1"
    assert isinstance(failure(reference, "1"), UsageError)  # both answer to it
    for text in ("acme/web", "eb:1", "2"):
        assert isinstance(failure(reference, text), NoSuchInputError)
    for text in ("sha256:", "sha256:" + "0" * 64, digests["web"][:-1], digests["web"][7:]):
        assert isinstance(failure(f"{reference}@{text}"), NoSuchInputError)


def test_images_without_names_are_told_by_digest(path: Path) -> None:
    saved = Saved()
    first, second = saved.image("a"), saved.image("b")
    reference = saved.archive(path)
    error = failure(reference)
    assert isinstance(error, UsageError)
    assert error.advice == f"choose with --image; there are: {first}, {second}"
    assert opened(reference, second).manifest.digest == second


def test_one_image_named_twice_is_one(path: Path) -> None:
    saved = Saved()
    name = saved.image("a", tags=["a:1"])
    saved.rows.append(saved.rows[0] | {"RepoTags": ["a:2"]})
    assert opened(saved.archive(path)).manifest.digest == name


def test_several_platforms_under_one_name(path: Path) -> None:
    saved = Saved()
    digests = {at: saved.image(at.replace("/", "-"), at, ["web:1"]) for at in (HOST, OTHER, "windows/amd64")}
    reference = saved.archive(path)
    assert opened(reference).manifest.digest == digests[HOST]
    for at, name in digests.items():
        assert opened(reference, at=at).manifest.digest == name
    error = failure(reference, at="linux/ppc64le")
    assert isinstance(error, NoSuchInputError)
    assert all(at in error.advice for at in digests)


def test_a_packed_layer_and_one_that_is_a_link(path: Path) -> None:
    tar = tar_bytes([file("a", "a")])
    data = encoded(config([digest(tar)] * 2))
    rows = [{"Config": "c.json", "Layers": ["one/layer.tar", "two/layer.tar"]}]
    path.write_bytes(
        tar_bytes(
            [
                file("manifest.json", encoded(rows)),
                file("c.json", data),
                symlink("one/layer.tar", "../two/layer.tar"),
                file("two/layer.tar", gzip.compress(tar)),
            ]
        )
    )
    image = opened(str(path))
    assert [b"".join(map(bytes, blob.chunks())) for blob in image.blobs] == [gzip.compress(tar)] * 2


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "is not valid"),
        (b"null", "is not valid"),
        (b"{}", "is not valid"),
        (b"not json", "is not valid"),
        (b"[" * 100_000, "is not valid"),
        (b"[]", "names no image"),
        (b'[{"Config":null,"Layers":null}]', "is not valid"),
        (b'[{"Config":"c.json","Layers":[1,null,{}]}]', "is not valid"),
        (b'[{"Config":"none.json","Layers":[]}]', "has no 'none.json'"),
        (b'[{"Config":"../../../../etc/passwd","Layers":[]}]', "has no '../../../../etc/passwd'"),
        (b'[{"Config":"","Layers":[]}]', "has no ''"),
        (b'[{"Config":"c.json"}]', "0 layers, the configuration 1 diff_ids"),
        (b'[{"Config":"c.json","Layers":["a/layer.tar","a/layer.tar"]}]', "2 layers, the configuration 1 diff_ids"),
        (b'[{"Config":"c.json","Layers":["none/layer.tar"]}]', "has no 'none/layer.tar'"),
        (b'[{"Config":"c.json","Layers":[""]}]', "has no ''"),
        (b'[{"Config":"c.json","Layers":["../../etc/passwd"]}]', "has no '../../etc/passwd'"),
        (b'[{"Config":"a/layer.tar","Layers":["a/layer.tar"]}]', "the configuration is not valid"),
        (b'[{"Config":"e.json","Layers":[]}]', "names no layers"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_manifests_that_are_none(path: Path, data: bytes, text: str) -> None:
    tar = tar_bytes([file("a", "a")])
    files = {"c.json": encoded(config([digest(tar)])), "e.json": encoded(config([])), "a/layer.tar": tar}
    error = failure(archived(path, {"manifest.json": data, **files}))
    assert isinstance(error, (CorruptImageError, NoSuchInputError, NotAnImageError))
    assert text in str(error)


def test_a_configuration_must_have_the_digest_of_its_name(path: Path) -> None:
    tar = tar_bytes([file("a", "a")])
    data = encoded(config([digest(tar)]))
    for name, ok in (
        (f"{digest(data)[7:]}.json", True),
        (f"blobs/sha256/{digest(data)[7:]}", True),
        ("config.json", True),
        (f"{'0' * 64}.json", False),
        (f"blobs/sha256/{'f' * 64}", False),
    ):
        row: Json = {"Config": name, "Layers": ["layer.tar"]}
        reference = archived(path, {"manifest.json": encoded([row]), name: data, "layer.tar": tar})
        if ok:
            assert opened(reference).manifest.digest == digest(data)
        else:
            assert "does not have the digest of its name" in str(failure(reference))


def test_a_configuration_cannot_pass_for_a_manifest(path: Path) -> None:
    """Inventories are stored under its digest: it must not be that of another image's manifest."""
    tar = tar_bytes([file("a", "a")])
    data = encoded(config([digest(tar)], schemaVersion=2, layers=[], config={"digest": digest(tar), "size": 1}))
    row: Json = {"Config": "c.json", "Layers": ["layer.tar"]}
    error = failure(archived(path, {"manifest.json": encoded([row]), "c.json": data, "layer.tar": tar}))
    assert isinstance(error, CorruptImageError)
    assert "claims to be a manifest, too" in str(error)


def test_keys_that_docker_takes_for_others(path: Path) -> None:
    for key in ("layers", "LAYERS", "config", "repotags"):
        saved = Saved()
        saved.image("a")
        saved.rows[0][key] = []
        assert "which some readers take for another" in str(failure(saved.archive(path)))


def test_images_and_layers_are_bounded(path: Path) -> None:
    saved = Saved()
    saved.image("a", tags=["a:1"])
    saved.rows *= IMAGES_MOST
    assert opened(saved.archive(path)).manifest.names == ("a:1",)
    del saved.files["manifest.json"]
    saved.rows *= 2
    assert isinstance(failure(saved.archive(path)), LimitError)
    saved = Saved()
    saved.image("a", Layers=["a/layer.tar"] * 1025)
    assert isinstance(failure(saved.archive(path)), LimitError)
