"""What Red Hat's build system leaves in its images: the repositories of a layer's packages, and what the image is.

`content_manifests/NAME.json` in `root/buildinfo` holds an Image Content Manifest with `content_sets` (atomic-reactor,
schemas/content_manifest.json); newer builds put `content-sets.json` there and in `usr/share/buildinfo`. The labels of
the image are in `labels.json`, one object, or in older builds in a `Dockerfile-NAME-VERSION-RELEASE`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec

from pratique.errors import UnreadableFileError
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Channel

_MANIFESTS = "root/buildinfo/content_manifests"

_SETS_MOST = 10_000
_NAME_LONGEST = 300
"""Characters of a content set or a label. Real ones have up to 80."""

_LABELS = ("architecture", "com.redhat.component", "cpe", "name", "release", "version")
"""What advisories for images of Red Hat go by."""


_T = TypeVar("_T")


class _Manifest(msgspec.Struct):
    content_sets: list[str] = []


def parse(file: File) -> Iterator[Found]:
    """The content sets or the labels of an image, whichever the file has."""
    folder, _, name = file.path.rpartition("/")
    if name.startswith("Dockerfile-") and folder != _MANIFESTS:
        channel = _labels(_labels_of_dockerfile(bytes(file.data).decode(errors="replace")))
    elif not name.endswith(".json"):
        return
    elif name == "labels.json" and folder != _MANIFESTS:
        labels = _decoded(file, dict[str, object])
        channel = _labels({key: value for key, value in labels.items() if isinstance(value, str)})
    else:
        sets = sorted({name for name in _decoded(file, _Manifest).content_sets if 0 < len(name) <= _NAME_LONGEST})
        channel = Channel("content-set", tuple(sets[:_SETS_MOST]))
    if channel.names:
        yield Found(file.path, 1, channel)


def _decoded(file: File, type_: type[_T]) -> _T:
    try:
        return msgspec.json.decode(bytes(file.data), type=type_)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFileError(f"neither content sets nor labels: {error}") from error


def _labels(labels: Mapping[str, str]) -> Channel:
    """`name=ubi9/ubi`, `version=9.4`, ... as far as they are known."""
    told = ((label, labels.get(label, "")) for label in _LABELS)
    return Channel(
        "redhat-image", tuple(f"{label}={value}" for label, value in told if 0 < len(value) <= _NAME_LONGEST)
    )


def _labels_of_dockerfile(text: str) -> dict[str, str]:
    """The labels that its last stage sets, the last of a name; what variables stand in is left out."""
    labels: dict[str, str] = {}
    for line in re.sub(r"\\[ \t]*\r?\n", " ", text).split("\n"):
        instruction, _, rest = line.strip().partition(" ")
        if instruction.upper() == "FROM":
            labels.clear()
        elif instruction.upper() == "LABEL":
            pairs = re.findall(r'(?:"([^"\n]*)"|([^\s"=]+))=(?:"((?:[^"\\\n]|\\.)*)"|([^\s"]*))', rest)
            labels |= {quoted or plain: inner or bare for quoted, plain, inner, bare in pairs}
    return {label: value for label, value in labels.items() if "$" not in value}
