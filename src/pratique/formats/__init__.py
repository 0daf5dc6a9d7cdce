"""Byte readers that know nothing of packages."""
