"""The one table: every row can be used, and releases are spelled as OSV spells them."""

import pytest

from pratique.ecosystems import DISTRO_FEEDS, ECOSYSTEMS, Ecosystem, distro_ecosystem, distro_ecosystems
from pratique.records.package import Distro
from pratique.versions import SCHEMES


@pytest.mark.parametrize("row", ECOSYSTEMS.values(), ids=ECOSYSTEMS.keys())
def test_every_ecosystem_has_a_scheme_and_a_stable_name(row: Ecosystem) -> None:
    assert row.scheme in SCHEMES
    once = row.normalise("Some.Name_-x")
    assert row.normalise(once) == once


def test_every_distribution_has_packages_of_a_known_type_without_a_feed_of_its_own() -> None:
    for feed in DISTRO_FEEDS.values():
        assert not ECOSYSTEMS[feed.type].osv
        assert feed.by_source or feed.by_binary


def test_names_of_python() -> None:
    assert ECOSYSTEMS["pypi"].normalise("Ruamel.YAML__clib") == "ruamel-yaml-clib"


@pytest.mark.parametrize(
    ("distro", "ecosystem"),
    [
        (Distro("debian", "12"), "Debian:12"),
        (Distro("debian", "12.5"), "Debian:12"),
        (Distro("debian"), "Debian"),
        (Distro("ubuntu", "22.04", "Ubuntu 22.04.4 LTS"), "Ubuntu:22.04:LTS"),
        (Distro("ubuntu", "23.10", "Ubuntu 23.10"), "Ubuntu:23.10"),
        (Distro("ubuntu", "23.04", "Ubuntu 23.04"), "Ubuntu:23.04"),
        (Distro("alpine", "3.20.3", "Alpine Linux v3.20"), "Alpine:v3.20"),
        (Distro("alpine", "3.21_alpha20240807", "Alpine Linux edge"), "Alpine:edge"),
        (Distro("wolfi", "20230201", "Wolfi"), "Wolfi"),
        (Distro("chainguard", "20230214", "Chainguard"), "Chainguard"),
        (Distro("almalinux", "9.4", "AlmaLinux 9.4 (Seafoam Ocelot)"), "AlmaLinux:9"),
        (Distro("rocky", "8.10", "Rocky Linux 8.10 (Green Obsidian)"), "Rocky Linux:8"),
        (Distro("sles", "15.5", "SUSE Linux Enterprise Server 15 SP5"), "SUSE:Linux Enterprise Server 15 SP5"),
        (Distro("opensuse-leap", "15.6", "openSUSE Leap 15.6"), "openSUSE:Leap 15.6"),
        (Distro("opensuse-tumbleweed", "20240801", "openSUSE Tumbleweed"), "openSUSE:Tumbleweed"),
        (Distro("openeuler", "22.03", "openEuler 22.03 (LTS-SP3)"), "openEuler:22.03-LTS-SP3"),
        (Distro("openeuler", "22.03", "openEuler 22.03 LTS"), "openEuler:22.03-LTS"),
        (Distro("openeuler", "23.09", "openEuler 23.09"), "openEuler:23.09"),
        (Distro("openeuler", "23.09"), "openEuler:23.09"),
        (Distro("photon", "5.0", "VMware Photon OS/Linux"), "Photon OS:5.0"),
        (Distro("azurelinux", "3.0", "Microsoft Azure Linux 3.0"), "Azure Linux:3"),
        (Distro("mariner", "2.0", "CBL-Mariner/Linux"), "Azure Linux:2"),
        (Distro("mageia", "9", "Mageia 9"), "Mageia:9"),
        (Distro("arch", "", "Arch Linux"), None),
        (Distro("", "12"), None),
    ],
)
def test_releases(distro: Distro, ecosystem: str | None) -> None:
    assert distro_ecosystem(distro) == ecosystem
    assert distro_ecosystems(distro)[:1] == (() if ecosystem is None else (ecosystem,))


def test_sle_15_files_its_packages_under_modules() -> None:
    found = distro_ecosystems(Distro("sles", "15.5", "SUSE Linux Enterprise Server 15 SP5"))
    assert "SUSE:Linux Enterprise Module for Basesystem 15 SP5" in found
    assert "SUSE:Linux Enterprise Server 15 SP5-LTSS" in found
    older = distro_ecosystems(Distro("sles", "12.5", "SUSE Linux Enterprise Server 12 SP5"))
    assert "SUSE:Linux Enterprise Server LTSS Extended Security 12 SP5" in older
    assert not any("Module" in name for name in older)


def test_a_long_term_release_of_ubuntu_is_written_in_two_ways() -> None:
    assert distro_ecosystems(Distro("ubuntu", "26.04", "Ubuntu 26.04 LTS")) == ("Ubuntu:26.04:LTS", "Ubuntu:26.04")
    assert distro_ecosystems(Distro("ubuntu", "25.10", "Ubuntu 25.10")) == ("Ubuntu:25.10",)


@pytest.mark.parametrize("text", ["", "SUSE", "x" * 1000, "15", " 15 SP5", "15 15 15"])
def test_odd_names_of_distributions(text: str) -> None:
    for id_ in DISTRO_FEEDS:
        assert distro_ecosystems(Distro(id_, text, text))
