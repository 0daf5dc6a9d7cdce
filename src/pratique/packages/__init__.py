"""Package formats, one a file; `registry.ANALYZERS` is the whole list.

`VERSIONS` stands here by itself: a scan of a known image asks what its facts were made by, and needs no parser.
"""

VERSIONS: dict[str, int] = {
    "os-release": 1,
    "dpkg": 1,
    "apk": 1,
    "rpm": 1,
    "rpm-manifest": 1,
    "python-metadata": 1,
    "python-egg": 1,
    "node-modules": 2,
    "go-binary": 1,
    "java-archive": 2,
}
"""Name of each analyzer and its version. Raise it when the same bytes give other records: stored facts depend on it."""
