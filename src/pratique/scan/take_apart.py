"""Above the waterline: from a reference to what is in the image. Needs no advisories and judges nothing."""

from pathlib import Path

import pratique
from pratique.image.history import base_layers, instructions
from pratique.image.open import open_image
from pratique.image.rootfs import FolderReader
from pratique.image.source import Image
from pratique.inventory.squash import squash
from pratique.inventory.take import take_inventory
from pratique.inventory.tree import Tree
from pratique.records.advisory import AdvisorySource
from pratique.records.facts import LayerFacts
from pratique.records.image import ImageConfig, LayerRef, Manifest
from pratique.records.inventory import Inventory
from pratique.records.report import Provenance
from pratique.scan.analyze import analyze_layer, analyzer_versions, fingerprint
from pratique.scan.layers import Watch, read_layers
from pratique.scan.settings import Outlet, Settings
from pratique.store.cache import Cache


def take_apart(reference: str, settings: Settings, outlet: Outlet) -> tuple[Manifest, Inventory]:
    """What is in an image: above the waterline. Known images are not opened further than their configuration."""
    image = open_image(reference, name=settings.image, platform=settings.platform)
    made_by = fingerprint()
    if isinstance(image, Path):
        return _take_folder(reference, image, made_by)
    manifest = image.manifest
    cache = Cache(settings.cache, settings.cache_largest) if settings.cache else None
    known = cache.get("inventory", manifest.digest, made_by, Inventory) if cache else None
    if known is not None:
        return manifest, known
    inventory = _read(image, cache, made_by, settings, outlet)
    if cache:
        if not any(placed.unknown.analyzer == "deadline" for placed in inventory.unknowns):
            cache.put("inventory", manifest.digest, made_by, inventory)
        cache.trim()
    return manifest, inventory


def merged_tree(reference: str, settings: Settings, outlet: Outlet) -> Tree:
    """The final file system of an image, each path with the layer it comes from."""
    image = open_image(reference, name=settings.image, platform=settings.platform)
    if isinstance(image, Path):
        return squash([analyze_layer(lambda: FolderReader(image))]).tree
    cache = Cache(settings.cache, settings.cache_largest) if settings.cache else None
    facts = _layers(image, cache, settings, outlet)
    if cache:
        cache.trim()
    return squash(facts).tree


def _layers(image: Image, cache: Cache | None, settings: Settings, outlet: Outlet) -> list[LayerFacts]:
    watch = Watch(outlet.clock, outlet.clock() + settings.timeout, outlet.progress)
    return read_layers(image, cache, fingerprint(), watch)


def _read(image: Image, cache: Cache | None, made_by: str, settings: Settings, outlet: Outlet) -> Inventory:
    facts = _layers(image, cache, settings, outlet)
    history = image.manifest.config.history
    return take_inventory(
        image.manifest,
        facts,
        instructions=instructions(history, len(facts)),
        base_layers=base_layers(history, len(facts)),
        made_by=made_by,
    )


def _take_folder(reference: str, root: Path, made_by: str) -> tuple[Manifest, Inventory]:
    """A root file system is one layer without name, history or digest; nothing of it is stored."""
    from pratique.image.platform import host_platform

    facts = analyze_layer(lambda: FolderReader(root))
    config = ImageConfig(platform=host_platform(), diff_ids=("",))
    manifest = Manifest(reference, "", "", config, (LayerRef(0, ""),))
    return manifest, take_inventory(manifest, [facts], instructions=("",), base_layers=0, made_by=made_by)


def provenance(now: str, sources: tuple[AdvisorySource, ...] = ()) -> Provenance:
    """Who says so, by which means and when. A manifest alone has no advisories behind it."""
    return Provenance(
        tool=f"pratique {pratique.__version__}",
        analyzers=analyzer_versions(),
        fingerprint=fingerprint(),
        scanned=now,
        advisories=sources,
        baseline=any(source.ecosystem == "baseline" for source in sources),
    )
