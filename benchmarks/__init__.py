"""Measurements of whole processes, against the floor and against other scanners."""
