"""Packages of R."""
