"""Which advisories hold for which packages: the rules, one by one."""

import time

import pytest

from pratique.advisories.query import Advisories
from pratique.matching import match as room
from pratique.matching.candidates import Asked
from pratique.records.advisory import Advisory, Affected, Range, Rating
from pratique.records.finding import Vulnerable
from pratique.records.inventory import Origin, Placed, RemovedDatabase
from pratique.records.package import Distro, Package
from tests.matching.fake import (
    ALMA,
    ALPINE,
    DEBIAN,
    ROCKY,
    Fake,
    asked,
    deb,
    fake,
    language,
    rated,
    rpm,
    said,
)

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def match(asked: Asked, advisories: Advisories) -> tuple[Vulnerable, ...]:
    return room.match(asked, advisories.affecting(asked.names), advisories)


def found(distro: Distro | None, placed: Placed, advisories: Advisories) -> list[str]:
    return [finding.id for finding in match(asked(distro, placed), advisories)]


def only(distro: Distro | None, placed: Placed, advisories: Advisories, *others: Placed) -> Vulnerable:
    (finding,) = [finding for finding in match(asked(distro, placed, *others), advisories) if finding.placed == placed]
    return finding


# ---- names and versions ------------------------------------------------------------------------------------


def test_debian_is_asked_by_source_and_its_version() -> None:
    advisories = fake(said("DSA-1", "Debian:12", "openssl", "..3.0.11-1"), said("DSA-2", "Debian:12", "libssl3", "..9"))
    assert found(DEBIAN, deb("libssl3", "3.0.9-1", "openssl"), advisories) == ["DSA-1"]
    assert found(DEBIAN, deb("openssl", "3.0.9-1"), advisories) == ["DSA-1"]
    assert found(DEBIAN, deb("libssl3", "3.0.11-1", "openssl"), advisories) == []


def test_a_bracketed_source_version_counts_and_not_the_binary_one() -> None:
    advisories = fake(said("DSA-1", "Debian:12", "gcc-defaults", "..1.203-2"))
    assert found(DEBIAN, deb("gcc", "4:12.2.0-3", "gcc-defaults", "1.203"), advisories) == ["DSA-1"]
    assert found(DEBIAN, deb("gcc", "1:0", "gcc-defaults", "1.203-2"), advisories) == []


def test_a_binary_rebuild_is_judged_by_its_source() -> None:
    advisories = fake(said("DSA-1", "Debian:12", "tini", "..0.19.0-1+b1"))
    assert found(DEBIAN, deb("tini", "0.19.0-1+b3", "tini", "0.19.0-1"), advisories) == ["DSA-1"]


def test_advisories_of_another_release_or_distribution_say_nothing() -> None:
    advisories = fake(said("DSA-1", "Debian:11", "bash", "..9"), said("ALPINE-1", "Alpine:v3.20", "bash", "..9"))
    assert found(DEBIAN, deb("bash", "5.2-1"), advisories) == []
    assert found(ALPINE, deb("bash", "5.2-1"), advisories) == []
    assert found(None, deb("bash", "5.2-1"), advisories) == []


def test_alpine_is_asked_by_origin() -> None:
    package = Package("apk", "libcrypto3", "3.3.0-r2", source="openssl", source_version="3.3.0-r2")
    placed = Placed(package, "lib/apk/db/installed", 1, Origin(0))
    assert found(ALPINE, placed, fake(said("ALPINE-1", "Alpine:v3.20", "openssl", "..3.3.1-r1"))) == ["ALPINE-1"]
    assert found(ALPINE, placed, fake(said("ALPINE-1", "Alpine:v3.20", "libcrypto3", "..3.3.1-r1"))) == []


