import msgspec

from pratique.formats.json_places import Places


def _lines(text: bytes) -> list[int]:
    places = Places(text)
    return [places.line(raw) for raw in msgspec.json.decode(text, type=dict[str, msgspec.Raw]).values()]


def test_values_have_the_line_on_which_they_begin() -> None:
    assert _lines(b'{\n "a": {"x":\n 1},\n\n "b":\n 2, "c": 2}') == [2, 6, 6]


def test_the_same_value_again_is_found_behind_the_first() -> None:
    assert _lines(b'{"a": [],\n"b": [],\n"c": []}') == [1, 2, 3]


def test_out_of_order_there_are_no_lines() -> None:
    assert _lines(b'{"a": 10,\n"b": 11,\n"a": 12}') == [3, 0]


def test_an_empty_value_is_nowhere() -> None:
    assert Places(b"{}").line(msgspec.Raw()) == 0
