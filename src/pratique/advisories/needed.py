"""Which ecosystems the images scanned so far asked for: a small file beside the database."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

LARGEST = 1 << 16
"""Bytes: OSV has some 50 ecosystems."""


def needed_path(database: Path) -> Path:
    """Where the file lies."""
    return database.with_name("needed.json")


def read(database: Path) -> tuple[str, ...]:
    """Names without release, sorted. A file that is missing or damaged names none: it is only a reminder."""
    try:
        with needed_path(database).open("rb") as file:
            names = msgspec.json.decode(file.read(LARGEST), type=list[str])
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return ()
    return tuple(sorted({base for name in names if (base := _base(name))}))


def remember(database: Path, ecosystems: Iterable[str]) -> None:
    """Add ecosystems, with or without release. Does nothing where the folder cannot be written."""
    known = set(read(database))
    wanted = known | {base for name in ecosystems if (base := _base(name))}
    if wanted == known:
        return
    path = needed_path(database)
    new = path.with_name("needed.json.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(msgspec.json.encode(sorted(wanted)))
        new.replace(path)
    except OSError:
        return


def _base(name: str) -> str:
    base = name.partition(":")[0]
    return base if 0 < len(base) <= 100 and base.isprintable() else ""
