"""The one table of ecosystems: package URL type, spelling of names, version scheme, name of the OSV feed."""

import functools
import re
from collections.abc import Callable

import msgspec

from pratique.records.package import Distro


class Ecosystem(msgspec.Struct, frozen=True):
    """How one kind of package is named and compared."""

    type: str
    """Package URL type."""
    scheme: str
    """Key of `pratique.versions.SCHEMES`."""
    osv: str = ""
    """Name of the OSV feed; empty for operating-system packages, whose feed the distribution decides."""
    normalise: Callable[[str], str] = str
    """From the spelling found to the spelling of the feed."""


def _pep503(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


ECOSYSTEMS: dict[str, Ecosystem] = {
    row.type: row
    for row in (
        Ecosystem("deb", "dpkg"),
        Ecosystem("rpm", "rpm"),
        Ecosystem("apk", "apk"),
        Ecosystem("opkg", "dpkg"),
        Ecosystem("alpm", "alpm"),
        Ecosystem("pypi", "pep440", "PyPI", _pep503),
        Ecosystem("npm", "npm", "npm"),
        Ecosystem("golang", "golang", "Go"),
        Ecosystem("maven", "maven", "Maven"),
        Ecosystem("cargo", "cargo", "crates.io"),
        Ecosystem("gem", "gem", "RubyGems"),
        Ecosystem("composer", "composer", "Packagist", str.lower),
    )
}
"""By package URL type."""

NOT_YET: dict[str, str] = {
    "bioconductor": "Bioconductor",
    "bitnami": "Bitnami",
    "conan": "ConanCenter",
    "cran": "CRAN",
    "github": "GitHub Actions",
    "hackage": "Hackage",
    "hex": "Hex",
    "julia": "Julia",
    "nuget": "NuGet",
    "opam": "opam",
    "pub": "Pub",
    "swift": "SwiftURL",
}
"""Package URL types that OSV has advisories for, and the name of the feed: their versions cannot be compared yet."""

PROGRAM = "generic"
"""Package URL type of programs that came without a package manager."""

OF_SYSTEM = frozenset(row.type for row in ECOSYSTEMS.values() if not row.osv)
"""Package URL types of operating systems' packages."""


@functools.lru_cache(4096)
def normalised(type_: str, name: str) -> str:
    """A name as its ecosystem's advisories spell it; as it is where there is no rule."""
    ecosystem = ECOSYSTEMS.get(type_)
    return ecosystem.normalise(name) if ecosystem else name


def _nothing(_distro: Distro) -> tuple[str, ...]:
    return ()


class DistroFeed(msgspec.Struct, frozen=True):
    """Which OSV feed judges a distribution, and what it leaves out."""

    osv: str
    """Name of the feed, without release."""
    release: Callable[[Distro], str]
    """Release part of the ecosystem, `12` of `Debian:12`; empty for rolling distributions."""
    type: str
    """Package URL type of its packages."""
    by_source: bool
    """Advisories name source packages."""
    by_binary: bool
    """Advisories name binary packages."""
    lists_unfixed: bool
    """The feed also names vulnerabilities without a fix. Where it does not, silence proves less."""
    beside: Callable[[Distro], tuple[str, ...]] = _nothing
    """Further releases, so to speak, whose advisories hold for the distribution."""


def _major(distro: Distro) -> str:
    return distro.version.partition(".")[0]


def _major_minor(distro: Distro) -> str:
    return ".".join(distro.version.split(".")[:2])


def _alpine(distro: Distro) -> str:
    if "_alpha" in distro.version or "edge" in distro.name.lower():
        return "edge"
    return f"v{_major_minor(distro)}"


def _ubuntu(distro: Distro) -> str:
    """LTS releases are those of April in even years; OSV writes `:LTS` behind them."""
    release = _major_minor(distro)
    year, _, month = release.partition(".")
    lts = month == "04" and year.isdigit() and int(year) % 2 == 0
    return f"{release}:LTS" if lts else release


def _ubuntu_plain(distro: Distro) -> tuple[str, ...]:
    """A release is written without `:LTS` until it is out."""
    return (_major_minor(distro),)


def _suse(distro: Distro) -> str:
    """`SUSE:Linux Enterprise Server 15 SP5` is PRETTY_NAME without the vendor's word."""
    return re.sub(r"^(open)?SUSE\s+", "", distro.name).strip()


_SLE_15_MODULES = (
    "Basesystem", "Containers", "Desktop Applications", "Development Tools", "Legacy", "Public Cloud", "Python 3",
    "Server Applications", "Web and Scripting",
)  # fmt: skip


def _sle_products(distro: Distro) -> tuple[str, ...]:
    """SLE 15 files packages under the module that ships them, and old service packs under LTSS products.

    bash of SLES 15 SP5 is in `SUSE:Linux Enterprise Module for Basesystem 15 SP5`; os-release tells no modules.
    """
    product = _suse(distro)
    found = re.search(r" (\d[\w. ]*)$", product)
    if not found:
        return ()
    release = found[1]
    ltss = (f"{product}-LTSS", f"Linux Enterprise Server LTSS Extended Security {release}")
    modules = _SLE_15_MODULES if release.startswith("15") else ()
    return (*(f"Linux Enterprise Module for {module} {release}" for module in modules), *ltss)


def _open_euler(distro: Distro) -> str:
    """`22.03-LTS-SP3` of the PRETTY_NAME `openEuler 22.03 (LTS-SP3)`; VERSION_ID is `22.03` for all of them."""
    return "-".join(re.findall(r"[\w.-]+", distro.name)[1:]) or distro.version


def _rolling(_distro: Distro) -> str:
    return ""


def _whole(distro: Distro) -> str:
    return distro.version


DISTRO_FEEDS: dict[str, DistroFeed] = {
    "debian": DistroFeed("Debian", _major, "deb", by_source=True, by_binary=False, lists_unfixed=True),
    "ubuntu": DistroFeed(
        "Ubuntu", _ubuntu, "deb", by_source=True, by_binary=False, lists_unfixed=True, beside=_ubuntu_plain
    ),
    "alpine": DistroFeed("Alpine", _alpine, "apk", by_source=True, by_binary=False, lists_unfixed=False),
    "wolfi": DistroFeed("Wolfi", _rolling, "apk", by_source=True, by_binary=True, lists_unfixed=False),
    "chainguard": DistroFeed("Chainguard", _rolling, "apk", by_source=True, by_binary=True, lists_unfixed=False),
    "alpaquita": DistroFeed("Alpaquita", _whole, "apk", by_source=True, by_binary=False, lists_unfixed=False),
    "almalinux": DistroFeed("AlmaLinux", _major, "rpm", by_source=False, by_binary=True, lists_unfixed=False),
    "rocky": DistroFeed("Rocky Linux", _major, "rpm", by_source=True, by_binary=True, lists_unfixed=False),
    "sles": DistroFeed("SUSE", _suse, "rpm", by_source=True, by_binary=True, lists_unfixed=False, beside=_sle_products),
    "opensuse-leap": DistroFeed("openSUSE", _suse, "rpm", by_source=True, by_binary=True, lists_unfixed=False),
    "opensuse-tumbleweed": DistroFeed("openSUSE", _suse, "rpm", by_source=True, by_binary=True, lists_unfixed=False),
    "openeuler": DistroFeed("openEuler", _open_euler, "rpm", by_source=True, by_binary=True, lists_unfixed=False),
    "photon": DistroFeed("Photon OS", _whole, "rpm", by_source=True, by_binary=True, lists_unfixed=False),
    "azurelinux": DistroFeed("Azure Linux", _major, "rpm", by_source=True, by_binary=True, lists_unfixed=False),
    "mariner": DistroFeed("Azure Linux", _major, "rpm", by_source=True, by_binary=True, lists_unfixed=False),
    "mageia": DistroFeed("Mageia", _major, "rpm", by_source=True, by_binary=True, lists_unfixed=False),
}
"""By `ID` of os-release. What is not here is not judged, and the verdict says so."""


def distro_ecosystem(distro: Distro) -> str | None:
    """OSV ecosystem with release, `Debian:12`; None where no feed covers the distribution."""
    feed = DISTRO_FEEDS.get(distro.id)
    if feed is None:
        return None
    release = feed.release(distro)
    return f"{feed.osv}:{release}" if release else feed.osv


@functools.lru_cache(16)  # asked for every package of an image
def distro_ecosystems(distro: Distro) -> tuple[str, ...]:
    """Every OSV ecosystem whose advisories hold for the distribution, its own first; none where no feed covers it."""
    own = distro_ecosystem(distro)
    if own is None:
        return ()
    feed = DISTRO_FEEDS[distro.id]
    return tuple(dict.fromkeys((own, *(f"{feed.osv}:{release}" for release in feed.beside(distro) if release))))
