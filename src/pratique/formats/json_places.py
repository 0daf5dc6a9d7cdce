"""Where the values of a JSON text stand: `msgspec.Raw` has their bytes, but not their place."""

import msgspec


class Places:
    """Lines of raw values that are asked for in the order in which they stand in the text.

    Each is searched for behind the one before it, so that all together cost one pass over the text.
    """

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._end = 0
        self._counted = 0
        self._line = 1

    def line(self, value: msgspec.Raw) -> int:
        """Line, from 1, on which the value begins; 0, for it and all that follow, if it is not behind the one before.

        That is so in objects with the same key twice, of which msgspec keeps the last value at the place of the first.
        """
        if self._end < 0:
            return 0
        raw = bytes(value)
        at = self._text.find(raw, self._end)
        if at < 0 or not raw:
            self._end = -1
            return 0
        self._line += self._text.count(b"\n", self._counted, at)
        self._counted = at
        self._end = at + len(raw)
        return self._line
