"""Hex versions (Elixir, Erlang, Gleam): semantic versions.

Source: the documentation of Elixir's module Version, which orders by precedence: build metadata does not count.
Applications of Erlang/OTP itself do not follow it, but their numbers (`5.1.2.1`) find their place, too.
"""

from pratique.versions.semver import Key, key

__all__ = ["Key", "key"]
