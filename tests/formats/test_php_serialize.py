import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats.php_serialize import Value, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"N;", None),
        (b"b:1;", True),
        (b"b:0;", False),
        (b"i:-12;", -12),
        (b"d:0.5;", 0.5),
        (b"d:1.0E+25;", 1e25),
        (b"d:-INF;", float("-inf")),
        (b's:0:"";', ""),
        (b's:5:"K\xc3\xa4se";', "Käse"),
        (b's:2:"";";', '";'),
        (b"a:0:{}", {}),
        (b'a:2:{i:0;s:1:"a";s:1:"k";a:1:{i:7;N;}}\n', {0: "a", "k": {7: None}}),
    ],
)
def test_values(text: bytes, value: Value) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"i:1",
        b"i:1;i:2;",
        b"d:--1;",
        b's:3:"ab";',
        b's:9999999999:"ab";',
        b"a:1:{i:0;i:1;",
        b"a:2:{i:0;i:1;}",
        b"a:1:{d:0.5;i:1;}",
        b"a:1:{a:0:{}i:1;}",
        b'O:8:"stdClass":0:{}',
        b"R:1;",
        b"a:1:{i:0;" * 100_000,
    ],
)
def test_everything_else_is_refused(text: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read(text)


def test_a_number_is_no_truth() -> None:
    assert [type(read(text)) for text in (b"b:1;", b"i:1;", b"d:1;")] == [bool, int, float]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from([b"a:1:{", b"}", b"i:1;", b'"', b"s:1:", b"N;", b";", b"\xff", b"d:.;", b"d:INF;"])))
def test_any_bytes_give_a_value_or_our_error(pieces: list[bytes]) -> None:
    try:
        read(b"".join(pieces))
    except UnreadableFileError:
        return
