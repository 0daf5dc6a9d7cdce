import pytest

from pratique.errors import UnreadableFileError
from pratique.packages.python.record import parse
from pratique.records.file import File
from pratique.records.package import OwnedFiles

FOLDER = "a/site-packages/rope_kit-1.0.dist-info"


def owned(content: bytes, path: str = f"{FOLDER}/RECORD") -> OwnedFiles | None:
    found = list(parse(File(path, 0o644, len(content), content)))
    if not found:
        return None
    assert isinstance(found[0].fact, OwnedFiles)
    return found[0].fact


@pytest.mark.parametrize(
    "path",
    ["RECORD", "a/RECORD", "a/rope.dist-info/RECORD", "a/rope.egg-info/RECORD", "a/rope.dist-info/installed-files.txt"],
)
def test_lists_of_nothing_installed(path: str) -> None:
    assert owned(b"rope.py,,\n", path) is None


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("rope-1.0.dist-info/RECORD", "rope"),
        ("Rope.Kit_x-1.0.post1+a.dist-info/RECORD", "rope-kit-x"),
        ("Rope_Kit-1.0-py3.11-linux-x86_64.egg-info/installed-files.txt", "rope-kit"),
    ],
)
def test_names(folder: str, name: str) -> None:
    record = owned(b"rope.py,,\n", folder)
    assert record is not None
    assert record.package == name


def test_an_empty_list_owns_nothing() -> None:
    assert owned(b"\n,,\n\n") is None


def test_a_field_without_end() -> None:
    with pytest.raises(UnreadableFileError, match="no CSV"):
        owned(b'"' + b"x" * 200_000)


def test_many_paths_in_a_deep_folder() -> None:
    with pytest.raises(UnreadableFileError, match="100000 paths"):
        owned(b"x\n" * 100_000, f"{'d' * 1000}/{FOLDER}/RECORD")
