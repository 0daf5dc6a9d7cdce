"""Lines for a terminal: no text out of an image can move the cursor, and no line is wider than the page.

Widths are in cells: an East Asian character fills two. rich measures and colours; it is imported when a page is
drawn and not before, for it costs more than a whole scan of a small image.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec

LONGEST = 4096
"""Characters of one text that are looked at; of longer ones the middle is left out."""

Part: TypeAlias = tuple[str, str]
"""A text that may be shown as it is, and its style in rich's words."""
Line: TypeAlias = list[Part]


class Signs(msgspec.Struct, frozen=True):
    """The signs that need more than ASCII, or what stands for them."""

    admit: str = "✔"
    deny: str = "✘"
    unknown: str = "?"
    exploited: str = "⚑"
    arrow: str = "→"
    dot: str = "·"
    bullet: str = "•"
    more: str = "…"
    alarm: str = "▲"
    heavy: str = "━"
    light: str = "─"
    none: str = "·"
    """Stands for a zero in a table."""


UNICODE = Signs()
ASCII = Signs("+", "x", "?", "[KEV]", "->", "|", "*", "...", "!!", "=", "-", "-")


def cells(text: str) -> int:
    """How many cells of a terminal `text` fills."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def measure(line: Iterable[Part]) -> int:
    """How many cells a line fills."""
    return sum(cells(text) for text, _ in line)


def visible(text: str, *, only_ascii: bool = False) -> str:
    r"""`text` with an escape like `\x1b` or `\u202e` for all that a terminal does not simply show.

    That is controls, line breaks, overrides of direction, halves of surrogate pairs, signs without width, and
    blanks other than the space.
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}...{text[-LONGEST // 2 :]}"
    if text.isprintable() and text.isascii():
        return text
    from rich.cells import get_character_cell_size

    return "".join(
        char
        if char.isprintable() and (char.isascii() or (not only_ascii and get_character_cell_size(char) > 0))
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def clip(text: str, width: int, more: str = "…") -> str:
    """`text` cut to `width` cells; what is cut off shows as `more`."""
    if cells(text) <= width:
        return text
    room = width - cells(more)
    if room <= 0:
        return more[: max(width, 0)]
    return _head(text, room).rstrip() + more


def clip_middle(text: str, width: int, more: str = "…") -> str:
    """`text` cut to `width` cells in its middle: of a reference or path both ends tell something."""
    if cells(text) <= width:
        return text
    room = width - cells(more)
    if room < 2:
        return clip(text, width, more)
    tail = _head(text[::-1], room // 2)[::-1]
    return _head(text, room - cells(tail)) + more + tail


def _head(text: str, width: int) -> str:
    """As many leading characters as fit."""
    text = text[:width]
    while cells(text) > width:
        text = text[:-1]
    return text


def fit(line: Sequence[Part], width: int, more: str = "…") -> Line:
    """`line` cut to `width` cells, without blanks at its end."""
    fitted: Line = []
    left = width
    for text, style in line:
        size = cells(text)
        if size > left:
            fitted.append((clip(text, left, more), style))
            break
        fitted.append((text, style))
        left -= size
    while fitted and "on " not in fitted[-1][1]:  # blanks on a background are seen
        text, style = fitted.pop()
        if kept := text.rstrip():
            return [*fitted, (kept, style)]
    return fitted


def wrap(text: str, width: int) -> list[str]:
    """Break at blanks into lines of `width` cells at most; a longer word is broken where it must be."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        joined = f"{current} {word}" if current else word
        if cells(joined) <= width:
            current = joined
            continue
        if current:
            lines.append(current)
        while cells(word) > width > 1:
            head = _head(word, width)
            lines.append(head)
            word = word[len(head) :]
        current = word
    return [*lines, current] if current or not lines else lines


def flow(tokens: Iterable[tuple[str, Line]], width: int, more: str = "…") -> list[Line]:
    """Lay out tokens, each with the separator that stands before it unless it starts a line."""
    lines: list[Line] = []
    left = 0
    for separator, token in tokens:
        size = measure(token)
        gap = cells(separator)
        if lines and gap + size <= left:
            lines[-1] += [(separator, "dim"), *token]
            left -= gap + size
        else:
            lines.append(fit(token, width, more))
            left = width - size
    return lines


class Page:
    """Lines that grow downwards, none wider than `width`."""

    def __init__(self, width: int, *, only_ascii: bool) -> None:
        self.width = max(width, 1)
        self.signs = ASCII if only_ascii else UNICODE
        self._only_ascii = only_ascii
        self._lines: list[Line] = []

    def show(self, text: str) -> str:
        """`text` as it may stand on the page."""
        return visible(text, only_ascii=self._only_ascii)

    def flat(self, text: str) -> str:
        """As `show`, for texts whose line breaks mean nothing."""
        return self.show(" ".join(text[:LONGEST].split()))

    def put(self, *parts: Part, indent: int = 0) -> None:
        """Add one line; what does not fit is cut off."""
        line = [(" " * indent, ""), *parts] if indent else list(parts)
        self._lines.append(fit(line, self.width, self.signs.more))

    def blank(self) -> None:
        """Add an empty line, unless there is one already."""
        if self._lines and self._lines[-1]:
            self._lines.append([])

    def rule(self, sign: str, style: str) -> None:
        """Add a line from edge to edge."""
        self.put((sign * self.width, style))

    def heading(self, title: str, note: str = "") -> None:
        """Start a section."""
        self.blank()
        line = [(f"{self.signs.light * 2} ", "dim"), (title, "bold")]
        if note:
            line.append((f"  {note}", ""))
        left = self.width - measure(line) - 1
        self.put(*line, (f" {self.signs.light * left}" if left > 0 else "", "dim"))

    def paragraph(self, text: str, style: str = "", *, indent: int = 0, bullet: Part | None = None) -> None:
        """Add wrapped text, with hanging indent behind a bullet."""
        hang = cells(bullet[0]) + 1 if bullet else 0
        for number, line in enumerate(wrap(text, max(self.width - indent - hang, 1))):
            lead: Line = [(" " * hang, "")]
            if bullet:
                lead = [bullet, (" ", "")] if number == 0 else lead
            self.put(*(lead if hang else []), (line, style), indent=indent)

    def render(self, *, colour: bool) -> str:
        """The page as text with a final newline; with colour: SGR sequences of the 16 standard colours."""
        if not colour:
            return "".join("".join(text for text, _ in line) + "\n" for line in self._lines)
        import io

        from rich.console import Console
        from rich.text import Text

        out = io.StringIO()
        console = Console(
            file=out,
            force_terminal=True,
            color_system="standard",
            width=self.width,
            legacy_windows=False,
            _environ={},
        )
        for line in self._lines:
            console.print(Text.assemble(*line), soft_wrap=True, highlight=False)
        return out.getvalue()
