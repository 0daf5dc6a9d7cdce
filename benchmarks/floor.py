"""The least that any scanner must do with an image's layers: inflate those in gzip, hash those that are plain.

`python -m benchmarks.floor IMAGE` does that and nothing else, on as many threads as there are processors. It
prints the number of bytes unpacked.
"""

import hashlib
import os
import sys
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path

from isal import isal_zlib

PIECE = 1 << 20
GZIP, TAR, TAR_AT = b"\x1f\x8b", b"ustar", 257


def spans(image: Path) -> Iterator[tuple[Path, int, int]]:
    """Files, offsets and sizes of all blobs."""
    if image.is_dir():
        for blob in image.glob("blobs/sha256/*"):
            yield blob, 0, blob.stat().st_size
    else:
        with tarfile.open(image, "r:") as archive:
            for member in archive:
                if member.isfile():
                    yield image, member.offset_data, member.size


def unpack(span: tuple[Path, int, int]) -> int:
    path, offset, size = span
    with path.open("rb", buffering=0) as source:
        source.seek(offset)
        first = source.read(min(size, PIECE))
        pieces = _pieces(source, first, size)
        if first.startswith(GZIP):
            return _inflate(pieces)
        if first[TAR_AT:].startswith(TAR):
            return _hash(pieces)
    return 0


def _pieces(source: FileIO, first: bytes, size: int) -> Iterator[bytes]:
    left = size - len(first)
    yield first
    while left > 0 and (piece := source.read(min(left, PIECE))):
        left -= len(piece)
        yield piece


def _inflate(pieces: Iterator[bytes]) -> int:
    stream, total = isal_zlib.decompressobj(wbits=31), 0
    for piece in pieces:
        while piece:
            total += len(stream.decompress(piece, PIECE))
            piece = stream.unconsumed_tail
            if stream.eof:
                piece, stream = stream.unused_data, isal_zlib.decompressobj(wbits=31)
    return total


def _hash(pieces: Iterator[bytes]) -> int:
    total, digest = 0, hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        total += len(piece)
    return total


def main(image: str) -> None:
    largest_first = sorted(spans(Path(image)), key=lambda span: -span[2])
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        sys.stdout.write(f"{sum(pool.map(unpack, largest_first))}\n")


if __name__ == "__main__":
    main(sys.argv[1])
