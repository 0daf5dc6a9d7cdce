"""Slices of Ubuntu's packages that Chisel cut into an image: `manifest.wall`, mostly in `var/lib/chisel`.

JSON objects, one a line, in zstd: a header with `jsonwall` and `schema`, then sorted by `kind` what a slice holds
(`content`), `package`, `path` with `sha256` (and `final_sha256` where a script changed the file), `slice`. A slice is
called PACKAGE_SLICE (Chisel, reference, "Chisel Manifest"). Nothing in it names source packages or licences.
"""

import sys
from collections.abc import Iterator

import msgspec

from pratique.errors import UnreadableFileError
from pratique.limits import FACTS_PER_FILE_MOST, MIB, ZSTD_WINDOW_LOG
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import OwnedFiles, Package

_NAME = "chisel"

_MANIFEST_LARGEST = 128 * MIB
"""Bytes of the unpacked manifest: half a million paths. Those of whole images have some MiB."""

_NO_DIGEST = "--------"


class _Entry(msgspec.Struct):
    """A line: which of the fields it has, its kind tells."""

    jsonwall: str = ""
    kind: str = ""
    name: str = ""
    version: str = ""
    arch: str = ""
    path: str = ""
    slices: list[str] = []
    sha256: str = ""
    final_sha256: str = ""


def parse(file: File) -> Iterator[Found | Unknown]:
    """The packages that were cut, and the files that came of each."""
    packages: dict[str, tuple[Package, list[str], list[str]]] = {}
    paths = list[_Entry]()
    for line, entry in enumerate(_entries(_unpacked(file)), 1):
        if line == FACTS_PER_FILE_MOST:
            yield Unknown(file.path, _NAME, f"more than {FACTS_PER_FILE_MOST} lines, the rest is not read")
            break
        if entry.kind == "package":
            if not entry.name or not entry.version:
                yield Unknown(file.path, _NAME, f"line {line}: package without name or version")
                continue
            package = Package("deb", entry.name, entry.version, arch=entry.arch)
            packages[entry.name] = (package, [], [])
        elif entry.kind == "path" and entry.path[-1:] not in ("", "/"):
            paths.append(entry)
    for entry in paths:
        digest = entry.final_sha256 or entry.sha256
        for name in sorted({slice_.partition("_")[0] for slice_ in entry.slices} & packages.keys()):
            _, owned, digests = packages[name]
            owned.append(entry.path.lstrip("/"))
            digests.append(digest[:8] if len(digest) == 64 else _NO_DIGEST)
    for name, (package, owned, digests) in sorted(packages.items()):
        yield Found(file.path, 0, package)
        if owned:
            yield Found(file.path, 0, OwnedFiles("deb", name, "\n".join(owned), "sha256", "".join(digests)))


def _entries(data: bytes) -> Iterator[_Entry]:
    """The lines, of which the first is the header."""
    decoder = msgspec.json.Decoder(_Entry)
    try:
        for number, line in enumerate(data.split(b"\n", FACTS_PER_FILE_MOST)):
            if line.strip():
                entry = decoder.decode(line)
                if not number and not entry.jsonwall:
                    raise UnreadableFileError("not a manifest of Chisel: it has no header")
                yield entry
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFileError(f"broken line in the manifest: {error}") from error


def _unpacked(file: File) -> bytes:
    if sys.version_info >= (3, 14):
        from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
    else:
        from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
    decompressor = ZstdDecompressor(options={DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})
    try:
        data = decompressor.decompress(bytes(file.data), max_length=_MANIFEST_LARGEST + 1)
    except (ZstdError, EOFError) as error:
        raise UnreadableFileError(f"not zstd, or damaged: {error}") from error
    if len(data) > _MANIFEST_LARGEST:
        raise UnreadableFileError(f"a manifest of more than {_MANIFEST_LARGEST} bytes")
    if not decompressor.eof:
        raise UnreadableFileError("the manifest ends too early")
    return data