def test_almalinux_is_asked_by_binary() -> None:
    advisories = fake(said("ALSA-1", "AlmaLinux:8", "openssl-libs", "..1:1.1.1k-7.el8"))
    placed = rpm("openssl-libs", "1:1.1.1k-6.el8", "openssl", "1.1.1k-6.el8")
    assert found(ALMA, placed, advisories) == ["ALSA-1"]
    assert found(ALMA, placed, fake(said("ALSA-1", "AlmaLinux:8", "openssl", "..1:1.1.1k-7.el8"))) == []


def test_rocky_is_asked_by_both_names() -> None:
    placed = rpm(
        "openssl-libs", "1:3.0.7-1.el9", "openssl", "3.0.7-1.el9", vendor="Rocky Enterprise Software Foundation"
    )
    for name in ("openssl-libs", "openssl"):
        assert found(ROCKY, placed, fake(said("RLSA-1", "Rocky Linux:9", name, "..1:3.0.7-2.el9"))) == ["RLSA-1"]


def test_an_epoch_counts_and_the_source_takes_it_from_the_binary() -> None:
    advisories = fake(said("RLSA-1", "Rocky Linux:9", "bind", "..32:9.16.23-1.el9"))
    vendor = "Rocky Enterprise Software Foundation"
    assert found(ROCKY, rpm("bind-libs", "32:9.16.23-1.el9", "bind", vendor=vendor), advisories) == []
    assert found(ROCKY, rpm("bind-libs", "32:9.16.23-1.el9", "bind", "9.16.23-1.el9", vendor=vendor), advisories) == []
    assert found(ROCKY, rpm("bind-libs", "32:9.16.22-1.el9", "bind", vendor=vendor), advisories) == ["RLSA-1"]
    assert found(ROCKY, rpm("bind", "9.18.0-1.el9", vendor=vendor), advisories) == ["RLSA-1"]


def test_python_names_are_normalised() -> None:
    advisories = fake(said("PYSEC-1", "PyPI", "ruamel-yaml", "..2"))
    assert found(None, language("pypi", "Ruamel.YAML", "1.0"), advisories) == ["PYSEC-1"]


def test_go_versions_with_and_without_v() -> None:
    advisories = fake(
        said("GO-1", "Go", "golang.org/x/net", "..0.17.0"),
        said("GO-2", "Go", "stdlib", "..1.20.10", "1.21.0-0..1.21.3"),
    )
    assert found(None, language("golang", "golang.org/x/net", "v0.16.0"), advisories) == ["GO-1"]
    assert found(None, language("golang", "golang.org/x/net", "v0.17.0"), advisories) == []
    assert found(None, language("golang", "stdlib", "1.21.2"), advisories) == ["GO-2"]
    assert found(None, language("golang", "stdlib", "1.20.10"), advisories) == []
    assert found(None, language("golang", "stdlib", "1.21rc2"), advisories) == ["GO-2"]


def test_names_of_npm_keep_their_scope() -> None:
    advisories = fake(said("GHSA-1", "npm", "@babel/traverse", "..7.23.2"))
    assert found(None, language("npm", "@babel/traverse", "7.22.0"), advisories) == ["GHSA-1"]
    assert found(None, language("npm", "traverse", "0.6.6"), advisories) == []


def test_a_package_without_version_matches_nothing() -> None:
    assert (
        found(None, language("golang", "example.org/main", ""), fake(said("GO-1", "Go", "example.org/main", "..")))
        == []
    )


def test_enumerated_versions() -> None:
    advisories = fake(said("MAL-1", "PyPI", "evil", versions=("1.0", "1.2")))
    assert found(None, language("pypi", "evil", "1.2.0"), advisories) == ["MAL-1"]
    assert found(None, language("pypi", "evil", "1.1"), advisories) == []
    assert only(None, language("pypi", "evil", "1.0"), advisories).reasons == (
        "evil 1.0: MAL-1 (PyPI) names version 1.0",
    )


