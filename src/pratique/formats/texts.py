"""What readers of JSON, YAML and other texts have in common."""

from typing import TypeVar

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.file import Data

T = TypeVar("T")


def text_of(data: Data) -> str:
    """The text of a file, without the mark of its byte order and with the line ends of Unix."""
    text = bytes(data).decode(errors="replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n") if "\r" in text else text


def decode_json(text: str, shape: type[T]) -> T:
    """A JSON document in `shape`. Raises `UnreadableFileError`."""
    try:
        return msgspec.json.decode(text, type=shape)
    except RecursionError as error:
        raise UnreadableFileError("nested too deeply") from error
    except ValueError as error:
        raise UnreadableFileError(f"not the expected JSON: {str(error)[:200]}") from error


def scalar(text: str) -> str:
    """The text that a YAML scalar of one line stands for, without quotes and comment."""
    text = text.strip()
    if text[:1] in {'"', "'"}:
        closing = text.rfind(text[0], 1)
        if closing > 0:
            return text[1:closing]
    return text.partition(" #")[0].rstrip()


class Lines:
    """The lines of things that are asked for in the order in which they stand in a text: one pass for all of them."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._line = text, 0, 1

    def of(self, sought: str) -> int:
        """The line, from 1, of the next `sought`; 0 where there is none, and for all that is asked for afterwards."""
        at = self._text.find(sought, self._at) if self._line else -1
        if at < 0:
            self._line = 0
            return 0
        line = self._line + self._text.count("\n", self._at, at)
        self._at = at + len(sought)
        self._line = line + sought.count("\n")
        return line
