"""The dispatcher: every file to the analyzers that claim it, and nothing that goes wrong leaves the file."""

import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

from pratique import limits
from pratique.errors import CorruptImageError, PratiqueError, UnreadableFileError
from pratique.formats.tar import TarReader
from pratique.packages.registry import ANALYZERS
from pratique.records.analyzer import Analyzer, Claims
from pratique.records.facts import Found, LayerFacts
from pratique.records.file import File, Unknown
from pratique.records.package import Package
from pratique.scan.analyze import Dispatch, analyze_layer, parse
from pratique.scan.fingerprint import analyzer_versions, fingerprint
from tests.inventory.layering import STATUS, layer, metadata, status
from tests.simulators.layers import Entry, file, folder, hard_link, sparse, symlink, tar_bytes, whiteout


def analyzer(name: str = "x", **claims: object) -> Analyzer:
    return Analyzer(name=name, version=1, claims=Claims(**claims), parse=lambda _: ())  # type: ignore[arg-type]


def names(dispatch: Dispatch, path: str) -> list[str]:
    place, _, name = path.rpartition("/")
    return sorted(claimant.name for claimant in dispatch.by_name(path, place, name))


def packages(facts: LayerFacts) -> list[tuple[str, str]]:
    return [(found.path, found.fact.name) for found in facts.found if isinstance(found.fact, Package)]


def test_claims() -> None:
    tables = Dispatch(
        (
            analyzer("path", paths=frozenset({"etc/os-release"})),
            analyzer("folder", folders=frozenset({"var/lib/dpkg/info"})),
            analyzer("parent", parents=frozenset({"conda-meta"})),
            analyzer("name", names=frozenset({"METADATA"})),
            analyzer("suffix", suffixes=(".jar", ".tar.gz")),
            analyzer("all", names=frozenset({"a.jar"}), suffixes=(".jar",), paths=frozenset({"x/a.jar"})),
        )
    )
    assert names(tables, "etc/os-release") == ["path"]
    assert names(tables, "usr/etc/os-release") == []
    assert names(tables, "var/lib/dpkg/info/bash.list") == ["folder"]
    assert names(tables, "var/lib/dpkg/info/deeper/bash.list") == []
    assert names(tables, "opt/env/conda-meta/a.json") == ["parent"]
    assert names(tables, "opt/env/conda-meta/deeper/a.json") == []
    assert names(tables, "x.dist-info/METADATA") == ["name"]
    assert names(tables, "opt/A.JAR") == ["all", "suffix"]
    assert names(tables, "x/a.jar") == ["all", "suffix"]
    assert names(tables, "x/a.tar.gz") == ["suffix"]
    assert names(tables, "jar") == []
    assert tables.longest_suffix == len(".tar.gz")


def test_every_entry_is_listed_whatever_its_kind() -> None:
    entries = (
        folder("a"),
        file("a/f", "12"),
        symlink("a/l", "f"),
        hard_link("h", "a/f"),
        Entry("p", kind=tarfile.FIFOTYPE),
    )
    facts = layer(*entries, whiteout("gone"))
    listing = facts.listing
    assert listing.paths.split("\0") == ["a", "a/f", "a/l", "h", "p", ".wh.gone"]
    assert listing.kinds == b"dflhof"
    assert listing.targets == {2: "f", 3: "a/f"}
    assert [int.from_bytes(listing.sizes[at : at + 8], "little") for at in range(0, 48, 8)] == [0, 2, 0, 0, 0, 0]
    assert facts.size == len(tar_bytes((*entries, whiteout("gone"))))


def test_a_marker_is_no_file() -> None:
    assert layer(file("x.dist-info/.wh.METADATA", "no header"), file("y/.wh.x.egg-info", "no header")).unknowns == ()


