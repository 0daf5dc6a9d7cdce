"""How packages of R name each other."""

import re
from collections.abc import Iterable


def names(*fields: str) -> tuple[str, ...]:
    """Names in `Depends` and `Imports`, without versions and R itself: `R (>= 3.5), methods` -> `methods`."""
    return names_of(entry for field in fields for entry in field.split(","))


def names_of(entries: Iterable[str]) -> tuple[str, ...]:
    """Names in entries such as `R6 (>= 2.0)`, without R itself."""
    words = (re.match(r"\s*([\w.]+)", entry) for entry in entries)
    found = dict.fromkeys(match[1] for match in words if match)
    found.pop("R", None)
    return tuple(found)
