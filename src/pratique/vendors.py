"""Who packaged it: the distribution itself, or somebody else whose packages its advisories do not cover."""

from pratique.records.package import Distro, Package

_THIRD_PARTY_MAINTAINERS = (
    "docker", "nvidia", "hashicorp", "microsoft", "mongodb", "mariadb", "elastic", "nginx packaging", "gitlab",
    "grafana", "datadog", "nodesource", "tailscale", "github", "google", "percona", "confluent", "influxdata",
    "rabbitmq", "adoptium", "azul", "amazon corretto", "cloudflare", "oracle",
)  # fmt: skip
"""Companies that publish .deb files of their own for Debian and Ubuntu, as their Maintainer fields name them."""

_RPM_VENDORS: dict[str, tuple[str, ...]] = {
    "almalinux": ("AlmaLinux", "CloudLinux"),
    "rocky": ("Rocky",),
    "sles": ("SUSE", "openSUSE"),
    "opensuse-leap": ("SUSE", "openSUSE"),
    "openeuler": ("openEuler", "http://openeuler.org"),
    "photon": ("VMware", "Broadcom"),
    "azurelinux": ("Microsoft",),
    "mageia": ("Mageia",),
}
"""How a distribution's own packages name their vendor, by ID of os-release."""


def third_party(package: Package, distro: Distro) -> bool:
    """Not built by the distribution: its advisories say nothing about it, and it vouches for no other package."""
    if package.type == "deb":
        vendor = package.vendor.lower()
        return any(name in vendor for name in _THIRD_PARTY_MAINTAINERS)
    own = _RPM_VENDORS.get(distro.id)
    return bool(package.type == "rpm" and own and package.vendor and not package.vendor.startswith(own))
