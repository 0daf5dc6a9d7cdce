"""The named files of an image on disk: a folder, a tar, or a compressed tar. Links inside are followed inside."""

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Protocol

from pratique import limits
from pratique.errors import CorruptImageError, InputError, LimitError, NoSuchInputError
from pratique.formats.tar import Entry, TarReader, Window, clean
from pratique.image.blob import Blob, Mapping, Streamed
from pratique.image.inflate import inflate


class Members(Protocol):
    """Files by name, `/` between the parts."""

    sequential: bool
    """Every `chunks` of a blob reads the archive from its front: take blobs in order, one at a time."""

    def __contains__(self, name: str) -> bool: ...

    def blob(self, name: str) -> Blob:
        """Raises NoSuchInputError if there is none, CorruptImageError if it is no file."""
        ...


class Folder:
    """A folder of the host. Links in it are not followed."""

    sequential = False

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self._root = os.fspath(root)

    def __contains__(self, name: str) -> bool:
        return os.path.isfile(f"{self._root}/{name}")

    def blob(self, name: str) -> Blob:
        """Opens the file; a link anywhere below the root is refused."""
        path = self._root
        for part in name.split("/"):
            path = f"{path}/{part}"
            if os.path.islink(path):
                raise InputError(
                    f"{path}: a symbolic link inside an image folder", "pratique follows none: copy the image"
                )
        mapping = Mapping(path)
        return mapping.region(0, mapping.size)


class Archive:
    """A plain tar, mapped."""

    sequential = False

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._mapping = Mapping(path)
        whole = self._mapping.region(0, self._mapping.size).mapped()
        if not whole:
            raise CorruptImageError("empty")
        self._entries: dict[str, Entry] = {}
        self._offsets: dict[str, int] = {}
        reader = TarReader(iter((whole,)), whole)
        for entry in _bounded(reader.entries()):
            self._entries[entry.path] = entry
            self._offsets[entry.path] = reader.offset

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def blob(self, name: str) -> Blob:
        """Follows links to other members."""
        name = resolve(name, self._entries)
        return self._mapping.region(self._offsets[name], self._entries[name].size)


class CompressedArchive:
    """A tar inside gzip, zstd, xz or bzip2: one pass to learn what is in it, one more for its layers."""

    sequential = True

    def __init__(
        self, path: str | os.PathLike[str], compression: str, check: Callable[[], None] = lambda: None
    ) -> None:
        """`check` is called now and then while the archive is read, and may raise."""
        self._mapping = Mapping(path)
        self._compression = compression
        self._check = check
        self._entries: dict[str, Entry] = {}
        self._order: dict[str, int] = {}
        self._small: dict[str, bytes] = {}
        self._last: tuple[int, TarReader, Iterator[Entry]] | None = None
        """The member read last, from 0, and the reader that stands there."""
        kept = 0
        reader = self._reader()
        for at, entry in enumerate(_bounded(reader.entries())):
            self._entries[entry.path] = entry
            self._order[entry.path] = at
            self._small.pop(entry.path, None)
            # Manifests and configurations, wherever they stand; the sum is bounded, too.
            if entry.kind == "f" and entry.size <= limits.JSON_LARGEST and kept + entry.size <= 8 * limits.JSON_LARGEST:
                self._small[entry.path] = b"".join(bytes(chunk) for chunk in reader.chunks())
                kept += entry.size

    def _reader(self) -> TarReader:
        windows = inflate(self._compression, self._mapping.region(0, self._mapping.size).chunks())
        return TarReader(_checked(windows, self._check))

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def blob(self, name: str) -> Blob:
        """A stream that inflates the archive up to the member."""
        name = resolve(name, self._entries)
        at = self._order[name]
        small = self._small.get(name)
        if small is not None:
            return Streamed(at, len(small), lambda: iter((small,)))
        return Streamed(at, self._entries[name].size, lambda: self._stream(name, at))

    def _stream(self, name: str, wanted: int) -> Iterator[Window]:
        """Goes on from the member read last where it stands before the wanted one: one pass for all in their order."""
        last, self._last = self._last, None
        if last is None or last[0] >= wanted:
            reader = self._reader()
            last = -1, reader, reader.entries()
        at, reader, entries = last
        for _ in itertools.islice(entries, wanted - at - 1, wanted - at):
            yield from reader.chunks()
            self._last = wanted, reader, entries
            return
        raise CorruptImageError(f"{name} vanished while the archive was read")


def resolve(name: str, entries: dict[str, Entry]) -> str:
    """The regular member that `name` leads to through links inside the archive (docker save and skopeo write such).

    Raises NoSuchInputError if there is none and CorruptImageError on a loop or on something that is no file.
    """
    seen = name
    for _ in range(limits.SYMLINKS_FOLLOWED_MOST):
        entry = entries.get(seen)
        if entry is None:
            raise NoSuchInputError(
                f"the archive has no {seen!r}" + (f" ({name!r} leads there)" if seen != name else "")
            )
        if entry.kind == "f" and entry.sparse is not None:
            raise CorruptImageError(f"{seen!r} in the archive is a sparse file", "pack the archive without --sparse")
        if entry.kind == "f":
            return seen
        if entry.kind == "l":
            seen = clean(entry.target if entry.target[:1] == "/" else f"{seen.rpartition('/')[0]}/{entry.target}")
        elif entry.kind == "h":
            seen = entry.target
        else:
            raise CorruptImageError(f"{seen!r} in the archive is not a regular file")
    raise CorruptImageError(f"{name!r} in the archive is a link that leads in a circle")


def _checked(windows: Iterator[Window], check: Callable[[], None]) -> Iterator[Window]:
    for window in windows:
        check()
        yield window


def _bounded(entries: Iterator[Entry]) -> Iterator[Entry]:
    yield from itertools.islice(entries, limits.ARCHIVE_MEMBERS_MOST)
    if next(entries, None) is not None:
        raise LimitError(f"more than {limits.ARCHIVE_MEMBERS_MOST:,} files in the archive")
