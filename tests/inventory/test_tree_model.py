"""Random layers on a real folder, where the kernel follows the links, against the merged tree.

The folder is changed as image-spec says (layer.md, "Applying Changesets"): markers first, then entry by entry; what is
in the way is removed, except a folder for a folder.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pratique.inventory.squash import squash
from pratique.records.facts import Found, LayerFacts
from pratique.records.package import Package
from tests.inventory.layering import layer
from tests.simulators.layers import Entry, file, folder, opaque, symlink, whiteout

Paths = dict[str, tuple[str, int | None]]

IMPLIED = 0o70
"""Mode of folders that no entry announced; others have their layer's number in it."""

paths = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)
targets = st.builds("{}{}".format, st.sampled_from(["", "/"]), paths)
files = st.builds(file, paths)
folders = st.builds(folder, paths)
links = st.builds(symlink, paths, targets)
entries = st.one_of(files, files, folders, links)
markers = st.one_of(st.builds(whiteout, paths), st.builds(opaque, paths))
layers = st.tuples(st.lists(markers, max_size=2), st.lists(entries, max_size=6, unique_by=lambda entry: entry.path))
images = st.lists(layers, min_size=1, max_size=5)


class Disk:
    """A folder that stands for an image's file system."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def real(self, path: str) -> Path:
        """Where a path leads; its last part is not followed. Circles lead nowhere, no runtime unpacks them."""
        parent = (self.root / path).parent
        try:
            parent.stat()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError:
            assume(False)
        return Path(os.path.realpath(parent)) / path.rpartition("/")[2]

    def hide(self, marker: str) -> None:
        place, _, name = marker.rpartition("/")
        if name == ".wh..wh..opq":
            inner = self.real(f"{place}/x").parent
            if inner.is_dir():
                for child in inner.iterdir():
                    remove(child)
        else:
            remove(self.real(f"{place}/{name[4:]}".lstrip("/")))

    def put(self, entry: Entry, number: int) -> None:
        at = self.real(entry.path)
        self.make(at.parent)
        if entry.kind == b"5":
            if at.is_symlink() or not at.is_dir():
                remove(at)
                at.mkdir()
            at.chmod(0o700 + number)
            return
        remove(at)
        if entry.kind == b"2":
            at.symlink_to(f"{self.root}{entry.target}" if entry.target.startswith("/") else entry.target)
            os.utime(at, (number, number), follow_symlinks=False)
        else:
            at.write_text(str(number))

    def make(self, place: Path) -> None:
        at = self.root
        for part in place.relative_to(self.root).parts:
            at /= part
            if not at.is_dir():
                remove(at)
                at.mkdir()
                at.chmod(0o700 + IMPLIED)

    def paths(self) -> Iterator[tuple[str, tuple[str, int | None]]]:
        for place, below, names in os.walk(self.root):
            for name in below + names:
                at = Path(place, name)
                path = str(at.relative_to(self.root))
                if at.is_symlink():
                    yield path, ("l", int(at.lstat().st_mtime))
                elif at.is_dir():
                    mode = at.stat().st_mode & 0o77
                    yield path, ("d", None if mode == IMPLIED else mode)
                else:
                    yield path, ("f", int(at.read_text()))


def remove(at: Path) -> None:
    if at.is_symlink() or at.is_file():
        at.unlink()
    elif at.exists():
        shutil.rmtree(at)


def unpacked(image: Sequence[Sequence[Entry]]) -> Paths:
    with tempfile.TemporaryDirectory() as place:
        disk = Disk(Path(os.path.realpath(place)))
        for number, changes in enumerate(image):
            hiding = [entry for entry in changes if ".wh." in entry.path]
            for entry in changes:
                # What a marker behind a link means whose own layer replaces the link: test_squash has the cases.
                assume(not hiding or not disk.real(entry.path).is_symlink() or entry in hiding)
            for entry in hiding:
                disk.hide(entry.path)
            for entry in changes:
                if entry not in hiding:
                    disk.put(entry, number)
        return dict(disk.paths())


def with_facts(changes: Sequence[Entry], number: int) -> LayerFacts:
    """Every file of a layer holds a package that tells the layer."""
    facts = layer(*changes)
    last = {entry.path: entry for entry in changes}
    found = [
        Found(path, 1, Package("npm", "x", str(number)))
        for path, entry in last.items()
        if entry.kind == b"0" and ".wh." not in path
    ]
    return msgspec.structs.replace(facts, found=tuple(found))


@settings(deadline=None, max_examples=200)
@given(images)
def test_the_merged_tree_is_what_unpacking_leaves(image: list[tuple[list[Entry], list[Entry]]]) -> None:
    changes = [[*hiding, *added] for hiding, added in image]
    expected = unpacked(changes)
    merged = squash([with_facts(each, number) for number, each in enumerate(changes)])
    assert {seen.path: (seen.kind, seen.layer) for seen in merged.tree.paths()} == expected
    visible = {
        interval.record.path: interval.record.fact.version
        for interval in merged.intervals
        if interval.origin.hidden_by is None and isinstance(interval.record, Found)
        if isinstance(interval.record.fact, Package)
    }
    assert visible == {path: str(number) for path, (kind, number) in expected.items() if kind == "f"}
