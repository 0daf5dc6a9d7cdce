"""WordPress itself, as it is unpacked into a document root: `wp-includes/version.php`.

WordPress Developer Resources, "Global Variables", `$wp_version`.
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package


def parse(file: File) -> Iterator[Found]:
    """The release, as its own update check knows it."""
    if not f"/{file.path}".endswith("/wp-includes/version.php"):
        return
    text = text_of(file.data)
    found = re.search(r"""^[ \t]*\$wp_version[ \t]*=[ \t]*(['"])([^'"\n]+)\1""", text, re.MULTILINE)
    if not found:
        raise UnreadableFileError("a WordPress without $wp_version")
    line = text.count("\n", 0, found.start(1)) + 1
    yield Found(file.path, line, Package("generic", "wordpress", found[2]))
