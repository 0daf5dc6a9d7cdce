"""Nothing on a page moves the cursor, and nothing is wider than the page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from pratique.report.terminal import Page, clip, clip_middle, fit, flow, measure, visible, wrap

TEXTS = st.text(max_size=80) | st.text(alphabet="a寿é\u0301 🚀\u202e", max_size=80)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text", "plain text"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x9b31m\x7f", r"\x9b31m\x7f"),
        ("\u202egpj\u2066", r"\u202egpj\u2066"),
        ("e\u0301", r"e\u0301"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("\u2028\u00a0", r"\u2028\xa0"),
        ("\ud800", r"\ud800"),
        ("héllo 寿司", "héllo 寿司"),
        ("[red]x[/red] :smile:", "[red]x[/red] :smile:"),
    ],
)
def test_visible(text: str, expected: str) -> None:
    assert visible(text) == expected


def test_visible_in_ascii() -> None:
    assert visible("héllo 寿", only_ascii=True) == r"h\xe9llo \u5bff"


def test_long_texts_lose_their_middle() -> None:
    shown = visible("a" * 50_000 + "b" * 50_000)
    assert len(shown) == 4099
    assert shown.startswith("aaa")
    assert shown.endswith("bbb")


@settings(deadline=None, max_examples=200)
@given(TEXTS, st.booleans())
def test_visible_texts_are_printable(text: str, only_ascii: bool) -> None:
    shown = visible(text, only_ascii=only_ascii)
    assert shown.isprintable()
    assert not only_ascii or shown.isascii()
    assert cell_len(shown) == sum(cell_len(char) for char in shown)


@settings(deadline=None, max_examples=200)
@given(TEXTS.map(visible), st.integers(0, 40))
def test_clipped_texts_fit(text: str, width: int) -> None:
    assert cell_len(clip(text, width)) <= width
    assert cell_len(clip_middle(text, width)) <= width
    assert cell_len(clip(text, width, "...")) <= width
    assert cell_len(clip_middle(text, width, "...")) <= width


def test_clip() -> None:
    assert clip("abcdef", 6) == "abcdef"
    assert clip("abcdef", 5) == "abcd…"
    assert clip("abc def", 5) == "abc…"
    assert clip("寿司寿司", 5) == "寿司…"
    assert clip_middle("abcdefgh", 5) == "ab…gh"
    assert clip_middle("usr/lib/python3/METADATA", 15, "...") == "usr/li...TADATA"


@settings(deadline=None, max_examples=200)
@given(TEXTS.map(visible), st.integers(2, 40))
def test_wrapping_loses_nothing_but_blanks(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_wrap() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("a abcdefghij b", 4) == ["a", "abcd", "efgh", "ij b"]
    assert wrap("", 4) == [""]


@settings(deadline=None, max_examples=100)
@given(st.lists(TEXTS.map(visible), max_size=10), st.integers(1, 40))
def test_flowing_tokens_fit(texts: list[str], width: int) -> None:
    lines = flow([(" · ", [(text, "")]) for text in texts], width)
    assert all(measure(line) <= width for line in lines)


def test_flow_puts_separators_between_tokens_only() -> None:
    lines = flow([(" · ", [("aaaa", "")]), (" · ", [("bbbb", "")]), (" · ", [("cc", "")])], 9)
    assert ["".join(text for text, _ in line) for line in lines] == ["aaaa", "bbbb · cc"]


def test_fit_drops_blanks_at_the_end_but_not_coloured_ones() -> None:
    assert fit([("a  ", ""), ("   ", "dim")], 10) == [("a", "")]
    assert fit([(" DENY ", "white on red"), ("  ", "")], 10) == [(" DENY ", "white on red")]
    assert fit([("abc", ""), ("def", "bold")], 5) == [("abc", ""), ("d…", "bold")]


def test_a_page_without_colour_needs_no_console() -> None:
    page = Page(10, only_ascii=False)
    page.put(("bold", "bold"))
    page.blank()
    page.blank()
    page.paragraph("one two three", indent=2, bullet=("•", ""))
    assert page.render(colour=False) == "bold\n\n  • one\n    two\n    three\n"
    assert page.render(colour=True).splitlines()[0] == "\x1b[1mbold\x1b[0m"
