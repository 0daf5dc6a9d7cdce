"""Fingerprints of licences: hashes of five words in a row, of which winnowing keeps some.

Winnowing (Schleimer, Wilkerson, Aiken 2003) keeps the least hash of every few neighbours, so that a text copied whole
keeps all of them. Only licences are winnowed; a file gives all its hashes.

The data file holds a line `ID NUMBER` for each licence, an empty line, and all hashes as 32 bits, little endian.
"""

import functools
import re
import sys
from collections.abc import Iterable, Mapping
from zlib import crc32

from pratique.limits import KIB

LARGEST = 256 * KIB
"""Bytes of a file that are looked at. What is longer are collections of notices; GPL-3.0 has 35 KiB."""

WORDS = 5
"""In a row; one changed word costs as many hashes."""

WINDOW = 6
"""Neighbours of which one is kept: two of seven hashes on average."""


_SAME = {b"owner": b"holder", b"owners": b"holders", b"licence": b"license", b"https": b"http"}
"""Words that stand for each other in copies."""


@functools.cache
def _patterns() -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """What is nobody's licence (lines that name the holders, templates to fill in, tags); and words.

    A line of a licence may begin with "copyright notice" as well. Numbers and letters of lists differ between copies.
    """
    of_years = rb"(?:copyright|\(c\)|\xc2\xa9)[\s:]*(?:\(c\)|\xc2\xa9|[\d<\[{]|by\b)"
    holders = rb"^[^\w\n]{0,20}" + of_years + rb"[^\n]{0,300}$|^[^\w\n]{0,20}all rights reserved\W{0,9}$"
    return re.compile(rb"(?m)" + holders + rb"|<[^<>\n]{1,80}>"), re.compile(rb"\d\.\d+|[a-z0-9\x80-\xff]{2,}")


def hashes(text: bytes) -> list[int]:
    """Of every five words of a text, in order. ASCII letters only fold."""
    left_out, word = _patterns()
    plain = left_out.sub(b" ", text[:LARGEST].lower())
    words = [crc32(_SAME.get(found, found)) for found in word.findall(plain)]
    rows = zip(*(words[at:] for at in range(WORDS)), strict=False)
    return [(a * 3 ^ b * 5 ^ c * 17 ^ d * 257 ^ e * 65537) & 0xFFFFFFFF for a, b, c, d, e in rows]


def winnowed(text: bytes) -> frozenset[int]:
    """The least of every window."""
    every = hashes(text)
    return frozenset(min(every[at : at + WINDOW]) for at in range(max(1, len(every) - WINDOW + 1)) if every)


def encode(licences: Mapping[str, Iterable[int]]) -> bytes:
    """The data file."""
    from array import array

    rows = {id_: sorted(found) for id_, found in licences.items()}
    head = "".join(f"{id_} {len(found)}\n" for id_, found in rows.items())
    numbers = array("I", [one for found in rows.values() for one in found])
    if sys.byteorder == "big":
        numbers.byteswap()
    return head.encode() + b"\n" + numbers.tobytes()


def decode(data: bytes) -> dict[str, frozenset[int]]:
    """Licences and their hashes, from the data file."""
    from array import array

    head, _, body = data.partition(b"\n\n")
    numbers = array("I", body)
    if sys.byteorder == "big":
        numbers.byteswap()
    licences = {}
    at = 0
    for line in head.decode().splitlines():
        id_, _, count = line.partition(" ")
        licences[id_] = frozenset(numbers[at : at + int(count)])
        at += int(count)
    return licences
