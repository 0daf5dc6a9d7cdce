"""Stanzas of `Name: value` lines parted by blank lines (deb822(5)), and headers of RFC 822 with folded lines.

A dpkg database holds two dozen fields a package, of which six are wanted: they are searched for, so that the
rest, and lines of any length, cost nothing.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.limits import KIB
from pratique.records.file import Data

VALUE_LONGEST = 64 * KIB
"""Bytes of a value that is asked for. Names, versions and maintainers stay below 1 KiB."""


class Stanza(msgspec.Struct, frozen=True):
    """One stanza: a range of the whole file, which is never copied."""

    text: bytes
    """The whole file, with a newline put in front."""
    start: int
    """Where the stanza starts in `text`: at the newline before its first line."""
    end: int
    """Where it ends: behind its last character."""
    line: int
    """Its first line in the file, from 1."""

    def value(self, name: bytes) -> str | None:
        """The value of the field `name` on its first line, stripped; None without such a field.

        Case counts: dpkg and apk write their fields in one spelling. Raises `UnreadableFileError` if the value
        is longer than `VALUE_LONGEST`, and if the field stands there twice, as when two stanzas ran together.
        """
        label = b"\n%b:" % name
        at = self.text.find(label, self.start, self.end)
        if at < 0:
            return None
        at += len(label)
        stop = self.text.find(b"\n", at, self.end)
        if stop < 0:
            stop = self.end
        if stop - at > VALUE_LONGEST:
            raise UnreadableFileError(f"{name.decode()} is {stop - at} bytes long")
        if self.text.find(label, stop, self.end) >= 0:
            raise UnreadableFileError(f"stanza with several fields {name.decode()}")
        return self.text[at:stop].decode(errors="replace").strip()

    def relations(self, name: bytes) -> list[str]:
        """The packages that a relationship field names, without versions, architectures and profiles.

        Each may be a choice, joined by `|`; continuation lines count (Debian policy, section 7.1; deb-control(5)).
        Raises `UnreadableFileError` if the value is longer than `VALUE_LONGEST`.
        """
        at = self.text.find(b"\n%b:" % name, self.start, self.end)
        if at < 0:
            return []
        at += len(name) + 2
        stop = self.text.find(b"\n", at, self.end)
        while stop >= 0 and self.text[stop + 1 : stop + 2] in (b" ", b"\t"):
            stop = self.text.find(b"\n", stop + 1, self.end)
        if stop < 0:
            stop = self.end
        if stop - at > VALUE_LONGEST:
            raise UnreadableFileError(f"{name.decode()} is {stop - at} bytes long")
        text = self.text[at:stop].decode(errors="replace")
        text = re.sub(r"\s*\([^()]*\)|\s+", "", text)
        if ":" in text or "[" in text or "<" in text:
            text = re.sub(r":[\w-]+|\[[^][]*\]|<[^<>]*>", "", text)
        return [each for each in text.split(",") if each]

    def before(self, name: bytes) -> "Stanza":
        """The part above the first field `name`."""
        at = self.text.find(b"\n%b:" % name, self.start, self.end)
        return self if at < 0 else Stanza(self.text, self.start, at, self.line)


def stanzas(data: Data) -> Iterator[Stanza]:
    """Every stanza, in order. Lines of spaces and tabs are blank, too; line ends may be those of DOS."""
    text = b"".join((b"\n", data, b"\n\n"))
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
    start, line = 0, 1
    for gap in re.finditer(rb"\n[ \t\n]*\n", text):
        end, following = gap.start(), gap.end() - 1
        if end > start:
            yield Stanza(text, start, end, line)
        line += text.count(b"\n", start, following)
        start = following


def header(text: str) -> Iterator[tuple[str, str]]:
    """Fields of a header up to its first blank line (RFC 5322, section 2.2), names in lower case.

    Folded lines keep their newlines and lose their indentation. A line that is neither field nor continuation
    is passed over: distutils wrote licences of several lines without folding them.
    """
    name, lines = "", list[str]()
    for line in text.split("\n"):
        if not line.strip():
            break
        if line[0] in " \t":
            lines.append(line.strip())
            continue
        if name:
            yield name, "\n".join(lines)
        label, colon, value = line.partition(":")
        name, lines = (label.rstrip().lower(), [value.strip()]) if colon else ("", [])
    if name:
        yield name, "\n".join(lines)
