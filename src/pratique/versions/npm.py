"""npm versions: semantic versions. Source: the npm package `semver`, README, and `package.json`, field version."""

from pratique.versions.semver import Key, key

__all__ = ["Key", "key"]
