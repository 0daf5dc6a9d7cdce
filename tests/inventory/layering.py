"""Layers for tests: written as real tars, read by the real analyzers."""

from pratique.formats.tar import TarReader
from pratique.inventory.squash import squash
from pratique.inventory.take import take_inventory
from pratique.records.facts import Found, LayerFacts
from pratique.records.file import Unknown
from pratique.records.image import ImageConfig, LayerRef, Manifest, Platform
from pratique.records.inventory import Inventory
from pratique.records.package import Package
from pratique.scan.analyze import analyze_layer
from tests.simulators.layers import Entry, file, tar_bytes

STATUS = "var/lib/dpkg/status"
Life = tuple[str, str, int, int | None]
"""Name and version, path, first layer, layer that hid it."""


def layer(*entries: Entry) -> LayerFacts:
    data = tar_bytes(entries)
    return analyze_layer(lambda: TarReader(iter((data,))))


def status(*packages: str, path: str = STATUS) -> Entry:
    """A dpkg database of `name version` texts; `name version source=openssl (1.2)` names a source."""
    return file(path, "\n".join(map(stanza, packages)))


def stanza(text: str) -> str:
    name, version, *rest = text.split(maxsplit=2)
    source = f"Source: {rest[0].removeprefix('source=')}\n" if rest else ""
    return (
        f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\n{source}Version: {version}\n"
        "Maintainer: Debian Developers <all@debian.org>\n"
    )


def installed(*packages: str, path: str = "lib/apk/db/installed") -> Entry:
    """An apk database of `name version [folder/file ...]` texts."""
    stanzas = []
    for text in packages:
        name, version, *files = text.split()
        lines = [f"P:{name}", f"V:{version}", "A:x86_64", f"o:{name}"]
        for owned in files:
            folder, _, base = owned.rpartition("/")
            lines += [f"F:{folder}", f"R:{base}"]
        stanzas.append("\n".join(lines) + "\n")
    return file(path, "\n".join(stanzas))


def metadata(name: str, version: str, folder: str = "usr/lib/python3/dist-packages", disk: str = "") -> Entry:
    """The METADATA of a Python distribution, in a folder `NAME-DISK.dist-info`."""
    return file(
        f"{folder}/{name}-{disk or version}.dist-info/METADATA",
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    )


def os_release(id_: str, version: str, path: str = "etc/os-release") -> Entry:
    return file(path, f'ID={id_}\nVERSION_ID="{version}"\nPRETTY_NAME="{id_.title()} {version}"\n')


def lives(*layers: LayerFacts) -> set[Life]:
    """Every package of an image and the layers in which it is there."""
    found = set()
    for interval in squash(layers).intervals:
        if isinstance(interval.record, Found) and isinstance(interval.record.fact, Package):
            package = interval.record.fact
            origin = interval.origin
            found.add((f"{package.name} {package.version}", interval.record.path, origin.layer, origin.hidden_by))
    return found


def unread(*layers: LayerFacts) -> set[tuple[str, int, int | None]]:
    """Path of everything unreadable, and the layers in which it is there."""
    return {
        (interval.record.path, interval.origin.layer, interval.origin.hidden_by)
        for interval in squash(layers).intervals
        if isinstance(interval.record, Unknown)
    }


def inventory(*layers: LayerFacts) -> Inventory:
    """What is in an image of these layers."""
    digests = tuple(f"sha256:{index:064x}" for index in range(len(layers)))
    config = ImageConfig(Platform("linux", "amd64"), digests)
    manifest = Manifest(
        "test.tar", "sha256:11", "sha256:22", config, tuple(LayerRef(index, id_) for index, id_ in enumerate(digests))
    )
    texts = [f"RUN step {index}" for index in range(len(layers))]
    return take_inventory(manifest, layers, instructions=texts, base_layers=1, made_by="tests")
