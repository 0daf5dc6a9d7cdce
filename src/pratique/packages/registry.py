"""Every package format there is. A test proves that none was forgotten."""

from pratique.packages import apk, dpkg, os_release, rpm, rpm_manifest
from pratique.packages.golang import binary
from pratique.packages.java import archive
from pratique.packages.javascript import node_modules
from pratique.packages.python import egg, metadata
from pratique.records.analyzer import Analyzer

ANALYZERS: tuple[Analyzer, ...] = (
    os_release.ANALYZER,
    dpkg.ANALYZER,
    apk.ANALYZER,
    rpm.ANALYZER,
    rpm_manifest.ANALYZER,
    metadata.ANALYZER,
    egg.ANALYZER,
    node_modules.ANALYZER,
    binary.ANALYZER,
    archive.ANALYZER,
)
