"""The merged file system, case by case."""

import time

import pytest

from pratique import limits
from pratique.errors import LimitError
from pratique.inventory.squash import squash
from pratique.inventory.tree import Seen
from tests.inventory.layering import layer
from tests.simulators.layers import Entry, file, folder, hard_link, opaque, symlink, whiteout


def final(*layers: tuple[Entry, ...]) -> dict[str, tuple[str, int | None]]:
    """Kind and layer of every path."""
    return {seen.path: (seen.kind, seen.layer) for seen in squash([layer(*entries) for entries in layers]).tree.paths()}


def test_every_entry_with_its_attributes() -> None:
    tree = squash(
        [layer(folder("a", 0o711), file("a/f", "four", 0o4755), symlink("a/l", "f"), hard_link("h", "a/f"))]
    ).tree
    assert list(tree.paths()) == [
        Seen("a", "d", 0, 0o711, 0, ""),
        Seen("h", "f", 0, 0o644, 0, "a/f"),
        Seen("a/f", "f", 0, 0o4755, 4, ""),
        Seen("a/l", "l", 0, 0o777, 0, "f"),
    ]


def test_folders_without_an_entry_are_there() -> None:
    assert final((file("a/b/c"),)) == {"a": ("d", None), "a/b": ("d", None), "a/b/c": ("f", 0)}
    assert final((file("a/b/c"),), (folder("a/b"),)) == {"a": ("d", None), "a/b": ("d", 1), "a/b/c": ("f", 0)}


def test_markers_are_not_there() -> None:
    assert final((file("a/b"),), (whiteout("a/b"), opaque("a"), file("a/.wh..wh.plnk"))) == {"a": ("d", None)}


def test_opaque_root() -> None:
    assert final((file("a/b"), file("c")), (file(".wh..wh..opq"), file("d"))) == {"d": ("f", 1)}


def test_a_whiteout_and_its_name_in_one_layer() -> None:
    assert final((file("a"),), (file("a"), whiteout("a"))) == {"a": ("f", 1)}
    assert final((folder("a"), file("a/b")), (whiteout("a"), folder("a"))) == {"a": ("d", 1)}


def test_a_folder_behind_a_link_is_written_to_where_it_leads() -> None:
    first = (folder("usr/lib"), symlink("lib", "usr/lib"))
    assert final(first, (folder("lib/x"), file("lib/x/y")))["usr/lib/x/y"] == ("f", 1)
    assert final(first, (folder("lib"), file("lib/y"))) == {
        "usr": ("d", None), "usr/lib": ("d", 0), "lib": ("d", 1), "lib/y": ("f", 1),
    }  # fmt: skip


def test_a_link_that_is_gone_is_not_followed() -> None:
    first = (symlink("a", "b"), file("a/x"))
    assert final(first, (whiteout("a"), file("a/y"))) == {
        "a": ("d", None), "b": ("d", None), "a/y": ("f", 1), "b/x": ("f", 0),
    }  # fmt: skip
    below = (symlink("c/a", "/b"), file("c/a/x"))
    assert set(final(below, (whiteout("c"), file("c/a/y")))) == {"b", "b/x", "c", "c/a", "c/a/y"}
    assert set(final(below, (opaque("c"),), (file("c/a/y"),))) == {"b", "b/x", "c", "c/a", "c/a/y"}


def test_a_link_that_comes_later_is_followed_from_then_on() -> None:
    assert final((file("a/x"),), (whiteout("a"), symlink("a", "b")), (file("a/y"),)) == {
        "a": ("l", 1), "b": ("d", None), "b/y": ("f", 2),
    }  # fmt: skip
    chain = ((symlink("a", "b"), file("a/x")), (whiteout("b"), symlink("b", "c")), (file("a/y"),))
    assert final(*chain) == {"a": ("l", 0), "b": ("l", 1), "c": ("d", None), "c/y": ("f", 2)}


def test_a_link_to_nowhere_makes_the_folder_it_names() -> None:
    assert final((symlink("a", "b/c"),), (file("a/f"),)) == {
        "a": ("l", 0), "b": ("d", None), "b/c": ("d", None), "b/c/f": ("f", 1),
    }  # fmt: skip


def test_a_circle_of_links_gives_way() -> None:
    found = final((symlink("a", "b"), symlink("b", "a")), (file("a/f"),), (file("b/g"),))
    assert found == {"a": ("d", None), "b": ("l", 0), "a/f": ("f", 1), "a/g": ("f", 2)}


def test_dots_cannot_leave_the_root() -> None:
    assert final((symlink("a", "../../../etc"), file("etc/x")), (file("a/x"),))["etc/x"] == ("f", 1)


def test_as_deep_as_linux_goes() -> None:
    assert final((file("/".join("d" * 2048)),), (whiteout("d/d"),)) == {"d": ("d", None)}


def test_no_square_of_memory_for_endless_paths() -> None:
    entries = [file(f"{at}/" + "/".join("d" * (limits.PATH_LONGEST // 2 - 10))) for at in range(3)]
    with pytest.raises(LimitError):
        squash([layer(*entries)])


def test_twenty_thousand_markers_through_a_link_take_no_square_of_time() -> None:
    base = layer(folder("usr/lib"), symlink("lib", "usr/lib"), *(file(f"usr/lib/{at}") for at in range(20_000)))
    top = layer(*(whiteout(f"lib/{at}") for at in range(20_000)))
    start = time.process_time()
    left = squash([base, top]).tree.paths()
    assert sum(1 for _ in left) == 3
    assert time.process_time() - start < 5
