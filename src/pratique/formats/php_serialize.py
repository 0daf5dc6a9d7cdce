"""Values as PHP's `serialize()` writes them: `a:1:{s:4:"name";i:7;}`.

PHP manual, `serialize`; php-src, ext/standard/var.c. Arrays, strings, numbers, booleans and null; what has a class or
is a reference is refused, since registries and caches of plain data hold none.
"""

import re
from typing import TypeAlias

from pratique.errors import UnreadableFileError
from pratique.records.file import Data

Value: TypeAlias = "dict[int | str, Value] | str | int | float | bool | None"
"""An array is a dict, whether its keys are numbers or texts."""

_DEPTH_MOST = 64
"""An array in an array. PEAR's registry nests ten deep."""


def read(data: Data) -> Value:
    """The one value of a text. Raises `UnreadableFileError` for everything else, and for what follows the value."""
    reader = _Reader(bytes(data))
    value = reader.value(0)
    if reader.text[reader.at :].strip():
        raise UnreadableFileError(f"byte {reader.at}: more than one serialized value")
    return value


class _Reader:
    """A place in the text, which moves on with every value read."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.at = 0
        # a string's bytes and an array's elements follow
        self._begins = re.compile(rb's:(\d{1,10}):"|a:(\d{1,10}):\{|([ib]):(-?\d{1,20});|d:([-+.\dEINFA]{1,40});|(N);')

    def value(self, depth: int) -> Value:
        found = self._begins.match(self.text, self.at)
        if not found:
            raise UnreadableFileError(f"byte {self.at}: no serialized value of PHP")
        length, count, kind, number, real = found.group(1, 2, 3, 4, 5)
        self.at = found.end()
        if length is not None:
            return self._string(int(length))
        if count is not None:
            return self._array(int(count), depth + 1)
        if number is not None:
            return int(number) != 0 if kind == b"b" else int(number)
        if real is not None:
            return self._real(real)
        return None

    def _string(self, length: int) -> str:
        end = self.at + length
        if self.text[end : end + 2] != b'";':
            raise UnreadableFileError(f"byte {self.at}: a string that does not end where it says")
        text = self.text[self.at : end].decode(errors="replace")
        self.at = end + 2
        return text

    def _array(self, count: int, depth: int) -> Value:
        if depth > _DEPTH_MOST:
            raise UnreadableFileError(f"byte {self.at}: arrays nested too deeply")
        array: dict[int | str, Value] = {}
        for _ in range(count):
            key = self.value(_DEPTH_MOST)
            if not isinstance(key, int | str):
                raise UnreadableFileError(f"byte {self.at}: a key that is neither number nor text")
            array[key] = self.value(depth)
        if self.text[self.at : self.at + 1] != b"}":
            raise UnreadableFileError(f"byte {self.at}: an array that does not end where it says")
        self.at += 1
        return array

    def _real(self, text: bytes) -> float:
        try:
            return float(text)  # INF and NAN as well
        except ValueError as error:
            raise UnreadableFileError(f"byte {self.at}: no number") from error
