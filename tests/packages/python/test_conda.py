import msgspec
import pytest

from pratique.errors import UnreadableFileError
from pratique.packages.python.conda import parse
from pratique.records.file import File
from pratique.records.package import Package, Requires

PATH = "opt/conda/conda-meta/rope-1.0-0.json"


def facts(fields: dict[str, object], path: str = PATH) -> list[object]:
    content = msgspec.json.encode({"name": "rope", "version": "1.0"} | fields)
    return [found.fact for found in parse(File(path, 0o644, len(content), content))]


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("https://conda.anaconda.org/conda-forge/linux-64", "conda-forge"),
        ("https://conda.anaconda.org/conda-forge/noarch/", "conda-forge"),
        ("https://repo.anaconda.com/pkgs/main/linux-aarch64", "pkgs/main"),
        ("https://user:word@example.org/t/tk-1-2/get/ropes/noarch", "get/ropes"),
        ("conda-forge", "conda-forge"),
        ("<unknown>", "<unknown>"),
        (None, ""),
    ],
)
def test_channels_without_host_and_token(channel: str | None, name: str) -> None:
    assert facts({"channel": channel}) == [Package("conda", "rope", "1.0", vendor=name)]


def test_needs() -> None:
    depends = ["__glibc >=2.17", "python_abi 3.11.* *_cp311", "conda-forge::numpy >=1", "numpy<2", "_libgcc_mutex", ""]
    (_, requires) = facts({"depends": depends})
    assert requires == Requires("conda", "rope", "1.0", ("python_abi", "numpy", "_libgcc_mutex"))


@pytest.mark.parametrize("fields", [{"name": ""}, {"version": ""}, {"version": 1}, {"files": "x"}])
def test_unreadable(fields: dict[str, object]) -> None:
    with pytest.raises(UnreadableFileError, match="conda record"):
        facts(fields)


def test_too_many_paths() -> None:
    with pytest.raises(UnreadableFileError, match="100000 paths"):
        facts({"files": ["x"] * 100_000}, f"{'d' * 1000}/conda-meta/rope-1.0-0.json")
