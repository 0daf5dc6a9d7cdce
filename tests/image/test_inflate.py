"""Every compression a layer may have, whole, in pieces and broken."""

import bz2
import gzip
import lzma
import time
from collections.abc import Callable, Iterator

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique import limits
from pratique.errors import CorruptImageError, LimitError
from pratique.formats.tar import Window
from pratique.image import inflate as room
from pratique.image.inflate import WINDOW, compression, inflate, sniff

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "zstd": zstd.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}
NAMES = sorted(PACK)
DATA = bytes(range(256)) * 40
SKIPPABLE = b"\x53\x2a\x4d\x18" + (9).to_bytes(4, "little") + b"skip this"


def chunks(data: bytes, size: int = 1 << 20) -> Iterator[Window]:
    return (memoryview(data)[at : at + size] for at in range(0, len(data), size))


def unpacked(name: str, data: bytes, size: int = 1 << 20) -> bytes:
    return b"".join(inflate(name, chunks(data, size)))


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
@pytest.mark.parametrize("name", NAMES)
def test_one_member_and_several_and_empty_ones(name: str, size: int) -> None:
    pack = PACK[name]
    assert unpacked(name, pack(DATA), size) == DATA
    assert unpacked(name, pack(b""), size) == b""
    several = pack(b"") + pack(DATA) + pack(b"") + pack(b"x") + pack(DATA[:5]) + pack(b"")
    assert unpacked(name, several, size) == DATA + b"x" + DATA[:5]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("padding", [1, 3, 512, 5000])
def test_zeros_behind_the_last_member_are_padding(name: str, padding: int) -> None:
    for size in (1, 100, 1 << 20):
        assert unpacked(name, PACK[name](DATA) + bytes(padding), size) == DATA


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("garbage", [b"x", b"\x1f\x8c" * 9, bytes(1000) + b"x", b"garbage" * 100])
def test_anything_else_behind_it_is_corruption(name: str, garbage: bytes) -> None:
    for size in (1, 100, 1 << 20):
        with pytest.raises(CorruptImageError, match=f"behind the {name} data"):
            unpacked(name, PACK[name](DATA) + garbage, size)


@pytest.mark.parametrize("name", NAMES)
def test_another_compression_behind_it_is_corruption(name: str) -> None:
    for other in set(NAMES) - {name}:
        with pytest.raises(CorruptImageError, match="do not belong"):
            unpacked(name, PACK[name](DATA) + PACK[other](DATA))


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_skippable_frames_of_zstd(size: int) -> None:
    frame = zstd.compress(DATA)
    for data in (SKIPPABLE + frame, frame + SKIPPABLE, SKIPPABLE * 3 + frame + SKIPPABLE + frame + SKIPPABLE):
        assert unpacked("zstd", data, size) == DATA * data.count(frame)
        assert compression(data) == "zstd"
    assert unpacked("zstd", SKIPPABLE, size) == b""
    for cut in range(1, len(SKIPPABLE)):
        with pytest.raises(CorruptImageError):
            unpacked("zstd", frame + SKIPPABLE[:cut], size)


@pytest.mark.parametrize("name", NAMES)
def test_cut_anywhere_it_is_corrupt(name: str) -> None:
    packed = PACK[name](DATA)
    for cut in {*range(1, len(packed), 1 + len(packed) // 60), *range(len(packed) - 12, len(packed))}:
        with pytest.raises(CorruptImageError):
            unpacked(name, packed[:cut])
        with pytest.raises(CorruptImageError):
            unpacked(name, packed + packed[:cut])


@pytest.mark.parametrize("name", ["gzip", "xz", "bzip2"])
def test_checksums_are_checked(name: str) -> None:
    packed = bytearray(PACK[name](DATA))
    at = {"gzip": len(packed) - 6, "xz": len(packed) - 30, "bzip2": 11}[name]
    packed[at] ^= 1
    with pytest.raises(CorruptImageError, match=f"broken {name} data"):
        unpacked(name, bytes(packed))


@pytest.mark.parametrize("name", NAMES)
def test_a_bomb_is_stopped_at_the_limit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LAYER_SIZE_LARGEST", 1 << 20)
    assert len(unpacked(name, PACK[name](bytes(1 << 20)))) == 1 << 20
    for bomb in (PACK[name](bytes(4 << 20)), PACK[name](bytes(1 << 18)) * 10):
        seen: list[int] = []
        with pytest.raises(LimitError, match="unpacks to more than"):
            seen.extend(map(len, inflate(name, chunks(bomb))))
        assert sum(seen) <= 1 << 20
        assert max(seen) <= WINDOW


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz"])
def test_a_member_a_byte_takes_time_in_proportion(name: str) -> None:
    """Whatever the size of the chunks: what stands behind a member must not be copied over and over."""
    member = PACK[name](b"x")
    count = (3 << 20) // len(member)
    started = time.thread_time()
    assert unpacked(name, member * count, 3 << 20) == b"x" * count
    assert time.thread_time() - started < 3


def test_decoders_get_no_more_memory_than_the_limits_say(monkeypatch: pytest.MonkeyPatch) -> None:
    compressor = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: limits.ZSTD_WINDOW_LOG + 1})
    wide = compressor.compress(DATA) + compressor.flush()
    with pytest.raises(CorruptImageError, match="too much memory"):
        unpacked("zstd", wide)
    packed = lzma.compress(DATA)
    monkeypatch.setattr(limits, "XZ_MEMORY_LARGEST", 1 << 20)
    with pytest.raises(CorruptImageError, match=r"(?i)memory"):
        unpacked("xz", packed)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 3, 1 << 20])
def test_compressions_are_told_by_content_in_pieces_of_any_size(name: str, size: int) -> None:
    packed = PACK[name](DATA)
    found, stream = sniff(chunks(packed, size))
    assert (found, b"".join(map(bytes, stream))) == (name, packed)
    for plain in (b"", b"\x1f", b"BZ", b"etc/passwd" + bytes(502)):
        found, stream = sniff(chunks(plain, size))
        assert (found, b"".join(map(bytes, stream))) == ("", plain)


def test_every_magic_number_is_short_enough_to_be_sniffed() -> None:
    assert all(compression(PACK[name](b"")[: room._LONGEST_MAGIC]) == name for name in NAMES)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=3)), max_size=4),
    st.sampled_from([1, 64, 1 << 20]),
    st.binary(max_size=30),
)
def test_broken_data_gives_errors_of_ours_alone(
    name: str, changes: list[tuple[int, bytes]], size: int, tail: bytes
) -> None:
    data = PACK[name](DATA[:700])
    for at, new in changes:
        data = data[: at % len(data)] + new + data[at % len(data) + 2 :]
    try:
        assert len(unpacked(name, data + tail, size)) < 1 << 20
    except (CorruptImageError, LimitError):
        return


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), st.binary(max_size=200))
def test_any_bytes_behind_a_magic_number(name: str, data: bytes) -> None:
    for head in (PACK[name](b"")[:6], PACK[name](b"")[:10], b""):
        try:
            unpacked(name, head + data)
        except (CorruptImageError, LimitError):
            continue
