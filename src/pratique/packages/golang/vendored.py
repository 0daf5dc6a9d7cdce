"""Modules whose packages a Go module has beside it: `vendor/modules.txt`.

Source: `go mod vendor` (`modload.vendorPackages`, Go Modules Reference, "Vendoring"). A line `# PATH VERSION` for each
module, with ` => PATH [VERSION]` where it was replaced, then `## explicit; go 1.17` and a line for each package of it
that is there. A module without packages is named for the sake of `go.mod` alone.
"""

from collections.abc import Iterator

import msgspec

from pratique.formats.go_buildinfo import Module
from pratique.formats.texts import text_of
from pratique.packages.golang.binary import module_package
from pratique.records.facts import Found
from pratique.records.file import File


def parse(file: File) -> Iterator[Found]:
    """The modules of which a package is there."""
    if not f"/{file.path}".endswith("/vendor/modules.txt"):
        return
    module, line = None, 0
    for number, text in enumerate(text_of(file.data).split("\n"), 1):
        if text.startswith("# "):
            module, line = _module(text[2:].split()), number
        elif module is not None and text.strip() and not text.startswith("#"):
            package = module_package(module, module.version)
            yield Found(file.path, line, msgspec.structs.replace(package, declared=True))
            module = None  # told


def _module(words: list[str]) -> Module | None:
    """`PATH VERSION [=> PATH [VERSION]]`; None for another remark."""
    old, arrow, new = words, False, list[str]()
    if "=>" in words:
        at = words.index("=>")
        old, arrow, new = words[:at], True, words[at + 1 :]
    if len(old) not in (1, 2) or (arrow and len(new) not in (1, 2)):
        return None
    other = Module(new[0], new[1] if len(new) == 2 else "") if arrow else None
    return Module(old[0], old[1] if len(old) == 2 else "", other)
