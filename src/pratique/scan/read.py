"""Reading an image that is not known yet: layers, facts, inventory. Imported only then: it brings every parser."""

import msgspec

from pratique.image.history import base_layers, instructions
from pratique.image.platform import host_platform
from pratique.image.rootfs import FolderReader
from pratique.image.source import Image
from pratique.inventory.squash import squash
from pratique.inventory.take import take_inventory
from pratique.inventory.tree import Tree
from pratique.records.facts import LayerFacts
from pratique.records.image import ImageConfig, LayerRef, Manifest
from pratique.records.inventory import Inventory
from pratique.scan.layers import Watch, read_layers
from pratique.scan.settings import Outlet, Settings
from pratique.store.cache import Cache


def read_image(image: Image, cache: Cache | None, made_by: str, settings: Settings, outlet: Outlet) -> Inventory:
    """The inventory of an image, out of its layers and those that the cache knows."""
    history = image.manifest.config.history

    def take(facts: list[LayerFacts]) -> Inventory:
        return take_inventory(
            image.manifest,
            facts,
            instructions=instructions(history, len(facts)),
            base_layers=base_layers(history, len(facts)),
            made_by=made_by,
        )

    return read_layers(image, cache, made_by, _watch(settings, outlet), take)


def read_folder(reference: str, root: str, made_by: str) -> tuple[Manifest, Inventory]:
    """A root file system is one layer without name, history or digest; nothing of it is stored."""
    facts = _read_root(root)
    config = ImageConfig(platform=host_platform(), diff_ids=("",))
    manifest = Manifest(reference, "", "", config, (LayerRef(0, ""),))
    return manifest, take_inventory(manifest, [facts], instructions=("",), base_layers=0, made_by=made_by)


def read_tree(image: Image | str, cache: Cache | None, made_by: str, settings: Settings, outlet: Outlet) -> Tree:
    """The final file system of an image or folder."""
    if isinstance(image, str):
        return squash([_read_root(image)]).tree
    return read_layers(image, cache, made_by, _watch(settings, outlet), lambda facts: squash(facts).tree)


def _read_root(root: str) -> LayerFacts:
    from pratique.scan.analyze import analyze_layer

    reader = FolderReader(root)
    facts = analyze_layer(lambda: reader)
    return msgspec.structs.replace(facts, unknowns=(*facts.unknowns, *reader.unknowns))


def _watch(settings: Settings, outlet: Outlet) -> Watch:
    return Watch(outlet.clock, outlet.clock() + settings.timeout, outlet.progress)
