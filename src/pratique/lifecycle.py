"""Until when distributions get fixes: one table, which no network and no clock is needed for.

The dates are those of the vendors' pages in `SOURCES`, taken on the day `LOOKED_UP` from the copies that Debian's
distro-info-data (0.58+deb12u7, for Debian and Ubuntu) and endoflife.date keep of them. Where a vendor names a month, it
is its last day. What is not known for sure is left out: a release that is not in the table may be alive or dead.
"""

import msgspec

from pratique.records.package import Distro


class LifeCycle(msgspec.Struct, frozen=True):
    """The end of a release. All dates are ISO 8601, `2026-07-11`, and compare as text; that day is the last one."""

    release: str
    """As the table spells it: `3.20`, `12`, `15.5`."""
    end: str
    """Of fixes for everyone."""
    extended: str
    """Of fixes for those who ask or pay for more; empty where there are none, or none are known."""
    extension: str
    """What they have to ask for: `Debian LTS`; empty where there is nothing."""
    source: str
    """Page of the vendor."""
    looked_up: str
    """The day of the table's row."""

    def phase(self, day: str) -> str:
        """`supported`, `extended` or `ended` on a day."""
        if day <= self.end:
            return "supported"
        return "extended" if day <= self.extended else "ended"


def end_of_life(distro: Distro) -> LifeCycle | None:
    """The life cycle of a distribution's release; None for rolling ones and for what the table does not know."""
    identity, release = _release(distro)
    dates = END_OF_LIFE.get((identity, release))
    if dates is None:
        return None
    source, extension = SOURCES[identity]
    end, extended = dates
    return LifeCycle(release, end, extended, extension if extended else "", source, LOOKED_UP)


def _release(distro: Distro) -> tuple[str, str]:
    """Distribution and release as the table spells them."""
    identity = _SAME.get(distro.id, distro.id)
    if identity == "centos" and "stream" in distro.name.lower():
        identity = "centos-stream"
    if identity == "alpine" and ("_alpha" in distro.version or "edge" in distro.name.lower()):
        return identity, ""
    parts = distro.version.split(".")
    if identity == "amzn" and len(parts) == 2 and len(parts[0]) == 4:  # 2018.03
        return identity, "1"
    return identity, ".".join(parts[: _PARTS.get(identity, 1)])


_SAME = {"opensuse": "opensuse-leap", "redhat": "rhel", "oracle": "ol"}
"""Other `ID`s of the same distribution: Leap until 42.3, and what older release files say."""

_PARTS = dict.fromkeys(("alpine", "azurelinux", "mariner", "opensuse-leap", "photon", "sles", "ubuntu"), 2)
"""How many parts of `VERSION_ID` make a release, where it is not one."""

LOOKED_UP = "2026-11-23"

SOURCES: dict[str, tuple[str, str]] = {
    "almalinux": ("AlmaLinux wiki, Release Notes", ""),
    "alpine": ("alpinelinux.org/releases", ""),
    "amzn": ("Amazon Linux FAQs", "maintenance"),
    "azurelinux": ("Microsoft Learn, Azure Linux release cadence and lifecycle", ""),
    "centos": ("CentOS wiki, About/Product", ""),
    "centos-stream": ("centos.org/cl-vs-cs", ""),
    "debian": ("Debian wiki, DebianReleases and LTS", "Debian LTS"),
    "fedora": ("docs.fedoraproject.org, Fedora Linux Releases", ""),
    "mariner": ("Microsoft Learn, Azure Linux release cadence and lifecycle", ""),
    "ol": ("Oracle Lifetime Support Policy: Oracle Open Source Support", "Extended Support"),
    "opensuse-leap": ("en.opensuse.org/Lifetime", ""),
    "photon": ("VMware blog, Photon 1.x End of Support Announcement, and the release notes of 5.0", ""),
    "rhel": ("Red Hat Enterprise Linux Life Cycle", "Extended Life Cycle Support"),
    "rocky": ("Rocky Linux wiki, Version Guide", ""),
    "sles": ("suse.com/lifecycle", "LTSS"),
    "ubuntu": ("wiki.ubuntu.com/Releases", "Ubuntu Pro (ESM)"),
}
"""`ID` of a distribution -> page of its vendor, and what its extended support is called."""

