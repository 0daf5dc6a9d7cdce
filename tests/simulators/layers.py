"""Layer tars: what they hold, in which flavour and compression, written as a stream.

Sources: POSIX.1-2001 pax interchange format; GNU tar manual, "Basic Tar" and "Sparse Formats" (old GNU
format, PAX format 1.0); image-spec v1.1 layer.md (whiteouts); RFC 1952 (members); RFC 8878 (frames, skippable
frames).
"""

import bz2
import hashlib
import lzma
import os
import stat
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Literal, Protocol

Compression = Literal["none", "gzip", "gzip-multi", "zstd", "zstd-frames", "xz", "bzip2"]
Flavour = Literal["ustar", "gnu", "pax"]

MTIME = 1_704_067_200
"""2024-01-01T00:00:00Z: the age of everything."""

BLOCK = 512
PIECE = 1 << 20
FORMATS: dict[Flavour, Literal[0, 1, 2]] = {
    "ustar": tarfile.USTAR_FORMAT,
    "gnu": tarfile.GNU_FORMAT,
    "pax": tarfile.PAX_FORMAT,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of a layer's tar."""

    path: str
    data: bytes | Path = b""
    """A path is a file on disk that is streamed."""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    kind: bytes = tarfile.REGTYPE
    target: str = ""
    device: tuple[int, int] = (0, 0)
    sparse: tuple[tuple[int, bytes], ...] = ()
    """Offsets and bytes between the holes."""
    size: int = 0
    """Of a sparse file, holes included."""
    pax: tuple[tuple[str, str], ...] = ()
    """Records of the extended header, such as SCHILY.xattr.user.x; pax flavour only."""


def file(path: str, data: bytes | str | Path = b"", mode: int = 0o644, uid: int = 0, gid: int = 0) -> Entry:
    return Entry(path, data.encode() if isinstance(data, str) else data, mode, uid, gid)


def folder(path: str, mode: int = 0o755, uid: int = 0, gid: int = 0) -> Entry:
    return Entry(path.rstrip("/"), b"", mode, uid, gid, tarfile.DIRTYPE)


def symlink(path: str, target: str) -> Entry:
    return Entry(path, mode=0o777, kind=tarfile.SYMTYPE, target=target)


def hard_link(path: str, target: str) -> Entry:
    """`target` is the whole path of an entry before it."""
    return Entry(path, kind=tarfile.LNKTYPE, target=target)


def whiteout(path: str) -> Entry:
    """Says that `path` of a lower layer is gone."""
    parent, _, name = path.rpartition("/")
    return Entry(f"{parent}/.wh.{name}" if parent else f".wh.{name}")


def opaque(path: str) -> Entry:
    """Says that all lower layers have in the folder `path` is gone."""
    return Entry(f"{path}/.wh..wh..opq")


def device(path: str, major: int, minor: int, *, block: bool = False) -> Entry:
    return Entry(path, kind=tarfile.BLKTYPE if block else tarfile.CHRTYPE, device=(major, minor))


def fifo(path: str) -> Entry:
    return Entry(path, kind=tarfile.FIFOTYPE)


def sparse(path: str, size: int, chunks: Iterable[tuple[int, bytes]]) -> Entry:
    """A file with holes: needs the flavour gnu (old GNU format) or pax (format 1.0).

    All chunks but the last are whole blocks of 512 bytes, as GNU tar makes and needs them.
    """
    regions = tuple(chunks)
    if any(len(chunk) % BLOCK for _, chunk in regions[:-1]):
        raise ValueError("a chunk ends within a block")
    end = (size, b"")  # tells where a hole at the end ends
    return Entry(path, size=size, sparse=(*regions, end), kind=tarfile.GNUTYPE_SPARSE)


def tree(root: Path, at: str = "") -> tuple[Entry, ...]:
    """What lies in a folder on disk, sorted, owned by root; files are streamed when written.

    Files that share an inode become hard links.
    """
    seen: dict[int, str] = {}
    return tuple(_walk(root, at.strip("/"), seen))


def _walk(place: Path, at: str, seen: dict[int, str]) -> Iterator[Entry]:
    for found in sorted(os.scandir(place), key=lambda item: item.name):
        path = f"{at}/{found.name}" if at else found.name
        status = found.stat(follow_symlinks=False)
        if found.is_symlink():
            yield symlink(path, str(Path(found.path).readlink()))
        elif found.is_dir():
            yield folder(path, stat.S_IMODE(status.st_mode))
            yield from _walk(Path(found.path), path, seen)
        elif found.is_file():
            first = seen.setdefault(status.st_ino, path)
            mode = stat.S_IMODE(status.st_mode)
            yield hard_link(path, first) if first != path else file(path, Path(found.path), mode)


class Compressor(Protocol):
    """As the compressors of the standard library."""

    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _Plain:
    def compress(self, data: bytes) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


class _Members:
    """Several compressed streams behind each other, doubling in size from 1 KiB on."""

    def __init__(self, new: Callable[[], Compressor], between: bytes = b"") -> None:
        self._new, self._between = new, between
        self._current, self._size, self._left = new(), 1024, 1024

    def compress(self, data: bytes) -> bytes:
        out = []
        while len(data) > self._left:
            out += [self._current.compress(data[: self._left]), self._current.flush(), self._between]
            data = data[self._left :]
            self._size = self._left = min(self._size * 2, PIECE)
            self._current = self._new()
        self._left -= len(data)
        return b"".join((*out, self._current.compress(data)))

    def flush(self) -> bytes:
        return self._current.flush()


def _gzip() -> Compressor:
    return zlib.compressobj(6, wbits=31)


def _zstd() -> Compressor:
    from backports import zstd

    return zstd.ZstdCompressor()


SKIPPABLE = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"skip!"

COMPRESSORS: dict[Compression, Callable[[], Compressor]] = {
    "none": _Plain,
    "gzip": _gzip,
    "gzip-multi": lambda: _Members(_gzip),
    "zstd": _zstd,
    "zstd-frames": lambda: _Members(_zstd, SKIPPABLE),
    "xz": lzma.LZMACompressor,
    "bzip2": bz2.BZ2Compressor,
}


@dataclass(frozen=True, slots=True)
class Written:
    """Digests are `sha256:...`."""

    digest: str
    size: int
    diff_id: str


def write_layer(
    out: IO[bytes], entries: Iterable[Entry], flavour: Flavour = "pax", compression: Compression = "gzip"
) -> Written:
    """Writes a layer in one pass, whatever its size."""
    plain, packed, size = hashlib.sha256(), hashlib.sha256(), 0
    compressor = COMPRESSORS[compression]()

    def emit(data: bytes) -> None:
        nonlocal size
        packed.update(data)
        size += out.write(data)

    for piece in tar_pieces(entries, flavour):
        plain.update(piece)
        emit(compressor.compress(piece))
    emit(compressor.flush())
    return Written(f"sha256:{packed.hexdigest()}", size, f"sha256:{plain.hexdigest()}")


def tar_bytes(entries: Iterable[Entry], flavour: Flavour = "pax") -> bytes:
    return b"".join(tar_pieces(entries, flavour))


def tar_pieces(entries: Iterable[Entry], flavour: Flavour = "pax") -> Iterator[bytes]:
    """The tar in pieces of at most 1 MiB."""
    for entry in entries:
        if entry.sparse:
            yield _sparse(entry, flavour)
            continue
        info = _tar_info(entry)
        yield info.tobuf(FORMATS[flavour], "utf-8", "surrogateescape")
        with entry.data.open("rb") if isinstance(entry.data, Path) else BytesIO(entry.data) as source:
            while piece := source.read(PIECE):
                yield piece
        yield bytes(-info.size % BLOCK)
    yield bytes(2 * BLOCK)


def _tar_info(entry: Entry) -> tarfile.TarInfo:
    info = tarfile.TarInfo(entry.path + "/" * (entry.kind == tarfile.DIRTYPE))
    info.size = entry.data.stat().st_size if isinstance(entry.data, Path) else len(entry.data)
    info.mode, info.uid, info.gid, info.mtime = entry.mode, entry.uid, entry.gid, MTIME
    info.type, info.linkname = entry.kind, entry.target
    info.devmajor, info.devminor = entry.device
    info.pax_headers = dict(entry.pax)
    return info


def _sparse(entry: Entry, flavour: Flavour) -> bytes:
    data = b"".join(chunk for _, chunk in entry.sparse)
    regions = [(offset, len(chunk)) for offset, chunk in entry.sparse]
    info = _tar_info(entry)
    if flavour == "pax":
        numbers = [len(regions), *(number for region in regions for number in region)]
        head = _padded("".join(f"{number}\n" for number in numbers).encode())
        parent, _, name = entry.path.rpartition("/")
        info.type, info.size = tarfile.REGTYPE, len(head) + len(data)
        info.name = f"{parent}/GNUSparseFile.0/{name}".lstrip("/")
        info.pax_headers = {
            **dict(entry.pax),
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": entry.path,
            "GNU.sparse.realsize": str(entry.size),
        }
        return info.tobuf(tarfile.PAX_FORMAT) + head + _padded(data)
    if flavour == "ustar":
        raise ValueError("ustar has no sparse files")
    info.size = len(data)
    return _old_gnu_sparse(info.tobuf(tarfile.GNU_FORMAT), regions, entry.size) + _padded(data)


def _old_gnu_sparse(header: bytes, regions: list[tuple[int, int]], size: int) -> bytes:
    """Four regions fit the header, 21 each of the blocks behind it."""
    before, block = header[:-BLOCK], bytearray(header[-BLOCK:])
    packed = [b"%011o\0%011o\0" % region for region in regions]
    more = [packed[start : start + 21] for start in range(4, len(packed), 21)]
    block[386:482] = b"".join(packed[:4]).ljust(96, b"\0")
    block[482:495] = bytes([bool(more)]) + b"%011o\0" % size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    follows = [bytes([row is not more[-1]]).ljust(8, b"\0") for row in more]
    return b"".join(
        (
            before,
            block,
            *(b"".join(row).ljust(504, b"\0") + end for row, end in zip(more, follows, strict=True)),
        )
    )


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % BLOCK)
