"""Models in the format of llama.cpp: GGUF (ggml, docs/gguf.md).

Magic, version, numbers of tensors and of key-value pairs, and the pairs: a key, the number of a type, a value. Texts
have their length before them, 64 bits, as everything little endian here. Who wrote the model comes first, as
`general.*`; behind that is the vocabulary, which is not read.
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.limits import KIB
from pratique.packages.models.hub import of_hub, title_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package

MAGIC = b"GGUF"

_HEAD = 256 * KIB
"""Bytes that are read. Writers put `general.*` first; it takes some KiB, more where a whole licence is in it."""

_TEXT, _ARRAY = 8, 9
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of a value, by the number of its type."""

_TEXT_LONGEST = 64 * KIB
_TOLD_LONGEST = 500
"""Signs of a name or licence that is told; the whole text of a licence is no name of one."""


def spans(_path: str, head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """The beginning of the file."""
    return ((0, min(size, _HEAD)),) if head[:4] == MAGIC else None


def parse(file: File) -> Iterator[Found]:
    """The model. Of one in several files, only the first is told."""
    if bytes(file.data[:4]) != MAGIC:
        return
    pairs = _pairs(bytes(file.data[: min(file.size, _HEAD)]))
    if pairs.get("split.no", 0) not in {0, ""}:
        return
    name, version = _told(pairs, "general.name") or title_of(file.path), _told(pairs, "general.version")
    licence = _told(pairs, "general.license")
    licenses = (licence,) if licence else ()
    vendor = _told(pairs, "general.organization") or _told(pairs, "general.author")
    hub = of_hub(file.path)
    kind, name, version = ("huggingface", *hub) if hub else ("generic", name, version)
    yield Found(file.path, 0, Package(kind, name, version, licenses=licenses, vendor=vendor))


def _told(pairs: dict[str, str | int], key: str) -> str:
    value = pairs.get(key, "")
    return value.strip() if isinstance(value, str) and len(value) <= _TOLD_LONGEST else ""


def _pairs(data: bytes) -> dict[str, str | int]:
    """Texts and small numbers up to the vocabulary or the end of what was read."""
    version, count = int.from_bytes(data[4:8], "little"), int.from_bytes(data[16:24], "little")
    if version not in {1, 2, 3}:
        raise UnreadableFileError(f"GGUF of version {version}")
    width = 4 if version == 1 else 8
    at = 8 + 2 * width
    if version == 1:
        count = int.from_bytes(data[12:16], "little")
    pairs: dict[str, str | int] = {}
    while count and at < len(data):
        count -= 1
        key, at = _text(data, at, width)
        kind, at = int.from_bytes(data[at : at + 4], "little"), at + 4
        if key.startswith("tokenizer.") or at >= len(data):
            break
        if kind == _TEXT:
            pairs[key], at = _text(data, at, width)
        elif kind == _ARRAY:
            at = _behind_array(data, at, width)
        elif kind in _SIZES:
            pairs[key] = int.from_bytes(data[at : at + _SIZES[kind]], "little")
            at += _SIZES[kind]
        else:
            raise UnreadableFileError(f"value of the unknown type {kind}")
    if at > len(data) and len(data) < _HEAD:
        raise UnreadableFileError("the file ends in its key-value pairs")
    return pairs


def _text(data: bytes, at: int, width: int) -> tuple[str, int]:
    length = int.from_bytes(data[at : at + width], "little")
    at += width
    if length > _HEAD:
        raise UnreadableFileError(f"text of {length} bytes")
    return data[at : at + min(length, _TEXT_LONGEST)].decode(errors="replace"), at + length


def _behind_array(data: bytes, at: int, width: int) -> int:
    """Where an array ends; behind all that was read where it is one of arrays, which nobody writes."""
    kind, count = int.from_bytes(data[at : at + 4], "little"), int.from_bytes(data[at + 4 : at + 4 + width], "little")
    at += 4 + width
    if kind in _SIZES:
        return at + count * _SIZES[kind]
    while kind == _TEXT and count and at < len(data):
        at += width + int.from_bytes(data[at : at + width], "little")
        count -= 1
    return at if kind == _TEXT else len(data)
