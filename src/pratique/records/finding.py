"""What is wrong with an image: one tagged union for all stages."""

from typing import TypeAlias

import msgspec

from pratique.records.advisory import Epss, Exploited, Severity
from pratique.records.inventory import Placed


class Vulnerable(msgspec.Struct, frozen=True, tag="vulnerable", tag_field="kind"):
    """A package with a known vulnerability."""

    id: str
    """The name people know it by: its CVE, else GHSA, else whatever there is."""
    aliases: tuple[str, ...]
    """Every other name of the vulnerability, the advisories that speak of it among them."""
    placed: Placed
    severity: Severity
    fixed_versions: tuple[str, ...]
    """Versions that mend it, the smallest above the installed one first; empty: no fix is known."""
    summary: str
    reasons: tuple[str, ...]
    """Why it matched: which record, which name, which comparison."""
    urls: tuple[str, ...] = ()
    published: str = ""
    exploited: Exploited | None = None
    epss: Epss | None = None
    suppressed: str = ""
    """Why it does not count (kept, never dropped); empty: it counts."""


class Misconfigured(msgspec.Struct, frozen=True, tag="misconfigured", tag_field="kind"):
    """Something about the image itself that should not be so."""

    id: str
    title: str
    severity: Severity
    path: str
    layer: int
    reasons: tuple[str, ...]
    advice: str
    suppressed: str = ""


Finding: TypeAlias = Vulnerable | Misconfigured
