"""Plugins and themes of WordPress, named as their folders are: so the directory of WordPress and advisories name them.

Themes: the comment at the top of `wp-content/themes/NAME/style.css` (WordPress Theme Handbook, "Main Stylesheet").
Plugins: the header of `wp-content/plugins/NAME/readme.txt` (Plugin Handbook, "How Your readme.txt Works"), where
`Stable tag` is the version; where that says `trunk`, the newest entry of the changelog stands for it.
"""

import re
from collections.abc import Iterator

from pratique.formats.texts import text_of
from pratique.limits import KIB
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires

_HEADER_LONGEST = 8 * KIB
"""As much as WordPress itself reads for a header (`get_file_data`)."""


def spans(path: str, _head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """All of what describes a plugin or a theme; nothing of any other file of that name."""
    return ((0, size),) if _kind(path)[0] else None


def parse(file: File) -> Iterator[Found]:
    """The plugin or the theme, and of a theme the one that it is made from."""
    kind, name = _kind(file.path)
    if not kind:
        return
    text = text_of(file.data)
    header = text[:_HEADER_LONGEST]
    if kind == "wordpress-theme":
        titled = bool(_field(header, "Theme Name")[0])
        version, line = _field(header, "Version")
    else:
        titled = header.lstrip().startswith("===")
        version, line = _plugin_version(text, header)
    if not titled:
        return  # another text that lies there
    licence, _ = _field(header, "License")
    package = Package(kind, name, version, licenses=(licence,) if licence else ())
    yield Found(file.path, line, package)
    parent, _ = _field(header, "Template") if kind == "wordpress-theme" else ("", 0)
    if parent:
        yield Found(file.path, line, Requires(kind, name, version, (parent,)))


def _kind(path: str) -> tuple[str, str]:
    """Type and name of what a file describes; empty for all others."""
    content, kind, name, file = ["", "", "", *path.split("/")][-4:]
    if content != "wp-content" or not name:
        return "", ""
    if kind == "themes" and file == "style.css":
        return "wordpress-theme", name
    return ("wordpress-plugin", name) if kind == "plugins" and file.lower() == "readme.txt" else ("", "")


def _plugin_version(text: str, header: str) -> tuple[str, int]:
    version, line = _field(header, "Stable tag")
    if re.fullmatch(r"v?\d\S*", version):
        return version, line
    changes = re.search(r"^==[ \t]*Changelog[ \t]*==", text, re.MULTILINE | re.IGNORECASE)
    entry = re.compile(r"^=[ \t]*v?(\d[\w.+-]*)", re.MULTILINE).search(text, changes.end()) if changes else None
    return (entry[1], text.count("\n", 0, entry.start(1)) + 1) if entry else ("", 0)


def _field(header: str, name: str) -> tuple[str, int]:
    """Value and line of a field; the signs of a comment may stand before its name."""
    found = re.search(rf"^[ \t/*#@]*{name}[ \t]*:(.*)$", header, re.MULTILINE | re.IGNORECASE)
    if not found:
        return "", 0
    return found[1].partition("*/")[0].strip(), header.count("\n", 0, found.start(1)) + 1
