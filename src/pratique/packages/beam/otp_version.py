"""The release of Erlang/OTP itself: `lib/erlang/releases/RELEASE/OTP_VERSION` (OTP, "Versions").

One line. Two asterisks behind the version: patched by the vendor.
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package


def parse(file: File) -> Iterator[Found]:
    """Erlang/OTP as a whole."""
    if not re.search(r"(?:^|/)releases/[^/]+/OTP_VERSION$", file.path):
        return
    match = re.fullmatch(r"(\d[\w.-]{0,80})(?:\*\*)?\s*", bytes(file.data[:100]).decode(errors="replace"))
    if match is None:
        raise UnreadableFileError("no version of Erlang/OTP")
    yield Found(file.path, 1, Package("generic", "erlang", match[1]))
