"""Go programs: their toolchain and modules."""
