"""Which advisories hold for which packages, and why."""
