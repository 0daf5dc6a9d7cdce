"""Programs and shared libraries: what they were built from, and what they ask the dynamic linker for."""

NAME = "executable"
"""Of the analyzer, in the records of all its parts."""
