"""Bytes of an image where they lie: a region of a file, or a member of a compressed archive."""

import contextlib
import mmap
import os
import stat
from collections.abc import Callable, Iterator
from typing import Protocol

from pratique.errors import CorruptImageError, InputError, LimitError, NoSuchInputError
from pratique.formats.tar import Window

CHUNK = 1 << 20
"""Bytes read at once."""

SLICE = 16 << 20
"""Bytes of a mapped file handed on at once. Between two of them a thread that hashes waits for the interpreter,
up to 5 ms while another one walks: with slices of 1 MiB that was most of its time."""


class Blob(Protocol):
    """A run of bytes that can be read from its start as often as wanted."""

    @property
    def size(self) -> int:
        """In bytes."""
        ...

    @property
    def start(self) -> int:
        """Where it stands in its source: what shares one stream is best read in this order."""
        ...

    def chunks(self) -> Iterator[Window]:
        """The bytes in pieces; a piece is valid only until the next one is asked for."""
        ...

    def mapped(self) -> memoryview | None:
        """All bytes, if they lie in a file and can be mapped."""
        ...


class Mapping:
    """A file of the host, opened once for all threads."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Refuses anything but a regular file: a pipe would block for ever, a link may lead anywhere."""
        try:
            # O_NONBLOCK keeps a pipe from blocking the open itself.
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            raise NoSuchInputError(f"{path}: no such file") from None
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}", "may you read it?") from None
        try:
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode):
                raise InputError(f"{path}: not a regular file", "give an archive, or the folder of an OCI layout")
            self.map = mmap.mmap(fd, 0, prot=mmap.PROT_READ) if status.st_size else None
            self.size = len(self.map) if self.map else 0
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}", "it cannot be mapped: copy it to a local disk") from None
        finally:
            os.close(fd)  # A mapping keeps its own.

    def region(self, start: int, size: int) -> "Region":
        """A part of the file as a blob."""
        if start + size > self.size:
            raise CorruptImageError("the archive ends in the middle of a file")
        return Region(self, start, size)

    def release(self, start: int, end: int) -> None:
        """Give the pages between two offsets back: mapped pages that were read count as memory of the process."""
        if self.map is not None and hasattr(mmap, "MADV_DONTNEED"):
            start -= start % mmap.PAGESIZE
            with contextlib.suppress(OSError, ValueError):
                self.map.madvise(mmap.MADV_DONTNEED, start, end - start - (end - start) % mmap.PAGESIZE)


class Region:
    """Part of a mapped file."""

    def __init__(self, mapping: Mapping, start: int, size: int) -> None:
        self._mapping = mapping
        self.start = start
        self.size = size

    def mapped(self) -> memoryview | None:
        """All bytes, without reading them."""
        if self._mapping.map is None:
            return memoryview(b"")
        return memoryview(self._mapping.map)[self.start : self.start + self.size]

    def chunks(self) -> Iterator[Window]:
        """Slices of the mapping; pages are given back as the reader goes on."""
        whole = self.mapped()
        if whole is None:
            return
        for at in range(0, self.size, SLICE):
            yield whole[at : at + SLICE]
            self._mapping.release(self.start + at, self.start + at + SLICE)


class Streamed:
    """A member of an archive that can only be read from its front."""

    def __init__(self, start: int, size: int, chunks: Callable[[], Iterator[Window]]) -> None:
        self.start = start
        self.size = size
        self.chunks = chunks

    def mapped(self) -> memoryview | None:
        """None: a stream has no place."""
        return None


def read(blob: Blob, largest: int, what: str) -> bytes:
    """All bytes of a small blob; LimitError beyond `largest`."""
    if blob.size > largest:
        raise LimitError(f"{what} of {blob.size:,} bytes; pratique reads up to {largest:,}")
    return b"".join(bytes(chunk) for chunk in blob.chunks())
