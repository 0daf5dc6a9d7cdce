"""What the cases in `testdata/rpm` cannot show: damage, and the images beside the checkout."""

import gzip
import io
import mmap
import struct
import tarfile
from pathlib import Path

import msgspec
import pytest

from pratique.errors import UnreadableFileError
from pratique.packages.registry import ANALYZERS
from pratique.packages.rpm import parse as parse_file
from pratique.packages.rpm import source_of
from pratique.records.facts import Found
from pratique.records.file import Data, File, Unknown
from pratique.records.package import OwnedFiles, Package, Requires

TESTDATA = Path(__file__).parent / "testdata" / "rpm"
NDB = (TESTDATA / "ndb" / "input").read_bytes()
SHARED = Path(__file__).parents[2].parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="shared images are not beside the checkout")


CLAIMED = next(one.claims.paths for one in ANALYZERS if one.name == "rpm")


def parse(data: Data, path: str = "var/lib/rpm/Packages") -> list[Found | Unknown]:
    return list(parse_file(File(path, 0o644, len(data), data)))


def packages(records: list[Found | Unknown]) -> list[Package]:
    return [each.fact for each in records if isinstance(each, Found) and isinstance(each.fact, Package)]


def unknowns(records: list[Found | Unknown]) -> list[str]:
    return [each.reason for each in records if isinstance(each, Unknown)]


def header(*tags: tuple[int, int, int, bytes]) -> bytes:
    """A header blob of (tag, type, count, data)."""
    index, data = b"", b""
    for tag, kind, count, content in tags:
        index += struct.pack(">IIII", tag, kind, len(data), count)
        data += content
    return struct.pack(">II", len(tags), len(data)) + index + data


NAMED = ((1000, 6, 1, b"n\0"), (1001, 6, 1, b"1\0"), (1002, 6, 1, b"2\0"))


