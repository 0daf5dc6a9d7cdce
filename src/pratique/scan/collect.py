"""The content of one claimed file out of a layer's stream: sliced where mapped, copied where small, else on disk."""

import mmap
from collections.abc import Iterable, Iterator
from typing import Protocol

from pratique import limits
from pratique.errors import UnreadableFileError
from pratique.formats.tar import Entry, Window
from pratique.records.file import Data

Spans = tuple[tuple[int, int], ...]


class Reader(Protocol):
    """`TarReader` or `FolderReader`: content may be asked for while an entry is current."""

    @property
    def offset(self) -> int:
        """Bytes consumed so far."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Every entry in order."""
        ...

    def peek(self, size: int) -> Window:
        """The first bytes of the current content, not consumed."""
        ...

    def chunks(self) -> Iterator[Window]:
        """The current content in pieces, consumed."""
        ...

    def mapped(self) -> memoryview | None:
        """The current content where it lies, if it can be mapped."""
        ...


def collect(reader: Reader, entry: Entry, spans: Spans | None = None) -> Data:
    """Bytes of the reader's current entry, as long as `entry.size`.

    With `spans` only these ranges are kept and the rest reads as zeros, at no cost in memory or disk. Files above
    `limits.FILE_IN_MEMORY_LARGEST` go to an unlinked temporary file that is mapped: what is not read costs no memory.
    """
    if entry.sparse is not None:
        return _place(entry.size, _sparse_pieces(entry.sparse, reader.chunks(), entry.size))
    mapped = reader.mapped()
    if mapped is not None:
        return mapped
    if spans is not None:
        return _place(entry.size, _pieces_in(spans, reader.chunks()))
    if entry.size <= limits.FILE_IN_MEMORY_LARGEST:
        return b"".join(bytes(chunk) for chunk in reader.chunks())
    return _place(entry.size, _offsets(reader.chunks()))


def _offsets(chunks: Iterator[Window]) -> Iterator[tuple[int, Window]]:
    at = 0
    for chunk in chunks:
        yield at, chunk
        at += len(chunk)


def _pieces_in(spans: Spans, chunks: Iterator[Window]) -> Iterator[tuple[int, Window]]:
    last = max((end for _, end in spans), default=0)
    for at, chunk in _offsets(chunks):
        if at >= last:
            return  # The reader skips what is left.
        for start, end in spans:
            piece = chunk[max(start - at, 0) : max(end - at, 0)]
            if len(piece):
                yield max(start, at), piece


def _sparse_pieces(
    sparse: tuple[tuple[int, int], ...], chunks: Iterator[Window], size: int
) -> Iterator[tuple[int, Window]]:
    """The pieces of a sparse file at their places."""
    pieces = iter(sparse)
    at, length = next(pieces, (0, 0))
    for whole in chunks:
        chunk = whole
        while len(chunk):
            while not length:
                following = next(pieces, None)
                if following is None:
                    raise UnreadableFileError("a sparse file with more data than its map")
                at, length = following
            piece = chunk[:length]
            if at + len(piece) > size:
                raise UnreadableFileError("a sparse file whose map leads beyond its end")
            yield at, piece
            at += len(piece)
            length -= len(piece)
            chunk = chunk[len(piece) :]
    if length or any(length for _, length in pieces):
        raise UnreadableFileError("a sparse file with less data than its map")


def _place(size: int, pieces: Iterable[tuple[int, Window]]) -> Data:
    if size <= limits.FILE_IN_MEMORY_LARGEST:
        content = bytearray(size)
        for at, piece in pieces:
            content[at : at + len(piece)] = piece
        return content
    from tempfile import TemporaryFile

    with TemporaryFile() as file:
        file.truncate(size)
        for at, piece in pieces:
            file.seek(at)
            file.write(piece)
        file.flush()
        return mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ)
