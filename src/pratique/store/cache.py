"""Records on disk by digest: one file each, written at once or not at all, safe for many processes.

A file that is damaged, cut short or of another format counts as absent and is written anew.
"""

import contextlib
import hashlib
import os
from typing import Literal, TypeAlias, TypeVar, cast, get_args

import msgspec

T = TypeVar("T")
Kind: TypeAlias = Literal["facts", "inventory"]
"""Of records; a folder each."""

_MAGIC = b"PRQ1"
_CHECK = 16
LARGEST = 1 << 30
"""Bytes the cache may take before the longest unused files go; PRATIQUE_CACHE_SIZE (MiB) changes it."""


def cache_folder() -> str:
    """PRATIQUE_CACHE_DIR, else `pratique` in XDG_CACHE_HOME or ~/.cache."""
    own = os.environ.get("PRATIQUE_CACHE_DIR")
    return own or f"{os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')}/pratique"


class Cache:
    """Facts and inventories under (digest, fingerprint)."""

    def __init__(self, root: str | os.PathLike[str], largest: int = LARGEST) -> None:
        self._root = os.fspath(root)
        self._largest = largest
        self._wrote = False

    def _place(self, kind: Kind, digest: str, fingerprint: str) -> tuple[str, str]:
        """Folder and name."""
        name = digest.replace(":", "-")
        return f"{self._root}/{kind}/{name[-2:]}", f"{name}.{fingerprint}"

    def get(self, kind: Kind, digest: str, fingerprint: str, type_: type[T]) -> T | None:
        """The record stored under a digest; None if there is none that can be read."""
        path = "/".join(self._place(kind, digest, fingerprint))
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError:
            return None
        payload = memoryview(data)[len(_MAGIC) + _CHECK :]
        if data[: len(_MAGIC)] != _MAGIC or _checksum(payload) != data[len(_MAGIC) : len(_MAGIC) + _CHECK]:
            return None
        from isal import igzip_lib

        broken = cast("type[Exception]", igzip_lib.IsalError)  # its stub calls it an instance
        try:
            record = msgspec.msgpack.decode(igzip_lib.decompress(payload), type=type_)
        except (broken, msgspec.MsgspecError, ValueError, EOFError, RecursionError):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # What is used stays.
        return record

    def put(self, kind: Kind, digest: str, fingerprint: str, record: object) -> None:
        """Store a record. A cache that cannot be written is no reason to fail."""
        from isal import igzip_lib

        payload = igzip_lib.compress(msgspec.msgpack.encode(record), 1)
        folder, name = self._place(kind, digest, fingerprint)
        partial = f"{folder}/.{name}.{os.getpid()}.{os.urandom(4).hex()}"
        try:
            os.makedirs(folder, exist_ok=True, mode=0o700)
            with open(partial, "wb") as file:
                file.write(_MAGIC + _checksum(payload) + payload)
            os.replace(partial, f"{folder}/{name}")
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(partial)
            return
        self._wrote = True

    def trim(self) -> None:
        """After writing: take away what was unused for longest until the size is within bounds."""
        if not self._wrote:
            return
        files = []
        for kind in get_args(Kind):  # Other things lie beside them in the same folder: the advisories.
            for folder, _, names in os.walk(f"{self._root}/{kind}"):
                for name in names:
                    with contextlib.suppress(OSError):
                        status = os.stat(f"{folder}/{name}")
                        files.append((status.st_mtime_ns, status.st_size, f"{folder}/{name}"))
        total = sum(size for _, size, _ in files)
        for _, size, name in sorted(files):
            if total <= self._largest:
                break
            with contextlib.suppress(OSError):
                os.unlink(name)
            total -= size


def _checksum(data: bytes | memoryview) -> bytes:
    return hashlib.blake2b(data, digest_size=_CHECK).digest()
