"""Packages of OCaml."""
