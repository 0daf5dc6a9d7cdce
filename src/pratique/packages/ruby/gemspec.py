"""Installed gems: the specifications that RubyGems writes when it installs one.

They are Ruby code, but code that RubyGems itself has made (`Gem::Specification#to_ruby`): one statement a line, strings
as literals, and above them a comment for those who would not run it, `# stub: NAME VERSION PLATFORM PATHS`
(`Gem::StubSpecification`). They lie in `specifications` of a GEM_HOME; those of `specifications/default` came with the
interpreter and are replaced with it. Bundler writes the same over the specification of a gem that it fetched by git,
`bundler/gems/NAME-REVISION/NAME.gemspec`. All other files of that ending are sources, from which gems are built.
"""

import functools
import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.limits import MIB
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires

_LARGEST = 2 * MIB
"""Bytes. Every file of a gem is named in it; the largest, of Google's clients, have some 300 KiB."""

_STATEMENT_LONGEST = 4096
"""Characters of a statement that are looked at. Those that are wanted fit a line of a terminal."""


def parse(file: File) -> Iterator[Found]:
    """The gem of a specification, and what it needs at run time."""
    folder = _folder(file.path)
    if not folder:
        return
    if file.size > _LARGEST:
        raise UnreadableFileError(f"{file.size:,} bytes are too many for a gem's specification")
    text = bytes(file.data).decode(errors="replace")
    stub = re.search(r"^# stub: (\S+) (\S+) (\S+)", text, re.MULTILINE)
    if folder == "gems" and not stub:
        return
    values = _values(text)
    name, version, platform = _identity(file.path, values, stub)
    line = values["name"][0][0] if "name" in values else text.count("\n", 0, stub.start()) + 1 if stub else 1
    package = Package(
        "gem",
        name,
        version,
        arch="" if platform == "ruby" else platform,
        source="ruby" if folder == "default" else "",
        licenses=tuple(text for key in ("license", "licenses") for _, texts in values.get(key, ()) for text in texts),
    )
    yield Found(file.path, line, package)
    needs = (texts[0] for key in _DEPENDENCIES for _, texts in values.get(key, ()) if texts)
    needed = tuple(dict.fromkeys(needs))
    if needed:
        yield Found(file.path, line, Requires("gem", name, version, needed))


_DEPENDENCIES = ("add_dependency", "add_runtime_dependency")


def _folder(path: str) -> str:
    """Which kind of folder it lies in: `specifications`, `default`, `gems` (fetched by git); empty for all others."""
    *above, last, _ = ["", "", "", *path.split("/")]
    if last == "specifications" or (last == "default" and above[-1] == "specifications"):
        return last
    # a repository may hold several gems, in folders of their own: bundler/gems/rails-8f4e1c2/activerecord
    if above[-2:] == ["bundler", "gems"] or above[-3:-1] == ["bundler", "gems"]:
        return "gems"
    return ""


def _identity(path: str, values: "_Values", stub: re.Match[str] | None) -> tuple[str, str, str]:
    """Name, version and platform: as the code has them, as the comment, or as the file is called."""
    name, version, platform = (_first(values, key) for key in ("name", "version", "platform"))
    if stub:
        name, version, platform = name or stub[1], version or stub[2], platform or stub[3]
    if not (name and version):
        stem = path.rpartition("/")[2][: -len(".gemspec")]
        called = re.fullmatch(r"(.+?)-(\d[0-9A-Za-z.]*)(?:-(.+))?", stem)
        if not called:
            raise UnreadableFileError("a gem's specification without name or version")
        name, version, platform = called[1], called[2], called[3] or ""
    return name, version, platform


_Values = dict[str, list[tuple[int, list[str]]]]
"""By attribute: line and string literals of each statement."""


def _values(text: str) -> _Values:
    """The statements about the attributes that are wanted.

    Up to RubyGems 3.5 an `else` follows for interpreters of old, that know no difference between kinds of dependencies.
    """
    values: _Values = {}
    at, line = 0, 1
    old = re.search(r"^[ \t]*else[ \t]*$", text, re.MULTILINE)
    for match in _patterns()[0].finditer(text, 0, old.start() if old else len(text)):
        line += text.count("\n", at, match.start(1))
        at = match.start(1)
        statement = text[match.end() : match.end() + _STATEMENT_LONGEST].partition("\n")[0]
        values.setdefault(match[1], []).append((line, _literals(statement)))
    return values


def _first(values: _Values, key: str) -> str:
    return next((texts[0] for _, texts in values.get(key, ()) if texts), "")


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A statement about an attribute up to its value, and a string literal; one without an end takes the rest."""
    statement = r"^[ \t]*\w+\.(name|version|platform|licenses?|add_(?:runtime_)?dependency)\b[ \t]*[=(]"
    literal = r""""((?:[^"\\]|\\.?)*+)(?:"|\Z)|'((?:[^'\\]|\\.?)*+)(?:'|\Z)|%[qQ]?[<{(\[]([^>})\]]*+)(?:[>})\]]|\Z)"""
    return re.compile(statement, re.MULTILINE), re.compile(literal, re.DOTALL)


def _literals(statement: str) -> list[str]:
    """The strings of a statement without their escapes, empty ones left out."""
    found = (match[1] or match[2] or match[3] for match in _patterns()[1].finditer(statement))
    return [_unescaped(text) if "\\" in text else text for text in found if text]


def _unescaped(text: str) -> str:
    """What `String#dump` escapes: quotes, `#`, and by number what is not ASCII."""

    def character(match: re.Match[str]) -> str:
        number = match[1] or match[2]
        code = int(number, 16) if number else -1
        return match[3] or (chr(code) if 0 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd")

    return re.sub(r"\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|(.?))", character, text, flags=re.DOTALL)
