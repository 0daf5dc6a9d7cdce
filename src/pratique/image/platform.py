"""Which image of a multi-platform index is meant (image-spec image-index.md; names as in Go's GOOS and GOARCH)."""

import os
from collections.abc import Sequence
from typing import TypeVar

from pratique.errors import NoSuchInputError, UsageError
from pratique.records.image import Platform

T = TypeVar("T")

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "i386": "386", "i686": "386", "loongarch64": "loong64"}
_ARM = {"armv5": "v5", "armv6": "v6", "armv7": "v7", "armv8": "v8"}

_ANY_VARIANT = 100


def host_platform() -> Platform:
    """Linux on the host's processor: images for other systems do not run here anyway."""
    machine = os.uname().machine
    if machine[:5] in _ARM:
        return Platform("linux", "arm", _ARM[machine[:5]])
    return Platform("linux", _MACHINES.get(machine, machine))


def parse_platform(text: str) -> Platform:
    """`os/arch[/variant]`; UsageError for anything else."""
    parts = text.lower().split("/")
    if len(parts) not in (2, 3) or not all(parts):
        raise UsageError(f"--platform {text!r} is not os/arch[/variant]", "for example linux/arm64")
    return Platform(parts[0], _MACHINES.get(parts[1], parts[1]), "".join(parts[2:]))


def choose(offers: Sequence[tuple[Platform | None, T]], wanted: Platform | None, what: str) -> T:
    """The first offer that fits, the exact variant before others.

    A lone image is taken as it is unless another platform was asked for; an offer without platform fits any.
    Raises NoSuchInputError with the list of platforms there are.
    """
    if wanted is None and len(offers) == 1:
        return offers[0][1]
    platform = wanted or host_platform()
    fitting = [
        (offer is None, _variant_distance(offer, platform), at)
        for at, (offer, _) in enumerate(offers)
        if offer is None or (offer.os, offer.architecture) == (platform.os, platform.architecture)
    ]
    fitting = [fit for fit in fitting if fit[1] is not None]
    if not fitting:
        there = ", ".join(sorted({str(offer) for offer, _ in offers if offer is not None})) or "none"
        raise NoSuchInputError(f"{what} has no image for {platform}", f"choose with --platform; there are: {there}")
    return offers[min(fitting, key=lambda fit: (fit[0], fit[1] or 0, fit[2]))[2]][1]


def _variant_distance(offer: Platform | None, wanted: Platform) -> int | None:
    """How far an offer is from the variant wanted: 0 is exact; None: does not run there."""
    if offer is None or offer.variant == wanted.variant:
        return 0
    default = {"arm64": "v8", "arm": "v7"}.get(wanted.architecture, "")
    offered, asked = offer.variant or default, wanted.variant or default
    if offered == asked:
        return 0
    # An older ARM variant runs on a newer processor, never the other way round.
    if wanted.architecture == "arm" and offered < asked:
        return ord(asked[-1]) - ord(offered[-1])
    return None if wanted.variant else _ANY_VARIANT
