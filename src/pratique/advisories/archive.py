"""The records in `all.zip`, one after the other, with bounds: one is in memory at a time."""

import mmap
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from pratique.errors import AdvisoryError, UnreadableFileError
from pratique.formats import zip as zip_format
from pratique.limits import MIB

RECORD_LARGEST = 16 * MIB
"""One record, unpacked. The longest, of kernels, stay below 1 MiB."""

RATIO_MOST = 200
"""Unpacked bytes for one packed byte, over the whole archive: JSON of advisories packs to a fifth or tenth."""

_SUMS_BEHIND = 8
"""Flag of a member whose check sum stands behind it: written in one go. APPNOTE 4.4.4."""


def members(file: BinaryIO) -> Iterator[tuple[str, bytes | UnreadableFileError]]:
    """(name, content) of every `.json` member in the order of the archive; an error in place of a broken one.

    Raises AdvisoryError where the archive itself is broken, or goes beyond the bounds.
    """
    try:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError as error:
        raise _broken("it is empty") from error
    with data:
        yield from _members(data)


def _members(data: mmap.mmap) -> Iterator[tuple[str, bytes | UnreadableFileError]]:
    allowance = RATIO_MOST * len(data) + RECORD_LARGEST
    listed = zip_format.members(data, endings=(b".json",))
    while True:
        try:
            member = next(listed, None)
        except UnreadableFileError as error:
            raise _broken(str(error)) from error
        if member is None:
            return
        allowance -= min(max(member.size, member.stored_size), RECORD_LARGEST)
        if allowance < 0:
            raise _broken(f"it unpacks to more than {RATIO_MOST} times its size")
        try:
            yield member.name, _content(data, member)
        except UnreadableFileError as error:
            yield member.name, error


def _content(data: mmap.mmap, member: zip_format.Member) -> bytes:
    content = zip_format.content(data, member, RECORD_LARGEST)
    if not member.flags & _SUMS_BEHIND:
        (crc,) = struct.unpack_from("<I", data, member.offset + 14)
        if zlib.crc32(content) != crc:
            raise UnreadableFileError("its check sum is wrong")
    return content


def _broken(reason: str) -> AdvisoryError:
    return AdvisoryError(f"all.zip cannot be read: {reason}", "try again, or ask the keeper of the mirror")
