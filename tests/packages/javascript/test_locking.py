import msgspec
import pytest

from pratique.errors import UnreadableFileError
from pratique.packages.javascript.locking import Locked, as_json, decode, facts, lines_of_keys, real_name, split_pin
from pratique.records.package import Package, Requires


@pytest.mark.parametrize(
    ("pin", "parts"),
    [
        ("ms@2.1.3", ("ms", "2.1.3")),
        ("@harbour/rope@1.0.0", ("@harbour/rope", "1.0.0")),
        ("@harbour/rope", ("@harbour/rope", "")),
        ("a@npm:b@1", ("a", "npm:b@1")),
        ("@", ("@", "")),
        ("", ("", "")),
    ],
)
def test_names_end_at_the_first_at_that_begins_no_scope(pin: str, parts: tuple[str, str]) -> None:
    assert split_pin(pin) == parts


@pytest.mark.parametrize(
    ("specifier", "name"),
    [
        ("^1.0.0", "rope"),
        ("npm:^1.0.0", "rope"),
        ("npm:hemp@^1.0.0", "hemp"),
        ("npm:@harbour/hemp@^1.0.0", "@harbour/hemp"),
        ("npm:@harbour/hemp", "@harbour/hemp"),
        ("file:hemp@1", "rope"),
    ],
)
def test_aliases(specifier: str, name: str) -> None:
    assert real_name("rope", specifier) == name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2, ], }', {"a": [1, 2]}),
        ('{"a": ",]", "b": "\\",}"}', {"a": ",]", "b": '",}'}),
        ('{// no "quote\n"a": "//", /* "b": 1, * / */ "c": 2}', {"a": "//", "c": 2}),
        ('{"a": 1}/* without end', {"a": 1}),
    ],
)
def test_json_as_people_write_it(text: str, value: object) -> None:
    assert msgspec.json.decode(as_json(text)) == value


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"a":' * 100_000, '{"a": 1,}'])
def test_what_is_no_object_cannot_be_read(text: str) -> None:
    with pytest.raises(UnreadableFileError):
        decode(text)


def test_lines_are_told_of_keys_that_begin_one() -> None:
    text = '{\n  "a": {"b": {}},\n\n  "c\\"d" : [\n  ],\n  "e": 1\n}'
    assert list(lines_of_keys(text)) == [("a", 2), ('c\\"d', 4)]


def test_copies_of_a_package_are_one() -> None:
    copies = [
        Locked("rope", "1", line=3, development=True, needs={"hemp@1": None}),
        Locked("rope", "1", line=9, needs={"hemp@2": None, "rope@1": None}),
        Locked("rope", "2", line=12, development=True),
    ]
    assert [(found.line, found.fact) for found in facts("a", copies)] == [
        (3, Package("npm", "rope", "1", declared=True)),
        (3, Requires("npm", "rope", "1", ("hemp@1", "hemp@2"))),
        (12, Package("npm", "rope", "2", declared=True, development=True)),
    ]
