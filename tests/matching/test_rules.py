"""Who is a third party, and what an advisory's names mean."""

import pytest

from pratique.matching.aliases import best_name, common_name, gathers, other_names
from pratique.records.advisory import Advisory
from pratique.records.package import Distro, Package
from pratique.vendors import third_party

DEBIAN = Distro("debian", "12")


@pytest.mark.parametrize(
    "maintainer",
    [
        "Docker <support@docker.com>",
        "Containerd team <help@containerd.io>",
        "cudatools <cudatools@nvidia.com>",
        "Elasticsearch Team <info@elastic.co>",
        ".NET Core Team <dotnetpack@microsoft.com>",
        "MongoDB Packaging <packaging@mongodb.com>",
        "NodeSource Support <support@nodesource.com>",
        "HashiCorp <support@hashicorp.com>",
        "Google LLC <linux-packages-keymaster@google.com>",
        "GitHub <noreply@github.com>",
        "NGINX Packaging <nginx-packaging@f5.com>",
        "MySQL Release Engineering <mysql-build@oss.oracle.com>",
    ],
)
def test_companies_that_publish_packages_of_their_own(maintainer: str) -> None:
    assert third_party(Package("deb", "x", "1", vendor=maintainer), DEBIAN)


@pytest.mark.parametrize(
    "maintainer",
    [
        "",
        "Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>",
        "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>",
        "Christian Göttsche <cgzones@googlemail.com>",
        "Gregor Jasny <gjasny@googlemail.com>",
        "NYU Secure Systems Lab <securesystemslib-dev@googlegroups.com>",
        "Docker Compose Team <team+docker-compose@tracker.debian.org>",
        "Debian MongoDB Maintainers <team+mongodb@tracker.debian.org>",
        "Debian NVIDIA Maintainers <pkg-nvidia-devel@lists.alioth.debian.org>",
        "Somebody <somebody@users.noreply.github.com>",
    ],
)
def test_maintainers_of_debian_and_ubuntu(maintainer: str) -> None:
    assert not third_party(Package("deb", "x", "1", vendor=maintainer), DEBIAN)


@pytest.mark.parametrize(
    ("distro", "vendor", "foreign"),
    [
        ("almalinux", "AlmaLinux", False),
        ("almalinux", "CloudLinux Inc.", False),
        ("almalinux", "Oracle America", True),
        ("almalinux", "", False),
        ("rocky", "Rocky Enterprise Software Foundation", False),
        ("rocky", "PostgreSQL Global Development Group", True),
        ("sles", "SUSE LLC <https://www.suse.com/>", False),
        ("opensuse-tumbleweed", "openSUSE", False),
        ("mariner", "Microsoft Corporation", False),
        ("fedora", "Anybody", False),
    ],
)
def test_vendors_of_rpms(distro: str, vendor: str, foreign: bool) -> None:
    assert third_party(Package("rpm", "x", "1", vendor=vendor), Distro(distro)) is foreign


def test_the_name_that_people_know() -> None:
    assert best_name(["PYSEC-1", "GHSA-1", "CVE-2024-2", "CVE-2024-1", "DSA-1"]) == "CVE-2024-1"
    assert best_name(["PYSEC-1", "GHSA-1", "RUSTSEC-1"]) == "GHSA-1"
    assert best_name(["ALSA-1", "PYSEC-1"]) == "PYSEC-1"
    assert best_name(["DSA-2", "DSA-1"]) == "DSA-1"


def test_a_distributions_name_for_a_cve_is_that_cve() -> None:
    assert common_name("DEBIAN-CVE-2021-44228") == "CVE-2021-44228"
    assert common_name("UBUNTU-CVE-2021-44228") == "CVE-2021-44228"
    for name in ("CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q", "DSA-5020-1", "DEBIAN-CVE", ""):
        assert common_name(name) == name


def test_gathering() -> None:
    assert not gathers(Advisory("DSA-1", upstream=("CVE-1", "DEBIAN-CVE-1")))
    assert gathers(Advisory("DSA-1", upstream=("CVE-1", "CVE-2")))
    assert not gathers(Advisory("GHSA-1", aliases=("CVE-1", "CVE-2")))


def test_other_names_leave_out_what_an_update_gathers() -> None:
    update = Advisory("DSA-1", upstream=("CVE-1", "CVE-2"))
    single = Advisory("DEBIAN-CVE-1", upstream=("CVE-1",))
    assert other_names("CVE-1", (update, single)) == ("DEBIAN-CVE-1", "DSA-1")
