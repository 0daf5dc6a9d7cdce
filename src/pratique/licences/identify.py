"""Licences in files of text, by their words."""

import functools
import re
from collections import Counter
from pathlib import Path

from pratique.licences.expression import expression, known
from pratique.licences.fingerprint import LARGEST, decode, hashes

LIKE = 0.80
"""Share of a licence's fingerprint that a file must hold. Changed names and left-out appendices cost a tenth."""

_LICENCES_MOST = 50
"""Of one file: collections of notices."""


@functools.cache
def _fingerprints() -> tuple[dict[str, frozenset[int]], dict[int, tuple[str, ...]]]:
    """Hashes of every licence, licences of every hash."""
    licences = decode((Path(__file__).parent / "fingerprints").read_bytes())
    holders: dict[int, tuple[str, ...]] = {}
    for id_, found in licences.items():
        for one in found:
            holders[one] = (*holders.get(one, ()), id_)
    return licences, holders


def identify(data: bytes) -> tuple[tuple[str, float], ...]:
    """SPDX ids, or the expression behind `SPDX-License-Identifier:`, and how much of each is there, at most 1.0.

    The fullest first. What a longer licence explains (BSD-2-Clause within BSD-3-Clause) is not told again.
    """
    licences, holders = _fingerprints()
    left = {one for one in hashes(data) if one in holders}
    found: dict[str, float] = {}
    while left and len(found) < _LICENCES_MOST:
        counts = Counter(id_ for one in left for id_ in holders[one])
        alike = [
            (2 * count - len(licences[id_]), id_)  # what is there, less what is missing
            for id_, count in counts.items()
            if count >= LIKE * len(licences[id_])
        ]
        if not alike:
            break
        _, best = max(alike, key=lambda row: (row[0], [-ord(letter) for letter in row[1]]))
        name = best.partition("#")[0]  # one of several texts of a licence
        if name.removesuffix("-or-later") + "-only" not in found:  # whose notice is part of it
            found.setdefault(name, round(counts[best] / len(licences[best]), 3))
        left -= licences[best]
    for tag in _tags(data):
        found.setdefault(tag, 1.0)
    return tuple(sorted(found.items(), key=lambda row: (-row[1], row[0])))


def _tags(data: bytes) -> list[str]:
    """Expressions behind `SPDX-License-Identifier:`."""
    tags = re.findall(rb"SPDX-License-Identifier:[ \t]*([\w.+() :-]{1,200})", data[:LARGEST])
    expressed = (expression(tag.decode(errors="replace").strip()) for tag in tags[:_LICENCES_MOST])
    return [one for one in dict.fromkeys(expressed) if known(one)]
