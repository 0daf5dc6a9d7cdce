import time

import msgspec
import pytest

from pratique.errors import UnreadableFileError
from pratique.packages.python import lock
from pratique.records.package import Package, Requires


class _Names(msgspec.Struct):
    package: tuple[dict[str, object], ...] = ()


def _read(text: str) -> tuple[_Names, list[int]]:
    document, lines = lock.toml(text.encode(), "package", _Names)
    return document, [next(lines) for _ in document.package]


def test_lines_of_packages() -> None:
    text = '\ufeff# header\n[[package]]\nname = "a"\n\n[[package]]\nname = "b"\n[package.source]\nurl = "x"\n'
    document, lines = _read(text.replace("\n", "\r\n"))
    assert [each["name"] for each in document.package] == ["a", "b"]
    assert lines == [2, 5]


def test_inline_packages_have_no_line() -> None:
    assert _read('package = [{name = "a"}]')[1] == [0]


@pytest.mark.parametrize(
    "line",
    [
        '    {file = "a-1.whl", hash = "sha256:0"},',
        '    { url = "https://example.org/a-1.whl", size = 1 }',
        '    {name = "a-1.whl", upload-time = 2025-01-25T11:30:10Z, url = "x", hashes = {sha256 = "0"}},',
    ],
)
def test_lists_of_archives_are_left_out(line: str) -> None:
    document, _ = _read(f'[[package]]\nname = "a"\ndescription = "says \'\'\'"\nfiles = [\n{line}\n]\n')
    assert document.package == ({"name": "a", "files": []},)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a = '''x'''", "several lines"),
        ('a = """x"""', "several lines"),
        ("a." * 20_000 + "a = 1", "key with"),
        ('"a"."/".' * 20_000 + "a = 1", "key with"),
        ("[" + "a . " * 20_000 + "a]", "key with"),
        ("a = " + "[" * 100_000, "nested too deeply"),
        ("a = " + "9" * 10_000, "no lock file"),
        ("[a.b.c]\n" * 100_000, "in all"),
        ("package = 3", "no lock file"),
        ("a = 1\n" * 1_000_000, "without the lists"),
        ('a = "' + '\\"' * 1_000_000, "no lock file"),
        ("a" * 2_000_000, "no lock file"),
    ],
    ids=range(12),
)
def test_what_would_cost_is_refused_at_once(text: str, reason: str) -> None:
    start = time.perf_counter()
    with pytest.raises(UnreadableFileError, match=reason):
        _read(text)
    assert time.perf_counter() - start < 10


def test_dots_in_texts_and_comments_are_no_keys() -> None:
    _read('# ../../../../../../../../pylock.toml\na = "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15"\n')


def test_entries_of_one_package_are_joined() -> None:
    entries = [
        lock.Entry(1, "Zope_Rope", "1.0", ("idna", "gone"), development=True),
        lock.Entry(5, "zope-rope", "1.0", ("zope.rope", "Requests@2.0", "requests@9")),
        lock.Entry(9, "idna", "3.6", development=True),
        lock.Entry(12, "requests", "2.0"),
        lock.Entry(15, "requests", "2.1"),
    ]
    facts = [(found.line, found.fact) for found in lock.facts("x.lock", entries)]
    assert facts == [
        (1, Package("pypi", "Zope_Rope", "1.0", declared=True)),
        (1, Requires("pypi", "Zope_Rope", "1.0", ("idna@3.6", "requests@2.0", "requests"))),
        (9, Package("pypi", "idna", "3.6", declared=True, development=True)),
        (12, Package("pypi", "requests", "2.0", declared=True)),
        (15, Package("pypi", "requests", "2.1", declared=True)),
    ]
