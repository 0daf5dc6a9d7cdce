"""A root file system in a folder, hostile or in use."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pratique import limits
from pratique.errors import InputError, UnreadableFileError
from pratique.formats.tar import Entry
from pratique.image.rootfs import FolderReader
from tests.rights import open_folder, without_rights


def walk(root: Path) -> list[Entry]:
    return list(FolderReader(root).entries())


def at(reader: FolderReader, path: str) -> Iterator[Entry]:
    """While the reader stands at one file."""
    for entry in reader.entries():
        if entry.path == path:
            yield entry


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "usr/lib").mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root")
    (tmp_path / "etc/shadow").write_text("secret!")
    (tmp_path / "etc/shadow").chmod(0o4600)
    (tmp_path / "lib").symlink_to("usr/lib")
    (tmp_path / "usr/lib/libc.so").write_bytes(b"\x7fELF")
    return tmp_path


def test_every_entry_sorted_folders_before_what_is_in_them(root: Path) -> None:
    (root / "usr").chmod(0o1777)
    assert [(entry.path, entry.kind, oct(entry.mode), entry.size, entry.target) for entry in walk(root)] == [
        ("etc", "d", "0o755", 0, ""),
        ("lib", "l", "0o777", 0, "usr/lib"),
        ("usr", "d", "0o1777", 0, ""),
        ("etc/passwd", "f", "0o644", 4, ""),
        ("etc/shadow", "f", "0o4600", 7, ""),
        ("usr/lib", "d", "0o755", 0, ""),
        ("usr/lib/libc.so", "f", "0o644", 4, ""),
    ]
    reader = FolderReader(root)
    assert len(list(reader.entries())) == 7
    assert reader.offset == 15
    assert reader.unknowns == []


def test_content(root: Path) -> None:
    data = os.urandom(3 << 20)
    (root / "etc/large").write_bytes(data)
    reader = FolderReader(root)
    for _ in at(reader, "etc/large"):
        assert reader.peek(4) == data[:4]
        assert b"".join(map(bytes, reader.chunks())) == data
        assert b"".join(map(bytes, reader.chunks())) == data
        assert reader.mapped() is None


def test_large_files_are_mapped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_IN_MEMORY_LARGEST", 3)
    reader = FolderReader(root)
    for _ in at(reader, "etc/passwd"):
        assert bytes(reader.mapped() or b"") == b"root"


def test_links_are_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret").write_text("secret")
    (root / "out").symlink_to(outside)
    (root / "loop").symlink_to("loop")
    (root / "up").symlink_to("..")
    (root / "etc/secret").symlink_to(outside / "secret")
    found = {entry.path: entry.kind for entry in walk(root)}
    assert {path for path, kind in found.items() if kind == "l"} == {"lib", "out", "loop", "up", "etc/secret"}
    assert not any(path.startswith(("out/", "up/", "lib/")) for path in found)


def test_a_file_that_becomes_a_link_or_a_pipe_after_it_was_listed(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("outside") / "secret"
    secret.write_text("secret")
    reader = FolderReader(root)
    for _ in at(reader, "etc/passwd"):
        (root / "etc/passwd").unlink()
        (root / "etc/passwd").symlink_to(secret)
        for ask in (lambda: reader.peek(4), lambda: list(reader.chunks())):
            with pytest.raises(UnreadableFileError):
                ask()
    (root / "etc/passwd").unlink()
    (root / "etc/passwd").write_text("root")
    reader = FolderReader(root)
    for _ in at(reader, "etc/passwd"):
        (root / "etc/passwd").unlink()
        os.mkfifo(root / "etc/passwd")
        with pytest.raises(UnreadableFileError, match="not a regular file any more"):
            reader.peek(4)


def test_pipes_sockets_and_devices_are_listed_and_not_opened(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(root)  # names of sockets are short
        try:
            server.bind("socket")
        finally:
            os.chdir(here)
    found = {entry.path: (entry.kind, entry.size) for entry in walk(root)}
    assert found["pipe"] == found["socket"] == ("o", 0)


def test_interfaces_of_the_kernel_are_no_part_of_an_image(root: Path) -> None:
    for name in ("proc", "sys", "dev", "etc/proc", "processor"):
        (root / name).mkdir()
        (root / name / "file").write_text("x")
    found = {entry.path for entry in walk(root)}
    assert {"proc", "sys", "dev", "etc/proc/file", "processor/file"} <= found
    assert not {"proc/file", "sys/file", "dev/file"} & found


def test_names_that_are_no_utf_8(root: Path) -> None:
    for name in (b"caf\xe9", b"caf\xe8", b"tab\t", b"line\n", "é".encode()):
        Path(os.fsdecode(os.fsencode(root) + b"/etc/" + name)).write_bytes(name)
    Path(os.fsdecode(os.fsencode(root) + b"/d\xff")).mkdir()
    Path(os.fsdecode(os.fsencode(root) + b"/d\xff/l")).symlink_to(os.fsdecode(b"to\xfe"))
    reader = FolderReader(root)
    content = {entry.path: bytes(reader.peek(9)) for entry in reader.entries() if entry.path.startswith("etc/")}
    assert content["etc/caf\\xe9"] == b"caf\xe9"
    assert content["etc/caf\\xe8"] == b"caf\xe8"
    assert content["etc/é"] == "é".encode()
    assert content["etc/tab\t"] == b"tab\t"
    links = {entry.path: entry.target for entry in walk(root) if entry.kind == "l"}
    assert links["d\\xff/l"] == "to\\xfe"


def test_what_may_not_be_read_is_unknown_and_not_absent() -> None:
    with open_folder() as root:
        (root / "etc/closed/below").mkdir(parents=True)
        (root / "etc/file").write_text("x")
        (root / "etc/file").chmod(0)
        (root / "etc/closed").chmod(0)
        with without_rights():
            reader = FolderReader(root)
            for _ in at(reader, "etc/file"):
                with pytest.raises(UnreadableFileError, match="Permission denied"):
                    reader.peek(4)
                with pytest.raises(UnreadableFileError, match="Permission denied"):
                    next(reader.chunks())
            assert [(unknown.path, unknown.reason) for unknown in reader.unknowns] == [
                ("etc/closed", "Permission denied")
            ]
            (root / "etc").stat()
        (root / "etc").chmod(0o744)  # its entries can be listed, but nothing is told of them
        with without_rights():
            reader = FolderReader(root)
            assert [entry.path for entry in reader.entries()] == ["etc"]
            assert {unknown.path for unknown in reader.unknowns} == {"etc/closed", "etc/file"}
        root.chmod(0)
        with without_rights(), pytest.raises(InputError, match="Permission denied") as caught:
            walk(root)
        assert caught.value.advice


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        walk(tmp_path / "none")


def test_a_file_that_shrinks_or_grows_while_it_is_read(root: Path) -> None:
    (root / "etc/log").write_bytes(b"x" * 5000)
    reader = FolderReader(root)
    for _ in at(reader, "etc/log"):
        chunks = reader.chunks()
        os.truncate(root / "etc/log", 3000)
        assert next(chunks) == b"x" * 3000
        with pytest.raises(UnreadableFileError, match="became shorter while it was read"):
            next(chunks)
    reader = FolderReader(root)
    for _ in at(reader, "etc/log"):
        os.truncate(root / "etc/log", 9000)
        assert b"".join(map(bytes, reader.chunks())) == b"x" * 3000


def test_a_large_file_that_shrinks_is_not_mapped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_IN_MEMORY_LARGEST", 3)
    reader = FolderReader(root)
    for _ in at(reader, "etc/shadow"):
        os.truncate(root / "etc/shadow", 5)
        assert reader.mapped() is None


def test_what_vanishes_is_not_there(root: Path) -> None:
    reader = FolderReader(root)
    for entry in reader.entries():
        if entry.path == "etc":
            for name in ("passwd", "shadow"):
                (root / "etc" / name).unlink()
            (root / "etc").rmdir()
        assert not entry.path.startswith("etc/")
    assert reader.unknowns == []
    (root / "file").write_text("x")
    for _ in at(reader, "file"):
        (root / "file").unlink()
        with pytest.raises(UnreadableFileError, match="No such file"):
            reader.peek(1)


def test_no_descriptor_is_left_open(root: Path) -> None:
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("there is no /proc here")
    before = len(list(descriptors.iterdir()))
    reader = FolderReader(root)
    for entry in reader.entries():
        if entry.kind == "f":
            reader.peek(1)
    assert len(list(descriptors.iterdir())) == before


def test_deep_folders(tmp_path: Path) -> None:
    """Deeper than a path may be long: what is below is unknown, not overlooked."""
    here = Path.cwd()
    name = "d" * 200
    try:
        os.chdir(tmp_path)
        for _ in range(25):
            Path(name).mkdir()
            os.chdir(name)
    finally:
        os.chdir(here)
    reader = FolderReader(tmp_path)
    depth = len([entry for entry in reader.entries() if entry.kind == "d"])
    assert 15 < depth < 25
    assert [unknown.reason for unknown in reader.unknowns] == ["File name too long"]
