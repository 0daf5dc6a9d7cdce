"""The merged file system: layers laid one over the other as container runtimes do it.

image-spec layer.md, "Applying Changesets": whiteouts and opaque markers hide what lower layers hold, whatever their
place in the tar; a file that is no folder replaces a whole folder; an entry below a symbolic link to a folder lands in
the folder that the link names.
"""

from collections.abc import Callable, Container, Iterator

import msgspec

from pratique import limits
from pratique.errors import LimitError
from pratique.records.facts import Listing

_WHITEOUT = ".wh."
_RESERVED = ".wh..wh."
_OPAQUE = ".wh..wh..opq"
_FILE, _FOLDER, _LINK = ord("f"), ord("d"), ord("l")
_IMPLIED = -1
"""A folder that no entry announced."""
_IMPLIED_LONGEST = 64 << 20
"""Characters of all their paths. Tars announce nearly all their folders; one endless path without that would take
the square of its length."""


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


class Place(msgspec.Struct, frozen=True):
    """Where an entry of a layer came to lie."""

    path: str
    """Canonical."""
    entry: int


class Tree:
    """Folders by canonical path, each a table of names; an entry is one number, layer and place in its listing."""

    def __init__(self) -> None:
        self._folders: dict[str, dict[str, int]] = {"": {}}
        self._canonical: dict[str, str] = {}
        """Folders as written -> without symbolic links."""
        self._asked: set[str] = set()
        """Real paths that were looked at for that: only a link that comes or goes at one of them changes it."""
        self._has_links = False
        self._listings: list[Listing] = []
        self._implied = 0
        """Characters of the paths of folders that no entry announced."""

    # ---- questions --------------------------------------------------------------------------------------

    def shows(self, place: "Place") -> bool:
        """Whether an entry is seen; others may have come over it, in its own layer, too."""
        folder, _, name = place.path.rpartition("/")
        return self._folders.get(folder, {}).get(name) == place.entry

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

    def _target(self, entry: int) -> str:
        return self._listings[entry >> 32].targets.get(entry & 0xFFFFFFFF, "")

    def _resolved(self, folder: str) -> str:
        """A folder's path without symbolic links, worked out from that of the folder above it."""
        known = self._canonical.get(folder)
        if known is not None:
            return known
        missing = []
        above = folder
        while above and above not in self._canonical:
            missing.append(above)
            above = above.rpartition("/")[0]
        real = self._canonical[above] if above else ""
        for each in reversed(missing):
            name = each.rpartition("/")[2]
            here = f"{real}/{name}" if real else name
            self._asked.add(here)
            entry = self._folders.get(real, {}).get(name)
            if entry is not None and self._kind(entry) == _LINK:
                here = self._resolve(each)
            self._canonical[each] = real = here
        return real

    def _forget(self) -> None:
        self._canonical.clear()
        self._asked.clear()

    def _resolve(self, folder: str, through: Callable[[str, int], None] | None = None) -> str:
        """A folder's path without symbolic links; `through` is told each of them, its path and its entry."""
        done: list[str] = []
        left = folder.split("/")[::-1]
        followed = 0
        while left:
            part = left.pop()
            if part == "..":
                del done[-1:]
            elif part not in ("", "."):
                real = "/".join(done)
                self._asked.add(f"{real}/{part}" if real else part)
                entry = self._folders.get(real, {}).get(part)
                if entry is None or self._kind(entry) != _LINK:
                    done.append(part)
                    continue
                followed += 1
                if followed > limits.SYMLINKS_FOLLOWED_MOST:
                    return folder  # A circle leads nowhere; the path stays as it was written.
                if through is not None:
                    through("/".join((*done, part)), entry)
                target = self._target(entry)
                if target[:1] == "/":
                    done.clear()
                left += target.split("/")[::-1]
        return "/".join(done)

    # ---- changes ----------------------------------------------------------------------------------------

    def lay(
        self, listing: Listing, wanted: Container[str], *, gone: Callable[[str], None], rewritten: Callable[[str], None]
    ) -> dict[str, Place]:
        """Lay one more layer over the tree. Raises LimitError where that would take too much memory.

        Gives the place of each of the `wanted` paths, as the layer spells them. `gone` is told every path that a
        whiteout, an opaque marker or a replaced folder takes away, `rewritten` every one that was there and has a new
        entry.
        """
        self._listings.append(listing)
        places: dict[str, Place] = {}
        paths = listing.paths.split("\0") if listing.paths else []
        self._hide(listing, paths, gone)
        folders = self._folders
        entry = (len(self._listings) - 1) << 32
        last: str | None = None
        real = ""
        names = folders[""]
        for kind, path in zip(listing.kinds, paths, strict=True):
            folder, _, name = path.rpartition("/")
            if name[:4] == _WHITEOUT and _is_marker(name):
                entry += 1
                continue
            if folder != last:
                last, real = folder, self._resolved(folder) if self._has_links else folder
                names = folders.get(real) or self._folder(real, gone)
            old = names.get(name)
            if old is None and kind == _FILE and path not in wanted:  # most of them
                names[name] = entry
                entry += 1
                continue
            full = path if real == folder else f"{real}/{name}" if real else name
            was = None if old is None else self._kind(old)
            names[name] = entry
            if path in wanted:
                places[path] = Place(full, entry)
            if was is not None:
                rewritten(full)
            if kind == _FOLDER:
                if full not in folders:
                    folders[full] = {}
            elif was == _FOLDER:
                self._empty(full, gone)
            if _LINK in (was, kind) and (not self._has_links or full in self._asked):
                self._has_links = True
                self._forget()
                last = None
            entry += 1
        return places

    def _hide(self, listing: Listing, paths: list[str], gone: Callable[[str], None]) -> None:
        """Whiteouts and opaque markers speak of lower layers only, so they go first."""
        markers = [path for path in paths if _WHITEOUT in path]
        own = {self.canonical(path): at for at, path in enumerate(paths)} if markers and self._has_links else {}
        for path in markers:
            folder, _, name = path.rpartition("/")
            if name[:4] != _WHITEOUT or (own and self._link_replaced(folder, listing, own)):
                continue
            if name == _OPAQUE:
                real = self._resolved(folder) if self._has_links else folder
                if real in self._folders:
                    self._empty(real, gone)
                    self._folders[real] = {}
            elif _is_marker(name):
                hidden = self.canonical(f"{folder}/{name[4:]}" if folder else name[4:])
                real, _, name = hidden.rpartition("/")
                old = self._folders.get(real, {}).pop(name, None)
                if old is not None:
                    gone(hidden)
                    if self._kind(old) == _FOLDER:
                        self._empty(hidden, gone)
                    self._forget()

    def _link_replaced(self, folder: str, listing: Listing, own: dict[str, int]) -> bool:
        """Whether a marker stands behind a symbolic link of lower layers that its own layer replaces.

        `rm lib && mkdir lib` over `lib -> usr/lib` leaves an opaque `lib`: usr/lib stays as it is.
        """
        if self._resolved(folder) == folder:
            return False
        links: list[tuple[str, int]] = []
        self._resolve(folder, lambda link, entry: links.append((link, entry)))
        return any(
            listing.kinds[own[link]] != _LINK or listing.targets.get(own[link]) != self._target(entry)
            for link, entry in links
            if link in own
        )

    def _folder(self, folder: str, gone: Callable[[str], None]) -> dict[str, int]:
        """The table of a folder, made if no entry announced it; what stands in its way gives way."""
        missing = []
        while folder not in self._folders:
            missing.append(folder)
            self._implied += len(folder)
            if self._implied > _IMPLIED_LONGEST:
                raise LimitError("paths through millions of folders that no entry announces")
            folder = folder.rpartition("/")[0]
        names = self._folders[folder]
        for folder in reversed(missing):
            name = folder.rpartition("/")[2]
            old = names.get(name)
            if old is not None:
                gone(folder)
                self._forget()
            names[name] = _IMPLIED
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
        self._forget()


def _is_marker(name: str) -> bool:
    """`.wh.name` hides `name`; `.wh..wh.…` names are reserved; `.wh.` alone and `.wh-` are ordinary names."""
    return len(name) > len(_WHITEOUT)
