"""Which records an ecosystem has and when each was last changed: `modified_id.csv`, and how it differs from before."""

import re

from pratique.advisories.osv import is_id

LISTING_LARGEST = 256 << 20
"""Bytes of modified_id.csv; npm's has some 12 MB."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]{8,18}Z?")


def parse(text: str) -> dict[str, str]:
    """Id -> time of change, from lines `2026-09-29T09:57:04Z,DEBIAN-CVE-2026-75895`; other lines are passed over."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        modified, _, own = line.partition(",")
        own = own.strip()
        if _TIME.fullmatch(modified) and is_id(own):
            found[own] = modified
    return found


def render(listing: dict[str, str]) -> str:
    """The inverse of `parse`, sorted by id: equal listings give equal texts."""
    return "".join(f"{listing[own]},{own}\n" for own in sorted(listing))


def is_older(modified: str, listed: str) -> bool:
    """Whether a record is older than its listing says, by more than the fractions in which exporters differ."""
    return modified[:19] < listed[:19]


def newest(listing: dict[str, str]) -> str:
    """The latest time of change; empty for an empty listing."""
    return max(listing.values(), default="")