def database(*headers: bytes) -> bytes:
    """An NDB of these headers."""
    slots, blobs = b"RpmP" + struct.pack("<7I", 0, 1, 1, len(headers) + 1, 0, 0, 0), b""
    for index, blob in enumerate(headers, 1):
        blocks = -(-(len(blob) + 28) // 16)
        slots += b"Slot" + struct.pack("<III", index, 256 + len(blobs) // 16, blocks)
        blobs += b"BlbS" + struct.pack("<III", index, 1, len(blob)) + blob.ljust(16 * blocks - 16, b"\0")
    return slots + b"Slot\0\0\0\0\0\0\0\0\0\0\0\0" * ((4096 - len(slots)) // 16) + blobs


@pytest.mark.parametrize("case", sorted(TESTDATA.glob("*/input")), ids=lambda case: case.parent.name)
def test_a_mapped_file_can_be_closed_afterwards(case: Path) -> None:
    with case.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert len(packages(parse(mapped))) == (2 if case.parent.name == "relations" else 4)


def test_the_content_tells_the_database_and_not_the_name() -> None:
    for case in TESTDATA.glob("*/input"):
        as_packages, *others = (packages(parse(case.read_bytes(), path)) for path in sorted(CLAIMED))
        assert as_packages
        assert all(other == as_packages for other in others)


def test_a_broken_header_costs_itself_only() -> None:
    records = parse(NDB.replace(b"\0\0\x03\xe8\0\0\0\x06", b"\0\0\x03\xe8\0\0\0\x07", 2))
    assert unknowns(records) == ["rpm header without name or version"] * 2
    assert len(packages(records)) == 3


def test_a_header_cut_short_costs_itself_only() -> None:
    records = parse(database(header(*NAMED), header(*NAMED)[:-1], header(*NAMED)))
    assert unknowns(records) == ["rpm header of 61 bytes claims 3 entries and 6 bytes"]
    assert packages(records) == [Package("rpm", "n", "1-2")] * 2


def test_most_broken_headers_are_only_counted() -> None:
    reasons = unknowns(parse(database(*[b"?"] * 150)))
    assert reasons == ["rpm header without index"] * 100 + ["50 more broken headers"]


def test_an_error_in_the_middle_keeps_what_was_read() -> None:
    data = database(header(*NAMED), header(*NAMED)).replace(b"Slot\0\0\0\0", b"slot\0\0\0\0")
    records = parse(data)
    assert len(packages(records)) == 2
    assert unknowns(records) == ["NDB with a broken slot"]


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"SQLite format 4\0", b"SQLite format 3\0", b"RpmP", NDB[:100]])
def test_what_cannot_be_read_at_all(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        parse(data)


def test_paths_of_old_headers_are_whole() -> None:
    records = parse(database(header(*NAMED, (1027, 8, 2, b"/bin/a\0/bin/b\0"))))
    assert records[1] == Found("var/lib/rpm/Packages", 0, OwnedFiles("rpm", "n", "bin/a\nbin/b"))


def files(names: bytes, count: int, indexes: tuple[int, ...], folders: bytes, many: int) -> bytes:
    numbers = struct.pack(f">{len(indexes)}I", *indexes)
    return header(
        *NAMED, (1116, 4, len(indexes), numbers), (1117, 8, count, names), (1118, 8, many, folders), (5, 4, 1, b"")
    )


def test_a_newline_in_a_name_claims_no_other_path() -> None:
    records = parse(database(files(b"a\0b\nusr/bin/sudo\0", 2, (0, 0), b"/bin/\0", 1)))
    assert records[1] == Found("var/lib/rpm/Packages", 0, OwnedFiles("rpm", "n", "bin/a"))


@pytest.mark.parametrize("indexes", [(), (0,), (0, 1), (0, 0xFFFFFFFF), (0, 0, 0)])
def test_a_broken_list_of_files_leaves_the_package(indexes: tuple[int, ...]) -> None:
    records = parse(database(files(b"a\0b\0", 2, indexes, b"/bin/\0", 1)))
    assert packages(records) == [Package("rpm", "n", "1-2")]
    assert unknowns(records) == ["broken list of files of n"]


def test_lists_of_files_do_not_multiply() -> None:
    """A folder of 10,000 characters before each of 10,000 names: 100 MB out of 120 kB."""
    bomb = files(b"a\0" * 10_000, 10_000, (0,) * 10_000, b"/" + b"x" * 10_000 + b"\0", 1)
    records = parse(database(bomb, bomb))
    assert len(packages(records)) == 2
    assert unknowns(records) == ["list of files of n is too long"] * 2


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("bash-5.2.15-1.fc40.src.rpm", ("bash", "5.2.15-1.fc40")),
        ("gcc-toolset-12-gcc-12.2.1-7.4.el9.src.rpm", ("gcc-toolset-12-gcc", "12.2.1-7.4.el9")),
        ("kernel-6.1-1.nosrc.rpm", ("kernel", "6.1-1")),
        ("(none)", ("", "")),
        ("a-1.src.rpm", ("", "")),
        ("-1-2.src.rpm", ("", "")),
        ("", ("", "")),
    ],
)
def test_source_of(file_name: str, expected: tuple[str, str]) -> None:
    assert source_of(file_name) == expected


class Peer(msgspec.Struct):
    name: str
    version: str
    source: str = ""


def database_of(image: Path) -> tuple[str, bytes]:
    """The first file of an OCI archive that the analyzer claims."""
    with tarfile.open(image) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            blob = stream.read() if stream else b""
            blob = gzip.decompress(blob) if blob[:2] == b"\x1f\x8b" else blob
            if blob[257:262] != b"ustar":
                continue
            with tarfile.open(fileobj=io.BytesIO(blob)) as layer:
                for entry in layer:
                    content = layer.extractfile(entry)
                    if content and entry.name.removeprefix("./") in CLAIMED:
                        return entry.name.removeprefix("./"), content.read()
    raise AssertionError(f"no rpm database in {image.name}")