def test_a_reason_says_which_record_and_which_comparison() -> None:
    reason = only(
        DEBIAN, deb("libssl3", "3.0.9-1", "openssl"), fake(said("DSA-1", "Debian:12", "openssl", "..3.0.11-1"))
    )
    assert reason.reasons == ("source package openssl 3.0.9-1: DSA-1 (Debian:12) affects versions before 3.0.11-1",)
    for span, words in (
        ("1.0..2.0", "from 1.0 before 2.0"),
        ("1.0..=2.0", "from 1.0 up to 2.0"),
        ("..=2.0", "up to 2.0"),
        ("..", "with no fix"),
    ):
        finding = only(None, language("pypi", "x", "1.5"), fake(said("PYSEC-1", "PyPI", "x", span)))
        assert finding.reasons == (f"x 1.5: PYSEC-1 (PyPI) affects versions {words}",)


# ---- modular rpms ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [".module_el8.6.0+2904+8b7e6f5c", ".module+el8.6.0+15846+c7e1ec4c"])
def test_advisories_of_a_module_say_nothing_of_ordinary_packages(mark: str) -> None:
    modular = fake(said("ALSA-1", "AlmaLinux:8", "nodejs", f"..1:14.21.3-1{mark}"))
    stream = "nodejs:14:8060020230306:ad008a3a:x86_64"
    assert found(ALMA, rpm("nodejs", f"1:14.18.2-2{mark}", module=stream), modular) == ["ALSA-1"]
    assert found(ALMA, rpm("nodejs", "1:10.24.0-1.el8"), modular) == []
    ordinary = fake(said("ALSA-2", "AlmaLinux:8", "nodejs", "..1:16.0.0-1.el8"))
    assert found(ALMA, rpm("nodejs", f"1:14.18.2-2{mark}", module=stream), ordinary) == []


def test_advisories_of_another_stream_say_nothing() -> None:
    module = "nodejs:12:8060020230306:ad008a3a:x86_64"
    placed = rpm("nodejs", "1:12.22.12-1.module_el8.6.0+2904+8b7e6f5c", module=module)
    for fix, ids in (("1:14.21.3-1.module_el8.6.0+1+a", []), ("1:12.22.13-1.module_el8.6.0+1+a", ["ALSA-1"])):
        assert found(ALMA, placed, fake(said("ALSA-1", "AlmaLinux:8", "nodejs", f"..{fix}"))) == ids


def test_packages_beside_the_one_that_names_the_stream_match() -> None:
    placed = rpm("npm", "1:6.14.16-1.module_el8.6.0+2904+8b7e6f5c", module="nodejs:12:8060020230306:ad008a3a:x86_64")
    assert found(ALMA, placed, fake(said("ALSA-1", "AlmaLinux:8", "npm", "..1:6.14.17-1.module_el8.6.0+1+a"))) == [
        "ALSA-1"
    ]


# ---- one vulnerability, many records -----------------------------------------------------------------------


def test_aliases_are_one_finding() -> None:
    advisories = fake(
        said("GHSA-6r97", "PyPI", "django", "2.2a1..2.2.4", aliases=("CVE-2019-14234",), summary="SQL injection"),
        said("PYSEC-2019-13", "PyPI", "django", "2.2..2.2.4", aliases=("CVE-2019-14234", "GHSA-6r97")),
        said("PYSEC-2019-14", "PyPI", "django", "2.2..2.2.4", aliases=("CVE-2019-14235",)),
    )
    first, second = match(asked(None, language("pypi", "Django", "2.2.1")), advisories)
    assert (first.id, first.aliases) == ("CVE-2019-14234", ("GHSA-6r97", "PYSEC-2019-13"))
    assert len(first.reasons) == 2
    assert first.summary == "SQL injection"
    assert (second.id, second.aliases) == ("CVE-2019-14235", ("PYSEC-2019-14",))


