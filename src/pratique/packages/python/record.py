"""Files of installed Python distributions, as what installed them wrote down.

`NAME-VERSION.dist-info/RECORD` is CSV of path, hash and size, the paths relative to the folder that holds the
`.dist-info` folder, or absolute (PyPA, "Recording installed projects"). What pip installed by `setup.py` has
`NAME-VERSION-pyX.Y.egg-info/installed-files.txt`, one path a line, relative to that very folder (pip 23.0,
`pip._internal.operations.install.legacy`).

Neither names its distribution: the folder does, with `-` written as `_` (PyPA, "Binary distribution format", "Escaping
and Unicode"). `OwnedFiles.package` therefore is the name as PEP 503 normalises it; its `Package` is the one of that
normalised name in the same folder. The lists leave out what came later, such as compiled files of other Pythons.
"""

from collections.abc import Iterator

from pratique.ecosystems import ECOSYSTEMS
from pratique.errors import UnreadableFileError
from pratique.limits import MIB
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import OwnedFiles

_PATHS_LARGEST = 64 * MIB
"""Bytes of all paths, each with the folder before it. The longest real lists, of 20,000 files, come to 2 MiB."""


def parse(file: File) -> Iterator[Found]:
    """The files of a distribution, if the list is one of an installed distribution."""
    folder, _, name = file.path.rpartition("/")
    base, _, last = folder.rpartition("/")
    if name == "RECORD" and last.endswith(".dist-info"):
        package = last.removesuffix(".dist-info").rpartition("-")[0]
    elif name == "installed-files.txt" and last.endswith(".egg-info"):
        package, base = last.removesuffix(".egg-info").partition("-")[0], folder
    else:
        return
    text = bytes(file.data).decode(errors="replace").replace("\r", "").strip("\n")
    listed = _first_column(text) if name == "RECORD" else text.split("\n")
    owned = _placed(listed, f"{base}/" if base else "")
    if package and owned:
        yield Found(file.path, 1, OwnedFiles("pypi", ECOSYSTEMS["pypi"].normalise(package), owned))


def _first_column(text: str) -> list[str]:
    """Paths out of CSV. Only those with a comma or a quote in them are quoted."""
    lines = text.split("\n")
    if '"' not in text:
        return [line.partition(",")[0] for line in lines]
    import csv

    try:
        return [row[0] for row in csv.reader(lines) if row]
    except csv.Error as error:
        raise UnreadableFileError(f"no CSV: {error}") from error


def _placed(listed: list[str], before: str) -> str:
    """The paths, joined by newlines, from the root of the image; `before` them comes their folder, `a/b/`."""
    if "" in listed:
        listed = [path for path in listed if path]
    if sum(map(len, listed)) + len(listed) * len(before) > _PATHS_LARGEST:
        raise UnreadableFileError(f"{len(listed)} paths that come to more than {_PATHS_LARGEST} bytes")
    paths = before + f"\n{before}".join(listed) if listed else ""
    if "/." not in paths and "//" not in paths and before:
        return paths
    plain = (_plain(path, before) if "/." in path or "//" in path or not before else path for path in paths.split("\n"))
    return "\n".join(path for path in plain if path)


def _plain(path: str, before: str) -> str:
    """The path without `.` and `..` in it; one that was absolute has a doubled slash where `before` ends."""
    parts = list[str]()
    for part in path.removeprefix(f"{before}/").split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)
