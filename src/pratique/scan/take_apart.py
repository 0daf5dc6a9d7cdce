"""Above the waterline: from a reference to what is in the image. Needs no advisories and judges nothing."""

from typing import TYPE_CHECKING

import pratique
from pratique.errors import DeadlineError
from pratique.image.open import open_image
from pratique.image.source import Image
from pratique.records.advisory import BASELINE, AdvisorySource
from pratique.records.image import Manifest
from pratique.records.inventory import Inventory
from pratique.records.report import Provenance
from pratique.scan.fingerprint import analyzer_versions, fingerprint
from pratique.scan.settings import Outlet, Settings
from pratique.store.cache import Cache

if TYPE_CHECKING:
    from pratique.inventory.tree import Tree


def take_apart(reference: str, settings: Settings, outlet: Outlet) -> tuple[Manifest, Inventory]:
    """What is in an image: above the waterline. Known images are not opened further than their configuration."""
    image = _open(reference, settings, outlet)
    made_by = fingerprint()
    if isinstance(image, str):
        from pratique.scan.read import read_folder

        return read_folder(reference, image, made_by)
    manifest = image.manifest
    cache = Cache(settings.cache, settings.cache_largest) if settings.cache else None
    known = cache.get("inventory", manifest.digest, made_by, Inventory) if cache else None
    if known is not None:
        return manifest, known
    from pratique.scan.read import read_image

    inventory = read_image(image, cache, made_by, settings, outlet)
    if cache:
        if not any(placed.unknown.analyzer == "deadline" for placed in inventory.unknowns):
            cache.put("inventory", manifest.digest, made_by, inventory)
        cache.trim()
    return manifest, inventory


def merged_tree(reference: str, settings: Settings, outlet: Outlet) -> "Tree":
    """The final file system of an image, each path with the layer it comes from."""
    from pratique.scan.read import read_tree

    image = _open(reference, settings, outlet)
    cache = Cache(settings.cache, settings.cache_largest) if settings.cache else None
    tree = read_tree(image, cache, fingerprint(), settings, outlet)
    if cache:
        cache.trim()
    return tree


def _open(reference: str, settings: Settings, outlet: Outlet) -> Image | str:
    deadline = outlet.clock() + settings.timeout

    def check() -> None:
        outlet.progress("reading the archive for what is in it")
        if outlet.clock() > deadline:
            raise DeadlineError(f"{reference}: time was up before the archive was read")

    return open_image(reference, name=settings.image, platform=settings.platform, check=check)


def provenance(now: str, sources: tuple[AdvisorySource, ...] = ()) -> Provenance:
    """Who says so, by which means and when. A manifest alone has no advisories behind it."""
    return Provenance(
        tool=f"pratique {pratique.__version__}",
        analyzers=analyzer_versions(),
        fingerprint=fingerprint(),
        scanned=now,
        advisories=sources,
        baseline=any(source.ecosystem == BASELINE for source in sources),
    )
