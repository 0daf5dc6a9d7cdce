"""Layers: read in parallel, once or, where their facts are known, not at all; and facts under proven digests only."""

import gzip
import hashlib
import itertools
import shutil
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pratique import limits
from pratique.errors import CorruptImageError, InputError, LimitError, PratiqueError
from pratique.formats.tar import Window
from pratique.image.open import open_image
from pratique.image.source import Image
from pratique.records.facts import LayerFacts
from pratique.records.image import ImageConfig, LayerRef, Manifest, Platform
from pratique.records.package import Package
from pratique.scan import layers as room
from pratique.scan.fingerprint import fingerprint
from pratique.scan.layers import Watch
from pratique.scan.settings import Outlet, Settings
from pratique.scan.take_apart import take_apart
from pratique.store.cache import Cache
from tests.image.layout import LAYER, MANIFEST, Json, Layout, archived, config, digest, encoded
from tests.inventory.layering import os_release, status
from tests.simulators import images
from tests.simulators.docker_archives import write_docker_archive
from tests.simulators.layers import Compression, Entry, file, tar_bytes

MADE_BY = "fingerprint"


def pack(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def watch(clock: Callable[[], float] = lambda: 0.0, deadline: float = 1.0) -> Watch:
    return Watch(clock, deadline)


def opened(path: Path) -> Image:
    image = open_image(str(path))
    assert isinstance(image, Image)
    return image


def packages(facts: LayerFacts) -> list[str]:
    found = [found.fact for found in facts.found if isinstance(found.fact, Package)]
    return [f"{package.name} {package.version}" for package in found]


def read_layers(image: Image, cache: Cache | None, made_by: str, watch: Watch) -> list[LayerFacts]:
    return room.read_layers(image, cache, made_by, watch, list)


def read(path: Path, cache: Cache | None = None) -> list[list[str]]:
    """The packages of each layer."""
    return [packages(facts) for facts in read_layers(opened(path), cache, MADE_BY, watch())]


def written(path: Path, *layers: tuple[Entry, ...], compression: Compression = "gzip") -> Path:
    images.write_layout(path, [images.Image(tuple(images.Layer(entries, "", compression) for entries in layers))])
    return path


def blobs(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def stored(root: Path, kind: str = "facts") -> set[str]:
    """Digests that the cache holds records of."""
    return {path.name.rpartition(".")[0].replace("-", ":") for path in blobs(root / kind)}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture(autouse=True)
def _no_threads_are_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    patience = time.monotonic() + 60
    while set(threading.enumerate()) - before:
        assert time.monotonic() < patience, "threads go on"
        time.sleep(0.01)


# ---- reading --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compression", ["none", "gzip", "gzip-multi", "zstd", "zstd-frames", "xz", "bzip2"])
def test_every_layer_in_its_place(tmp_path: Path, compression: Compression) -> None:
    """Whatever their sizes: the largest are read first."""
    layers = [(status(f"p{at} {at}"), file("padding", bytes((at * 7919) % 50_000))) for at in range(40)]
    root = written(tmp_path / "image", *layers, compression=compression)
    assert read(root) == [[f"p{at} {at}"] for at in range(40)]
    images.pack_folder(root, tmp_path / "image.tar")
    assert read(tmp_path / "image.tar") == read(root)
    (tmp_path / "image.tar.gz").write_bytes(pack((tmp_path / "image.tar").read_bytes()))
    assert read(tmp_path / "image.tar.gz") == read(root)


@dataclass
class Counted:
    """A blob that counts how often it is opened."""

    data: bytes
    start: int = 0
    opened: int = 0

    @property
    def size(self) -> int:
        return len(self.data)

    def chunks(self) -> Iterator[Window]:
        self.opened += 1
        yield self.data

    def mapped(self) -> memoryview | None:
        return None


def by_hand(*held: Counted, sequential: bool = False) -> Image:
    refs = tuple(LayerRef(at, f"sha256:{at:064}", digest(blob.data), len(blob.data)) for at, blob in enumerate(held))
    settings = ImageConfig(Platform("linux", "amd64"), tuple(ref.diff_id for ref in refs))
    return Image(Manifest("by hand", digest(b"m"), digest(b"c"), settings, refs), held, sequential)


def test_a_layer_that_comes_twice_is_read_once() -> None:
    first, second = (Counted(pack(tar_bytes([status(f"{name} 1")]))) for name in "ab")
    unused = replace(first)
    image = by_hand(first, second, unused, sequential=True)
    assert [packages(facts) for facts in read_layers(image, None, MADE_BY, watch())] == [["a 1"], ["b 1"], ["a 1"]]
    assert (first.opened, second.opened, unused.opened) == (1, 1, 0)


def test_a_shared_stream_is_read_in_its_own_order_by_one_thread() -> None:
    """`docker save` sorts folders by their names, which say nothing of the layers' order."""
    order: list[tuple[str, str]] = []

    class Told(Counted):
        def chunks(self) -> Iterator[Window]:
            order.append((str(self.start), threading.current_thread().name))
            return super().chunks()

    held = [Told(pack(tar_bytes([status(f"p{at} {at}")])), start) for at, start in enumerate((7, 3, 9, 1))]
    facts = read_layers(by_hand(*held, sequential=True), None, MADE_BY, watch())
    assert [packages(layer) for layer in facts] == [[f"p{at} {at}"] for at in range(4)]
    assert [start for start, _ in order] == ["1", "3", "7", "9"]
    assert len({thread for _, thread in order}) == 1


def test_an_image_without_layers() -> None:
    assert read_layers(by_hand(), None, MADE_BY, watch()) == []


# ---- what is known --------------------------------------------------------------------------------------


def test_known_layers_are_not_opened(tmp_path: Path, cache: Cache) -> None:
    """Proved by breaking them: a second run must not notice."""
    root = written(tmp_path / "image", (status("a 1"),), (status("b 1"),))
    first = read(root, cache)
    image = opened(root)
    assert stored(tmp_path / "cache") == {layer.digest for layer in image.manifest.layers}
    for layer in image.manifest.layers:
        path = root / f"blobs/{layer.digest.replace(':', '/')}"
        path.write_bytes(path.read_bytes()[:20].ljust(path.stat().st_size, b"x"))
    assert read(root, Cache(tmp_path / "cache")) == first == [["a 1"], ["b 1"]]
    with pytest.raises(CorruptImageError, match=r"layer [01]: does not have its digest"):
        read(root)
    with pytest.raises(CorruptImageError):
        read_layers(opened(root), cache, "another fingerprint", watch())


def test_known_images_are_not_opened_beyond_their_configuration(tmp_path: Path) -> None:
    root = written(tmp_path / "image", (status("a 1"), os_release("debian", "12")))
    settings = Settings(cache=str(tmp_path / "cache"))
    outlet = Outlet(lambda: 0.0, "2026-10-01T00:00:00Z", lambda _: None, lambda _: None)
    first = take_apart(str(root), settings, outlet)
    assert stored(tmp_path / "cache", "inventory") == {first[0].digest}
    (layer,) = first[0].layers
    (root / f"blobs/{layer.digest.replace(':', '/')}").write_bytes(b"broken")
    assert take_apart(str(root), settings, outlet) == first
    shutil.rmtree(tmp_path / "cache/inventory")
    assert take_apart(str(root), settings, outlet) == first
    shutil.rmtree(tmp_path / "cache")
    with pytest.raises(CorruptImageError):
        take_apart(str(root), settings, outlet)


def test_a_damaged_record_is_made_anew(tmp_path: Path, cache: Cache) -> None:
    root = written(tmp_path / "image", (status("a 1"),), (status("b 1"),))
    first = read(root, cache)
    for path in blobs(tmp_path / "cache"):
        path.write_bytes(path.read_bytes()[:-1])
    assert read(root, cache) == first
    assert all(cache.get("facts", name, MADE_BY, LayerFacts) for name in stored(tmp_path / "cache"))


def test_only_what_is_missing_is_read(tmp_path: Path, cache: Cache) -> None:
    read(written(tmp_path / "base", (status("a 1"),)), cache)
    root = written(tmp_path / "image", (status("a 1"),), (status("b 1"),))
    base = opened(root).manifest.layers[0].digest
    (root / f"blobs/{base.replace(':', '/')}").write_bytes(b"x" * opened(root).manifest.layers[0].size)
    assert read(root, cache) == [["a 1"], ["b 1"]]


# ---- what goes wrong ------------------------------------------------------------------------------------


class Endless(Counted):
    """A layer that never ends, and tells how much of it was asked for."""

    asked = 0

    @property
    def size(self) -> int:
        return 1


def endless() -> Endless:
    """With a right header in front, so that it is the size that keeps it going."""
    entry = bytearray(tar_bytes([file("zeros", b"")])[:512])
    entry[124:136] = b"77777777777\0"
    entry[148:156] = b" " * 8
    entry[148:156] = b"%06o\0 " % sum(entry)

    class Zeros(Endless):
        def chunks(self) -> Iterator[Window]:
            compressor = zlib.compressobj(1, wbits=31)
            head = compressor.compress(bytes(entry)) + compressor.flush(zlib.Z_SYNC_FLUSH)
            yield head
            while True:
                self.asked += 1
                yield compressor.compress(bytes(1 << 16)) + compressor.flush(zlib.Z_SYNC_FLUSH)
                time.sleep(0.0005)

    return Zeros(b"x")


@pytest.mark.parametrize("sequential", [True, False])
def test_what_is_not_done_by_the_deadline_is_unknown_and_not_stored(
    tmp_path: Path, cache: Cache, sequential: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "processors", lambda: 2)  # one could not prove the small layer while it reads the other
    lines: list[str] = []
    small, large = Counted(pack(tar_bytes([status("a 1")]))), endless()
    image = by_hand(small, large, sequential=sequential)

    def clock() -> float:  # time is up once the small layer is stored and people were told
        return 2.0 if lines and stored(tmp_path / "cache") else 0.0

    facts = read_layers(image, cache, MADE_BY, Watch(clock, 1.5, lines.append))
    assert packages(facts[0]) == ["a 1"]
    (unknown,) = facts[1].unknowns
    assert (unknown.path, unknown.analyzer) == ("", "deadline")
    assert unknown.reason == "time was up before layer 1 was read"
    assert stored(tmp_path / "cache") == {digest(small.data)}
    assert lines[-1].startswith("reading layers: 1 of 2, ")
    assert large.asked


def test_a_deadline_that_nothing_misses_changes_nothing(tmp_path: Path) -> None:
    root = written(tmp_path / "image", (status("a 1"),))
    settings = Settings(cache=str(tmp_path / "cache"), timeout=1e-9)
    outlet = Outlet(lambda: 0.0, "2026-10-01T00:00:00Z", lambda _: None, lambda _: None)
    assert [placed.fact.name for placed in take_apart(str(root), settings, outlet)[1].packages] == ["a"]


@pytest.mark.parametrize("sequential", [True, False])
def test_the_first_failure_stops_the_rest(cache: Cache, tmp_path: Path, sequential: bool) -> None:
    broken, large = Counted(pack(b"no tar" * 1000)), endless()
    held = (replace(broken, start=0), large)
    with pytest.raises(CorruptImageError, match="layer 0: ") as caught:
        read_layers(by_hand(*held, sequential=sequential), cache, MADE_BY, watch())
    assert caught.value.advice
    assert stored(tmp_path / "cache") == set()


def test_an_error_keeps_its_kind_and_names_the_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LAYER_ENTRIES_MOST", 1)
    held = [Counted(pack(tar_bytes([file(name) for name in names]))) for names in ("a", "ab")]
    with pytest.raises(LimitError, match="layer 1: more than 1 entries in one tar") as caught:
        read_layers(by_hand(*held), None, MADE_BY, watch())
    assert "no image in use comes near" in caught.value.advice


def test_bytes_that_are_not_the_layer_s_explain_what_else_is_wrong() -> None:
    tar = tar_bytes([file("a", hashlib.shake_128(b"").digest(5000))])
    for data in (pack(tar)[:-700] + bytes(700), pack(tar[:1000]), pack(tar) + b"x"):
        image = by_hand(Counted(data))
        ref = replace_digest(image, digest(b"right"))
        with pytest.raises(CorruptImageError, match="layer 0: does not have its digest"):
            read_layers(ref, None, MADE_BY, watch())
        with pytest.raises(CorruptImageError, match=r"layer 0: (?!does not)"):
            read_layers(image, None, MADE_BY, watch())


def replace_digest(image: Image, name: str) -> Image:
    ref = image.manifest.layers[0]
    changed = LayerRef(ref.index, ref.diff_id, name, ref.size)
    manifest = Manifest("by hand", digest(b"m"), digest(b"c"), image.manifest.config, (changed,))
    return Image(manifest, image.blobs, image.sequential)


@pytest.mark.parametrize("error", [KeyboardInterrupt, BrokenPipeError])
def test_nobody_waits_any_more(error: type[BaseException]) -> None:
    """Ctrl-C, or a reader of stderr that went away."""

    def report(_: str) -> None:
        raise error

    large = endless()
    with pytest.raises(error):
        read_layers(by_hand(large), None, MADE_BY, Watch(lambda: 0.0, 1.0, report))
    # That the threads end, the fixture sees.


# ---- facts under proven digests only --------------------------------------------------------------------


def layout(*layers: tuple[bytes, str]) -> tuple[Layout, Json]:
    """Blobs and the diff_ids that the configuration claims for them."""
    made = Layout()
    described = [made.put(blob, LAYER) for blob, _ in layers]
    return made, made.put(made.manifest(described, config([diff_id for _, diff_id in layers])), MANIFEST)


def docker(path: Path, data: bytes, diff_id: str) -> Path:
    row: Json = {"Config": "c.json", "Layers": ["layer.tar"]}
    archived(path, {"manifest.json": encoded([row]), "c.json": encoded(config([diff_id])), "layer.tar": data})
    return path


GOOD, EVIL = tar_bytes([status("good 1")]), tar_bytes([status("evil 1")])


def test_another_s_diff_id_is_worth_nothing(tmp_path: Path, cache: Cache) -> None:
    """An image claims that its bytes are another image's layer; the other is scanned after it."""
    victim = docker(tmp_path / "victim.tar", EVIL, digest(EVIL))
    made, entry = layout((pack(GOOD), digest(EVIL)))
    made.archive(tmp_path / "attacker.tar", entry)
    assert read(tmp_path / "attacker.tar", cache) == [["good 1"]]
    assert stored(tmp_path / "cache") == {digest(pack(GOOD))}
    for data in (GOOD, pack(GOOD)):
        with pytest.raises(CorruptImageError, match="does not have its digest"):
            read(docker(tmp_path / "attacker.tar", data, digest(EVIL)), cache)
    made, entry = layout((GOOD, digest(EVIL)))
    made.archive(tmp_path / "plain.tar", entry)
    with pytest.raises(CorruptImageError, match="its digest is not its diff_id"):
        read(tmp_path / "plain.tar", cache)
    assert digest(EVIL) not in stored(tmp_path / "cache")
    assert read(victim, cache) == [["evil 1"]]


def test_the_other_way_round_a_blob_s_digest_is_no_diff_id(tmp_path: Path, cache: Cache) -> None:
    packed = pack(EVIL)
    with pytest.raises(InputError):
        read(docker(tmp_path / "attacker.tar", GOOD, digest(packed)), cache)
    with pytest.raises(CorruptImageError, match="and not to a tar"):
        read(docker(tmp_path / "twice.tar", pack(packed), digest(packed)), cache)
    assert stored(tmp_path / "cache") == set()


def test_docker_and_oci_share_what_is_the_same(tmp_path: Path, cache: Cache) -> None:
    image = images.Image((images.Layer((status("a 1"),), "", "none"),))
    write_docker_archive(tmp_path / "docker.tar", [image], "old")
    images.write_layout(tmp_path / "oci", [image])
    read(tmp_path / "docker.tar", cache)
    (layer,) = opened(tmp_path / "oci").manifest.layers
    assert stored(tmp_path / "cache") == {layer.digest} == {layer.diff_id}


def polyglot(packed: bytes, shown: bytes) -> bytes:
    """A gzip member of `packed` that is a tar of the entries `shown`, too: its extra field holds them."""
    fixed = b"\x1f\x8b\x08\x04\0\0\0\0\0\x03"
    first = bytearray(tar_bytes([file("x", b"")])[:512])
    extra_size = 512 + len(shown) - len(fixed) - 2
    first[:100] = (fixed + struct.pack("<H", extra_size)).ljust(100, b"\0")
    first[148:156] = b" " * 8
    first[148:156] = b"%06o\0 " % sum(first)
    stream = zlib.compressobj(9, wbits=-15)
    body = stream.compress(packed) + stream.flush()
    return bytes(first) + shown + body + struct.pack("<II", zlib.crc32(packed), len(packed) & 0xFFFFFFFF)


def test_bytes_that_can_be_read_in_two_ways_are_read_in_one(tmp_path: Path, cache: Cache) -> None:
    """A blob that is gzip and tar at once: no trick of a compressed archive around it may make it the other one."""
    both = polyglot(EVIL, GOOD)
    assert gzip.decompress(both) == EVIL
    made, entry = layout((both, digest(EVIL)))
    made.archive(tmp_path / "victim.tar", entry)
    for cut in (1, 2, 5):
        inner = pack(both[:cut]) + pack(both[cut:])
        with pytest.raises(CorruptImageError, match="and not to a tar"):
            read(docker(tmp_path / "docker.tar", inner, digest(both)), cache)
    with pytest.raises(CorruptImageError):
        read(docker(tmp_path / "docker.tar", both, digest(both)), cache)
    assert stored(tmp_path / "cache") == set()
    assert read(tmp_path / "victim.tar", cache) == [["evil 1"]]


def test_the_same_in_an_archive_that_is_compressed_in_odd_pieces(
    tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first window of the layer is one byte long, which is no magic number of anything."""
    evil = EVIL[:-1024] + tar_bytes([file("large", hashlib.shake_128(b"").digest(200_000))])
    both = polyglot(evil, GOOD)
    made, entry = layout((both, digest(both)))
    plain = Path(made.archive(tmp_path / "plain.tar", entry)).read_bytes()
    at = plain.index(both)
    (tmp_path / "odd.tar.gz").write_bytes(pack(plain[: at + 1]) + pack(plain[at + 1 :]))
    monkeypatch.setattr(limits, "JSON_LARGEST", 100_000)
    image = opened(tmp_path / "odd.tar.gz")
    assert len(bytes(next(image.blobs[0].chunks()))) == 1
    assert read(tmp_path / "odd.tar.gz", cache) == [["evil 1"]]
    assert read(tmp_path / "plain.tar", Cache(tmp_path / "other")) == [["evil 1"]]


def test_a_layer_that_reads_well_but_is_another_one(tmp_path: Path, cache: Cache) -> None:
    """Reading and proving are tasks of their own: what was read counts only if it was proved, too."""
    made, entry = layout((pack(EVIL), digest(EVIL)))
    right = pack(EVIL)
    other = pack(GOOD).ljust(len(right), b"\0")  # padding, as gzip(1) has it
    made.files[f"blobs/sha256/{digest(right)[7:]}"] = other
    made.archive(tmp_path / "image.tar", entry)
    for _ in range(5):
        with pytest.raises(CorruptImageError, match="layer 0: does not have its digest"):
            read(tmp_path / "image.tar", cache)
        assert stored(tmp_path / "cache") == set()


def test_what_was_read_but_not_proved_in_time_is_unknown(tmp_path: Path, cache: Cache) -> None:
    class SlowToProve(Counted):
        def chunks(self) -> Iterator[Window]:
            self.opened += 1
            number = self.opened
            yield self.data
            while number == 3:  # looked at, read or proved, and now the other of the two
                yield b""
                time.sleep(0.001)

    ticks = itertools.count()
    image = by_hand(SlowToProve(pack(tar_bytes([status("a 1")]))))
    (facts,) = read_layers(image, cache, MADE_BY, Watch(lambda: float(next(ticks)), 1.5))
    assert [unknown.analyzer for unknown in facts.unknowns] == ["deadline"]
    assert facts.found == ()
    assert stored(tmp_path / "cache") == set()


def test_members_of_nothing_do_not_outlast_the_deadline() -> None:
    class Hollow(Counted):
        def chunks(self) -> Iterator[Window]:
            return itertools.chain((self.data,), itertools.repeat(pack(b"")))

    ticks = itertools.count()
    image = by_hand(Hollow(pack(tar_bytes([status("a 1")]))))
    (facts,) = read_layers(image, None, MADE_BY, Watch(lambda: float(next(ticks)), 1.5))
    assert [unknown.analyzer for unknown in facts.unknowns] == ["deadline"]


def test_a_layer_is_stored_only_after_its_last_byte(tmp_path: Path, cache: Cache) -> None:
    """What stands behind the tar, or behind the packed data, is covered by the digest."""
    for data, claimed in ((GOOD + b"x", digest(GOOD)), (pack(GOOD) + bytes(9), digest(GOOD + b"x"))):
        with pytest.raises(PratiqueError):
            read(docker(tmp_path / "docker.tar", data, claimed), cache)
    made, entry = layout((pack(GOOD), digest(GOOD)))
    name = made.put(pack(GOOD))
    made.replace(name, pack(GOOD) + bytes(3))
    made.archive(tmp_path / "oci.tar", entry)
    with pytest.raises(CorruptImageError, match="does not have its digest"):
        read(tmp_path / "oci.tar", cache)
    assert stored(tmp_path / "cache") == set()


def test_the_fingerprint_keeps_facts_of_other_analyzers_apart(tmp_path: Path, cache: Cache) -> None:
    root = written(tmp_path / "image", (status("a 1"),))
    read_layers(opened(root), cache, fingerprint(), watch())
    (layer,) = opened(root).manifest.layers
    assert cache.get("facts", layer.digest, fingerprint(), LayerFacts)
    assert cache.get("facts", layer.digest, MADE_BY, LayerFacts) is None


def test_two_processes_at_once_on_one_cache(tmp_path: Path) -> None:
    root = written(tmp_path / "image", *((status(f"p{at} {at}"), file("x", bytes(10_000 * at))) for at in range(30)))
    command = [sys.executable, "-m", "pratique", "sbom", str(root), "--format", "json"]
    environment = {"PRATIQUE_CACHE_DIR": str(tmp_path / "cache"), "SOURCE_DATE_EPOCH": "1790000000"}
    outputs = []
    for _ in range(2):
        processes = [
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
        ]
        for process in processes:
            out, errors = process.communicate(timeout=60)
            assert (process.returncode, errors) == (0, b"")
            outputs.append(out)
    assert len(set(outputs)) == 1
    assert b'"p29"' in outputs[0]
    assert len(stored(tmp_path / "cache")) == 30
    assert len(blobs(tmp_path / "cache")) == 31
