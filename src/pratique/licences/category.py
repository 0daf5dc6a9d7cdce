"""Categories of licences: what they ask of those who pass the software on."""

import functools
import re

from pratique.licences import spdx
from pratique.licences.expression import expression
from pratique.licences.words import licence

UNKNOWN = "unknown"

ORDER = (
    "public-domain",
    "permissive",
    "weak-copyleft",
    UNKNOWN,
    "strong-copyleft",
    "network-copyleft",
    "proprietary",
)
"""From the most lenient to the strictest. What is not known may be strict: it outweighs what asks for little, and hides
nothing that asks for much."""

_OWN = {
    "LicenseRef-public-domain": "public-domain",
    "LicenseRef-Fedora-Public-Domain": "public-domain",
    "LicenseRef-Fedora-UltraPermissive": "permissive",
    "LicenseRef-KHRONOS": "permissive",
    "LicenseRef-proprietary": "proprietary",
    "LicenseRef-Oracle-FUTC": "proprietary",
    "LicenseRef-dotnet-library": "proprietary",
}

_INNERMOST = r"\(([^()]*)\)"


@functools.cache
def _categories() -> dict[str, str]:
    words = {
        "public-domain": spdx.PUBLIC_DOMAIN,
        "permissive": spdx.PERMISSIVE,
        "weak-copyleft": spdx.WEAK,
        "strong-copyleft": spdx.STRONG,
        "network-copyleft": spdx.NETWORK,
        "proprietary": spdx.PROPRIETARY,
    }
    return _OWN | {id_: name for name, found in words.items() for id_ in found.split()}


@functools.lru_cache(8192)
def category(expressed: str) -> str:
    """One of `ORDER`. AND takes the strictest; OR the most lenient that is known, for the choice is the user's.

    `expressed` is what `expression` gives; of other texts what is known of their parts.
    """
    text = expression(expressed)
    while (inner := re.sub(_INNERMOST, lambda found: f" {_flat(found[1])} ", text)) != text:
        text = inner
    return _flat(text)


def _flat(text: str) -> str:
    """Of a chain without parentheses. AND binds more than OR."""
    choices = [_strictest(part) for part in re.split(r"\s+OR\s+", text, flags=re.IGNORECASE)]
    clear = [choice for choice in choices if choice != UNKNOWN]
    return min(clear, key=ORDER.index) if clear else UNKNOWN


def _strictest(chain: str) -> str:
    return max((_of_one(part.strip()) for part in re.split(r"\s+AND\s+", chain, flags=re.IGNORECASE)), key=ORDER.index)


def _of_one(text: str) -> str:
    if text in ORDER:  # of an inner pair of parentheses
        return text
    id_ = licence(text)
    if not id_.startswith("LicenseRef-") or id_ in _OWN:
        base, _, exception = id_.partition(" WITH ")
        found = _categories().get(base.removesuffix("+"), UNKNOWN)
        return "weak-copyleft" if exception and found == "strong-copyleft" else found
    base, middle, _ = id_.removeprefix("LicenseRef-").partition("-with-")
    return _categories().get(base, UNKNOWN) if middle else UNKNOWN
