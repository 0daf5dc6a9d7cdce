import pytest

from pratique.errors import UnreadableFileError
from pratique.packages.python.metadata import parse as parse_file
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package

PATH = "usr/lib/python3/site-packages/rope-1.0.dist-info/METADATA"


def package(text: str, path: str = PATH) -> Package | None:
    content = text.encode()
    found = list(parse_file(File(path, 0o644, len(content), content)))
    if not found:
        return None
    (record,) = found
    assert isinstance(record, Found)
    assert isinstance(record.fact, Package)
    return record.fact


HEADER = "Metadata-Version: 2.1\nName: rope\nVersion: 1.0\n"


@pytest.mark.parametrize(
    ("fields", "licences"),
    [
        ("", ()),
        ("License: MIT\n", ("MIT",)),
        ("License: UNKNOWN\n", ()),
        (
            "License: Copyright\n        and more\nClassifier: License :: OSI Approved :: MIT License\n",
            ("MIT License",),
        ),
        ("License: MIT\nClassifier: License :: OSI Approved\nClassifier: License :: MIT\n", ("MIT",)),
        ("Classifier: License :: Other/Proprietary License\n", ("Other/Proprietary License",)),
        ("Classifier: Licenses :: x\nClassifier: License\n", ()),
        ("License: BSD\nLicense-Expression: MIT OR 0BSD\nClassifier: License :: x\n", ("MIT OR 0BSD",)),
    ],
)
def test_licences(fields: str, licences: tuple[str, ...]) -> None:
    assert package(f"{HEADER}{fields}") == Package("pypi", "rope", "1.0", licenses=licences)


@pytest.mark.parametrize(
    "path",
    [
        "a/pip/_vendor/rope-1.0.dist-info/METADATA",
        "a/rope.egg-info/PKG-INFO",
        "a/rope-1.0.egg/EGG-INFO/PKG-INFO",
        "a/rope-1.0-py3.11.egg-info",
        "rope.egg-info",
    ],
)
def test_where_distributions_stand(path: str) -> None:
    assert package(HEADER, path) is not None


@pytest.mark.parametrize("path", ["METADATA", "a/rope/METADATA", "a/rope.egg-info/METADATA", "PKG-INFO", "a/PKG-INFO"])
def test_where_none_stand(path: str) -> None:
    assert package("not even a header", path) is None


def test_a_body_of_any_size_is_not_read() -> None:
    assert package(f"{HEADER}\n{'x' * (2 << 20)}") is not None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEADER + "X: " + "x" * (2 << 20), "header of more than"),
        ("Name: rope\n\nVersion: 1.0\n", "no Version"),
        ("Name:\nVersion: 1.0\n", "no Name"),
        (f"Name: {'x' * 70_000}\nVersion: 1\n", "Name is 70000 characters long"),
    ],
)
def test_unreadable(text: str, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        package(text)
