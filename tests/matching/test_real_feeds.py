"""Real images and real advisories: our matches are those that a plain reading of the feeds gives."""

import functools
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pratique.ecosystems import ECOSYSTEMS
from pratique.matching.aliases import common_name
from pratique.records.finding import Vulnerable
from pratique.records.package import Package
from pratique.records.report import Report
from pratique.records.verdict import Outcome
from pratique.scan.pipeline import scan
from pratique.scan.settings import Outlet, Settings
from pratique.versions import compare
from tests.inventory.layering import installed, metadata, os_release, status
from tests.matching.conftest import SHARED
from tests.simulators.images import Image, Layer, write_oci_archive

IMAGES = sorted(path.name.removesuffix(".oci.tar") for path in (SHARED / "images").glob("*.oci.tar"))
Matches = set[tuple[str, str, str]]
"""Package, version, advisory."""

BULLSEYE = (
    "apache2-bin 2.4.48-3 source=apache2", "bash 5.1-2+b3 source=bash (5.1-2)", "curl 7.74.0-1.3",
    "libc6 2.31-13+deb11u2 source=glibc", "libgnutls30 3.7.1-5 source=gnutls28", "libssl1.1 1.1.1k-1 source=openssl",
    "libcurl4 7.88.1-10 source=curl", "linux-libc-dev 5.10.46-4 source=linux",
    "openssl 1.1.1n-0+deb11u4", "python3-django 2:2.2.19-1 source=python-django", "sudo 1.9.5p2-3",
    "vim-common 2:8.2.2434-3 source=vim", "xz-utils 5.2.5-2", "zlib1g 1:1.2.11.dfsg-2 source=zlib",
    "gcc-10-base 10.2.1-6 source=gcc-10", "exim4-base 4.94.2-7 source=exim4", "git 1:2.30.2-1",
    "openssh-client 1:8.4p1-5 source=openssh",
)  # fmt: skip

ALPINE_3_10 = (
    "busybox 1.30.1-r0", "curl 7.64.0-r0", "expat 2.2.6-r0", "git 2.22.0-r0", "libssh2 1.8.2-r0", "musl 1.1.22-r2",
    "nghttp2 1.38.0-r0", "openssl 1.1.1b-r1", "python3 3.7.3-r0", "sqlite 3.28.0-r0", "zlib 1.2.11-r1", "bash 5.0.0-r0",
)  # fmt: skip


@functools.cache
def records(feed: str) -> dict[tuple[str, str], list[tuple[str, dict[str, Any]]]]:
    """What a feed says of each package of each release, as it stands in the archive."""
    found: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
    with zipfile.ZipFile(SHARED / "feeds" / "osv" / feed / "all.zip") as archive:
        for name in archive.namelist():
            record = json.loads(archive.read(name))
            repairs = re.match("AL[BE]A-", record["id"]) and not any(
                record.get(key) for key in ("aliases", "upstream", "related")
            )
            if record.get("withdrawn") or repairs:
                continue
            for affected in record["affected"]:
                if "package" in affected:
                    package = affected["package"]
                    found.setdefault((package["ecosystem"], package["name"]), []).append((record["id"], affected))
    return found


def holds(scheme: str, version: str, affected: dict[str, Any]) -> bool:
    """OSV schema, "Evaluation"."""
    if version in affected.get("versions", ()):
        return True
    for spans in affected.get("ranges", ()):
        if spans["type"] == "GIT":
            continue
        vulnerable = False
        pairs = [pair for event in spans["events"] for pair in event.items()]
        order = functools.cmp_to_key(functools.partial(compare, scheme))
        for kind, bound in sorted(pairs, key=lambda pair: (pair[1] != "0", order(pair[1]))):
            relation = 1 if bound == "0" else compare(scheme, version, bound)
            if kind == "introduced" and relation >= 0:
                vulnerable = True
            elif (kind == "fixed" and relation >= 0) or (kind == "last_affected" and relation > 0):
                vulnerable = False
        if vulnerable:
            return True
    return False


def of_module(package: Package, affected: dict[str, Any]) -> bool:
    """Modular advisories speak of packages of the same module; streams are those of the upstream version."""
    fixes = [event["fixed"] for spans in affected["ranges"] for event in spans["events"] if "fixed" in event]
    modular = any(".module_el" in fix for fix in fixes)
    if modular != bool(package.module):
        return False
    stream = package.module.split(":")[1] if package.module else ""
    upstream = package.version.rpartition(":")[2]
    if not stream or not upstream.startswith(f"{stream}."):
        return True
    return any(fix.rpartition(":")[2].startswith(f"{stream}.") for fix in fixes)


def read_plainly(packages: list[Package], feed: str, release: str, *, by_source: bool) -> Matches:
    scheme = ECOSYSTEMS[packages[0].type].scheme
    matches = set()
    for package in packages:
        name, version = package.name, package.version
        if by_source:
            name, version = package.source or name, package.source_version or version
        for id_, affected in records(feed).get((f"{feed}:{release}", name), ()):
            if holds(scheme, version, affected) and (package.type != "rpm" or of_module(package, affected)):
                matches.add((package.name, package.version, id_))
    return matches


def matched(report: Report, type_: str) -> Matches:
    """What our findings rest on: every record that a reason names."""
    matches = set()
    for finding in report.findings:
        if isinstance(finding, Vulnerable) and finding.placed.fact.type == type_:
            for reason in finding.reasons:
                found = re.search(r": (\S+) \(", reason)
                assert found
                matches.add((finding.placed.fact.name, finding.placed.fact.version, found[1]))
    return matches


