"""Versions of Swift packages: semantic versions, in tags with or without a leading `v`.

Source: the documentation of the Swift Package Manager, PackageDescription, Version. Build metadata does not count.
"""

from pratique.versions.semver import Key, key

__all__ = ["Key", "key"]