END_OF_LIFE: dict[tuple[str, str], tuple[str, str]] = {
    ("alpine", "3.3"): ("2017-11-01", ""),
    ("alpine", "3.4"): ("2018-05-01", ""),
    ("alpine", "3.5"): ("2018-11-01", ""),
    ("alpine", "3.6"): ("2019-05-01", ""),
    ("alpine", "3.7"): ("2019-11-01", ""),
    ("alpine", "3.8"): ("2020-05-01", ""),
    ("alpine", "3.9"): ("2020-11-01", ""),
    ("alpine", "3.10"): ("2021-05-01", ""),
    ("alpine", "3.11"): ("2021-11-01", ""),
    ("alpine", "3.12"): ("2022-05-01", ""),
    ("alpine", "3.13"): ("2022-11-01", ""),
    ("alpine", "3.14"): ("2023-05-01", ""),
    ("alpine", "3.15"): ("2023-11-01", ""),
    ("alpine", "3.16"): ("2024-05-23", ""),
    ("alpine", "3.17"): ("2024-11-22", ""),
    ("alpine", "3.18"): ("2025-05-09", ""),
    ("alpine", "3.19"): ("2025-11-01", ""),
    ("alpine", "3.20"): ("2026-04-01", ""),
    ("alpine", "3.21"): ("2026-11-01", ""),
    ("alpine", "3.22"): ("2027-05-01", ""),
    ("alpine", "3.23"): ("2027-11-01", ""),
    ("debian", "7"): ("2016-04-25", "2018-05-31"),
    ("debian", "8"): ("2018-06-17", "2020-06-30"),
    ("debian", "9"): ("2020-07-18", "2022-06-30"),
    ("debian", "10"): ("2022-09-10", "2024-06-30"),
    ("debian", "11"): ("2024-08-14", "2026-08-31"),
    ("debian", "12"): ("2026-07-11", "2028-06-30"),
    ("debian", "13"): ("2028-08-09", "2030-06-30"),
    ("ubuntu", "14.04"): ("2019-04-25", "2024-04-25"),
    ("ubuntu", "14.10"): ("2015-07-23", ""),
    ("ubuntu", "15.04"): ("2016-02-04", ""),
    ("ubuntu", "15.10"): ("2016-07-28", ""),
    ("ubuntu", "16.04"): ("2021-04-30", "2026-04-23"),
    ("ubuntu", "16.10"): ("2017-07-20", ""),
    ("ubuntu", "17.04"): ("2018-01-13", ""),
    ("ubuntu", "17.10"): ("2018-07-19", ""),
    ("ubuntu", "18.04"): ("2023-05-31", "2028-04-26"),
    ("ubuntu", "18.10"): ("2019-07-18", ""),
    ("ubuntu", "19.04"): ("2020-01-23", ""),
    ("ubuntu", "19.10"): ("2020-07-17", ""),
    ("ubuntu", "20.04"): ("2025-05-29", "2030-04-23"),
    ("ubuntu", "20.10"): ("2021-07-22", ""),
    ("ubuntu", "21.04"): ("2022-01-20", ""),
    ("ubuntu", "21.10"): ("2022-07-14", ""),
    ("ubuntu", "22.04"): ("2027-06-01", "2032-04-21"),
    ("ubuntu", "22.10"): ("2023-07-20", ""),
    ("ubuntu", "23.04"): ("2024-01-25", ""),
    ("ubuntu", "23.10"): ("2024-07-11", ""),
    ("ubuntu", "24.04"): ("2029-05-31", "2034-04-25"),
    ("ubuntu", "24.10"): ("2025-07-10", ""),
    ("ubuntu", "25.04"): ("2026-01-15", ""),
    ("ubuntu", "25.10"): ("2026-07-09", ""),
    ("ubuntu", "26.04"): ("2031-05-29", "2036-04-23"),
    ("ubuntu", "26.10"): ("2027-07-15", ""),
    ("rhel", "5"): ("2017-03-31", "2020-11-30"),
    ("rhel", "6"): ("2020-11-30", "2024-06-30"),
    ("rhel", "7"): ("2024-06-30", "2028-06-30"),
    ("rhel", "8"): ("2029-05-31", "2032-05-31"),
    ("rhel", "9"): ("2032-05-31", "2035-05-31"),
    ("rhel", "10"): ("2035-05-31", "2038-05-31"),
    ("centos", "5"): ("2017-03-31", ""),
    ("centos", "6"): ("2020-11-30", ""),
    ("centos", "7"): ("2024-06-30", ""),
    ("centos", "8"): ("2021-12-31", ""),
    ("centos-stream", "8"): ("2024-05-31", ""),
    ("centos-stream", "9"): ("2027-05-31", ""),
    ("almalinux", "8"): ("2029-03-01", ""),
    ("almalinux", "9"): ("2032-05-31", ""),
    ("almalinux", "10"): ("2035-05-31", ""),
    ("rocky", "8"): ("2029-05-31", ""),
    ("rocky", "9"): ("2032-05-31", ""),
    ("rocky", "10"): ("2035-05-31", ""),
    ("ol", "6"): ("2021-03-31", "2024-12-31"),
    ("ol", "7"): ("2024-12-31", "2028-06-30"),
    ("ol", "8"): ("2029-07-31", "2032-07-31"),
    ("ol", "9"): ("2032-06-30", "2035-06-30"),
    ("fedora", "30"): ("2020-05-26", ""),
    ("fedora", "31"): ("2020-11-24", ""),
    ("fedora", "32"): ("2021-05-25", ""),
    ("fedora", "33"): ("2021-11-30", ""),
    ("fedora", "34"): ("2022-06-07", ""),
    ("fedora", "35"): ("2022-12-13", ""),
    ("fedora", "36"): ("2023-05-16", ""),
    ("fedora", "37"): ("2023-12-05", ""),
    ("fedora", "38"): ("2024-05-21", ""),
    ("fedora", "39"): ("2024-11-26", ""),
    ("fedora", "40"): ("2025-05-13", ""),
    ("fedora", "41"): ("2025-12-15", ""),
    ("fedora", "42"): ("2026-05-13", ""),
    ("fedora", "43"): ("2026-12-09", ""),
    ("amzn", "1"): ("2020-12-31", "2023-12-31"),
    ("amzn", "2"): ("2026-06-30", ""),
    ("amzn", "2023"): ("2027-06-30", "2029-06-30"),
    ("sles", "11"): ("2010-12-31", ""),
    ("sles", "11.1"): ("2012-08-31", "2015-08-30"),
    ("sles", "11.2"): ("2014-01-31", "2017-01-30"),
    ("sles", "11.3"): ("2016-01-31", "2019-01-30"),
    ("sles", "11.4"): ("2019-03-31", "2022-03-31"),
    ("sles", "12"): ("2016-06-30", "2019-07-01"),
    ("sles", "12.1"): ("2017-05-31", "2020-05-31"),
    ("sles", "12.2"): ("2018-03-31", "2021-03-31"),
    ("sles", "12.3"): ("2019-06-30", "2022-06-30"),
    ("sles", "12.4"): ("2020-06-30", "2023-06-30"),
    ("sles", "12.5"): ("2024-10-31", "2027-10-31"),
    ("sles", "15"): ("2019-12-31", "2022-12-31"),
    ("sles", "15.1"): ("2021-01-31", "2024-01-31"),
    ("sles", "15.2"): ("2021-12-31", "2024-12-31"),
    ("sles", "15.3"): ("2022-12-31", "2025-12-31"),
    ("sles", "15.4"): ("2023-12-31", "2026-12-31"),
    ("sles", "15.5"): ("2024-12-31", "2027-12-31"),
    ("opensuse-leap", "42.1"): ("2017-05-17", ""),
    ("opensuse-leap", "42.2"): ("2018-01-26", ""),
    ("opensuse-leap", "42.3"): ("2019-07-01", ""),
    ("opensuse-leap", "15.0"): ("2019-12-03", ""),
    ("opensuse-leap", "15.1"): ("2021-02-02", ""),
    ("opensuse-leap", "15.2"): ("2022-01-04", ""),
    ("opensuse-leap", "15.3"): ("2022-12-31", ""),
    ("opensuse-leap", "15.4"): ("2023-12-07", ""),
    ("opensuse-leap", "15.5"): ("2024-12-31", ""),
    ("opensuse-leap", "15.6"): ("2026-04-30", ""),
    ("opensuse-leap", "16.0"): ("2027-10-31", ""),
    ("photon", "1.0"): ("2022-02-28", ""),
    ("photon", "2.0"): ("2022-12-31", ""),
    ("photon", "3.0"): ("2024-03-31", ""),
    ("photon", "4.0"): ("2026-03-31", ""),
    ("mariner", "1.0"): ("2023-08-31", ""),
    ("mariner", "2.0"): ("2025-07-31", ""),
    ("azurelinux", "3.0"): ("2027-08-31", ""),
}
"""`ID` and release -> end of standard support, end of extended support or empty."""
