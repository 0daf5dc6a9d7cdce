"""From an image to a report: order, options, what is stored, what is said."""

import time
from pathlib import Path

import msgspec

from pratique.matching.candidates import ask
from pratique.policy.judge import Policy
from pratique.records.advisory import Rating
from pratique.records.facts import LayerFacts
from pratique.records.file import Unknown
from pratique.records.finding import Finding, Misconfigured, Vulnerable
from pratique.records.inventory import Inventory
from pratique.records.report import Report
from pratique.records.verdict import Outcome
from pratique.scan.fingerprint import fingerprint
from pratique.scan.pipeline import assess, scan
from pratique.scan.settings import Outlet, Settings
from pratique.scan.take_apart import merged_tree, take_apart
from pratique.store.cache import Cache
from tests.inventory.layering import STATUS, metadata, os_release, status
from tests.matching.fake import Fake, fake, rated, said
from tests.scan.endless import write_endless
from tests.simulators.images import Empty, Image, Layer, write_oci_archive
from tests.simulators.layers import Entry, symlink, tree, whiteout

OUTLET = Outlet(clock=lambda: 0.0, now="2026-10-01T00:00:00Z", progress=lambda _: None, notice=lambda _: None)
BASE = (os_release("debian", "12"), status("a 1", "b 1", "c 1"), metadata("idna", "3.4"))
ADVISORIES = fake(
    said("DEBIAN-CVE-1", "Debian:12", "a", "..2", upstream=("CVE-1",), severity=rated("critical")),
    said("DEBIAN-CVE-2", "Debian:12", "a", "..", upstream=("CVE-2",), severity=rated("critical")),
    said("DEBIAN-CVE-3", "Debian:12", "b", "..2", upstream=("CVE-3",), severity=rated("low")),
    said("DEBIAN-CVE-4", "Debian:12", "c", "..2", upstream=("CVE-4",), severity=rated("high")),
    said("GHSA-5", "PyPI", "idna", "..3.7", aliases=("CVE-5",), severity=rated("medium")),
)


def image(path: Path, *layers: tuple[Entry, ...]) -> Path:
    steps = [Layer(entries, f"RUN step {at} # buildkit") for at, entries in enumerate(layers)]
    write_oci_archive(path, [Image((steps[0], Empty("CMD []"), *steps[1:]))])
    return path


def report(
    path: Path, *layers: tuple[Entry, ...], settings: Settings | None = None, advisories: Fake = ADVISORIES
) -> Report:
    settings = settings or Settings()
    manifest, inventory = take_apart(str(image(path / "image.tar", *layers)), settings, OUTLET)
    return assess(manifest, ask(inventory), advisories, settings, OUTLET)


def ids(findings: tuple[Finding, ...], *, suppressed: bool) -> list[str]:
    return [finding.id for finding in findings if bool(finding.suppressed) is suppressed]


def test_the_worst_comes_first(tmp_path: Path) -> None:
    found = report(tmp_path, BASE)
    assert ids(found.findings, suppressed=False) == ["CVE-1", "CVE-2", "CVE-4", "CVE-5", "CVE-3"]
    assert found.verdict.outcome is Outcome.DENY
    assert found.verdict.reasons == ("a 1: critical CVE-1",)


def test_ignoring_the_unfixed(tmp_path: Path) -> None:
    found = report(tmp_path, BASE, settings=Settings(ignore_unfixed=True))
    assert ids(found.findings, suppressed=True) == ["CVE-2"]
    assert found.findings[-1].suppressed == "no fix is known (--ignore-unfixed)"


def test_only_some_severities(tmp_path: Path) -> None:
    settings = Settings(severities=frozenset({Rating.HIGH, Rating.LOW}), policy=Policy(Rating.MEDIUM))
    found = report(tmp_path, BASE, settings=settings)
    assert ids(found.findings, suppressed=False) == ["CVE-4", "CVE-3"]
    assert {finding.suppressed for finding in found.findings[2:]} == {
        "of a severity that was not asked for (--severity)"
    }
    assert found.verdict.reasons == ("c 1: high CVE-4",)


def test_what_breaks_the_policy_stands_above_what_is_worse_but_has_no_fix(tmp_path: Path) -> None:
    found = report(tmp_path, BASE, settings=Settings(policy=Policy(Rating.HIGH)))
    assert ids(found.findings, suppressed=False) == ["CVE-1", "CVE-4", "CVE-2", "CVE-5", "CVE-3"]


def test_a_removed_database_is_judged_and_doubted(tmp_path: Path) -> None:
    found = report(tmp_path, BASE, (whiteout(STATUS),), advisories=fake())
    assert found.verdict.outcome is Outcome.UNKNOWN
    assert found.verdict.reasons == (f"the dpkg package database was removed: {STATUS}",)
    (finding,) = found.findings
    assert isinstance(finding, Misconfigured)
    judged = report(tmp_path, BASE, (whiteout(STATUS),))
    assert judged.verdict.outcome is Outcome.DENY
    assert judged.verdict.reasons == ("a 1: critical CVE-1", f"the dpkg package database was removed: {STATUS}")


def test_a_gap_is_said(tmp_path: Path) -> None:
    found = report(tmp_path, BASE, advisories=Fake(feeds=("Debian",)))
    assert found.gaps == ("1 package of PyPI: there are no advisories for it",)
    assert found.verdict.outcome is Outcome.UNKNOWN