def test_aliases_hold_over_several_steps() -> None:
    advisories = fake(
        said("GHSA-a", "PyPI", "x", "..2", aliases=("CVE-1",)),
        said("PYSEC-b", "PyPI", "x", "..2", aliases=("GHSA-a", "CVE-2")),
        said("OTHER-c", "PyPI", "x", "..2", aliases=("CVE-2",)),
    )
    assert found(None, language("pypi", "x", "1"), advisories) == ["CVE-1"]


def test_an_update_that_gathers_three_is_three_findings_each_with_its_own_record() -> None:
    """As Debian's feed writes them: a DSA names each vulnerability by both of its names."""
    names = ("CVE-2021-1", "CVE-2021-2", "CVE-2021-3")
    both = tuple(name for cve in names for name in (f"DEBIAN-{cve}", cve))
    singles = [
        said(f"DEBIAN-{cve}", "Debian:12", "x", "..2", upstream=(cve,), severity=rated(word, 5, VECTOR))
        for cve, word in zip(names, ("low", "medium", "critical"), strict=True)
    ]
    dsa = said(
        "DSA-1", "Debian:12", "x", "..2", upstream=both, severity=rated("critical", 9.8, VECTOR), summary="x - update"
    )
    findings = match(asked(DEBIAN, deb("x", "1")), fake(dsa, *singles))
    assert [finding.id for finding in findings] == list(names)
    assert [finding.aliases for finding in findings] == [(f"DEBIAN-{cve}", "DSA-1") for cve in names]
    assert [finding.severity.rating.word for finding in findings] == ["low", "medium", "critical"]
    assert {len(finding.reasons) for finding in findings} == {2}
    assert {finding.summary for finding in findings} == {"x - update"}


def test_an_update_without_records_of_its_vulnerabilities_lends_its_severity() -> None:
    dsa = said("DSA-1", "Debian:12", "x", "..2", upstream=("CVE-1", "CVE-2"), severity=rated("high"))
    findings = match(asked(DEBIAN, deb("x", "1")), fake(dsa))
    assert [(finding.id, finding.aliases, finding.severity.rating) for finding in findings] == [
        ("CVE-1", ("DSA-1",), Rating.HIGH),
        ("CVE-2", ("DSA-1",), Rating.HIGH),
    ]


def test_thousands_of_vulnerabilities_of_one_package_take_no_square_of_time() -> None:
    records = [
        said(f"DEBIAN-CVE-2024-{at}", "Debian:12", "linux", "..", upstream=(f"CVE-2024-{at}",)) for at in range(10_000)
    ]
    start = time.process_time()
    assert len(match(asked(DEBIAN, deb("linux-libc-dev", "6.1.1-1", "linux")), fake(*records))) == 10_000
    assert time.process_time() - start < 5


def test_a_record_that_is_gone_is_passed_over() -> None:
    affected = Affected("DSA-1", "Debian:12", "x", (Range("0", "2"),))
    gone = Fake(((Advisory("DSA-2"), (affected,)),))
    assert found(DEBIAN, deb("x", "1"), gone) == []


# ---- severity and fixes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("urgency", "rating"),
    [
        ("unimportant", Rating.NEGLIGIBLE),
        ("low", Rating.LOW),
        ("high", Rating.HIGH),
        ("not yet assigned", Rating.CRITICAL),
        ("end-of-life", Rating.CRITICAL),
    ],
)
def test_the_distributions_own_word_comes_first(urgency: str, rating: Rating) -> None:
    advisories = fake(
        said("DEBIAN-CVE-1", "Debian:12", "x", "..", urgency=urgency, severity=rated("critical", 9.8, VECTOR))
    )
    severity = only(DEBIAN, deb("x", "1"), advisories).severity
    assert severity.rating is rating
    assert severity.source == ("Debian:12" if rating is not Rating.CRITICAL else "test")


