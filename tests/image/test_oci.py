"""OCI layouts: what is chosen, what is read, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from pratique.errors import (
    CorruptImageError,
    InputError,
    LimitError,
    NoSuchInputError,
    NotAnImageError,
    PratiqueError,
    UsageError,
)
from pratique.image.open import open_image
from pratique.image.platform import host_platform, parse_platform
from pratique.image.source import IMAGES_MOST, Image
from tests.image.layout import ATTESTATION, CONFIG, INDEX, LAYER, MANIFEST, Json, Layout, config, digest, encoded, layer

HOST = str(host_platform())
OTHER = "linux/s390x"


@pytest.fixture(params=["folder", "archive"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., str]:
    """Writes a layout with some entries in its index."""
    kind: str = request.param

    def write_(layout: Layout, *entries: Json) -> str:
        path = tmp_path / f"image.{len(list(tmp_path.iterdir()))}"
        return layout.folder(path, *entries) if kind == "folder" else layout.archive(path, *entries)

    return write_


Write: TypeAlias = Callable[..., str]


def opened(reference: str, name: str = "", at: str = "") -> Image:
    image = open_image(reference, name=name, platform=parse_platform(at) if at else None)
    assert isinstance(image, Image)
    return image


def content(image: Image) -> list[bytes]:
    return [b"".join(map(bytes, blob.chunks())) for blob in image.blobs]


def failure(reference: str, name: str = "", at: str = "") -> PratiqueError:
    with pytest.raises(PratiqueError) as caught:
        opened(reference, name, at)
    assert "\n" not in str(caught.value)
    assert caught.value.advice
    return caught.value


def test_one_image(write: Write) -> None:
    layout = Layout()
    blob, diff_id = layer("web")
    manifest = layout.manifest(
        [layout.put(blob, LAYER)],
        config(
            [diff_id],
            history=[{"created_by": "ADD web"}, {"created_by": "CMD", "empty_layer": True}],
            config={
                "Env": ["A=b"],
                "User": "nobody",
                "Cmd": "web",
                "Entrypoint": ["/bin/sh", "-c"],
                "Labels": {"x": "y"},
            },
        ),
        annotations={"note": "value"},
    )
    entry = layout.put(manifest, MANIFEST)
    image = opened(write(layout, entry))
    found = image.manifest
    assert (found.digest, found.config_digest) == (entry["digest"], manifest["config"]["digest"])
    assert [(ref.index, ref.diff_id, ref.digest, ref.size, ref.media_type) for ref in found.layers] == [
        (0, diff_id, digest(blob), len(blob), LAYER)
    ]
    assert content(image) == [blob]
    assert (found.config.user, found.config.env, found.config.cmd) == ("nobody", ("A=b",), ("web",))
    assert (found.config.entrypoint, found.config.labels) == (("/bin/sh", "-c"), {"x": "y"})
    assert [(step.created_by, step.empty_layer) for step in found.config.history] == [("ADD web", False), ("CMD", True)]
    assert found.annotations == {"note": "value"}
    assert (found.names, found.warnings) == ((), ())


def test_images_by_name(write: Write) -> None:
    layout = Layout()
    web, db = layout.image("web", ref="web"), layout.image("db", ref="db")
    web["annotations"]["io.containerd.image.name"] = "docker.io/acme/web:1"
    reference = write(layout, web, db)
    for name in ("web", "1", "web:1", "acme/web:1", "docker.io/acme/web:1", web["digest"]):
        assert opened(reference, name).manifest.digest == web["digest"]
        assert opened(f"{reference}:{name}" if ":" not in name else f"{reference}@{web['digest']}").manifest.names == (
            "docker.io/acme/web:1",
            "web",
        )
    assert opened(reference, "db").manifest.names == ("db",)
    for name in ("eb:1", "docker.io", "we", "2"):
        error = failure(reference, name)
        assert isinstance(error, NoSuchInputError)
        assert error.advice == "there are: docker.io/acme/web:1, db"
    error = failure(reference)
    assert isinstance(error, UsageError)
    assert str(error) == "there are several images"
    assert error.advice == "choose with --image; there are: docker.io/acme/web:1, db"


def test_a_name_that_two_images_answer_to(write: Write) -> None:
    layout = Layout()
    reference = write(
        layout,
        *(
            layout.image(name)
            | {"annotations": {"io.containerd.image.name": f"{name}:1", "org.opencontainers.image.ref.name": "1"}}
            for name in ("web", "db")
        ),
    )
    assert failure(reference, "1").advice == "choose with --image; there are: web:1, db:1"
    assert opened(reference, "db:1").manifest.names == ("1", "db:1")


def test_other_names_are_other_images_even_on_other_platforms(write: Write) -> None:
    layout = Layout()
    reference = write(layout, layout.image("web", HOST, "web"), layout.image("db", OTHER, "db"))
    for at in ("", OTHER):
        assert failure(reference, at=at).advice == "choose with --image; there are: web, db"


def test_one_image_under_two_names_is_one(write: Write) -> None:
    """As `docker save web:1 web:latest` writes it."""
    layout = Layout()
    image = layout.image("web")
    reference = write(layout, *(image | {"annotations": {"io.containerd.image.name": f"web:{tag}"}} for tag in "12"))
    assert opened(reference).manifest.names == opened(reference, "web:2").manifest.names == ("web:1", "web:2")


@pytest.mark.parametrize("ref", ["", "same"])
def test_several_images_that_no_name_tells_apart(write: Write, ref: str) -> None:
    """None of them may pass for all."""
    layout = Layout()
    web, db = (layout.image(name, ref=ref) for name in ("web", "db"))
    reference = write(layout, web, db)
    for name in ("", ref):
        error = failure(reference, name)
        assert isinstance(error, UsageError)
        assert error.advice == f"choose with --image; there are: {web['digest']}, {db['digest']}"
    assert opened(reference, db["digest"]).manifest.digest == db["digest"]
    assert opened(f"{reference}@{web['digest']}").manifest.digest == web["digest"]
    for entry in (web, db):
        del entry["platform"]
    assert isinstance(failure(write(layout, web, db)), UsageError)


def test_a_platform_of_several(write: Write) -> None:
    layout = Layout()
    places = ["linux/amd64", "linux/arm/v6", "linux/arm/v7", "linux/arm64/v8", OTHER]
    images = {place: layout.image(place.replace("/", "-"), place) for place in places}
    attestation = layout.image("attestation") | ATTESTATION
    inner = layout.index(*images.values(), attestation)
    for reference in (
        write(layout, inner),
        write(layout, layout.index(inner)),
        write(layout, *images.values(), attestation),
    ):
        for place, entry in images.items():
            assert opened(reference, at=place).manifest.digest == entry["digest"]
            assert opened(f"{reference}@{entry['digest']}").manifest.digest == entry["digest"]
        assert opened(reference, at="linux/arm/v8").manifest.digest == images["linux/arm/v7"]["digest"]
        error = failure(reference, at="linux/ppc64le")
        assert isinstance(error, NoSuchInputError)
        assert "unknown" not in error.advice
        assert all(place in error.advice for place in places)
        if HOST in places:
            assert opened(reference).manifest.digest == images[HOST]["digest"]
        assert isinstance(failure(f"{reference}@{digest(b'none')}"), NoSuchInputError)


def test_names_reach_into_an_index(write: Write) -> None:
    layout = Layout()
    index = layout.index(layout.image("a", HOST), layout.image("b", OTHER))
    index["annotations"] = {"org.opencontainers.image.ref.name": "web"}
    reference = write(layout, index, layout.image("db", ref="db"))
    assert opened(reference, "web").manifest.names == ("web",)
    assert content(opened(reference, "web", OTHER)) == [layer("b")[0]]
    assert content(opened(f"{reference}@{index['digest']}", at=OTHER)) == [layer("b")[0]]


def test_the_configuration_tells_the_platform_where_the_index_does_not(write: Write) -> None:
    layout = Layout()
    entry = layout.image("web", OTHER)
    del entry["platform"]
    reference = write(layout, entry)
    assert str(opened(reference).manifest.config.platform) == OTHER  # a lone image is taken as it is
    assert opened(reference, at=OTHER).manifest.digest == entry["digest"]
    assert OTHER in failure(reference, at="linux/amd64").advice


def test_what_is_not_there_matters_only_if_it_is_chosen(write: Write) -> None:
    """Copies of one platform out of many are common."""
    layout = Layout()
    here, there = layout.image("here", HOST), layout.image("there", OTHER)
    layout.take(there)
    reference = write(layout, layout.index(here, there))
    assert opened(reference).manifest.digest == here["digest"]
    assert isinstance(failure(reference, at=OTHER), NoSuchInputError)
    layout.take(here)
    del layout.files["index.json"]
    error = failure(write(layout, layout.index(here, there)))
    assert "is not there" in str(error)
    assert "save it again" in error.advice


@pytest.mark.parametrize("missing", ["layer", "config"])
def test_missing_parts_are_named(write: Write, missing: str) -> None:
    layout = Layout()
    packed = layout.put(layer("a")[0], LAYER)
    manifest = layout.manifest([packed], config([layer("a")[1]]))
    gone = packed if missing == "layer" else manifest["config"]
    layout.take(gone)
    error = failure(write(layout, layout.put(manifest, MANIFEST)))
    assert isinstance(error, NoSuchInputError)
    assert gone["digest"][7:] in str(error)
    assert "save or copy it again" in error.advice


def test_artifacts_are_named_as_such(write: Write) -> None:
    layout = Layout()
    chart = layout.put(
        {
            "schemaVersion": 2,
            "config": layout.put({"name": "chart"}, "application/vnd.cncf.helm.config.v1+json"),
            "layers": [layout.put(b"chart", "application/vnd.cncf.helm.chart.content.v1.tar+gzip")],
        },
        MANIFEST,
    )
    error = failure(write(layout, chart))
    assert isinstance(error, NotAnImageError)
    assert "an artifact and no container image (application/vnd.cncf.helm.config.v1+json)" in str(error)
    del layout.files["index.json"]
    image = layout.image("web")
    assert opened(write(layout, chart, image)).manifest.digest == image["digest"]


def test_an_index_of_attestations_alone_names_no_image(write: Write) -> None:
    layout = Layout()
    error = failure(write(layout, layout.image("a") | ATTESTATION))
    assert isinstance(error, NotAnImageError)
    assert "names no image" in str(error)
    assert isinstance(failure(write(Layout())), NotAnImageError)


def test_schema_1_is_named(write: Write) -> None:
    for document in (
        {"schemaVersion": 1, "name": "x", "fsLayers": [], "history": []},
        {"mediaType": "application/vnd.docker.distribution.manifest.v1+prettyjws", "schemaVersion": 2},
    ):
        layout = Layout()
        error = failure(write(layout, layout.put(document)))
        assert isinstance(error, NotAnImageError)
        assert "schema 1" in str(error)
        assert "push the image again" in error.advice


def test_no_document_is_two_things(write: Write) -> None:
    """CVE-2021-41190: what one reader takes for a manifest, another must not take for an index."""
    layout = Layout()
    manifest = layout.manifest([layout.put(layer("a")[0])], config([layer("a")[1]]))
    both = layout.put({**manifest, "manifests": [layout.image("b")]}, MANIFEST)
    assert "both an index and a manifest" in str(failure(write(layout, both)))
    for key in ("layers", "manifests"):
        layout = Layout()
        manifest = layout.manifest([layout.put(layer("a")[0])], {**config([layer("a")[1]]), key: []})
        error = failure(write(layout, layout.put(manifest, MANIFEST)))
        assert isinstance(error, CorruptImageError)
        assert "claims to be a manifest, too" in str(error)


@pytest.mark.parametrize("key", ["Layers", "LAYERS", "layer\u017f", "MediaType"])
def test_keys_that_only_some_readers_take_for_others(write: Write, key: str) -> None:
    """containerd would run what stands under `Layers`."""
    layout = Layout()
    blob, diff_id = layer("a")
    manifest = layout.manifest([layout.put(blob)], config([diff_id]))
    error = failure(write(layout, layout.put({**manifest, key: [layout.put(layer("evil")[0])]})))
    assert isinstance(error, CorruptImageError)
    assert "which some readers take for another" in str(error)


def test_the_same_in_every_part_of_every_document(write: Write) -> None:
    for part in ("index", "entry", "platform", "config descriptor", "layer", "config", "rootfs"):
        layout = Layout()
        configuration = config([layer("a")[1]])
        manifest = layout.manifest([layout.put(layer("a")[0])], configuration)
        if part == "config":
            configuration["Architecture"] = "s390x"
        if part == "rootfs":
            configuration["rootfs"]["Diff_IDs"] = []
        manifest["config"] = layout.put(configuration, CONFIG)
        if part == "config descriptor":
            manifest["config"]["Digest"] = digest(b"")
        if part == "layer":
            manifest["layers"][0]["Digest"] = digest(b"")
        entry = layout.put(manifest, MANIFEST) | {"platform": {"os": "linux", "architecture": "amd64"}}
        if part == "entry":
            entry["DIGEST"] = digest(b"")
        if part == "platform":
            entry["platform"]["Architecture"] = "arm64"
        if part == "index":
            layout.files["index.json"] = encoded({"manifests": [entry], "Manifests": []})
        assert "which some readers take for another" in str(failure(write(layout, entry))), part


def test_labels_and_annotations_may_differ_in_case(write: Write) -> None:
    layout = Layout()
    labels = {"maintainer": "a", "Maintainer": "b", "config": "c", "Config": "d"}
    configuration = config([layer("a")[1]], config={"Labels": labels, "Volumes": {"/data": {}, "/Data": {}}}, Size=5)
    manifest = layout.manifest([layout.put(layer("a")[0])], configuration, annotations=labels)
    entry = layout.put(manifest, MANIFEST) | {"annotations": labels, "platform": None}
    assert opened(write(layout, entry)).manifest.config.labels == labels


def test_the_media_type_says_nothing(write: Write) -> None:
    layout = Layout()
    image = layout.image("web")
    for media_type in (INDEX, "text/plain", ""):
        assert opened(write(layout, image | {"mediaType": media_type})).manifest.digest == image["digest"]
        layout.files.pop("index.json")


# ---- everything is checked ------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["manifest", "index", "config"])
def test_every_document_must_have_its_digest_and_size(write: Write, part: str) -> None:
    for wrong in ("digest", "shorter", "longer", "size"):
        layout = Layout()
        manifest = layout.manifest([layout.put(layer("a")[0])], config([layer("a")[1]]))
        if part == "config" and wrong == "size":
            manifest["config"]["size"] += 1
        entry = layout.put(manifest, MANIFEST)
        index = layout.index(entry)
        if part == "manifest" and wrong == "size":
            index = layout.index(entry | {"size": 1})
        if part == "index" and wrong == "size":
            index["size"] -= 1
        target = {"manifest": entry, "index": index, "config": manifest["config"]}[part]
        data = layout.files[f"blobs/sha256/{target['digest'][7:]}"]
        changed = {"digest": data[:-1] + b" ", "shorter": data[:-1], "longer": data + b"\n", "size": data}[wrong]
        layout.replace(target, changed)
        error = failure(write(layout, index))
        assert isinstance(error, CorruptImageError)
        assert ("bytes; its descriptor says" if wrong != "digest" else "does not have its digest") in str(error)
        assert "tampered" in error.advice


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sha256",
        "sha256:abc",
        "sha256:" + "A" * 64,
        "sha256:" + "g" * 64,
        "sha256:" + "a" * 63 + "\0",
        "sha256:" + "a" * 63 + "\n",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha512:" + "a" * 64,
        "sha256:../../../../../../etc/passwd",
        "../../etc:passwd",
    ],
)
@pytest.mark.parametrize("part", ["entry", "config", "layer", "diff_id"])
def test_digests_that_cannot_be_checked(write: Write, text: str, part: str) -> None:
    layout = Layout()
    configuration = config([text if part == "diff_id" else layer("a")[1]])
    manifest = layout.manifest([layout.put(layer("a")[0])], configuration)
    if part == "config":
        manifest["config"]["digest"] = text
    if part == "layer":
        manifest["layers"][0]["digest"] = text
    entry = layout.put(manifest, MANIFEST)
    if part == "entry":
        entry["digest"] = text
    error = failure(write(layout, entry))
    assert isinstance(error, CorruptImageError)
    assert "is not a digest that pratique can check" in str(error)


@pytest.mark.parametrize("algorithm", ["sha384", "sha512"])
def test_other_digests_that_can_be(write: Write, algorithm: str) -> None:
    layout = Layout()
    blob, diff_id = layer("a")
    manifest = layout.manifest([layout.put(blob, LAYER, algorithm)], config([diff_id]))
    manifest["config"] = layout.put(config([diff_id]), CONFIG, algorithm)
    entry = layout.put(manifest, MANIFEST, algorithm)
    assert opened(write(layout, entry)).manifest.layers[0].digest.startswith(algorithm)


def test_as_many_layers_as_diff_ids(write: Write) -> None:
    for diff_ids in ([], [layer("a")[1]] * 2):
        layout = Layout()
        manifest = layout.manifest([layout.put(layer("a")[0])], config(diff_ids))
        error = failure(write(layout, layout.put(manifest, MANIFEST)))
        assert isinstance(error, CorruptImageError)
        assert f"the manifest has 1 layers, the configuration {len(diff_ids)} diff_ids" in str(error)


def test_an_image_of_no_layers(write: Write) -> None:
    layout = Layout()
    image = opened(write(layout, layout.put(layout.manifest([], config([])), MANIFEST)))
    assert (image.blobs, image.manifest.layers) == ((), ())


WRONG: list[Any] = [b"", b"null", b"[]", b"{", b"not json", b"\xff\xfe", b"{}", b"[" * 100_000, b'{"a":' * 100_000, 7]


@pytest.mark.parametrize("data", WRONG, ids=lambda data: repr(data)[:12])
@pytest.mark.parametrize("part", ["index.json", "oci-layout", "index", "manifest"])
def test_documents_that_are_none(write: Write, data: object, part: str) -> None:
    layout = Layout()
    entry = layout.put(data)
    if part in ("index.json", "oci-layout"):
        layout.files[part] = encoded(data)
        entry = layout.image("a")
    elif part == "index":
        entry = layout.index(entry)
    error = failure(write(layout, entry))
    assert isinstance(error, CorruptImageError)
    assert "is not valid" in str(error)


@pytest.mark.parametrize(
    "change",
    [
        {"rootfs": {"diff_ids": "x"}},
        {"history": {"a": 1}},
        {"config": {"Env": "A=b"}},
        {"config": {"Labels": ["x"]}},
        {"architecture": 64},
        {"created": 5},
    ],
    ids=str,
)
def test_configurations_that_are_none(write: Write, change: Json) -> None:
    layout = Layout()
    manifest = layout.manifest([layout.put(layer("a")[0])], config([layer("a")[1]]) | change)
    assert "the configuration is not valid" in str(failure(write(layout, layout.put(manifest, MANIFEST))))


def test_what_a_configuration_may_leave_out_or_null(write: Write) -> None:
    layout = Layout()
    blob, diff_id = layer("a")
    bare: Json = {
        "rootfs": {"diff_ids": [diff_id]},
        "history": None,
        "config": {"Env": None, "Cmd": None, "Labels": None, "User": None, "Healthcheck": {"Test": []}},
        "created": None,
        "variant": None,
        "unheard of": {"x": [1, 2.5, None]},
    }
    for configuration in (bare, {**bare, "config": None}, {**bare, "os": "", "architecture": ""}):
        manifest = layout.manifest([layout.put(blob)], configuration)
        found = opened(write(layout, layout.put(manifest, MANIFEST)), at="linux/s390x").manifest.config
        assert (found.history, found.env, found.cmd, found.labels) == ((), (), (), {})
        assert str(found.platform) == "linux"
        layout.files.pop("index.json")


def test_versions_of_the_layout(write: Write) -> None:
    for text, warnings in (
        (b'{"imageLayoutVersion": "1.0.0"}', ()),
        (b'{"imageLayoutVersion": "99"}', ("the layout is of version '99', not 1.0.0",)),
        (None, ("there is no oci-layout file",)),
    ):
        layout = Layout()
        if text is None:
            del layout.files["oci-layout"]
        else:
            layout.files["oci-layout"] = text
        assert opened(write(layout, layout.image("a"))).manifest.warnings == warnings


# ---- bounds ---------------------------------------------------------------------------------------------


def nested(layout: Layout, entry: Json, depth: int) -> Json:
    for _ in range(depth):
        entry = layout.index(entry)
    return entry


def test_indexes_nest_so_deep_and_no_deeper(write: Write) -> None:
    layout = Layout()
    image = layout.image("a")
    assert opened(write(layout, nested(layout, image, 8))).manifest.digest == image["digest"]
    layout.files.pop("index.json")
    assert isinstance(failure(write(layout, nested(layout, image, 9))), LimitError)


def test_indexes_that_multiply_are_read_once_each(write: Write) -> None:
    """A hundred times a hundred times a hundred...: a billion laughs of indexes."""
    layout = Layout()
    for innermost in (layout.put({"schemaVersion": 2, "manifests": []}), layout.put(b'{"schemaVersion":1}')):
        entry = innermost
        for _ in range(7):
            entry = layout.index(*[entry] * 100)
        layout.files.pop("index.json", None)
        assert isinstance(failure(write(layout, *[entry] * 100)), NotAnImageError)
    image = layout.image("a")
    entry = image
    for _ in range(7):
        entry = layout.index(*[entry] * 100)
    layout.files.pop("index.json")
    assert opened(write(layout, entry, entry)).manifest.digest == image["digest"]


def test_an_index_offers_so_many_images_and_no_more(write: Write) -> None:
    layout = Layout()
    image = layout.image("a")
    offers = [image | {"platform": {"os": "linux", "architecture": f"a{at}"}} for at in range(IMAGES_MOST + 1)]
    assert opened(write(layout, layout.index(*offers[1:])), at="linux/a77").manifest.digest == image["digest"]
    layout.files.pop("index.json")
    assert isinstance(failure(write(layout, layout.index(*offers)), at="linux/a77"), LimitError)


def test_so_many_layers_and_no_more(tmp_path: Path) -> None:
    layout = Layout()
    blob, diff_id = layer("a")
    packed = layout.put(blob)
    manifest = layout.manifest([packed] * 1024, config([diff_id] * 1024))
    assert len(opened(layout.archive(tmp_path / "most.tar", layout.put(manifest, MANIFEST))).blobs) == 1024
    layout.files.pop("index.json")
    manifest = layout.manifest([packed] * 1025, config([diff_id] * 1025))
    error = failure(layout.archive(tmp_path / "more.tar", layout.put(manifest, MANIFEST)))
    assert isinstance(error, InputError)
    assert "1,025 layers" in str(error)


def test_documents_are_bounded(write: Write) -> None:
    layout = Layout()
    entry = layout.put(b" " * (8 << 20) + b"{}")
    assert isinstance(failure(write(layout, entry)), LimitError)