def test_what_cannot_be_read_is_told() -> None:
    facts = layer(file(STATUS, "Package: x\nVersion: 1\n\nnonsense"), metadata("idna", "3.4"))
    assert packages(facts) == [("usr/lib/python3/dist-packages/idna-3.4.dist-info/METADATA", "idna")]
    assert {unknown.path for unknown in facts.unknowns} == {STATUS}


def test_a_file_beyond_its_bound_is_told_and_not_read() -> None:
    largest = next(one.claims.largest for one in ANALYZERS if one.name == "node-modules")
    path = "node_modules/x/package.json"
    facts = layer(sparse(path, largest + 1, ((0, b"{}"),)))
    assert facts.unknowns == (
        Unknown(path, "node-modules", f"{largest + 1:,} bytes; pratique reads up to {largest:,} of such a file"),
    )
    linked = layer(sparse("data", largest + 1, ((0, b"{}"),)), hard_link(path, "data"))
    assert linked.unknowns == facts.unknowns


def test_a_sparse_file_is_read_at_its_places() -> None:
    text = b"Metadata-Version: 2.1\nName: idna\nVersion: 3.4\n\n".ljust(512, b".")
    assert packages(layer(sparse("idna.dist-info/METADATA", 10_000, ((0, text), (8192, b"x"))))) == [
        ("idna.dist-info/METADATA", "idna")
    ]


def test_a_sparse_file_is_known_by_its_first_bytes() -> None:
    program = Path(__file__).parents[1] / "packages/testdata/executable/go-length-lie/input"
    data = program.read_bytes()
    [unknown] = layer(file("app", data)).unknowns
    assert layer(sparse("app", len(data), ((0, data),))).unknowns == (unknown,)
    assert layer(sparse("app", len(data) + 4096, ((4096, data),))).unknowns == ()


def lying_sparse(path: str) -> bytes:
    """A sparse file whose map leads beyond its end."""
    data = bytearray(tar_bytes((sparse(path, 4096, ((1024, b"x" * 512),)),), "gnu"))
    data[386:398] = b"%011o\0" % 1_000_000
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


def test_a_lying_map_of_a_sparse_file_stays_with_the_file() -> None:
    path = "idna.dist-info/METADATA"
    direct = analyze_layer(lambda: TarReader(iter((lying_sparse(path),))))
    assert [unknown.path for unknown in direct.unknowns] == [path]
    data = lying_sparse("data")[:-1024] + tar_bytes((hard_link(path, "data"),))
    linked = analyze_layer(lambda: TarReader(iter((data,))))
    assert [(unknown.path, unknown.reason) for unknown in linked.unknowns] == [(path, direct.unknowns[0].reason)]


def test_hard_links_to_claimed_files_are_read_once() -> None:
    opened = 0

    def reader() -> TarReader:
        nonlocal opened
        opened += 1
        link = hard_link("opt/idna-3.4.dist-info/METADATA", metadata("idna", "3.4").path)
        return TarReader(iter((tar_bytes((metadata("idna", "3.4"), link)),)))

    assert len(packages(analyze_layer(reader))) == 2
    assert opened == 1


def test_hard_links_to_other_names_are_read_in_a_second_pass() -> None:
    entries = (file("copy", status("a 1").data), hard_link("more", "copy"), hard_link(STATUS, "more"))
    assert packages(layer(*entries)) == [(STATUS, "a")]


@pytest.mark.parametrize("length", [1, 2, limits.SYMLINKS_FOLLOWED_MOST + 1])
def test_hard_links_in_a_circle_are_told(length: int) -> None:
    ring = [STATUS, *(f"ring/{at}" for at in range(length - 1))]
    facts = layer(*(hard_link(path, ring[(at + 1) % length]) for at, path in enumerate(ring)))
    assert facts.unknowns == (Unknown(STATUS, "dpkg", "a hard link that leads back to itself"),)


def test_a_file_is_shown_to_every_analyzer_that_claims_it() -> None:
    go = b"\x7fELF" + bytes(60)
    facts = layer(file("x.dist-info/METADATA", go), file("bin/tool", go), file("bin/empty", b""))
    assert {unknown.analyzer for unknown in facts.unknowns} <= {"python-metadata", "executable"}


