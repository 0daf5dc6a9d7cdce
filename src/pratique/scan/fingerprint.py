"""What facts and inventories were made by: stored under it, they are found again only by the same makers."""

import hashlib

from pratique.packages.registry import ANALYZERS

_FORMAT = "facts/3"
"""Raise it when records of facts, the walk of layers or what becomes of facts in an inventory change."""


def fingerprint() -> str:
    """Changes whenever another inventory could come out of the same image."""
    return hashlib.sha256("\n".join((_FORMAT, *analyzer_versions())).encode()).hexdigest()[:16]


def analyzer_versions() -> tuple[str, ...]:
    """`name/version` of every analyzer, sorted."""
    return tuple(sorted(f"{analyzer.name}/{analyzer.version}" for analyzer in ANALYZERS))
