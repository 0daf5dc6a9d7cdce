"""A file of an image as an analyzer sees it, and what is said of one that could not be read."""

import mmap
from typing import TypeAlias

import msgspec

Data: TypeAlias = bytes | bytearray | memoryview | mmap.mmap


class File(msgspec.Struct, frozen=True):
    """One regular file, offered to the analyzers whose claims it meets."""

    path: str
    """Path in the image: no leading slash, no `.` or `..` parts, `/` between the parts."""
    mode: int
    """Permission bits of the tar header or inode (0o7777 at most)."""
    size: int
    """Size in bytes. `data` is as long, but where the analyzer named spans the rest of it reads as zeros."""
    data: Data
    """The content. Valid only while `parse` runs: copy what you keep (`bytes(data[a:b])`)."""


class Unknown(msgspec.Struct, frozen=True, array_like=True):
    """Something that could not be read. It never vanishes: the report lists it, the verdict heeds it."""

    path: str
    """Path in the image, with a chain for nested archives: `app.jar!/lib/x.jar`. Empty: the whole image."""
    analyzer: str
    """Name of the analyzer or stage that gave up."""
    reason: str
    """One line, without a final dot, of what was wrong."""
