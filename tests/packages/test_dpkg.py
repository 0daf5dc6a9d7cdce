import shutil
import subprocess
from pathlib import Path

import pytest

from pratique.errors import UnreadableFileError
from pratique.packages import dpkg
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import OwnedFiles, Package

STATUS = "var/lib/dpkg/status"
DATABASE = Path("/") / STATUS


def parse(content: bytes, path: str = STATUS) -> list[Found | Unknown]:
    return list(dpkg.parse(File(path, 0o644, len(content), content)))


def packages(records: list[Found | Unknown]) -> list[Package]:
    return [found.fact for found in records if isinstance(found, Found) and isinstance(found.fact, Package)]


def stanza(status: str = "install ok installed", **fields: str) -> bytes:
    lines = {"Package": "moor", "Status": status, "Version": "1", **fields}
    return "".join(f"{name}: {value}\n" for name, value in lines.items()).encode() + b"\n"


@pytest.mark.parametrize("status", ["deinstall ok config-files", "purge ok not-installed", "unknown ok not-installed"])
def test_removed_packages_are_none(status: str) -> None:
    assert parse(stanza(status)) == []


@pytest.mark.parametrize("status", ["install ok installed", "hold ok installed", "deinstall reinstreq installed"])
def test_installed_packages_count(status: str) -> None:
    assert len(packages(parse(stanza(status)))) == 1


@pytest.mark.parametrize("status", ["install ok half-configured", "install ok triggers-pending", "installed", ""])
def test_states_in_between_are_not_passed_over(status: str) -> None:
    (record,) = parse(stanza(status))
    assert isinstance(record, Unknown)
    assert record.reason.startswith("line 1: ")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("glibc", ("glibc", "")),
        ("glibc (2.36-9)", ("glibc", "2.36-9")),
        ("glibc(1:2.36-9)", ("glibc", "1:2.36-9")),
        ("glibc (", ("glibc", "")),
        ("", ("", "")),
        ("(2)", ("", "")),
    ],
)
def test_source_has_a_version_in_brackets(source: str, expected: tuple[str, str]) -> None:
    (package,) = packages(parse(stanza(Source=source)))
    assert (package.source, package.source_version) == expected


def test_many_broken_stanzas_are_counted() -> None:
    records = parse(b"Package: x\n\n" * 150 + stanza())
    unknown = [record for record in records if isinstance(record, Unknown)]
    assert len(unknown) == 101
    assert unknown[1].reason == "line 3: package without Status"
    assert unknown[-1].reason == "50 more broken stanzas"
    assert len(packages(records)) == 1


def test_the_number_of_packages_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dpkg, "FACTS_PER_FILE_MOST", 2)
    *found, last = parse(stanza() * 5)
    assert len(found) == 2
    assert last == Unknown(STATUS, "dpkg", "line 9: more than 2 packages, the rest is not read")


@pytest.mark.parametrize("name", ["moor.postinst", "moor.conffiles", "format", "moor.list.bak", ".list"])
def test_other_files_beside_the_lists_say_nothing(name: str) -> None:
    assert parse(b"/usr/bin/moor\n", f"var/lib/dpkg/info/{name}") == []


@pytest.mark.parametrize("content", [b"", b"/.\n", b"\n"])
def test_empty_lists_own_nothing(content: bytes) -> None:
    assert parse(content, "var/lib/dpkg/info/meta.list") == []


def test_lists_are_bounded() -> None:
    with pytest.raises(UnreadableFileError, match="list of files of"):
        parse(b"/usr/bin/moor\n" * 2_500_000, "var/lib/dpkg/info/moor.list")


def test_a_stanza_without_status_is_installed_in_distroless_images_only() -> None:
    content = b"Package: libstdc++6\nVersion: 12\n"
    assert isinstance(parse(content)[0], Unknown)
    assert len(packages(parse(content, "var/lib/dpkg/status.d/libstdc++6"))) == 1
    assert parse(content, "var/lib/dpkg/status.d/libstdc++6.postinst") == []


@pytest.mark.skipif(not (shutil.which("dpkg-query") and DATABASE.exists()), reason="no dpkg on this machine")
def test_this_machine_reads_as_dpkg_reads_it() -> None:
    form = r"${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${db:Status-Status}\n"
    lines = subprocess.run(["dpkg-query", "-W", "-f", form], check=True, capture_output=True, text=True).stdout
    theirs = sorted(tuple(line.split("\t")[:5]) for line in lines.splitlines() if line.endswith("\tinstalled"))
    ours = sorted(
        (p.name, p.version, p.arch, p.source or p.name, p.source_version or p.version)
        for p in packages(parse(DATABASE.read_bytes()))
    )
    assert ours == theirs


@pytest.mark.skipif(not (shutil.which("dpkg-query") and DATABASE.exists()), reason="no dpkg on this machine")
def test_the_file_list_of_dpkg_itself_is_that_of_dpkg_query() -> None:
    lines = subprocess.run(["dpkg-query", "-L", "dpkg"], check=True, capture_output=True, text=True).stdout
    content = (DATABASE.parent / "info/dpkg.list").read_bytes()
    (found,) = parse(content, "var/lib/dpkg/info/dpkg.list")
    assert isinstance(found, Found)
    assert isinstance(found.fact, OwnedFiles)
    theirs = {line.removeprefix("/") for line in lines.splitlines() if line.startswith("/") and line != "/."}
    assert set(found.fact.paths.split("\n")) == theirs


def test_relations_are_bounded_and_cost_no_package() -> None:
    found, unknown = parse(stanza(Depends="x, " * 30_000))
    assert isinstance(found, Found)
    assert unknown == Unknown(STATUS, "dpkg", "line 1: Depends is 90001 bytes long")


def test_a_digest_that_is_none_is_an_error() -> None:
    with pytest.raises(UnreadableFileError, match="hexadecimal"):
        parse(b"g" * 32 + b"  usr/bin/moor\n", "var/lib/dpkg/info/moor.md5sums")


@pytest.mark.skipif(not (shutil.which("dpkg-query") and DATABASE.exists()), reason="no dpkg on this machine")
def test_the_digests_of_this_machine_are_those_of_its_files() -> None:
    content = (DATABASE.parent / "info/dpkg.md5sums").read_bytes()
    (found,) = parse(content, "var/lib/dpkg/info/dpkg.md5sums")
    assert isinstance(found, Found)
    assert isinstance(found.fact, OwnedFiles)
    paths = found.fact.paths.split("\n")
    theirs = {line[34:]: line[:32] for line in content.decode().splitlines()}
    assert paths == list(theirs)
    assert found.fact.digests == "".join(theirs[path][:8] for path in paths)
