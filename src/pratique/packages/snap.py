"""Snaps that are installed or unpacked, and the Debian packages in them.

`meta/snap.yaml` is the snap's own (snapcraft.io, "The snap format"). A base has the list of its packages in
`usr/share/snappy/dpkg.yaml`, `NAME=VERSION` or `NAME:ARCHITECTURE=VERSION`; other snaps may have what they took in
`snap/manifest.yaml`, as `primed-stage-packages`.
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.texts import scalar, text_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires

_INSTALLED = ("snap/", "var/lib/snapd/snap/", "meta/")
"""Where snaps are mounted, and the root of one. Elsewhere a snap is in the making."""

_BASE = "usr/share/snappy/dpkg.yaml"


def spans(path: str, _head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """The whole of the files of snaps, nothing of others named `manifest.yaml`."""
    return ((0, size),) if f"/{path}".endswith(("/meta/snap.yaml", "/snap/manifest.yaml", f"/{_BASE}")) else None


def parse(file: File) -> Iterator[Found]:
    """The snap, or the Debian packages that it is made of.

    Those of a base that is the image itself are installed. The others are for another distribution than the image's and
    stay declared.
    """
    if spans(file.path, b"", file.size) is None:
        return
    if file.path.endswith("/snap.yaml"):
        yield from _snap(file)
    elif file.path.endswith("/dpkg.yaml"):
        yield from _debs(file, "packages:", declared=file.path != _BASE)
    else:
        yield from _debs(file, "primed-stage-packages:", declared=True)


def _snap(file: File) -> Iterator[Found]:
    fields, lines = dict[str, str](), dict[str, int]()
    listed, key = list[str](), ""
    for number, line in enumerate(text_of(file.data).split("\n"), 1):
        if line[:1].isalpha():
            key, _, value = line.partition(":")
            fields.setdefault(key, scalar(value))
            lines.setdefault(key, number)
        elif key == "architectures" and (entry := line.strip()).startswith("- "):
            listed.append(scalar(entry[2:]))
    name, version = fields.get("name", ""), fields.get("version", "")
    if not name:
        raise UnreadableFileError("a snap without a name")
    arch = next(iter(listed), scalar(fields.get("architectures", "").strip("[]").partition(",")[0]))
    licence = fields.get("license", "")
    package = Package(
        "generic",
        name,
        version,
        arch=arch,
        licenses=(licence,) if licence else (),
        declared=not file.path.startswith(_INSTALLED),
    )
    yield Found(file.path, lines["name"], package)
    base = fields.get("base", "")
    if base and base != "none":
        yield Found(file.path, lines["name"], Requires("generic", name, version, (base,)))


def _debs(file: File, title: str, *, declared: bool) -> Iterator[Found]:
    seen, listing = set[str](), False
    for number, line in enumerate(text_of(file.data).split("\n"), 1):
        entry = line.strip()
        if not entry.startswith("- "):
            listing = entry == title if entry else listing
            continue
        package = re.fullmatch(r"([^=:\s]+)(?::([^=:\s]+))?=(\S+)", scalar(entry[2:])) if listing else None
        if package and entry not in seen:
            seen.add(entry)
            fact = Package("deb", package[1], package[3], arch=package[2] or "", declared=declared)
            yield Found(file.path, number, fact)
