"""Go programs."""

from pratique.packages.golang import binary

ANALYZERS = (binary.ANALYZER,)
