"""Packages of conda environments: `conda-meta/NAME-VERSION-BUILD.json` in the folder of each environment.

conda's prefix records (conda, `conda.models.records.PrefixRecord`: the fields of repodata and more), as conda,
mamba, micromamba and pixi write them. The root environment, `opt/conda`, is one as any other. What conda has unpacked
in `pkgs` is a cache, and not installed.
"""

import re
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.limits import MIB
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import OwnedFiles, Package, Requires

_PATHS_LARGEST = 64 * MIB
"""Bytes of all paths, each with the folder before it. The longest real lists, of 60,000 files, come to 6 MiB."""

_LINK = re.compile(r"^[a-z][a-z0-9+.-]*://[^/]*/?")
_TOKEN = re.compile(r"(?:^|/)t/[^/]*")
_SUBDIR = re.compile(r"/(?:noarch|(?:linux|osx|win|freebsd|emscripten|wasi|zos)-\w+)/?$")


class _Record(msgspec.Struct, frozen=True):
    name: str
    version: str
    license: str | None = None
    channel: str | None = None
    depends: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def parse(file: File) -> Iterator[Found]:
    """The package of a record, what it needs and its files."""
    folder, _, name = file.path.rpartition("/")
    above, _, last = folder.rpartition("/")
    if last != "conda-meta" or not name.endswith(".json"):
        return
    try:
        record = msgspec.json.decode(bytes(file.data).decode(errors="replace"), type=_Record)
    except RecursionError as error:
        raise UnreadableFileError("nested too deeply") from error
    except ValueError as error:
        raise UnreadableFileError(f"no conda record: {error}") from error
    if not record.name or not record.version:
        raise UnreadableFileError("conda record without name or version")
    yield Found(
        file.path,
        1,
        Package(
            "conda",
            record.name,
            record.version,
            licenses=(record.license,) if record.license else (),
            vendor=_channel(record.channel or ""),
        ),
    )
    needs = tuple(dict.fromkeys(filter(None, map(_needed, record.depends))))
    if needs:
        yield Found(file.path, 1, Requires("conda", record.name, record.version, needs))
    before = f"{above}/" if above else ""
    if sum(map(len, record.files)) + len(record.files) * len(before) > _PATHS_LARGEST:
        raise UnreadableFileError(f"{len(record.files)} paths that come to more than {_PATHS_LARGEST} bytes")
    paths = before + f"\n{before}".join(record.files) if record.files else ""
    if paths:
        yield Found(file.path, 1, OwnedFiles("conda", record.name, paths))


def _needed(spec: str) -> str:
    """Name of a match specification, `conda-forge::numpy >=1.19,<2`; empty for what the system has, `__glibc`."""
    found = re.match(r"\s*(?:[^\s\[]*::)?([A-Za-z0-9_.-]+)", spec[:1000])
    return found[1] if found and not found[1].startswith("__") else ""


def _channel(channel: str) -> str:
    """Name of a channel by its URL, `conda-forge`, `pkgs/main`: without host, token and platform."""
    path = _LINK.sub("", _SUBDIR.sub("", channel[:1000]))
    return _TOKEN.sub("", path).strip("/")
