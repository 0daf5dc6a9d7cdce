"""Zip archives: members by the central directory, without reading anything else.

Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.7 (local headers), 4.3.12 (central directory), 4.3.14 to 4.3.16
(end records), 4.5.3 (zip64). An archive may stand inside other bytes, behind a script or stored in another
archive; then its offsets count from its own start or from that of the file, and both are understood.
"""

import struct
from collections.abc import Iterator
from typing import cast

import msgspec
from isal import isal_zlib

from pratique.errors import UnreadableFileError
from pratique.records.file import Data

STORED, DEFLATED = 0, 8
"""`Member.method`."""

MEMBERS_MOST = 1_000_000
"""Members of one archive. The largest jars, bundles of whole software kits, have some 200,000."""

_DIRECTORY_LARGEST = 256 << 20
"""Of a million members with long names."""
_BROKEN = cast("type[Exception]", isal_zlib.error)
"""Its stub calls it an instance."""
_END = b"PK\x05\x06"
_END_SEARCHED = 22 + 0xFFFF
"""The end record and the longest comment behind it."""
_END_LAYOUT = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64_LAYOUT = struct.Struct("<4sQ2H2L4Q")
_ENTRY = b"PK\x01\x02"
_ENTRY_LAYOUT = struct.Struct("<4s4H4x3L3H8xL")
_LOCAL = b"PK\x03\x04"
_LOCAL_LAYOUT = struct.Struct("<4s22x2H")
_ENCRYPTED = 1
_FULL = 0xFFFFFFFF
"""A 32 bit field with this value stands in the zip64 extra field."""


class Member(msgspec.Struct, frozen=True):
    """One entry of the central directory."""

    name: str
    """As written: `/` between parts, a final one for folders; it may hold anything else, `..` too."""
    method: int
    flags: int
    offset: int
    """Of the local header, from the first byte of the data that was given."""
    stored_size: int
    """Bytes in the archive."""
    size: int
    """Bytes of the content."""


def members(data: Data, start: int = 0, end: int | None = None, endings: tuple[bytes, ...] = ()) -> Iterator[Member]:
    """Members of the archive in data[start:end], in the order of its directory.

    `endings`: give only members whose names, in lower case, end so; the others cost next to nothing.
    Raises `UnreadableFileError`; after the first member only when the directory is damaged further on.
    """
    end = len(data) if end is None else end
    first, last, shift = _directory(data, start, end)
    if last - first > _DIRECTORY_LARGEST:
        raise UnreadableFileError(f"a zip directory of {last - first} bytes")
    directory = bytes(data[first:last])
    unpack, size, at, count = _ENTRY_LAYOUT.unpack_from, _ENTRY_LAYOUT.size, 0, 0
    while at + size <= len(directory):
        row = unpack(directory, at)
        name_end = at + size + row[8]
        name = directory[at + size : name_end]
        behind = name_end + row[9] + row[10]
        count += 1
        if row[0] != _ENTRY or behind > len(directory) or count > MEMBERS_MOST:
            break
        if not endings or name.lower().endswith(endings):
            yield _member(row, name, directory[name_end : name_end + row[9]], shift)
        at = behind
    if at < len(directory):
        raise UnreadableFileError(
            f"the zip directory has more than {MEMBERS_MOST} members"
            if count > MEMBERS_MOST
            else f"the zip directory is damaged behind {count - 1} members"
        )


def place(data: Data, member: Member) -> tuple[int, int]:
    """(start, end) of a member's stored bytes in `data`. Raises `UnreadableFileError`."""
    at = member.offset
    if at < 0 or at + _LOCAL_LAYOUT.size > len(data):
        raise UnreadableFileError("the zip directory points outside the file")
    magic, name_size, extra_size = _LOCAL_LAYOUT.unpack_from(data, at)
    if magic != _LOCAL:
        raise UnreadableFileError("the zip directory points to no member")
    start = at + _LOCAL_LAYOUT.size + name_size + extra_size
    if start + member.stored_size > len(data):
        raise UnreadableFileError("a zip member reaches beyond the end of the file")
    return start, start + member.stored_size


