"""Reading all.zip: what zipfile writes, and what it would never write."""

import contextlib
import io
import struct
import zipfile
from tempfile import TemporaryFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.advisories import archive
from pratique.errors import AdvisoryError, UnreadableFileError
from pratique.formats import zip as zip_format
from tests.advisories.mirror import zipped

MEMBERS = {"GHSA-1.json": b'{"id": 1}' * 50, "ü.json": b"{}", "readme.txt": b"text", "empty.json": b""}


def read(data: bytes) -> dict[str, bytes | str]:
    with TemporaryFile() as file:
        file.write(data)
        file.flush()
        return {
            name: str(content) if isinstance(content, UnreadableFileError) else content
            for name, content in archive.members(file)
        }


JSON = {name: content for name, content in MEMBERS.items() if name.endswith(".json")}


def test_deflated_members_in_order() -> None:
    assert read(zipped(MEMBERS)) == JSON
    assert list(read(zipped(MEMBERS))) == ["GHSA-1.json", "ü.json", "empty.json"]


def test_stored_members_comment_and_leading_bytes_are_no_trouble() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        written.comment = b"a comment " * 100
        for name, data in MEMBERS.items():
            written.writestr(name, data)
    assert read(content.getvalue()) == JSON


def test_streamed_members_with_data_descriptors() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    content = Pipe()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in MEMBERS.items():
            written.writestr(name, data)
    assert read(content.getvalue()) == JSON


def test_zip64() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in MEMBERS.items():
            with written.open(name, "w", force_zip64=True) as member:
                member.write(data)
    assert read(content.getvalue()) == JSON


def test_more_members_than_sixteen_bits_count() -> None:
    many = {f"{number}.json": b"{}" for number in range(66_000)}
    assert read(zipped(many)) == many


def test_numbers_that_need_zip64_fields() -> None:
    data = zipped({"a.json": b"content"})
    start = data.index(b"PK\x01\x02")
    packed, unpacked = struct.unpack_from("<II", data, start + 20)
    entry = bytearray(data[start : data.index(b"PK\x05\x06")])
    struct.pack_into("<II", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<I", entry, 42, 0xFFFFFFFF)
    struct.pack_into("<H", entry, 30, 32)
    entry += struct.pack("<HH", 0x9999, 0) + struct.pack("<HHQQQ", 1, 24, unpacked, packed, 0)
    end64 = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(entry), start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, start + len(entry), 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert read(data[:start] + bytes(entry) + end64 + locator + end) == {"a.json": b"content"}


@pytest.mark.parametrize("cut", [0, 10, 21, 100])
def test_cut_off(cut: int) -> None:
    with pytest.raises(AdvisoryError, match=r"all\.zip cannot be read"):
        read(zipped(MEMBERS)[: -cut - 1])


def test_damaged_member() -> None:
    data = bytearray(zipped({"a.json": b"content" * 9, "b.json": b"whole"}))
    data[37] ^= 0xFF
    found = read(bytes(data))
    assert found["b.json"] == b"whole"
    assert isinstance(found["a.json"], str)


def test_wrong_check_sum() -> None:
    data = bytearray(zipped({"a.json": b"content"}))
    data[14] ^= 1
    assert read(bytes(data)) == {"a.json": "its check sum is wrong"}


def test_lies_about_sizes() -> None:
    data = bytearray(zipped({"a.json": b"x" * 100_000}))
    at = data.index(b"PK\x01\x02") + 24
    for lie in (10, 100_001, 17 << 20):
        struct.pack_into("<I", data, at, lie)
        assert isinstance(read(bytes(data))["a.json"], str)


def test_encrypted() -> None:
    data = bytearray(zipped({"a.json": b"content"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in str(read(bytes(data))["a.json"])


def test_bomb_of_overlapping_members() -> None:
    data = zipped({"a.json": b" " * (1 << 20)})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[start:end] * 5000
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 5000, 5000, len(entries), start, 0)
    with pytest.raises(AdvisoryError, match="times its size"):
        read(data[:start] + entries + tail)


def test_bomb_that_lies_about_its_size_stops_early() -> None:
    data = bytearray(zipped({"a.json": b" " * (64 << 20)}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 100)
    assert "not of the 100 bytes it claims" in str(read(bytes(data))["a.json"])


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_format, "MEMBERS_MOST", 2)
    with pytest.raises(AdvisoryError, match="members"):
        read(zipped(MEMBERS))


WHOLE = zipped(MEMBERS)


@settings(deadline=None, max_examples=200)
@given(
    st.binary(max_size=200).map(lambda tail: b"PK\x05\x06" + tail)
    | st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6)
)
def test_any_bytes_are_members_or_an_advisory_error(change: bytes | list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    if isinstance(change, bytes):
        data = bytearray(change)
    else:
        for offset, value in change:
            data[offset] = value
    with contextlib.suppress(AdvisoryError):
        read(bytes(data))
