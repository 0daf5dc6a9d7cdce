"""Rules of single distributions that no version comparison knows (field facts: the scanners' and the trackers' own)."""

from pratique.records.advisory import Affected, Rating, Severity
from pratique.records.package import Package

_URGENCY = {
    "unimportant": Rating.NEGLIGIBLE,
    "negligible": Rating.NEGLIGIBLE,
    "low": Rating.LOW,
    "medium": Rating.MEDIUM,
    "high": Rating.HIGH,
    "critical": Rating.CRITICAL,
}
_KERNEL_SOURCES = ("linux", "kernel", "kernel-rt", "linux-lts")
_MODULE = (".module_el", ".module+el")
"""In releases of modular rpms: AlmaLinux's, those of Red Hat and Rocky Linux."""


def urgency(affected: Affected) -> Severity | None:
    """The distribution's own word for this package in this release; it knows its build best."""
    rating = _URGENCY.get(affected.urgency.lower())
    return Severity(rating, affected.ecosystem) if rating is not None else None


def speaks_of(package: Package, affected: Affected) -> bool:
    """False where an advisory shares only the name with a package.

    Modular rpms exist beside ordinary ones of the same name, and in several streams at once: an advisory for one says
    nothing of the others.
    """
    if package.type != "rpm":
        return True
    fixes = [range_.fixed for range_ in affected.ranges if range_.fixed]
    modular = any(map(_modular, fixes))
    if not fixes or (not modular and not package.module):
        return True
    if modular != bool(package.module or _modular(package.version)):
        return False
    stream = [*package.module.split(":"), ""][1]
    if not stream or not _upstream(package.version).startswith(f"{stream}."):
        return True  # Packages beside the one that gives the stream its number.
    return any(_upstream(fix).startswith(f"{stream}.") for fix in fixes)


def _modular(version: str) -> bool:
    return any(mark in version for mark in _MODULE)


def _upstream(version: str) -> str:
    return version.rpartition(":")[2]


def host_side(package: Package) -> bool:
    """Part of the kernel: in a container the host's own runs, and headers do not run at all."""
    source = package.source or package.name
    return package.type in ("deb", "rpm", "apk") and (
        source in _KERNEL_SOURCES or source.startswith(("linux-signed", "linux-headers"))
    )