def test_a_corrupt_layer_is_an_error_of_the_input() -> None:
    data = tar_bytes((status("a 1"),))
    with pytest.raises(CorruptImageError):
        analyze_layer(lambda: TarReader(iter((data[:700],))))


# ---- one analyzer, one file --------------------------------------------------------------------------------

FILE = File("x", 0o644, 0, b"")


def test_an_analyzer_that_gives_up() -> None:
    def gives_up(_: File) -> Iterable[Found | Unknown]:
        raise UnreadableFileError("no header")

    broken = Analyzer(name="x", version=1, claims=Claims(), parse=gives_up)
    assert parse(broken, FILE) == [Unknown("x", "x", "no header")]


def test_what_was_read_before_an_analyzer_gave_up_is_kept() -> None:
    def gives_up(_: File) -> Iterator[Found | Unknown]:
        yield Found("x", 1, Package("deb", "a", "1"))
        raise UnreadableFileError("no header")

    broken = Analyzer(name="x", version=1, claims=Claims(), parse=gives_up)
    assert parse(broken, FILE) == [Found("x", 1, Package("deb", "a", "1")), Unknown("x", "x", "no header")]


@pytest.mark.parametrize("error", [ValueError("odd"), RecursionError("deep"), KeyError("k")])
def test_an_analyzer_that_fails_does_not_take_the_image_with_it(error: Exception) -> None:
    def fails(_: File) -> Iterator[Found | Unknown]:
        yield Found("x", 1, Package("deb", "a", "1"))
        raise error

    found, unknown = parse(Analyzer(name="x", version=1, claims=Claims(), parse=fails), FILE)
    assert isinstance(found, Found)
    assert isinstance(unknown, Unknown)
    assert type(error).__name__ in unknown.reason


@pytest.mark.parametrize("error", [MemoryError(), OSError(28, "No space left on device")])
def test_what_the_machine_lacks_is_not_said_of_the_file(error: Exception) -> None:
    def fails(_: File) -> Iterator[Found | Unknown]:
        raise error

    with pytest.raises(PratiqueError, match=f"^x: {type(error).__name__}") as raised:
        parse(Analyzer(name="x", version=1, claims=Claims(), parse=fails), FILE)
    assert raised.value.advice


def test_an_analyzer_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: File) -> Iterator[Found | Unknown]:
        while True:
            yield Found("x", 1, Package("deb", "a", "1"))

    monkeypatch.setattr(limits, "FACTS_PER_FILE_MOST", 10)
    records = parse(Analyzer(name="x", version=1, claims=Claims(), parse=endless), FILE)
    assert len(records) == 11
    assert records[-1] == Unknown("x", "x", "more than 10 facts in one file")


def test_the_fingerprint_is_of_all_analyzers_and_their_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    assert len(before) == 16
    assert set(analyzer_versions()) == {f"{one.name}/{one.version}" for one in ANALYZERS}
    assert list(analyzer_versions()) == sorted(analyzer_versions())
    changed = msgspec.structs.replace(ANALYZERS[0], version=99)
    monkeypatch.setattr("pratique.scan.fingerprint.ANALYZERS", (changed, *ANALYZERS[1:]))
    assert fingerprint() != before


def test_a_name_that_nobody_wants_keeps_no_program_from_being_read() -> None:
    """`desc` is claimed for pacman's database; elsewhere it may be anything."""
    tables = Dispatch(ANALYZERS)
    assert names(tables, "usr/bin/desc") == ["pacman"]
    go = (Path(__file__).parents[1] / "packages/testdata/executable/go-linux-amd64/input").read_bytes()
    found = {item.fact.name for item in layer(file("usr/bin/desc", go)).found if isinstance(item.fact, Package)}
    assert "stdlib" in found
