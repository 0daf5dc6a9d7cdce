"""Everything one scan has to say; what the renderers turn into bytes."""

import msgspec

from pratique.records.advisory import AdvisorySource
from pratique.records.finding import Finding
from pratique.records.image import Manifest
from pratique.records.inventory import Inventory
from pratique.records.verdict import Verdict


class Provenance(msgspec.Struct, frozen=True):
    """Who says so, by which means and when."""

    tool: str
    """`pratique 0.1.0`."""
    analyzers: tuple[str, ...]
    """`name/version` of each analyzer."""
    fingerprint: str
    scanned: str
    """RFC 3339 time of the scan."""
    advisories: tuple[AdvisorySource, ...]
    baseline: bool
    """Only the built-in baseline judged: far less than a database knows."""


class Report(msgspec.Struct, frozen=True):
    """One image, judged."""

    manifest: Manifest
    inventory: Inventory
    findings: tuple[Finding, ...]
    """Sorted: those that count first, the worst first."""
    gaps: tuple[str, ...]
    """What was not looked at beside unreadable files: an unsupported distribution, missing advisories, ..."""
    verdict: Verdict
    provenance: Provenance
    unjudged: tuple[str, ...] = ()
    """What was listed and cannot be judged by anybody: no feed speaks of it. No reason against the image."""
