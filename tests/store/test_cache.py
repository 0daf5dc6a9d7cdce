"""The cache: whole records or none, whatever happens to its files."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pratique.records.facts import Found, LayerFacts, Listing
from pratique.records.file import Unknown
from pratique.records.package import Distro, OwnedFiles, Package
from pratique.store.cache import Cache, cache_folder
from tests.rights import open_folder, without_rights

DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32
FACTS = LayerFacts(
    found=(
        Found("lib/apk/db/installed", 3, Package("apk", "musl", "1.2.4-r2", "x86_64", licenses=("MIT",))),
        Found("lib/apk/db/installed", 3, OwnedFiles("apk", "musl", "lib/ld-musl.so\nlib/libc.so")),
        Found("etc/os-release", 0, Distro("alpine", "3.18.9", "Alpine Linux v3.18", ("x",))),
    ),
    unknowns=(Unknown("opt/caf\\xe9.jar!/x", "jar", "broken"),),
    listing=Listing("a\0b\0é", b"fdl", b"\xa4\x01" * 3, bytes(24), {2: "to"}),
    size=1 << 40,
)


def get(cache: Cache, digest: str = DIGEST, fingerprint: str = "f1") -> LayerFacts | None:
    return cache.get("facts", digest, fingerprint, LayerFacts)


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert get(cache) is None
    cache.put("facts", DIGEST, "f1", FACTS)
    assert get(cache) == get(Cache(tmp_path)) == FACTS
    assert get(cache, OTHER) is None
    assert get(cache, fingerprint="f2") is None
    assert cache.get("inventory", DIGEST, "f1", LayerFacts) is None
    cache.put("facts", DIGEST, "f1", LayerFacts((), (), FACTS.listing, 0))
    assert get(cache) == LayerFacts((), (), FACTS.listing, 0)
    assert len(files(tmp_path)) == 1


def test_a_record_of_another_shape_counts_as_absent(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    records: list[object] = [{"found": 1}, "text", (), None, [[[]]]]
    for record in records:
        cache.put("facts", DIGEST, "f1", record)
        assert get(cache) is None


def test_a_damaged_file_counts_as_absent_and_is_written_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("facts", DIGEST, "f1", FACTS)
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert get(cache) is None, at
        path.write_bytes(whole[:at])
        assert get(cache) is None, at
    for data in (b"", whole + b"x", whole * 2, b"PRQ1", b"\0" * len(whole), b"PRQ0" + whole[4:]):
        path.write_bytes(data)
        assert get(cache) is None
    cache.put("facts", DIGEST, "f1", FACTS)
    assert get(cache) == FACTS
    path.unlink()
    path.mkdir()
    assert get(cache) is None
    cache.put("facts", DIGEST, "f1", FACTS)
    assert get(cache) is None


def test_a_place_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for root in (tmp_path / "file", tmp_path / "file/below", tmp_path / ("x" * 300), Path("/proc/none")):
        cache = Cache(root)
        cache.put("facts", DIGEST, "f1", FACTS)
        cache.trim()
        assert get(cache) is None
    assert (tmp_path / "file").read_text() == "x"


def test_a_cache_of_somebody_else_is_used_and_left_alone() -> None:
    with open_folder() as root:
        Cache(root).put("facts", DIGEST, "f1", FACTS)
        for path in (root, *root.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o444)
        with without_rights():
            cache = Cache(root, 1)
            assert get(cache) == FACTS
            cache.put("facts", DIGEST, "f1", LayerFacts((), (), FACTS.listing, 0))
            cache.put("facts", OTHER, "f1", FACTS)
            cache.trim()
            assert get(cache) == FACTS
            assert get(cache, OTHER) is None
        assert len(files(root)) == 1


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
    try:
        cache.put("facts", DIGEST, "f1", FACTS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert files(tmp_path) == []
    cache.put("facts", DIGEST, "f1", FACTS)
    assert get(cache) == FACTS


def fill(cache: Cache, root: Path, count: int) -> list[str]:
    """Records of some kilobytes, the first the oldest."""
    digests = [f"sha256:{at:064x}" for at in range(count)]
    for at, digest in enumerate(digests):
        cache.put("facts" if at % 2 else "inventory", digest, "f1", os.urandom(10_000))
    for path in files(root):
        at = int(path.name[7:71], 16)
        os.utime(path, (time.time() - 1000 + at, time.time() - 1000 + at))
    return digests


def left(root: Path) -> set[int]:
    return {int(path.name[7:71], 16) for path in files(root)}


def test_what_was_unused_for_longest_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 45_000)
    digests = fill(cache, tmp_path, 10)
    assert cache.get("facts", digests[3], "f1", bytes) is not None  # what is used stays
    cache.trim()
    assert left(tmp_path) == {3, 7, 8, 9}
    cache.trim()
    assert left(tmp_path) == {3, 7, 8, 9}


def test_only_who_wrote_trims(tmp_path: Path) -> None:
    fill(Cache(tmp_path), tmp_path, 4)
    reader = Cache(tmp_path, 1)
    reader.get("facts", f"sha256:{1:064x}", "f1", bytes)
    reader.trim()
    assert left(tmp_path) == {0, 1, 2, 3}


def test_nothing_but_records_is_taken_away(tmp_path: Path) -> None:
    """The advisories lie in the same folder by default, and anything may where --cache-dir points."""
    (tmp_path / "photos").mkdir()
    for name in ("advisories.sqlite", "photos/holiday.jpeg", "needed"):
        (tmp_path / name).write_bytes(bytes(100_000))
        os.utime(tmp_path / name, (0, 0))
    cache = Cache(tmp_path, 1)
    fill(cache, tmp_path / "facts", 0)
    cache.put("facts", DIGEST, "f1", FACTS)
    cache.trim()
    assert sorted(path.name for path in files(tmp_path)) == ["advisories.sqlite", "holiday.jpeg", "needed"]


def test_leftovers_of_a_killed_process_go_too(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 5000)
    cache.put("facts", DIGEST, "f1", FACTS)
    partial = files(tmp_path)[0].with_name(".sha256-dead.f1.1.abcd")
    partial.write_bytes(bytes(10_000))
    os.utime(partial, (0, 0))
    cache.trim()
    assert get(cache) == FACTS
    assert not partial.exists()


WORKER = """
import sys
from pratique.store.cache import Cache
root, me, other = sys.argv[1:]
cache = Cache(root, 30_000)
for turn in range(150):
    for name in "abcdefgh":
        digest = "sha256:" + name * 64
        found = cache.get("facts", digest, "f1", bytes)
        assert found is None or found in (b"0" * 5000, b"1" * 5000), found[:9]
        cache.put("facts", digest, "f1", me.encode() * 5000)
    cache.trim()
"""


def test_processes_share_it(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path), me, other], stderr=subprocess.PIPE)
        for me, other in ("01", "10")
    ]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, b"")
    assert not [path for path in files(tmp_path) if path.name.startswith(".")]


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PRATIQUE_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/ada")
    assert str(cache_folder()) == "/home/ada/.cache/pratique"
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache")
    assert str(cache_folder()) == "/var/cache/pratique"
    monkeypatch.setenv("PRATIQUE_CACHE_DIR", "/own")
    assert str(cache_folder()) == "/own"
