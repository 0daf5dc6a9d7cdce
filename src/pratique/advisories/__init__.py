"""Feeds in, one database out; and the baseline."""
