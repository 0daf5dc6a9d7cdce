"""The merged file system: layers laid one over the other as container runtimes do it.

image-spec layer.md, "Applying Changesets": whiteouts and opaque markers hide what lower layers hold, whatever their
place in the tar; a file that is no folder replaces a whole folder; an entry below a symbolic link to a folder lands in
the folder that the link names.
"""

from collections.abc import Callable, Iterator

import msgspec

from pratique import limits
from pratique.records.facts import Listing

_WHITEOUT = ".wh."
_RESERVED = ".wh..wh."
_OPAQUE = ".wh..wh..opq"
_FOLDER, _LINK = ord("d"), ord("l")
_IMPLIED = -1
"""A folder that no entry announced."""


class Seen(msgspec.Struct, frozen=True):
    """One path of the merged tree."""

    path: str
    kind: str
    """As `Listing.kinds`; hard links are files."""
    layer: int | None
    """The layer whose entry is seen; None for a folder that no entry announced."""
    mode: int
    size: int
    target: str


class Tree:
    """Folders by canonical path, each a table of names; an entry is one number, layer and place in its listing."""

    def __init__(self) -> None:
        self._folders: dict[str, dict[str, int]] = {"": {}}
        self._canonical: dict[str, str] = {}
        self._has_links = False
        self._listings: list[Listing] = []

    # ---- questions --------------------------------------------------------------------------------------

    def layer_of(self, path: str) -> int | None:
        """The layer whose entry is seen under a canonical path; None if nothing is, or only an implied folder."""
        folder, _, name = path.rpartition("/")
        entry = self._folders.get(folder, {}).get(name, _IMPLIED)
        return None if entry == _IMPLIED else entry >> 32

    def canonical(self, path: str) -> str:
        """A path with the symbolic links among its folders resolved; its last part is not followed."""
        folder, slash, name = path.rpartition("/")
        return f"{self._resolved(folder)}{slash}{name}".lstrip("/") if self._has_links else path

    def paths(self) -> Iterator[Seen]:
        """Everything in the final image, sorted."""
        for folder in sorted(self._folders):
            for name, entry in sorted(self._folders[folder].items()):
                path = f"{folder}/{name}" if folder else name
                if entry == _IMPLIED:
                    yield Seen(path, "d", None, 0o755, 0, "")
                    continue
                listing, at = self._listings[entry >> 32], entry & 0xFFFFFFFF
                kind = chr(listing.kinds[at]).replace("h", "f")
                mode = int.from_bytes(listing.modes[2 * at : 2 * at + 2], "little")
                size = int.from_bytes(listing.sizes[8 * at : 8 * at + 8], "little")
                yield Seen(path, kind, entry >> 32, mode, size, listing.targets.get(at, ""))

    def _kind(self, entry: int) -> int:
        return _FOLDER if entry == _IMPLIED else self._listings[entry >> 32].kinds[entry & 0xFFFFFFFF]

    def _resolved(self, folder: str) -> str:
        known = self._canonical.get(folder)
        if known is None:
            known = self._canonical[folder] = self._resolve(folder)
        return known

    def _resolve(self, folder: str) -> str:
        done: list[str] = []
        left = folder.split("/")[::-1]
        followed = 0
        while left:
            part = left.pop()
            if part == "..":
                del done[-1:]
            elif part not in ("", "."):
                entry = self._folders.get("/".join(done), {}).get(part)
                if entry is None or self._kind(entry) != _LINK:
                    done.append(part)
                    continue
                followed += 1
                if followed > limits.SYMLINKS_FOLLOWED_MOST:
                    return folder  # A circle leads nowhere; the path stays as it was written.
                target = self._listings[entry >> 32].targets.get(entry & 0xFFFFFFFF, "")
                if target[:1] == "/":
                    done.clear()
                left += target.split("/")[::-1]
        return "/".join(done)

    # ---- changes ----------------------------------------------------------------------------------------

    def lay(self, listing: Listing, *, gone: Callable[[str], None], rewritten: Callable[[str], None]) -> None:
        """Lay one more layer over the tree.

        `gone` is told every path that a whiteout, an opaque marker or a replaced folder takes away, `rewritten` every
        path that was there and has a new entry.
        """
        self._listings.append(listing)
        paths = listing.paths.split("\0") if listing.paths else []
        self._hide(paths, gone)
        folders = self._folders
        entry = (len(self._listings) - 1) << 32
        last: str | None = None
        real = ""
        names = folders[""]
        for kind, path in zip(listing.kinds, paths, strict=True):
            folder, _, name = path.rpartition("/")
            if folder != last:
                last, real = folder, self._resolved(folder) if self._has_links else folder
                names = folders.get(real) or self._folder(real, gone)
            old = names.get(name)
            if name[:4] != _WHITEOUT or not _is_marker(name):
                names[name] = entry
            if kind == _FOLDER:
                full = f"{real}/{name}" if real else name
                if full not in folders:
                    folders[full] = {}
            elif kind == _LINK:
                self._has_links = True
            if old is not None or kind == _LINK:
                full = f"{real}/{name}" if real else name
                if old is not None:
                    was = self._kind(old)
                    if was == _FOLDER and kind != _FOLDER:
                        self._empty(full, gone)
                    rewritten(full)
                    if was == _LINK:
                        self._canonical.clear()
                        last = None
                if kind == _LINK:
                    self._canonical.clear()
                    last = None
            entry += 1

    def _hide(self, paths: list[str], gone: Callable[[str], None]) -> None:
        """Whiteouts and opaque markers speak of lower layers only, so they go first."""
        for path in paths:
            if _WHITEOUT not in path:
                continue
            folder, _, name = path.rpartition("/")
            if name == _OPAQUE:
                real = self._resolved(folder) if self._has_links else folder
                if real in self._folders:
                    self._empty(real, gone)
                    self._folders[real] = {}
            elif name[:4] == _WHITEOUT and _is_marker(name):
                hidden = self.canonical(f"{folder}/{name[4:]}" if folder else name[4:])
                real, _, name = hidden.rpartition("/")
                old = self._folders.get(real, {}).pop(name, None)
                if old is not None:
                    gone(hidden)
                    if self._kind(old) == _FOLDER:
                        self._empty(hidden, gone)
                    self._canonical.clear()

    def _folder(self, folder: str, gone: Callable[[str], None]) -> dict[str, int]:
        """The table of a folder, made if no entry announced it; what stands in its way gives way."""
        names = self._folders.get(folder)
        if names is None:
            parent, _, name = folder.rpartition("/")
            above = self._folder(parent, gone)
            old = above.get(name)
            if old is None or self._kind(old) != _FOLDER:
                if old is not None:
                    gone(folder)
                above[name] = _IMPLIED
            names = self._folders[folder] = {}
        return names

    def _empty(self, folder: str, gone: Callable[[str], None]) -> None:
        """Take away all that is below a folder, and its table."""
        waiting = [folder]
        while waiting:
            folder = waiting.pop()
            for name, entry in self._folders.pop(folder, {}).items():
                path = f"{folder}/{name}" if folder else name
                gone(path)
                if self._kind(entry) == _FOLDER:
                    waiting.append(path)
        self._canonical.clear()


def _is_marker(name: str) -> bool:
    """`.wh.name` hides `name`; `.wh..wh.…` names are reserved; `.wh.` alone and `.wh-` are ordinary names."""
    return len(name) > len(_WHITEOUT)