def test_the_report_tells_whose_advisories_judged(tmp_path: Path) -> None:
    found = report(tmp_path, BASE, advisories=Fake(feeds=("Debian", "PyPI", "npm", "KEV")))
    assert [source.ecosystem for source in found.provenance.advisories] == ["Debian", "PyPI", "KEV"]
    assert not found.provenance.baseline
    assert found.provenance.scanned == "2026-10-01T00:00:00Z"


def test_each_package_has_its_layer_and_instruction(tmp_path: Path) -> None:
    found = report(tmp_path, BASE, (metadata("idna", "3.4", "opt"),))
    where = {placed.path: placed.origin.layer for placed in found.inventory.packages if placed.fact.name == "idna"}
    assert sorted(where.values()) == [0, 1]
    assert [(note.instruction, note.base_image) for note in found.inventory.layers] == [
        ("RUN step 0", True),
        ("RUN step 1", False),
    ]


def test_the_baseline_is_told(tmp_path: Path) -> None:
    path = image(tmp_path / "image.tar", BASE)
    found = scan(str(path), Settings(advisories="baseline", database=tmp_path / "none.sqlite"), OUTLET)
    assert found.provenance.baseline
    assert [source.ecosystem for source in found.provenance.advisories] == ["baseline"]
    assert not (tmp_path / "needed.json").exists()


# ---- the store ---------------------------------------------------------------------------------------------


def test_a_known_image_gives_the_same_inventory(tmp_path: Path) -> None:
    path = image(tmp_path / "image.tar", BASE, (whiteout(STATUS),))
    settings = Settings(cache=tmp_path / "cache")
    cold = take_apart(str(path), settings, OUTLET)
    assert any((tmp_path / "cache").rglob("sha256-*"))
    assert take_apart(str(path), settings, OUTLET) == cold
    assert take_apart(str(path), Settings(), OUTLET) == cold


def test_a_known_image_is_not_read_again(tmp_path: Path) -> None:
    path = image(tmp_path / "image.tar", BASE)
    settings = Settings(cache=tmp_path / "cache")
    _, first = take_apart(str(path), settings, OUTLET)
    (stored,) = (tmp_path / "cache" / "inventory").rglob("sha256-*")
    other = msgspec.structs.replace(first, packages=())
    Cache(tmp_path / "cache").put("inventory", first.image, fingerprint(), other)
    assert stored.exists()
    assert take_apart(str(path), settings, OUTLET)[1] == other


def test_known_layers_are_not_read_again(tmp_path: Path) -> None:
    settings = Settings(cache=tmp_path / "cache")
    first, _ = take_apart(str(image(tmp_path / "one.tar", BASE)), settings, OUTLET)
    cache = Cache(tmp_path / "cache")
    facts = cache.get("facts", first.layers[0].digest, fingerprint(), LayerFacts)
    assert facts is not None
    forged = msgspec.structs.replace(facts, found=facts.found[:2])
    cache.put("facts", first.layers[0].digest, fingerprint(), forged)
    two = image(tmp_path / "two.tar", BASE, (metadata("six", "1.16"),))
    _, second = take_apart(str(two), settings, OUTLET)
    assert len(second.packages) == 2
    assert {placed.fact.name for placed in take_apart(str(two), Settings(), OUTLET)[1].packages} == {
        "a", "b", "c", "idna", "six",
    }  # fmt: skip


def test_what_the_deadline_cut_off_is_unknown_and_not_stored(tmp_path: Path) -> None:
    settings = Settings(cache=tmp_path / "cache", timeout=0.2)
    outlet = msgspec.structs.replace(OUTLET, clock=time.monotonic)
    _, inventory = take_apart(str(write_endless(tmp_path / "endless", 4096)), settings, outlet)
    (late,) = inventory.unknowns
    assert late.unknown == Unknown("", "deadline", "time was up before layer 0 was read")
    assert late.counts
    assert list((tmp_path / "cache").rglob("sha256-*")) == []


# ---- folders and trees -------------------------------------------------------------------------------------


def test_a_root_file_system_is_one_layer(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for entry in BASE:
        assert isinstance(entry.data, bytes)
        (root / entry.path).parent.mkdir(parents=True, exist_ok=True)
        (root / entry.path).write_bytes(entry.data)
    (root / "lib").symlink_to("usr/lib")
    _, folder = take_apart(str(root), Settings(cache=tmp_path / "cache"), OUTLET)
    entries = tuple(entry for entry in tree(root) if not entry.path.startswith("lib"))
    _, archive = take_apart(
        str(image(tmp_path / "image.tar", (*entries, symlink("lib", "usr/lib")))), Settings(), OUTLET
    )
    assert (folder.packages, folder.distro) == (archive.packages, archive.distro)
    assert not (tmp_path / "cache").exists()
    paths = [(seen.path, seen.kind) for seen in merged_tree(str(root), Settings(), OUTLET).paths()]
    assert paths == [
        (seen.path, seen.kind) for seen in merged_tree(str(tmp_path / "image.tar"), Settings(), OUTLET).paths()
    ]


def test_an_inventory_survives_its_encoding(tmp_path: Path) -> None:
    found = report(tmp_path, BASE, (whiteout(STATUS),)).inventory
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Inventory) == found


def test_findings_are_vulnerable_or_misconfigured(tmp_path: Path) -> None:
    kinds = {type(finding) for finding in report(tmp_path, BASE, (whiteout(STATUS),)).findings}
    assert kinds == {Vulnerable, Misconfigured}
