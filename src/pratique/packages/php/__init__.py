"""Packages of PHP."""
