r"""PHP packages that Composer has installed: `vendor/composer/installed.json`.

Composer 2 writes an object, with the names of those packages that only developers need; Composer 1 wrote the list of
packages alone (Composer, `Composer\Repository\FilesystemRepository`). Packages of Drupal and WordPress lie elsewhere,
but are listed here as well.
"""

from collections.abc import Iterator

import msgspec

from pratique.formats.texts import Lines, decode_json, text_of
from pratique.packages.php.composer_package import Source, packages
from pratique.records.facts import Found
from pratique.records.file import File, Unknown


class _Installed(msgspec.Struct):
    packages: list[msgspec.Raw]
    development: list[str] = msgspec.field(name="dev-package-names", default_factory=list)


def parse(file: File) -> Iterator[Found | Unknown]:
    """The packages of a `vendor` folder, and what they need."""
    if not f"/{file.path}".endswith("/composer/installed.json"):
        return
    text = text_of(file.data)
    if text.lstrip()[:1] == "[":
        installed = _Installed(decode_json(text, list[msgspec.Raw]))
    else:
        installed = decode_json(text, _Installed)
    source = Source(file, "composer-installed", Lines(text))
    yield from packages(source, installed.packages, frozenset(installed.development))
