"""Package formats, one a file; `registry.ANALYZERS` is the whole list."""
