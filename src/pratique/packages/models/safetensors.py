"""Models as safetensors: the length of a JSON object, 64 bits little endian, the object, and the tensors.

The object names the tensors; `__metadata__` in it holds texts of the writer's choice, among them those of
modelspec.title and its like (safetensors, "Format"; Stability AI, "ModelSpec").
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.texts import decode_json
from pratique.limits import MIB
from pratique.packages.models.hub import of_hub, title_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package

_HEADER_LARGEST = 32 * MIB
"""Bytes. The format allows 100 MB; the largest known models stay below 10 MiB in each of their files."""


class _Header(msgspec.Struct):
    """The wanted part of the object."""

    metadata: Any = msgspec.field(name="__metadata__", default=None)


def spans(path: str, head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """The object; of a model in several files, only that of the first."""
    part = re.search(r"-(\d{5})-of-\d{5}\.safetensors$", path, re.IGNORECASE)
    if part and int(part[1]) != 1:
        return None
    end = 8 + int.from_bytes(head[:8], "little")
    return ((0, end if end <= min(size, _HEADER_LARGEST) else 8),)


def parse(file: File) -> Iterator[Found]:
    """The model; nothing of the pointer that Git LFS leaves in its place."""
    if bytes(file.data[:8]) == b"version ":
        return
    length = int.from_bytes(file.data[:8], "little")
    if length > min(file.size - 8, _HEADER_LARGEST):
        raise UnreadableFileError(f"header of {length} bytes in a file of {file.size}")
    header = decode_json(bytes(file.data[8 : 8 + length]).decode(errors="replace"), _Header)
    texts = header.metadata if isinstance(header.metadata, dict) else {}
    told = {key: value.strip() for key, value in texts.items() if isinstance(value, str) and len(value) <= 500}
    licence = told.get("modelspec.license", "")
    name, version = told.get("modelspec.title") or title_of(file.path), told.get("modelspec.version", "")
    hub = of_hub(file.path)
    kind, name, version = ("huggingface", *hub) if hub else ("generic", name, version)
    licenses, vendor = (licence,) if licence else (), told.get("modelspec.author", "")
    yield Found(file.path, 0, Package(kind, name, version, licenses=licenses, vendor=vendor))
