"""The only opener of layer tars: bytes of a blob in, unpacked and verified windows out."""

import hashlib
from collections.abc import Iterator
from typing import Protocol

import msgspec

from pratique.errors import CorruptImageError
from pratique.formats.tar import Window
from pratique.image.blob import Blob
from pratique.image.inflate import inflate, sniff
from pratique.records.image import LayerRef


class _Hash(Protocol):
    def update(self, data: Window, /) -> None: ...
    def hexdigest(self) -> str: ...


class Unpacked(msgspec.Struct, frozen=True):
    """The tar of a layer."""

    windows: Iterator[Window]
    """Raises CorruptImageError after the last window if a digest does not fit: read to the end before trusting it."""
    whole: memoryview | None
    """The tar where it lies uncompressed in a file."""


def unpack(blob: Blob, layer: LayerRef, *, proved_apart: bool = False) -> Unpacked:
    """The layer as a tar, its digest checked on the way unless `prove` does that apart.

    The blob digest of a manifest covers the bytes as stored; where there is none (docker archives) the unpacked bytes
    must have the diff_id. Trusting the first spares hashing several times as many bytes (ADR 5).
    """
    if layer.size != blob.size and layer.size:
        raise CorruptImageError(f"{blob.size:,} bytes, its manifest says {layer.size:,}")
    if not blob.size:
        raise CorruptImageError("empty")
    name, stored = sniff(blob.chunks())
    same_algorithm = _algorithm(layer.digest) == _algorithm(layer.diff_id)
    if not name and layer.digest and same_algorithm and layer.digest != layer.diff_id:
        raise CorruptImageError("not compressed, but its digest is not its diff_id")
    if not proved_apart and (layer.digest or not name):
        stored = _verified(stored, verified_digest(layer))
    if not name:
        return Unpacked(stored, blob.mapped())
    unpacked = _once(inflate(name, stored))
    return Unpacked(unpacked if layer.digest else _verified(unpacked, layer.diff_id), None)


def provable_apart(blob: Blob, layer: LayerRef) -> bool:
    """Whether hashing may be a task of its own: not where the unpacked bytes alone have a known digest.

    Of a plain tar that is mapped the walk then touches headers and claimed files only.
    """
    return bool(layer.digest) if is_packed(blob) else blob.mapped() is not None


def is_packed(blob: Blob) -> bool:
    """Whether the bytes have to be unpacked."""
    return bool(sniff(blob.chunks())[0])


def prove(blob: Blob, layer: LayerRef) -> Iterator[Window]:
    """The bytes as stored, hashed on the way: CorruptImageError after the last if they have another digest."""
    return _verified(blob.chunks(), verified_digest(layer))


def _algorithm(digest: str) -> str:
    return digest.partition(":")[0]


def verified_digest(layer: LayerRef) -> str:
    """The digest that `unpack` proves: under it facts of the layer may be stored and found again."""
    return layer.digest or layer.diff_id


def _once(windows: Iterator[Window]) -> Iterator[Window]:
    """Refuses what is packed twice: no runtime unpacks it.

    Facts depend on it, too: bytes with one digest must read the same way wherever they come from, and where they come
    plain, `unpack` would take what looks packed for packed.
    """
    twice, windows = sniff(windows)
    if twice:
        raise CorruptImageError(f"unpacks to {twice} and not to a tar")
    yield from windows


def _verified(windows: Iterator[Window], digest: str) -> Iterator[Window]:
    algorithm, _, expected = digest.partition(":")
    state: _Hash = hashlib.new(algorithm)
    for window in windows:
        state.update(window)
        yield window
    if state.hexdigest() != expected:
        raise CorruptImageError(f"does not have its digest {digest}")
