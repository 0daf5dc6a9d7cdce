"""Modules that a Go module asks for: `go.mod`.

Source: Go Modules Reference, "go.mod files". Since Go 1.17 it names all modules that its packages need, those too that
only others of them need (`// indirect`); before, that is for `go.sum` to tell, which names far more than is used and
is not read. `replace` puts another module or a folder in the place of one; what `exclude` names is not used. Modules
in Go's own cache and in folders `testdata` belong to nobody's program.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.formats.go_buildinfo import Module
from pratique.formats.texts import text_of
from pratique.limits import BROKEN_TOLD_MOST
from pratique.packages.golang.binary import module_package
from pratique.records.facts import Found
from pratique.records.file import File, Unknown

_NAME = "go-mod"
_OF_OTHERS = ("/pkg/mod/", "/testdata/")
"""In paths: the module cache below GOPATH, and folders that the go command ignores."""
_WANTED = frozenset(("require", "replace", "exclude"))
_WORD = r'"(?:[^"\\]|\\.)*"|`[^`]*`|=>|[^\s"`()]+'


class _Asked(msgspec.Struct):
    """What a `go.mod` says, by module path and version; an empty version stands for all of them."""

    required: dict[tuple[str, str], int] = {}
    """With the lines that say so first."""
    replaced: dict[tuple[str, str], Module] = {}
    excluded: set[tuple[str, str]] = set()


def parse(file: File) -> Iterator[Found | Unknown]:
    """The modules that are asked for, as they are after `replace` and `exclude`."""
    if any(folder in f"/{file.path}" for folder in _OF_OTHERS):
        return
    asked, broken = _Asked(), 0
    for number, verb, words in _directives(text_of(file.data)):
        if not _take(asked, number, verb, words):
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(file.path, _NAME, f"line {number}: {verb} that is not as the go command writes it")
    if broken > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{broken - BROKEN_TOLD_MOST} more broken lines")
    for (path, version), number in asked.required.items():
        if (path, version) not in asked.excluded:
            other = asked.replaced.get((path, version)) or asked.replaced.get((path, ""))
            package = module_package(Module(path, version, other), version)
            yield Found(file.path, number, msgspec.structs.replace(package, declared=True))


def _directives(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """(line, verb, words) of each wanted directive, be it alone or in a block."""
    block = ""
    form = re.compile(_WORD)
    for number, line in enumerate(text.split("\n"), 1):
        words = line.partition("//")[0].strip()
        if not words:
            continue
        if block:
            if words == ")":
                block = ""
            elif block in _WANTED:
                yield number, block, form.findall(words)
        elif words.endswith("(") and words[:-1].strip().isalpha():
            block = words[:-1].strip()
        else:
            verb, *rest = form.findall(words) or [""]
            if verb in _WANTED:
                yield number, verb, rest


def _take(asked: _Asked, number: int, verb: str, quoted: list[str]) -> bool:
    """Whether the words are as the verb wants them, and then noted down."""
    words = [word[1:-1] if word[0] in '"`' else word for word in quoted]
    if verb == "replace":
        if "=>" not in words:
            return False
        at = words.index("=>")
        old, new = words[:at], words[at + 1 :]
        if len(old) not in (1, 2) or len(new) not in (1, 2):
            return False
        asked.replaced[old[0], old[1] if len(old) == 2 else ""] = Module(new[0], new[1] if len(new) == 2 else "")
        return True
    if len(words) != 2:
        return False
    if verb == "require":
        asked.required.setdefault((words[0], words[1]), number)
    else:
        asked.excluded.add((words[0], words[1]))
    return True
