"""PHP packages that Composer has locked: `composer.lock`.

`packages-dev` are those that only developers need (Composer, "Basic usage", "Commit your composer.lock file").
"""

from collections.abc import Iterator

import msgspec

from pratique.formats.texts import Lines, decode_json, text_of
from pratique.packages.php.composer_package import Source, packages
from pratique.records.facts import Found
from pratique.records.file import File, Unknown


class _Lock(msgspec.Struct):
    packages: list[msgspec.Raw]
    development: list[msgspec.Raw] | None = msgspec.field(name="packages-dev", default_factory=list)
    """None in locks of packages that had been updated without them, by Composer 1."""


def parse(file: File) -> Iterator[Found | Unknown]:
    """The locked packages, and what they need."""
    text = text_of(file.data)
    lock = decode_json(text, _Lock)
    source = Source(file, "composer-lock", Lines(text), declared=True)
    yield from packages(source, lock.packages)
    yield from packages(source, lock.development or (), None)
