"""Package formats, one a file. `ANALYZERS` is the whole registry; a test proves nothing was forgotten."""