def content(data: Data, member: Member, largest: int) -> bytes:
    """The content of a member.

    Raises `UnreadableFileError` for encrypted members, other methods than stored and deflated, damage, sizes that
    are not as the directory says, and content of more than `largest` bytes.
    """
    if member.size > largest:
        raise UnreadableFileError(f"a zip member of {member.size} bytes, {largest} are read at most")
    found = _inflated(data, member, member.size + 1)
    if len(found) != member.size:
        raise UnreadableFileError(f"a zip member that is not of the {member.size} bytes it claims")
    return found


def beginning(data: Data, member: Member, most: int) -> bytes:
    """The first bytes of a member's content, all of it if it has no more than `most`.

    Raises `UnreadableFileError` as `content` does, except for sizes.
    """
    return _inflated(data, member, most)


def _inflated(data: Data, member: Member, most: int) -> bytes:
    if member.flags & _ENCRYPTED:
        raise UnreadableFileError("an encrypted zip member")
    start, end = place(data, member)
    if member.method == STORED:
        return bytes(data[start : min(end, start + most)])
    if member.method != DEFLATED:
        raise UnreadableFileError(f"a zip member packed by method {member.method}")
    if most < 1:
        return b""
    end = min(end, start + 2 * most + 1024)  # nothing packs to more than that
    try:
        with memoryview(data) as view, view[start:end] as packed:
            return bytes(isal_zlib.decompressobj(wbits=-15).decompress(packed, most))
    except _BROKEN as error:
        raise UnreadableFileError(f"a damaged zip member: {error}") from None


def _directory(data: Data, start: int, end: int) -> tuple[int, int, int]:
    """(first, last, shift): bounds of the central directory in `data`, and what its offsets lack."""
    tail_start = max(start, end - _END_SEARCHED)
    tail = bytes(data[tail_start:end])
    at = tail.rfind(_END)
    while at >= 0:
        if at + _END_LAYOUT.size <= len(tail):
            size, offset = _END_LAYOUT.unpack_from(tail, at)[5:7]
            last = tail_start + at
            wide = _wide_end(data, start, last)
            if wide:
                size, offset, last = wide
            first = last - size
            if first >= start and (size == 0 or bytes(data[first : first + 4]) == _ENTRY):
                return first, last, first - offset
        at = tail.rfind(_END, 0, at)
    raise UnreadableFileError("no zip archive, or one that is cut short")


def _wide_end(data: Data, start: int, end: int) -> tuple[int, int, int] | None:
    """(size, offset, end) of the directory by the zip64 end record; None if there is none."""
    locator = end - _END64_LOCATOR.size
    record = locator - _END64_LAYOUT.size  # where it is unless extended; its locator may count from elsewhere
    if record < start or bytes(data[locator : locator + 4]) != b"PK\x06\x07":
        return None
    claimed = start + _END64_LOCATOR.unpack_from(data, locator)[2]
    for at in (record, claimed):
        if start <= at <= record and bytes(data[at : at + 4]) == b"PK\x06\x06":
            size, offset = _END64_LAYOUT.unpack_from(data, at)[8:10]
            return size, offset, at
    return None


def _member(row: tuple[int, ...], raw_name: bytes, extra: bytes, shift: int) -> Member:
    flags, method, stored_size, size, offset = row[3], row[4], row[6], row[7], row[11]
    if _FULL in (stored_size, size, offset):
        stored_size, size, offset = _wide_fields(extra, stored_size, size, offset)
    return Member(raw_name.decode("utf-8", "replace"), method, flags, offset + shift, stored_size, size)


def _wide_fields(extra: bytes, stored_size: int, size: int, offset: int) -> tuple[int, int, int]:
    """The same numbers, from the zip64 extra field where the directory has no room for them."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            size = next(wide, size) if size == _FULL else size
            stored_size = next(wide, stored_size) if stored_size == _FULL else stored_size
            offset = next(wide, offset) if offset == _FULL else offset
            break
        at += 4 + length
    return stored_size, size, offset
