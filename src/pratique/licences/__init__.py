"""Licences: texts of package metadata as SPDX expressions, their categories, files of licences known by their words."""
