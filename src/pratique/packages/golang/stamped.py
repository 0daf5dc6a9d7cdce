"""The version that a Go program's builder stamped into a variable: `go build -ldflags "-X main.version=1.2.3"`.

Source: `go doc cmd/link`, flag -X; `go help build` on quoting in -ldflags.
"""

import re
from collections.abc import Iterator

_NAME = r"(?:app|build|git|program|release|semantic)?_?version|semver"
"""Variables that hold the program's own version, in any case; not `goVersion`, `minVersion`, `apiVersion`."""
_VALUE = r"v?(\d{1,9}\.\d{1,9}(?:\.\d{1,9}){0,2}(?:[-+][0-9A-Za-z.+-]{1,128})?)"
_MAIN_FOLDERS = ("main", "common", "version", "cmd")


def version(ldflags: str) -> str:
    """The stamped version with a leading `v`; empty if there is none, or more than one that could be meant.

    Variables of packages in a `cmd` folder count most, then those of packages named main, common, version or cmd,
    then all others; two different values in the first of these groups that has any mean that nobody knows.
    """
    groups: tuple[set[str], set[str], set[str]] = (set(), set(), set())
    for variable, value in _stamps(ldflags):
        package, _, name = variable.rpartition(".")
        matched = re.fullmatch(_VALUE, value)
        if matched and re.fullmatch(_NAME, name, re.IGNORECASE):
            folders = package.split("/")
            rank = 0 if "cmd" in folders[:-1] else 1 if folders[-1] in _MAIN_FOLDERS else 2
            groups[rank].add(matched[1])
    best = next(filter(None, groups), set())
    return f"v{best.pop()}" if len(best) == 1 else ""


def _stamps(ldflags: str) -> Iterator[tuple[str, str]]:
    """(variable with its package path, value) of every -X."""
    words = _words(ldflags)
    for word in words:
        if word in ("-X", "--X"):
            definition = next(words, "")
        elif word.startswith(("-X=", "--X=")):
            definition = word.partition("=")[2]
        else:
            continue
        variable, _, value = definition.partition("=")
        yield variable, value


def _words(text: str) -> Iterator[str]:
    """Words between blanks; one that starts with a quote goes to the next such quote. There are no escapes."""
    for match in re.finditer(r"""'([^']*)'|"([^"]*)"|(\S+)""", text):
        yield match[match.lastindex or 0]
