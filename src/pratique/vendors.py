"""Who packaged it: the distribution itself, or somebody else whose packages its advisories do not cover."""

import functools
import re

from pratique.records.package import Distro, Package

_OWN_MAINTAINERS = (" debian ", " ubuntu ")
_THIRD_PARTY_MAINTAINERS = (
    "docker", "containerd team", "nvidia", "hashicorp", "microsoft", "mongodb", "mariadb", "elastic", "nginx packaging",
    "gitlab", "grafana", "datadog", "nodesource", "tailscale", "github", "google", "percona", "confluent",
    "influxdata", "rabbitmq", "adoptium", "azul", "amazon corretto", "cloudflare", "oracle",
)  # fmt: skip
"""Companies that publish .deb files of their own for Debian and Ubuntu: words of their Maintainer fields."""

_RPM_VENDORS: dict[str, tuple[str, ...]] = {
    "almalinux": ("AlmaLinux", "CloudLinux"),
    "rocky": ("Rocky",),
    "sles": ("SUSE", "openSUSE"),
    "opensuse-leap": ("SUSE", "openSUSE"),
    "opensuse-tumbleweed": ("SUSE", "openSUSE"),
    "openeuler": ("openEuler", "http://openeuler.org"),
    "photon": ("VMware", "Broadcom"),
    "azurelinux": ("Microsoft",),
    "mariner": ("Microsoft",),
    "mageia": ("Mageia",),
}
"""How a distribution's own packages name their vendor, by ID of os-release."""


def third_party(package: Package, distro: Distro) -> bool:
    """Not built by the distribution: its advisories say nothing about it, and it vouches for no other package."""
    if package.type == "deb":
        words = _words(package.vendor)
        return not any(name in words for name in _OWN_MAINTAINERS) and any(
            f" {name} " in words for name in _THIRD_PARTY_MAINTAINERS
        )
    own = _RPM_VENDORS.get(distro.id)
    return bool(package.type == "rpm" and own and package.vendor and not package.vendor.startswith(own))


@functools.lru_cache(1024)  # a few teams keep most packages of an image, and each is asked about several times
def _words(maintainer: str) -> str:
    """The words of a name and of the address's domain, between spaces; a person's mailbox says nothing.

    `Christian <c@googlemail.com>` is not Google, `Docker Team <team@tracker.debian.org>` is not Docker.
    """
    name, _, address = maintainer.lower().partition("<")
    domain = address.partition("@")[2].removeprefix("users.noreply.github.com")
    return f" {' '.join(re.findall('[a-z0-9]+', f'{name} {domain}'))} "
