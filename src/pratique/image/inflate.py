"""Unpacking layers: gzip, zstd, xz, bzip2, told by magic and never by media type."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Protocol, cast

from pratique import limits
from pratique.errors import CorruptImageError, LimitError
from pratique.formats.tar import Window

WINDOW = 256 << 10
"""Bytes of unpacked data handed on at once: small enough to stay in a core's cache."""
_PIECE = 64 << 10
"""Bytes of packed data handed to a decoder at once. What stands behind the end of a member is copied each time: with
larger pieces a layer of a member a byte takes minutes."""

_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
_LONGEST_MAGIC = max(map(len, _MAGIC))
_SKIPPABLE = frozenset(bytes((0x50 + n, 0x2A, 0x4D, 0x18)) for n in range(16))
"""RFC 8878, section 3.1.2: frames that carry no data."""


class _Decompressor(Protocol):
    """What igzip, zstd, lzma and bz2 share: one member or frame, bounded output."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: Window, max_length: int, /) -> bytes: ...


def compression(head: Window) -> str:
    """`gzip`, `zstd`, `xz`, `bzip2`; empty for anything else."""
    start = bytes(head[:_LONGEST_MAGIC])
    if start[:4] in _SKIPPABLE:
        return "zstd"
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), "")


def sniff(chunks: Iterator[Window]) -> tuple[str, Iterator[Window]]:
    """`compression` of a stream, however small its first pieces are, and the stream with nothing lost."""
    head: Window = next(chunks, b"")
    while len(head) < _LONGEST_MAGIC and (more := next(chunks, b"")):
        head = bytes(head) + bytes(more)
    return compression(head), chain((head,) if head else (), chunks)


def inflate(name: str, chunks: Iterator[Window]) -> Iterator[bytes]:
    """The unpacked bytes of all members or frames, in windows.

    Raises CorruptImageError for broken or truncated data and LimitError for a bomb.
    """
    new, failures = _codec(name)
    chunks = _in_pieces(chunks)
    total = 0
    rest: Window = next(chunks, b"")
    while rest := _start_of_member(name, rest, chunks):
        decompressor = new()
        try:
            while not decompressor.eof:
                if decompressor.needs_input and not rest and not (rest := next(chunks, b"")):
                    raise CorruptImageError(f"the {name} data ends too early")
                window = decompressor.decompress(rest, WINDOW)
                rest = b""
                total += len(window)
                if total > limits.LAYER_SIZE_LARGEST:
                    raise LimitError(f"unpacks to more than {limits.LAYER_SIZE_LARGEST >> 30} GiB")
                if window:
                    yield window
        except failures as error:
            raise CorruptImageError(f"broken {name} data: {str(error) or type(error).__name__}") from None
        rest = decompressor.unused_data or next(chunks, b"")


def _in_pieces(chunks: Iterator[Window]) -> Iterator[Window]:
    for chunk in chunks:
        for at in range(0, len(chunk), _PIECE):
            yield chunk[at : at + _PIECE]


def _start_of_member(name: str, rest: Window, chunks: Iterator[Window]) -> Window:
    """Data that begins with a member or frame; empty at the end.

    Zeros behind the last member are padding, as gzip(1) and tar have it; anything else is corruption.
    """
    while True:
        while len(rest) < 8 and (more := next(chunks, b"")):
            rest = bytes(rest) + bytes(more)
        if name == "zstd" and bytes(rest[:4]) in _SKIPPABLE:
            rest = _skip(rest, 8 + int.from_bytes(rest[4:8], "little"), chunks)
            continue
        if compression(rest) == name:
            return rest
        while rest:
            if any(rest):
                raise CorruptImageError(f"bytes behind the {name} data that do not belong to it")
            rest = next(chunks, b"")
        return b""


def _skip(rest: Window, size: int, chunks: Iterator[Window]) -> Window:
    while size > len(rest):
        size -= len(rest)
        rest = next(chunks, b"")
        if not rest:
            raise CorruptImageError("the zstd data ends in a skippable frame")
    return rest[size:]


def _codec(name: str) -> tuple[Callable[[], _Decompressor], tuple[type[Exception], ...]]:
    """A maker of decompressors and the errors they raise. Imported where used: most layers are gzip."""
    if name == "gzip":
        from isal import igzip_lib

        broken = cast("type[Exception]", igzip_lib.IsalError)  # its stub calls it an instance
        return lambda: igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP), (broken, EOFError, ValueError)
    if name == "zstd":
        from pratique.image import zstd

        return zstd.decompressor, (zstd.ZstdError, EOFError, ValueError, MemoryError)
    if name == "xz":
        import lzma

        return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, limits.XZ_MEMORY_LARGEST), (
            lzma.LZMAError,
            EOFError,
            ValueError,
        )
    import bz2

    return bz2.BZ2Decompressor, (OSError, EOFError, ValueError)
