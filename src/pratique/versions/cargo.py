"""Cargo versions: semantic versions. Source: the Cargo Book, SemVer compatibility.

Build metadata does not count, although crates.io's `semver` library orders by it in the last resort: RustSec and
OSV judge by precedence.
"""

from pratique.versions.semver import Key, key

__all__ = ["Key", "key"]
