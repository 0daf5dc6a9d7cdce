"""Indexes, manifests and configurations, whatever they hold."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import CorruptImageError, InputError
from pratique.image import documents
from tests.image.layout import config, digest

KEYS = st.sampled_from(
    [
        "manifests",
        "layers",
        "config",
        "digest",
        "size",
        "mediaType",
        "platform",
        "os",
        "architecture",
        "variant",
        "rootfs",
        "diff_ids",
        "history",
        "created_by",
        "empty_layer",
        "Config",
        "Layers",
        "RepoTags",
        "Env",
        "Labels",
        "schemaVersion",
        "annotations",
        "artifactType",
        "other",
    ]
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from(
            [1 << 63, -(1 << 64), 10**400, digest(b""), "sha256:", "application/vnd.oci.image.config.v1+json"]
        ),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=20,
)
READERS: list[Callable[[bytes], Any]] = [
    lambda data: documents.image_manifest(data, "the manifest"),
    lambda data: documents.image_config(data, "the configuration"),
    lambda data: documents.kind_of(data, "the manifest"),
    lambda data: documents.decode(data, documents.IndexJson, "the index"),
    lambda data: documents.decode(data, list[documents.DockerManifestJson], "manifest.json"),
]


def read(data: bytes) -> int:
    """How many readers take it; the others raise errors of ours, in one line."""
    taken = 0
    for reader in READERS:
        try:
            reader(data)
        except InputError as error:
            if "\n" in str(error) or not error.advice:
                raise AssertionError(repr(error)) from error
        else:
            taken += 1
    return taken


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_any_json(value: object) -> None:
    read(json.dumps(value).encode())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes(data: bytes) -> None:
    read(data)
    read(b"{" + data)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=4)), max_size=4))
def test_mutations_of_a_configuration(changes: list[tuple[int, bytes]]) -> None:
    whole: dict[str, object] = config([digest(b"")], history=[{"created_by": "RUN x"}], config={"Labels": {"a": "b"}})
    data = json.dumps(whole).encode()
    assert read(data)
    for at, new in changes:
        data = data[:at] + new + data[at + len(new) :]
    read(data)


@pytest.mark.parametrize("data", [b"[" * 200_000, b'{"config":' * 200_000, b'{"layers":[' * 200_000])
def test_documents_nested_too_deep(data: bytes) -> None:
    assert read(data) == 0


def test_digests() -> None:
    for algorithm in ("sha256", "sha384", "sha512"):
        name = digest(b"data", algorithm)
        assert documents.check_digest(name) == name
        documents.verify(b"data", name, "the blob")
        with pytest.raises(CorruptImageError, match="the blob does not have its digest"):
            documents.verify(b"other", name, "the blob")
    for text in ("sha1:" + "a" * 40, "sha256:" + "A" * 64, "SHA256:" + "a" * 64, " " + digest(b""), digest(b"") + " "):
        with pytest.raises(CorruptImageError, match="is not a digest"):
            documents.check_digest(text)