def scanned(image: Path, database: Path) -> tuple[Report, list[str]]:
    notices: list[str] = []
    settings = Settings(database=database, offline=True)
    outlet = Outlet(clock=lambda: 0.0, now="2026-10-01T00:00:00Z", progress=lambda _: None, notice=notices.append)
    name = {"two-images": "toolbox"}.get(image.name.removesuffix(".oci.tar"), "")
    return scan(str(image), msgspec.structs.replace(settings, image=name), outlet), notices


def visible(report: Report, type_: str) -> list[Package]:
    return [
        placed.fact
        for placed in report.inventory.packages
        if placed.fact.type == type_ and placed.origin.hidden_by is None
    ]


@pytest.mark.parametrize(
    ("image", "type_", "feed", "release", "by_source", "at_least"),
    [
        ("alpine-3.6", "apk", "Alpine", "v3.6", True, 0),
        ("alpine-3.10", "apk", "Alpine", "v3.10", True, 0),
        ("alpine-3.18", "apk", "Alpine", "v3.18", True, 1),
        ("rpm-alma8-bdb", "rpm", "AlmaLinux", "8", False, 1),
        ("rpm-alma9-sqlite", "rpm", "AlmaLinux", "9", False, 1),
        ("debian-12-slim", "deb", "Debian", "12", True, 0),
        ("distroless-base", "deb", "Debian", "12", True, 0),
    ],
)
def test_matches_of_real_images(
    image: str, type_: str, feed: str, release: str, by_source: bool, at_least: int, real_database: Path
) -> None:
    path = SHARED / "images" / f"{image}.oci.tar"
    if not path.exists():
        pytest.skip(f"no {path.name} beside the checkout")
    report, notices = scanned(path, real_database)
    assert notices == []
    expected = read_plainly(visible(report, type_), feed, release, by_source=by_source)
    assert len(expected) >= at_least
    assert matched(report, type_) == expected


@pytest.fixture(scope="module")
def bullseye(tmp_path_factory: pytest.TempPathFactory, real_database: Path) -> Report:
    path = tmp_path_factory.mktemp("bullseye") / "bullseye.oci.tar"
    entries = (os_release("debian", "11"), status(*BULLSEYE), metadata("Django", "2.2.19"), metadata("jinja2", "2.10"))
    write_oci_archive(path, [Image((Layer(entries),))])
    report, _ = scanned(path, real_database)
    return report


def test_matches_of_an_old_debian(bullseye: Report) -> None:
    expected = read_plainly(visible(bullseye, "deb"), "Debian", "11", by_source=True)
    assert len(expected) > 100
    assert matched(bullseye, "deb") == expected


def test_matches_of_an_old_alpine(tmp_path: Path, real_database: Path) -> None:
    path = tmp_path / "alpine.oci.tar"
    write_oci_archive(path, [Image((Layer((os_release("alpine", "3.10.0"), installed(*ALPINE_3_10))),))])
    report, _ = scanned(path, real_database)
    expected = read_plainly(visible(report, "apk"), "Alpine", "v3.10", by_source=True)
    assert len({name for name, _, _ in expected}) > 5
    assert matched(report, "apk") == expected


def test_each_vulnerability_of_a_package_is_one_finding(bullseye: Report) -> None:
    """Debian names most of them three times: DSA, DEBIAN-CVE and CVE."""
    seen: dict[tuple[str, str, str], str] = {}
    for finding in bullseye.findings:
        assert isinstance(finding, Vulnerable)
        assert not finding.id.startswith("DEBIAN-")
        for cve in {common_name(name) for name in (finding.id, *finding.aliases)}:
            if cve.startswith("CVE-"):
                key = (finding.placed.fact.name, finding.placed.path, cve)
                assert seen.setdefault(key, finding.id) == finding.id


def test_kernel_headers_are_the_hosts(bullseye: Report) -> None:
    kernel = [f for f in bullseye.findings if isinstance(f, Vulnerable) and f.placed.fact.source == "linux"]
    assert len(kernel) > 50
    assert all(finding.suppressed for finding in kernel)


def test_python_packages_beside_them(bullseye: Report) -> None:
    found = {
        f.placed.fact.name: f for f in bullseye.findings if isinstance(f, Vulnerable) and f.placed.fact.type == "pypi"
    }
    assert set(found) == {"Django", "jinja2"}
    assert all("2.2.19" not in finding.fixed_versions for finding in found.values())


@pytest.mark.parametrize("image", IMAGES)
def test_every_real_image_gets_a_report(image: str, real_database: Path) -> None:
    report, notices = scanned(SHARED / "images" / f"{image}.oci.tar", real_database)
    assert notices == []
    assert report.verdict.reasons
    wants_doubt = {
        "busybox": "no feed publishes advisories for anything that was found",
        "rpm-real-al2023": "no advisories cover this distribution",
        "rpm-sles15-ndb": "there are no advisories for it",
    }
    if image in wants_doubt:
        assert report.verdict.outcome is Outcome.UNKNOWN
        assert wants_doubt[image] in report.verdict.reasons[0]
    for finding in report.findings:
        assert isinstance(finding, Vulnerable)
        assert finding.reasons
        assert finding.placed in report.inventory.packages
