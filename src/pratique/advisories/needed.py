"""Which ecosystems the images scanned so far asked for: a small file beside the database."""

import os
from collections.abc import Iterable

import msgspec

LARGEST = 1 << 16
"""Bytes: OSV has some 50 ecosystems."""


def needed_path(database: str | os.PathLike[str]) -> str:
    """Where the file lies."""
    return os.path.join(os.path.dirname(database), "needed.json")


def read(database: str | os.PathLike[str]) -> tuple[str, ...]:
    """Names without release, sorted. A file that is missing or damaged names none: it is only a reminder."""
    try:
        with open(needed_path(database), "rb") as file:
            names = msgspec.json.decode(file.read(LARGEST), type=list[str])
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return ()
    return tuple(sorted({base for name in names if (base := _base(name))}))


def remember(database: str | os.PathLike[str], ecosystems: Iterable[str]) -> None:
    """Add ecosystems, with or without release. Does nothing where the folder cannot be written."""
    known = set(read(database))
    wanted = known | {base for name in ecosystems if (base := _base(name))}
    if wanted == known:
        return
    path = needed_path(database)
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(f"{path}.new", "wb") as file:
            file.write(msgspec.json.encode(sorted(wanted)))
        os.replace(f"{path}.new", path)
    except OSError:
        return


def _base(name: str) -> str:
    base = name.partition(":")[0]
    return base if 0 < len(base) <= 100 and base.isprintable() else ""
