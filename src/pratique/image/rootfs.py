"""A root file system in a folder, read like a layer. Links are never followed; nothing but regular files is opened."""

import mmap
import os
import stat
from collections.abc import Iterator

from pratique import limits
from pratique.errors import InputError, UnreadableFileError
from pratique.formats.tar import Entry, Window
from pratique.image.blob import CHUNK
from pratique.records.file import Unknown

_VIRTUAL = ("dev", "proc", "sys")
"""Kernel interfaces below the root: endless, and no part of an image."""


class FolderReader:
    """Offers what `formats.tar.TarReader` offers, for a folder."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self._root = os.fspath(root)
        self._path = ""
        self._size = 0
        self._fd = -1
        self.offset = 0
        """Bytes of all regular files met so far."""
        self.unknowns: list[Unknown] = []
        """What could not be listed; complete when `entries` ends."""

    def entries(self) -> Iterator[Entry]:
        """Every entry, folders before what is in them, sorted."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(f"{self._root}/{folder}") as entries:
                    found = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                if not folder:
                    raise InputError(f"{self._root}: {error.strerror}", "may you read it?") from None
                self._not_listed(folder, error)
                continue
            below = []
            for item in found:
                path = f"{folder}/{item.name}" if folder else item.name
                try:
                    entry = self._entry(path, item)
                except OSError as error:
                    self._not_listed(path, error)
                    continue
                if entry.kind == "d" and not (not folder and item.name in _VIRTUAL):
                    below.append(path)
                self._path, self._size, self._fd = path, entry.size, -1
                yield entry
                self._close()
                self.offset += entry.size
            waiting += reversed(below)

    def _not_listed(self, path: str, error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # What vanishes from a folder in use is not in it.
            self.unknowns.append(Unknown(_printable(path), "folder", str(error.strerror)))

    def _entry(self, path: str, item: "os.DirEntry[str]") -> Entry:
        status = item.stat(follow_symlinks=False)
        name = _printable(path)
        mode = status.st_mode
        if stat.S_ISLNK(mode):
            return Entry(name, "l", stat.S_IMODE(mode), 0, _printable(os.readlink(item.path)))
        if stat.S_ISREG(mode):
            return Entry(name, "f", stat.S_IMODE(mode), status.st_size)
        return Entry(name, "d" if stat.S_ISDIR(mode) else "o", stat.S_IMODE(mode), 0)

    def _open(self) -> int:
        """The current file. A name may have become a link or a pipe since it was listed."""
        if self._fd < 0:
            try:
                self._fd = os.open(
                    f"{self._root}/{self._path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                )
            except OSError as error:
                raise UnreadableFileError(str(error.strerror)) from None
            if not stat.S_ISREG(os.fstat(self._fd).st_mode):
                raise UnreadableFileError("not a regular file any more")
        return self._fd

    def _close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def peek(self, size: int) -> Window:
        """The first bytes of the current file."""
        return os.pread(self._open(), size, 0)

    def chunks(self) -> Iterator[Window]:
        """The content of the current file in pieces, never more than was listed."""
        fd = self._open()
        at = 0
        while at < self._size:
            piece = os.pread(fd, min(CHUNK, self._size - at), at)
            if not piece:
                raise UnreadableFileError("became shorter while it was read")
            at += len(piece)
            yield piece

    def mapped(self) -> memoryview | None:
        """Large files are mapped: what no analyzer touches is not read."""
        if self._size <= limits.FILE_IN_MEMORY_LARGEST or os.fstat(self._open()).st_size < self._size:
            return None
        return memoryview(mmap.mmap(self._open(), self._size, prot=mmap.PROT_READ))


def _printable(path: str) -> str:
    """What is not UTF-8, as `formats.tar` has it."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
