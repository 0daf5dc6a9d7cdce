"""Java archives."""

from pratique.packages.java import archive

ANALYZERS = (archive.ANALYZER,)
