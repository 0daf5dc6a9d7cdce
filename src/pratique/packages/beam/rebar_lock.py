"""What rebar3 pins: `rebar.lock`, `{VERSION, [{NAME, SOURCE, LEVEL}]}.` and digests behind it (rebar3, "Lock files").

A source is `{pkg, NAME, VERSION}` of Hex or `{git, URL, {ref, COMMIT}}`. Which package needs which is not told. Before
version 1.1.0 the file was the list alone.
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.texts import Lines, text_of
from pratique.packages.beam.repositories import package_at
from pratique.packages.beam.terms import Term, terms
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package


def parse(file: File) -> Iterator[Found | Unknown]:
    """The pinned packages."""
    text = text_of(file.data)
    _, first = next(terms(text), (0, list[Term]()))
    entries = first[1] if isinstance(first, tuple) and len(first) == 2 else first
    if not isinstance(entries, list):
        raise UnreadableFileError("no list of packages")
    lines, broken = Lines(text), 0
    for entry in entries:
        package = _package(entry)
        if package is None or not isinstance(entry, tuple):
            broken += 1
            continue
        yield Found(file.path, lines.of(f'{{<<"{entry[0]}">>'), package)
    if broken:
        yield Unknown(file.path, "rebar-lock", f"{broken} entries that are neither of Hex nor of git")


def _package(entry: Term) -> Package | None:
    if not isinstance(entry, tuple) or len(entry) != 3:
        return None
    name, source, _level = entry
    if not isinstance(name, str) or not isinstance(source, tuple) or len(source) < 3:
        return None
    kind, where, what = source[:3]
    if kind == "pkg" and isinstance(where, str) and isinstance(what, str):
        return Package("hex", where, what, declared=True)
    if kind in {"git", "git_subdir"} and isinstance(where, str) and isinstance(what, tuple) and len(what) == 2:
        return package_at(where, what[1], name) if isinstance(what[1], str) else None
    return None
