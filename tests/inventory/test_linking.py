"""Which libraries the dynamic linker loads for a program."""

from pratique.inventory.linking import linked_files
from pratique.inventory.tree import Tree
from pratique.records.facts import Found
from pratique.records.package import Linked


def needs(files: dict[str, Linked], path: str) -> tuple[str, ...]:
    found = [Found(path, 0, linked) for path, linked in files.items()]
    linked = linked_files(found, Tree())
    assert [each.path for each in linked] == sorted(files)
    return next(each.needs for each in linked if each.path == path)


def test_a_soname_is_found_in_the_trusted_folders() -> None:
    files = {
        "usr/bin/curl": Linked("", ("libcurl.so.4", "libc.so.6", "libgone.so.1")),
        "usr/lib/x86_64-linux-gnu/libcurl.so.4.8.0": Linked("libcurl.so.4", ()),
        "opt/old/libcurl.so.4": Linked("libcurl.so.4", ()),
        "lib/libc.so.6": Linked("libc.so.6", ()),
        "opt/libc.so.6": Linked("", ()),
    }
    assert needs(files, "usr/bin/curl") == (
        "usr/lib/x86_64-linux-gnu/libcurl.so.4.8.0",
        "lib/libc.so.6",
        "libgone.so.1",
    )


def test_the_runpath_comes_first() -> None:
    files = {
        "opt/app/bin/app": Linked("", ("libx.so",), ("/nowhere", "$ORIGIN/../lib")),
        "opt/app/lib/libx.so": Linked("", ()),
        "opt/abs/app": Linked("", ("libx.so",), ("/opt/abs/lib",)),
        "opt/abs/lib/libx.so": Linked("", ()),
        "usr/lib/libx.so": Linked("libx.so", ()),
        "usr/bin/other": Linked("", ("libx.so",)),
    }
    assert needs(files, "opt/app/bin/app") == ("opt/app/lib/libx.so",)
    assert needs(files, "opt/abs/app") == ("opt/abs/lib/libx.so",)
    assert needs(files, "usr/bin/other") == ("usr/lib/libx.so",)
