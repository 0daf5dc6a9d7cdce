import mmap
import tempfile
from email.parser import Parser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats.deb822 import VALUE_LONGEST, header, stanzas


def test_a_stanza_knows_its_line_and_its_values() -> None:
    first, second = stanzas(b"\n\nPackage: a\nVersion:1\n folded\n\n\n\nPackage:  b  \n")
    assert (first.line, first.value(b"Package"), first.value(b"Version")) == (3, "a", "1")
    assert (second.line, second.value(b"Package"), second.value(b"Version")) == (9, "b", None)


def test_line_ends_of_dos_part_stanzas() -> None:
    assert [(s.line, s.value(b"P")) for s in stanzas(b"P: a\r\nV: 1\r\n\r\nP: b\r\n")] == [(1, "a"), (4, "b")]


def test_only_whole_names_at_the_start_of_a_line_are_fields() -> None:
    (stanza,) = stanzas(b"X-Package: a\n Package: b\nPackage-Type: c\n")
    assert stanza.value(b"Package") is None


def test_a_field_that_stands_twice_is_an_error() -> None:
    (stanza,) = stanzas(b"P: a\nV: 1\nP: b\n")
    with pytest.raises(UnreadableFileError, match="several fields P"):
        stanza.value(b"P")


def test_values_are_bounded() -> None:
    (stanza,) = stanzas(b"P: " + b"x" * (VALUE_LONGEST + 1) + b"\nV: 1\n")
    with pytest.raises(UnreadableFileError, match="P is 65538 bytes long"):
        stanza.value(b"P")
    assert stanza.value(b"V") == "1"


def test_white_space_hides_no_stanza() -> None:
    (stanza,) = stanzas(b"  \t\n\n" + b" " * 200_000 + b"\nP: a\n\n \t\n  ")
    assert (stanza.line, stanza.value(b"P")) == (4, "a")


def test_the_part_before_a_field() -> None:
    (stanza,) = stanzas(b"P: a\nF:etc\nV: 1\n")
    assert stanza.before(b"F").value(b"V") is None
    assert stanza.before(b"Z") == stanza


def test_mapped_files_are_read_and_let_go() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"P: a\n\nP: b\n")
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            assert [stanza.value(b"P") for stanza in stanzas(mapped)] == ["a", "b"]


LINES = st.text("aP:1 \t\n", max_size=60)


@given(LINES)
@settings(deadline=None, max_examples=200)
def test_stanzas_agree_with_reading_line_by_line(text: str) -> None:
    expected, start = [], 0
    lines = [*text.split("\n"), ""]
    for number, line in enumerate(lines):
        if not line.strip():
            if number > start:
                names = [entry[2:] for entry in lines[start:number] if entry.startswith("P:")]
                expected.append((start + 1, names[0].strip() if len(names) == 1 else len(names)))
            start = number + 1
    found: list[tuple[int, str | int]] = []
    for stanza in stanzas(text.encode()):
        try:
            value = stanza.value(b"P")
            found.append((stanza.line, 0 if value is None else value))
        except UnreadableFileError:
            found.append((stanza.line, text.count("P:") and 2))
    assert [(line, min(value, 2) if isinstance(value, int) else value) for line, value in expected] == found


def test_a_header_is_unfolded() -> None:
    text = "Name: a\nLicense: one\n  two\n\tthree\nnot a field\n of nothing\nEMPTY:\nname : b\n\nVersion: 1\n"
    assert list(header(text)) == [("name", "a"), ("license", "one\ntwo\nthree"), ("empty", ""), ("name", "b")]


def test_a_header_reads_as_the_standard_library_reads_it() -> None:
    text = "Metadata-Version: 2.1\nName: x\nClassifier: A :: B\nClassifier: C\nLicense: l\n        m\n\nbody: no\n"
    parsed = Parser().parsestr(text)
    ours = [(name, value.split()) for name, value in header(text)]
    assert ours == [(name.lower(), value.split()) for name, value in parsed.items()]


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=200)
def test_any_text_is_a_header(text: str) -> None:
    assert all(name == name.lower() and "\n\n" not in value for name, value in header(text))


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("a, b", ["a", "b"]),
        ("a (>= 1:2~), b(<<3),c ( = 1 ) | d:any | e:native (>= 1)", ["a", "b", "c|d|e"]),
        ("a [amd64 !i386] <!nocheck> <x>, ,", ["a"]),
        ("a,\n b\n\t| c", ["a", "b|c"]),
        ("", []),
        ("\n\n", []),
    ],
)
def test_relations_are_names(value: str, names: list[str]) -> None:
    stanza = next(iter(stanzas(f"P: x\nDepends: {value}\nV: 1\n".encode())))
    assert stanza.relations(b"Depends") == names
    assert stanza.relations(b"Provides") == []


def test_relations_are_bounded() -> None:
    (stanza,) = stanzas(b"D:" + b"\n x," * (VALUE_LONGEST // 4 + 1))
    with pytest.raises(UnreadableFileError, match="D is 65540 bytes long"):
        stanza.relations(b"D")


@given(st.text("a,|()<>[]: \t1", max_size=80))
@settings(deadline=None, max_examples=200)
def test_any_text_is_relations(text: str) -> None:
    (stanza,) = stanzas(f"P: x\nD:{text}\n".encode())
    assert all(name and not name.isspace() for name in stanza.relations(b"D"))
