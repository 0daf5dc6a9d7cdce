"""Version schemes: text in, a key that sorts out. One scheme a file; no scheme knows another's packages.

A key is a tuple of numbers, texts and tuples that Python compares and hashes natively. It encodes the order of
the scheme's own tool; where that order has ties (`1.0` and `1.0.0`), the keys are equal. Numbers in versions have
no upper bound, so every scheme reads runs of decimal digits as if they were hexadecimal: that keeps their order,
takes linear time, and is free of Python's limit on decimal conversions.

An empty text is a version in no scheme. A scheme's module is loaded with its first version: an image holds few.
"""

import functools
import importlib
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from pratique.errors import InvalidVersionError

Key: TypeAlias = tuple[Any, ...]
"""Compares with keys of the same scheme only."""


@functools.cache
def _load(scheme: str) -> Callable[[str], Key]:
    return cast(Callable[[str], Key], importlib.import_module(f"pratique.versions.{scheme}").key)


def _scheme(name: str) -> Callable[[str], Key]:
    def key(text: str) -> Key:
        return _load(name)(text)

    return key


SCHEMES: dict[str, Callable[[str], Key]] = {
    name: _scheme(name)
    for name in (
        "alpm",
        "apk",
        "bitnami",
        "cargo",
        "composer",
        "conan",
        "conda",
        "cpan",
        "cran",
        "dpkg",
        "gem",
        "generic",
        "github",
        "golang",
        "hackage",
        "hex",
        "julia",
        "luarocks",
        "maven",
        "npm",
        "nuget",
        "pep440",
        "pub",
        "rpm",
        "swift",
    )
}
"""Scheme (column of `pratique.ecosystems`) -> key function; that raises InvalidVersionError."""

_REMEMBERED_LONGEST = 128
"""Characters. Longer texts are not remembered, or a hostile image could fill the memory with them."""


@functools.cache
def versions_key(scheme: str) -> Callable[[str], Key]:
    """The scheme's key function with a memory: advisories repeat the same few bounds again and again.

    The function raises InvalidVersionError as the scheme's own does; an unknown scheme is a KeyError.
    """
    plain = SCHEMES[scheme]
    remembering = functools.lru_cache(maxsize=8192)(plain)

    def key(text: str) -> Key:
        return remembering(text) if len(text) <= _REMEMBERED_LONGEST else plain(text)

    return key


def compare(scheme: str, a: str, b: str) -> int:
    """-1, 0 or 1 as `a` is lower than, equal to or higher than `b`. Raises InvalidVersionError."""
    key = versions_key(scheme)
    left, right = key(a), key(b)
    return (left > right) - (left < right)


def is_valid(scheme: str, text: str) -> bool:
    """Whether the scheme can place the version. Ranges cannot judge one that it cannot place."""
    try:
        versions_key(scheme)(text)
    except InvalidVersionError:
        return False
    return True


__all__ = ["SCHEMES", "Key", "compare", "is_valid", "versions_key"]
