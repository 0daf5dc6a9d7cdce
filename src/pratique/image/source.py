"""An opened image: its manifest, and the blobs of its layers."""

import msgspec

from pratique.image.blob import Blob
from pratique.records.image import Manifest

IMAGES_MOST = 1000
"""Images that one index or archive may offer: the largest real ones hold some 50, a platform each."""


class Wanted(msgspec.Struct, frozen=True):
    """Which image of several the user means."""

    name: str = ""
    """Tag or full name; empty: the only one."""
    digest: str = ""
    """Digest of its manifest or index."""


class Image(msgspec.Struct, frozen=True):
    """Ready to be taken apart."""

    manifest: Manifest
    blobs: tuple[Blob, ...]
    """As many as `manifest.layers`."""
    sequential: bool
    """The blobs share one stream: read them one at a time, in order."""


def answers_to(name: str, wanted: str) -> bool:
    """`docker.io/acme/web:1` answers to itself, to `acme/web:1`, `web:1` and to its tag `1`."""
    return name == wanted or name.endswith((f"/{wanted}", f":{wanted}"))