@needs_shared
@pytest.mark.parametrize("name", ["rpm-alma8-bdb", "rpm-alma9-sqlite", "rpm-sles15-ndb", "rpm-real-al2023"])
def test_all_packages_that_other_scanners_list(name: str) -> None:
    path, data = database_of(SHARED / "images" / f"{name}.oci.tar")
    records = parse(data, path)
    assert unknowns(records) == []
    peers = msgspec.json.decode((SHARED / "peers" / f"{name}.json").read_bytes())
    for peer in ("trivy", "syft"):
        theirs = msgspec.convert(peers[peer], list[Peer])
        assert {(package.name, package.version) for package in packages(records)} == {
            (package.name, package.version) for package in theirs if package.name != "gpg-pubkey"
        }
    sources = {package.name: package.source for package in msgspec.convert(peers["trivy"], list[Peer])}
    for package in packages(records):
        assert (package.source or package.name) == sources[package.name]


@needs_shared
@pytest.mark.parametrize("name", ["c05-rpmdb-bdb-loop", "c07-rpmdb-sqlite-view", "c09-rpmdb-ndb-lies"])
def test_hostile_databases_are_told(name: str) -> None:
    path, data = database_of(SHARED / "hostile" / f"{name}.oci.tar")
    try:
        records = parse(data, path)
    except UnreadableFileError:
        return
    assert unknowns(records)
    assert not packages(records)


def relations(*tags: tuple[int, int, int, bytes]) -> list[Requires]:
    facts = [each.fact for each in parse(database(header(*NAMED, *tags))) if isinstance(each, Found)]
    return [fact for fact in facts if isinstance(fact, Requires)]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("bash", "bash"),
        ("bash(x86-64)", "bash(x86-64)"),
        ("libc.so.6(GLIBC_2.34)(64bit)", "libc.so.6()(64bit)"),
        ("libc.so.6()(64bit)", "libc.so.6()(64bit)"),
        ("libc.so.6(GLIBC_2.0)", "libc.so.6"),
        ("perl(strict)", "perl(strict)"),
        ("(a or b >= 2 or c(x))", "a|b|c(x)"),
        ("(a with b < 2)", "a"),
        ("(a >= 1)", "a"),
        *(
            (name, "")
            for name in ("rpmlib(FileDigests)", "config(n)", "rtld(GNU_HASH)", "n", "", "(a if b)", "((a or b) and c)")
        ),
        *((name, "") for name in ("()", "( or )", "(a b)", "(a and b)")),
    ],
)
def test_needs_are_told_by_names_that_can_be_found(written: str, told: str) -> None:
    needs = [name for each in relations((1049, 8, 1, written.encode() + b"\0")) for name in each.needs]
    assert needs == ([told] if told else [])


def test_relations_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pratique.packages.rpm._NAMES_MOST", 2)
    blob = database(header(*NAMED, (1049, 8, 2, b"a\0b\0")), header(*NAMED, (1049, 8, 1, b"a\0")))
    assert unknowns(parse(blob)) == ["more than 2 names that packages need, the rest is not read"]


FILES = ((1117, 8, 2, b"a\0b\0"), (1116, 4, 2, bytes(8)), (1118, 8, 1, b"/\0"))
SUMS = b"a" * 64 + b"\0\0"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (((1035, 8, 2, SUMS), (5011, 4, 1, b"\0\0\0\x08")), ("sha256", "aaaaaaaa--------")),
        (((1035, 8, 2, SUMS),), ("md5", "aaaaaaaa--------")),
        (((1035, 8, 2, SUMS), (5011, 4, 1, b"\0\0\0\x0a")), ("", "")),
        (((1035, 8, 1, SUMS),), ("", "")),
        (((1035, 8, 2, b"abc\0\0"),), ("", "")),
        (((1035, 8, 2, b"xyzxyzxyz\0\0"),), ("", "")),
        ((), ("", "")),
    ],
)
def test_digests_of_files(tags: tuple[tuple[int, int, int, bytes], ...], expected: tuple[str, str]) -> None:
    facts = [each.fact for each in parse(database(header(*NAMED, *FILES, *tags))) if isinstance(each, Found)]
    (owned,) = [fact for fact in facts if isinstance(fact, OwnedFiles)]
    assert (owned.algorithm, owned.digests) == expected
