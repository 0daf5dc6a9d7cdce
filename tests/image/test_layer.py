"""Layers are opened in one place, and every byte is checked there."""

import gzip
import hashlib
import lzma
from collections.abc import Iterator

import pytest
from backports import zstd

from pratique.errors import CorruptImageError
from pratique.formats.tar import TarReader, Window
from pratique.image.layer import provable_apart, prove, unpack, verified_digest
from pratique.records.image import LayerRef
from tests.simulators.layers import file, tar_bytes

TAR = tar_bytes([file("etc/motd", "hello" * 1000), file("bin/sh", b"\x7fELF")])


def digest(data: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def pack(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


class Held:
    """A blob in memory, in pieces of any size."""

    start = 0

    def __init__(self, data: bytes, size: int = 1 << 20, *, mapped: bool = True) -> None:
        self.data = data
        self.size = len(data)
        self.opened = 0
        self._piece = size
        self._mapped = mapped

    def chunks(self) -> Iterator[Window]:
        self.opened += 1
        for at in range(0, self.size, self._piece):
            yield memoryview(self.data)[at : at + self._piece]

    def mapped(self) -> memoryview | None:
        return memoryview(self.data) if self._mapped else None


def of_oci(blob: bytes, tar: bytes = TAR, algorithm: str = "sha256") -> LayerRef:
    return LayerRef(0, digest(tar, algorithm), digest(blob, algorithm), len(blob))


def of_docker(tar: bytes = TAR) -> LayerRef:
    return LayerRef(0, digest(tar), "", 0)


def read(blob: Held, layer: LayerRef) -> bytes:
    return b"".join(map(bytes, unpack(blob, layer).windows))


PACKED = [TAR, pack(TAR), zstd.compress(TAR), lzma.compress(TAR)]


@pytest.mark.parametrize("data", PACKED, ids=["plain", "gzip", "zstd", "xz"])
@pytest.mark.parametrize("piece", [1, 100, 1 << 20])
def test_plain_and_packed_with_either_digest(data: bytes, piece: int) -> None:
    for layer in (of_oci(data), of_docker(), of_oci(data, algorithm="sha512")):
        blob = Held(data, piece)
        opened = unpack(blob, layer)
        assert b"".join(map(bytes, opened.windows)) == TAR
        assert blob.opened == 1  # a stream out of a compressed archive is unpacked anew each time
        assert opened.whole == (TAR if data == TAR else None)
    assert unpack(Held(TAR, mapped=False), of_docker()).whole is None


@pytest.mark.parametrize("data", PACKED, ids=["plain", "gzip", "zstd", "xz"])
def test_a_wrong_digest_shows_after_the_last_byte(data: bytes) -> None:
    other = pack(b"other")
    for layer in (LayerRef(0, digest(other), digest(other), len(data)), of_docker(b"other")):
        reader = TarReader(unpack(Held(data), layer).windows)
        seen: list[str] = []
        with pytest.raises(CorruptImageError, match=f"does not have its digest {digest(other)[:6]}"):
            seen.extend(entry.path for entry in reader.entries())
        assert seen == ["etc/motd", "bin/sh"]


def test_reading_and_proving_apart() -> None:
    """Only where the digest is of the bytes as stored."""
    packed = pack(TAR)
    assert provable_apart(Held(packed, 1), of_oci(packed))
    assert not provable_apart(Held(packed), of_docker())
    assert provable_apart(Held(TAR), of_oci(TAR))
    assert provable_apart(Held(TAR), of_docker())
    assert not provable_apart(Held(TAR, mapped=False), of_docker())
    assert b"".join(map(bytes, prove(Held(TAR), of_docker()))) == TAR
    wrong = of_oci(pack(b"other")[:-1])
    wrong = LayerRef(0, wrong.diff_id, wrong.digest, len(packed))
    assert b"".join(map(bytes, unpack(Held(packed), wrong, proved_apart=True).windows)) == TAR
    assert b"".join(map(bytes, prove(Held(packed), of_oci(packed)))) == packed
    with pytest.raises(CorruptImageError, match="does not have its digest"):
        list(prove(Held(packed), wrong))
    # What cannot be proved apart is proved while it is read, whoever asks.
    with pytest.raises(CorruptImageError, match="does not have its digest"):
        list(unpack(Held(packed), of_docker(b"other"), proved_apart=True).windows)


def test_a_digest_covers_what_stands_behind_the_tar_and_behind_the_packed_data() -> None:
    longer = TAR + b"garbage" * 100
    assert read(Held(longer), of_docker(longer)) == longer
    assert read(Held(pack(longer)), of_docker(longer)) == longer
    with pytest.raises(CorruptImageError, match="digest"):
        read(Held(longer), of_docker())
    padded = pack(TAR) + bytes(700)
    assert read(Held(padded), of_oci(padded)) == TAR
    with pytest.raises(CorruptImageError, match="digest"):
        read(Held(padded), LayerRef(0, digest(TAR), digest(pack(TAR)), len(padded)))


def test_a_plain_layer_whose_two_digests_differ() -> None:
    with pytest.raises(CorruptImageError, match="not compressed, but its digest is not its diff_id"):
        unpack(Held(TAR), of_oci(TAR, b"other"))
    mixed = LayerRef(0, digest(TAR, "sha512"), digest(TAR), len(TAR))
    assert read(Held(TAR), mixed) == TAR  # digests of two kinds cannot be compared


def test_sizes() -> None:
    packed = pack(TAR)
    for size in (len(packed) - 1, len(packed) + 1, -1, 1 << 62):
        with pytest.raises(CorruptImageError, match="its manifest says"):
            unpack(Held(packed), LayerRef(0, digest(TAR), digest(packed), size))
    assert read(Held(packed), LayerRef(0, digest(TAR), digest(packed), 0)) == TAR  # docker archives name none


def test_an_empty_blob_is_no_layer_but_an_empty_tar_is() -> None:
    with pytest.raises(CorruptImageError, match="empty"):
        unpack(Held(b""), of_oci(b"", b""))
    assert read(Held(pack(b"")), of_docker(b"")) == b""
    assert read(Held(bytes(1024)), of_docker(bytes(1024))) == bytes(1024)


@pytest.mark.parametrize("inner", [pack(TAR), zstd.compress(TAR), lzma.compress(TAR)], ids=["gzip", "zstd", "xz"])
@pytest.mark.parametrize("first", [0, 1, 3, 5])
def test_what_is_packed_twice_is_refused(inner: bytes, first: int) -> None:
    """However little of it a first member holds."""
    outer = pack(inner[:first]) + pack(inner[first:])
    for layer in (of_oci(outer), of_docker(inner), of_docker(TAR)):
        with pytest.raises(CorruptImageError, match="and not to a tar"):
            read(Held(outer), layer)


def test_the_digest_that_is_checked_is_the_one_that_facts_are_stored_under() -> None:
    layer = of_oci(pack(TAR))
    assert verified_digest(layer) == layer.digest != layer.diff_id
    assert verified_digest(of_docker()) == digest(TAR)
