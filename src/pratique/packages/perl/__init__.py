"""Packages of Perl."""
