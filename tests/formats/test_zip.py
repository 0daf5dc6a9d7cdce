import io
import random
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats import zip as archives
from pratique.formats.zip import DEFLATED, STORED, Member, beginning, content, members, place

TEXT = b"all hands on deck\n" * 50
FILES = {"a.txt": TEXT, "lib/b.jar": bytes(random.Random(1).randbytes(3000)), "empty": b"", "META-INF/": b""}


def packed(
    files: dict[str, bytes] = FILES, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"", prefix: bytes = b""
) -> bytes:
    """An archive that Python's own module writes; offsets count behind `prefix`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.comment = comment
        for name, data in files.items():
            archive.writestr(name, data)
    return prefix + buffer.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    return {member.name: content(data, member, 1 << 20) for member in members(data)}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("comment", [b"", b"PK\x05\x06 is no end", b"x" * 65535])
@pytest.mark.parametrize("prefix", [b"", b"#!/bin/sh\nexec java -jar $0\n", b"PK\x03\x04 a false start"])
def test_content_is_what_went_in(method: int, comment: bytes, prefix: bytes) -> None:
    assert unpacked(packed(method=method, comment=comment, prefix=prefix)) == FILES


def test_offsets_that_count_from_the_start_of_the_file() -> None:
    buffer = io.BytesIO(b"#!/bin/sh\n")
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("a", TEXT)
    assert buffer.getvalue().startswith(b"#!/bin/sh\n")
    assert unpacked(buffer.getvalue()) == {"a": TEXT}


def test_bytes_behind_the_archive() -> None:
    assert unpacked(packed() + b"\0" * 500) == FILES


def test_members_are_those_that_zipfile_lists() -> None:
    data = packed(prefix=b"script")
    listed = zipfile.ZipFile(io.BytesIO(data)).infolist()
    assert [(m.name, m.method, m.offset, m.stored_size, m.size) for m in members(data)] == [
        (i.filename, i.compress_type, i.header_offset, i.compress_size, i.file_size) for i in listed
    ]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer(kind: type) -> None:
    assert unpacked(kind(packed())) == FILES


def test_sizes_in_a_descriptor_behind_the_content() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    buffer = Pipe()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a", "w") as file:
        file.write(TEXT)
    assert unpacked(buffer.getvalue()) == {"a": TEXT}


def test_zip64_by_number_of_members() -> None:
    names = [f"{number}" for number in range(0x10000 + 1)]
    data = packed(dict.fromkeys(names, b""), zipfile.ZIP_STORED, prefix=b"x")
    assert b"PK\x06\x06" in data
    assert [member.name for member in members(data)] == names


def _zip64(size: int, offset: int, fields: bytes) -> bytes:
    """One stored member whose sizes and offset stand in the zip64 extra field."""
    local = struct.pack("<4s22xHH", b"PK\x03\x04", 1, 0) + b"a" + TEXT
    extra = struct.pack("<HHHH", 0x9999, 4, 7, 7) + struct.pack("<HH", 1, len(fields)) + fields
    entry = struct.pack("<4s16xLLHHH8xL", b"PK\x01\x02", size, size, 1, len(extra), 0, offset) + b"a" + extra
    wide = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(entry), len(local))
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(local) + len(entry), 1)
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return local + entry + wide + locator + end


def test_zip64_by_fields() -> None:
    full = 0xFFFFFFFF
    assert unpacked(_zip64(full, full, struct.pack("<3Q", len(TEXT), len(TEXT), 0))) == {"a": TEXT}
    assert unpacked(_zip64(len(TEXT), full, struct.pack("<Q", 0))) == {"a": TEXT}
    with pytest.raises(UnreadableFileError):
        unpacked(_zip64(full, full, b""))


def test_an_archive_in_an_archive_is_read_in_place() -> None:
    outer = packed({"x": b"x", "in.jar": packed()}, zipfile.ZIP_STORED, prefix=b"before")
    (inner,) = members(outer, endings=(b".jar",))
    start, end = place(outer, inner)
    found = {member.name: content(outer, member, 1 << 20) for member in members(outer, start, end)}
    assert found == FILES


def test_endings_in_any_case() -> None:
    data = packed({"a.JAR": b"1", "b.jar": b"2", "c.jar.txt": b"3", "D.War": b"4"})
    assert [member.name for member in members(data, endings=(b".jar", b".war"))] == ["a.JAR", "b.jar", "D.War"]


def test_an_empty_archive() -> None:
    assert list(members(packed({}))) == []


def _first(data: bytes) -> Member:
    return next(iter(members(data)))


def _patched(data: bytes, at: int, layout: str, *values: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into(layout, changed, data.index(b"PK\x01\x02") + at, *values)
    return bytes(changed)


@pytest.mark.parametrize("size", [0, len(TEXT) - 1, len(TEXT) + 1, 1 << 30])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_size_that_lies(size: int, method: int) -> None:
    data = _patched(packed({"a": TEXT}, method), 24, "<L", size)
    with pytest.raises(UnreadableFileError, match=f"not of the {size} bytes"):
        content(data, _first(data), 1 << 31)


@pytest.mark.parametrize("size", [0x00FFFFFF, 0xFFFFFFFE])
def test_packed_bytes_beyond_the_end(size: int) -> None:
    data = _patched(packed({"a": TEXT}), 20, "<L", size)
    with pytest.raises(UnreadableFileError, match="beyond the end"):
        content(data, _first(data), 1 << 20)


def test_largest() -> None:
    data = packed({"a": TEXT})
    assert content(data, _first(data), len(TEXT)) == TEXT
    with pytest.raises(UnreadableFileError, match=f"{len(TEXT)} bytes"):
        content(data, _first(data), len(TEXT) - 1)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_beginning(method: int) -> None:
    data = packed({"a": TEXT}, method)
    assert beginning(data, _first(data), 7) == TEXT[:7]
    assert beginning(data, _first(data), 1 << 20) == TEXT
    assert beginning(data, _first(data), 0) == b""


def test_a_bomb_costs_no_more_than_it_claims() -> None:
    data = _patched(packed({"a": b"\0" * (64 << 20)}), 24, "<L", 1000)
    with pytest.raises(UnreadableFileError, match="1000 bytes"):
        content(data, _first(data), 2000)
    assert len(beginning(data, _first(data), 100)) == 100


def test_encrypted_and_unknown_methods() -> None:
    data = _patched(packed({"a": TEXT}), 8, "<H", 1)
    with pytest.raises(UnreadableFileError, match="encrypted"):
        content(data, _first(data), 1 << 20)
    data = packed({"a": TEXT}, zipfile.ZIP_BZIP2)
    with pytest.raises(UnreadableFileError, match="method 12"):
        content(data, _first(data), 1 << 20)


def test_damaged_content() -> None:
    member = Member("a", DEFLATED, 0, 0, 4, 10)
    data = struct.pack("<4s22xHH", b"PK\x03\x04", 0, 0) + b"\xff\xff\xff\xff"
    with pytest.raises(UnreadableFileError, match="damaged"):
        content(data, member, 100)


@pytest.mark.parametrize("offset", [1, 1 << 31, -1])
def test_offsets_that_lie(offset: int) -> None:
    data = packed({"a": TEXT})
    member = _first(data)
    with pytest.raises(UnreadableFileError, match="directory points"):
        place(data, Member("a", STORED, 0, offset, member.stored_size, member.size))


@pytest.mark.parametrize("cut", [1, 22, 60, 200])
def test_cut_short(cut: int) -> None:
    with pytest.raises(UnreadableFileError):
        list(members(packed()[:-cut]))


def test_a_directory_damaged_in_the_middle() -> None:
    data = packed()
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    found = members(data[:second] + b"XX" + data[second + 2 :])
    assert next(found).name == "a.txt"
    with pytest.raises(UnreadableFileError, match="damaged behind 1 member"):
        next(found)


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBERS_MOST", 3)
    with pytest.raises(UnreadableFileError, match="more than 3 members"):
        list(members(packed()))


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda data, at, junk: data[: at % len(data)] + junk + data[at % len(data) + len(junk) :],
            st.sampled_from([packed(), packed(method=zipfile.ZIP_STORED, prefix=b"x" * 9), _zip64(9, 9, b"12345678")]),
            st.integers(0, 1 << 16),
            st.binary(min_size=1, max_size=12),
        ),
    )
)
def test_any_bytes_give_content_or_our_error(data: bytes) -> None:
    try:
        for member in members(data):
            assert len(content(data, member, 1 << 16)) == member.size
            assert zlib.crc32(beginning(data, member, 9)) >= 0
    except UnreadableFileError:
        pass
