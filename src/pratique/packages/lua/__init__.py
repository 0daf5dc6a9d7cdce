"""Packages of Lua."""