def test_a_vector_comes_before_a_bare_word_and_the_worse_before_the_better() -> None:
    advisories = fake(
        said("GHSA-a", "PyPI", "x", "..2", aliases=("CVE-1",), severity=rated("high", 7.5, VECTOR, "GHSA-a")),
        said("PYSEC-b", "PyPI", "x", "..2", aliases=("CVE-1",), severity=rated("critical", source="PYSEC-b")),
        said("OSV-c", "PyPI", "x", "..2", aliases=("CVE-1",), severity=rated("low", 3.1, VECTOR, "OSV-c")),
    )
    assert only(None, language("pypi", "x", "1"), advisories).severity.source == "GHSA-a"


def test_nobody_gave_a_severity() -> None:
    finding = only(None, language("pypi", "x", "1"), fake(said("PYSEC-1", "PyPI", "x", "..2")))
    assert finding.severity.rating is Rating.UNKNOWN


def test_the_fix_on_the_installed_branch_comes_first() -> None:
    advisories = fake(said("GHSA-1", "npm", "x", "1.0.0..1.9.4", "2.0.0..2.3.1", "3.0.0..3.0.2"))
    assert only(None, language("npm", "x", "2.1.0"), advisories).fixed_versions == ("2.3.1", "3.0.2")
    assert only(None, language("npm", "x", "1.1.0"), advisories).fixed_versions == ("1.9.4", "2.3.1", "3.0.2")
    assert only(None, language("npm", "x", "3.0.1"), advisories).fixed_versions == ("3.0.2",)


def test_fixes_of_several_records_are_told_once() -> None:
    advisories = fake(
        said("GHSA-a", "PyPI", "x", "..2", aliases=("CVE-1",)), said("PYSEC-b", "PyPI", "x", "..2", aliases=("CVE-1",))
    )
    assert only(None, language("pypi", "x", "1"), advisories).fixed_versions == ("2",)


def test_no_fix() -> None:
    assert only(None, language("pypi", "x", "1"), fake(said("PYSEC-1", "PyPI", "x", "..=3"))).fixed_versions == ()


# ---- what does not count -----------------------------------------------------------------------------------

OWNED = language("pypi", "idna", "3.4", owner="deb/python3-idna")
IN_IDNA = said("GHSA-jjg7", "PyPI", "idna", "..3.7", aliases=("CVE-2024-3651",))


def test_a_feed_that_lists_what_is_unfixed_judges_what_its_packages_bring() -> None:
    finding = only(DEBIAN, OWNED, fake(IN_IDNA), deb("python3-idna", "3.3-1", "python-idna"))
    assert finding.suppressed == "belongs to deb/python3-idna, which the advisories of Debian judge"


def test_a_package_that_nobody_owns_counts() -> None:
    own = language("pypi", "idna", "3.4")
    assert only(DEBIAN, own, fake(IN_IDNA), deb("python3-idna", "3.3-1")).suppressed == ""


def test_an_owner_that_is_not_there_judges_nothing() -> None:
    assert only(DEBIAN, OWNED, fake(IN_IDNA)).suppressed == ""


def test_a_feed_that_is_not_there_judges_nothing() -> None:
    """The baseline knows a little of Debian, which is not what Debian knows."""
    for feeds, uncovered in ((("PyPI",), ()), (("baseline",), ()), (("Debian", "PyPI"), ("Debian:12",))):
        advisories = Fake((IN_IDNA,), feeds=feeds, uncovered=uncovered)
        assert only(DEBIAN, OWNED, advisories, deb("python3-idna", "3.3-1", "python-idna")).suppressed == ""


def apk(name: str, version: str, source: str = "") -> Placed:
    return Placed(Package("apk", name, version, source=source), "lib/apk/db/installed", 1, Origin(0))


