import pytest

from pratique.errors import UnreadableFileError
from pratique.formats.texts import Lines, decode_json, scalar, text_of


def test_a_text_has_neither_byte_order_mark_nor_line_ends_of_dos() -> None:
    assert text_of(b"\xef\xbb\xbfa\r\nb\xff\r\n") == "a\nb�\n"


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": "\\ud800"}', "[" * 100_000])
def test_what_is_not_the_expected_json_is_our_error(text: str) -> None:
    with pytest.raises(UnreadableFileError):
        decode_json(text, dict)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (" plain # with a comment", "plain"),
        ("a#b", "a#b"),
        ('"quoted # text" # comment', "quoted # text"),
        ("'single'", "single"),
        ('"open', '"open'),
        ("", ""),
    ],
)
def test_a_scalar_of_yaml(written: str, meant: str) -> None:
    assert scalar(written) == meant


def test_lines_are_found_in_order_and_none_twice() -> None:
    lines = Lines('a\n"x"\n"x" "y"\n')
    assert [lines.of('"x"'), lines.of('"x"'), lines.of('"y"')] == [2, 3, 3]
    assert [lines.of('"z"'), lines.of("a")] == [0, 0]