def test_a_feed_of_fixes_judges_only_what_it_names() -> None:
    owned = language("pypi", "idna", "3.4", owner="apk/py3-idna")
    owner = apk("py3-idna", "3.7-r0")
    assert only(ALPINE, owned, fake(IN_IDNA), owner).suppressed == ""
    fixed = said("ALPINE-CVE-2024-3651", "Alpine:v3.20", "py3-idna", "..3.7-r0", upstream=("CVE-2024-3651",))
    finding = only(ALPINE, owned, fake(IN_IDNA, fixed), owner)
    assert finding.suppressed == "belongs to apk/py3-idna: Alpine has an advisory of its own for it"
    other = said("ALPINE-CVE-2020-1", "Alpine:v3.20", "py3-idna", "..3.7-r0", upstream=("CVE-2020-1",))
    assert only(ALPINE, owned, fake(IN_IDNA, other), owner).suppressed == ""


@pytest.mark.parametrize(
    ("distro", "placed", "ecosystem"),
    [
        (DEBIAN, deb("linux-libc-dev", "6.1.1-1", "linux"), "Debian:12"),
        (DEBIAN, deb("linux-image-amd64", "6.1.1-1", "linux-signed-amd64", "6.1.1+1"), "Debian:12"),
        (ALMA, rpm("kernel-headers", "4.18.0-1.el8", "kernel"), "AlmaLinux:8"),
        (ALPINE, apk("linux-headers", "6.6-r0"), "Alpine:v3.20"),
    ],
)
def test_what_belongs_to_the_kernel_is_the_hosts(distro: Distro, placed: Placed, ecosystem: str) -> None:
    name = placed.fact.name if distro is ALMA else placed.fact.source or placed.fact.name
    finding = only(distro, placed, fake(said("CVE-1", ecosystem, name, "..99:9")))
    assert finding.suppressed == "part of the kernel: in a container the host's own kernel runs"


def test_not_everything_named_linux_is_the_kernel() -> None:
    assert (
        only(ALPINE, apk("linux-pam", "1.5-r0"), fake(said("CVE-1", "Alpine:v3.20", "linux-pam", "..9"))).suppressed
        == ""
    )
    assert (
        only(None, language("npm", "kernel", "1.0.0"), fake(said("CVE-1", "npm", "kernel", "..2.0.0"))).suppressed == ""
    )


# ---- removed databases and third parties --------------------------------------------------------------------


def test_packages_of_a_removed_database_are_judged_all_the_same() -> None:
    hidden = Placed(deb("x", "1").fact, "var/lib/dpkg/status", 1, Origin(0, 2))
    before = Placed(deb("y", "1").fact, "var/lib/dpkg/status", 1, Origin(0, 1))
    advisories = fake(said("DSA-1", "Debian:12", "x", ".."), said("DSA-2", "Debian:12", "y", ".."))
    removed = RemovedDatabase("deb", "var/lib/dpkg/status", Origin(0, 2), 1)
    assert [finding.id for finding in match(asked(DEBIAN, hidden, before, removed=(removed,)), advisories)] == ["DSA-1"]
    assert match(asked(DEBIAN, hidden, before), advisories) == ()


def test_the_distributions_advisories_do_not_speak_of_third_parties() -> None:
    advisories = fake(said("DSA-1", "Debian:12", "nginx", ".."))
    assert found(DEBIAN, deb("nginx", "1.27.0-1~bookworm", vendor="NGINX Packaging <n@nginx.com>"), advisories) == []
    assert found(ALMA, rpm("x", "1", vendor="Oracle America"), fake(said("ALSA-1", "AlmaLinux:8", "x", ".."))) == []


def test_findings_come_in_the_order_of_packages_and_ids() -> None:
    advisories = fake(*(said(id_, "PyPI", name, "..2") for name in "ba" for id_ in (f"CVE-2-{name}", f"CVE-1-{name}")))
    findings = match(asked(None, language("pypi", "a", "1"), language("pypi", "b", "1")), advisories)
    assert [finding.id for finding in findings] == ["CVE-1-a", "CVE-2-a", "CVE-1-b", "CVE-2-b"]
