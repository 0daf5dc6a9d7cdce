"""Tar archives: ustar, GNU and pax, read as a stream of windows (POSIX.1-2017 pax; GNU tar manual, "Basic Tar Format").

A hand-written header walk: a few microseconds an entry, no seeking, nothing kept but what is asked for. Where a header
can be read in two ways it is read as Go's archive/tar does: containerd, Docker and Podman unpack with it, and a file
that they see under another name than a scanner does would be a hiding place.
"""

import functools
import struct
import zlib
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from pratique import limits
from pratique.errors import CorruptImageError, LimitError

Window: TypeAlias = bytes | memoryview

BLOCK = 512
_unpack = struct.Struct("100s 7sc 16x 11sc 12x 8s c 100s 8s 80x 155s 12x").unpack_from
"""Name, mode and size with their last bytes apart, checksum, flag, link name, magic and version, prefix."""
_OCTAL = b"01234567"
_KINDS = {
    b"0": "f", b"\0": "f", b"7": "f", b"S": "f", b"5": "d", b"D": "d", b"2": "l", b"1": "h",
    b"3": "o", b"4": "o", b"6": "o",
}  # fmt: skip
_WITHOUT_DATA = frozenset((b"1", b"2", b"3", b"4", b"5", b"6"))
_EXTENSIONS = frozenset((b"x", b"g", b"X", b"L", b"K", b"V", b"M", b"N"))
_CUT_IN_FILE = "the tar ends in the middle of a file"
_CUT_IN_HEADER = "the tar ends in the middle of a header"


class Entry(msgspec.Struct, gc=False):
    """One entry; its path is cleaned: no leading slash, no `.` or `..` parts."""

    path: str
    kind: str
    """`f` file, `d` folder, `l` symbolic link, `h` hard link, `o` device or pipe."""
    mode: int
    size: int
    """Bytes of content; of a sparse file with its holes."""
    target: str = ""
    """Where a link points: a cleaned path for a hard link, as written for a symbolic one."""
    sparse: tuple[tuple[int, int], ...] | None = None
    """(offset, length) of each piece of data in a sparse file; None: not sparse."""


class TarReader:
    """Reads a tar once, from front to end. While an entry is current its content may be asked for."""

    def __init__(self, windows: Iterator[Window], whole: memoryview | None = None) -> None:
        self._windows = windows
        self._whole = whole
        """The whole archive where it is mapped: content is then sliced and not copied."""
        self._window: Window = b""
        self._at = 0
        self._base = 0
        """Offset of the window in the archive."""
        self._left = 0
        """Bytes of the current entry's content that are not consumed."""

    @property
    def offset(self) -> int:
        """Bytes of the archive consumed so far."""
        return self._base + self._at

    # ---- bytes ------------------------------------------------------------------------------------------

    def _advance(self) -> bool:
        """Go to the next window that is not empty; False at the end."""
        self._base += len(self._window)
        self._at = 0
        for window in self._windows:
            if len(window):
                self._window = window
                return True
        self._window = b""
        return False

    def _read(self, size: int, cut: str) -> bytes:
        """Exactly `size` bytes, else CorruptImageError saying `cut`."""
        parts = []
        missing = size
        while missing:
            if self._at >= len(self._window) and not self._advance():
                raise CorruptImageError(cut)
            part = bytes(self._window[self._at : self._at + missing])
            self._at += len(part)
            missing -= len(part)
            parts.append(part)
        return b"".join(parts)

    def _skip(self, size: int, cut: str) -> None:
        end = self._at + size
        while end > len(self._window):
            end -= len(self._window)
            if not self._advance():
                raise CorruptImageError(cut)
        self._at = end

    def peek(self, size: int) -> Window:
        """The next bytes of the current content without consuming them: `size`, or all there are."""
        size = min(size, self._left)
        if len(self._window) - self._at < size:
            self._widen(size)
        return self._window[self._at : self._at + size]

    def _widen(self, size: int) -> None:
        """Make the window hold `size` bytes from here on."""
        start = self.offset
        parts = [bytes(self._window[self._at :])]
        missing = size - len(parts[0])
        while missing > 0:
            if not self._advance():
                raise CorruptImageError(_CUT_IN_FILE)
            parts.append(bytes(self._window))
            missing -= len(self._window)
        self._window, self._base, self._at = b"".join(parts), start, 0

    def chunks(self) -> Iterator[Window]:
        """The rest of the current content as it is stored, in pieces. Consumes it."""
        while self._left:
            if self._at >= len(self._window) and not self._advance():
                raise CorruptImageError(_CUT_IN_FILE)
            piece = self._window[self._at : self._at + self._left]
            self._at += len(piece)
            self._left -= len(piece)
            yield piece

    def mapped(self) -> memoryview | None:
        """The rest of the current content where the archive is mapped and holds all of it, else None."""
        if self._whole is None:
            return None
        content = self._whole[self.offset : self.offset + self._left]
        return content if len(content) == self._left else None

    # ---- entries ----------------------------------------------------------------------------------------

    def entries(self) -> Iterator[Entry]:  # noqa: C901  one loop, kept flat: it runs for every file of every image
        """Every entry in order.

        Raises CorruptImageError on a broken archive and LimitError on one that asks for too much.
        """
        long_name = long_target = ""
        pax: dict[str, str] = {}
        count = 0
        adler = zlib.adler32
        while True:
            window, at = self._window, self._at
            if len(window) - at >= BLOCK:
                self._at = at + BLOCK
            elif (header := self._split_header()) is not None:
                window, at = header, 0
            else:
                break
            if not window[at] and not any(window[at : at + BLOCK]):
                break
            name, mode, mode_end, octal, octal_end, checksum_text, flag, link, magic, prefix = _unpack(window, at)
            # adler32 begun at 0 holds the sum of the bytes modulo 65521 in its low half: 25 times faster than sum().
            if adler(window[at : at + BLOCK], 0) & 0xFFFF != _expected_sum(checksum_text):
                _check_signed_sum(bytes(window[at : at + BLOCK]), checksum_text)
            if octal_end <= b" " and not octal.strip(_OCTAL):
                size = int(octal, 8)
            else:
                size = _number(octal + octal_end, "size")
            if flag in _EXTENSIONS:
                if flag == b"L":
                    long_name = _text(self._extension(size))
                elif flag == b"K":
                    long_target = _text(self._extension(size))
                elif flag in b"xX":
                    pax = _pax_records(self._extension(size))
                else:  # Global pax records may not speak for all that follows; volume labels say nothing.
                    self._skip(_padded(size), _CUT_IN_FILE)
                    long_name, long_target, pax = "", "", {}
                continue
            count += 1
            if count > limits.LAYER_ENTRIES_MOST:
                raise LimitError(f"more than {limits.LAYER_ENTRIES_MOST:,} entries in one tar")
            path = _text(name)
            if prefix[0]:
                path = _prefixed(path, magic, prefix, bytes(window[at + 508 : at + BLOCK]))
            target = _text(link) if link[0] else ""
            if pax:
                path = pax.get("path") or path
                target = pax.get("linkpath") or target
                if pax.get("size"):
                    size = _decimal(pax["size"], "size")
            path = long_name or path
            kind = _KINDS.get(flag, "f")
            if flag == b"\0" and path[-1:] == "/":
                kind, size = "d", 0  # Tars had folders like this before POSIX.
            stored = 0 if flag in _WITHOUT_DATA else size
            end = self.offset + stored + -stored % BLOCK
            entry = Entry(
                path,
                kind,
                (int(mode, 8) if mode_end <= b" " and not mode.strip(_OCTAL) else _mode(mode + mode_end)) & 0o7777,
                stored,
                long_target or target,
            )
            self._left = stored
            if flag == b"S":
                end += self._gnu_sparse(entry, bytes(window[at : at + BLOCK]))
            elif pax and kind == "f":
                self._pax_sparse(entry, pax)
            entry.path = clean(entry.path)
            if kind == "h":
                entry.target = clean(entry.target)
            long_name = long_target = ""
            pax = {}
            yield entry
            self._left = 0
            at = end - self._base
            if at <= len(self._window):
                self._at = at
            else:
                self._skip(end - self.offset, _CUT_IN_FILE)
        # What follows the end marker is padding, but a digest covers it: read on to the end.
        while self._advance():
            pass

    def _split_header(self) -> bytes | None:
        """A header that begins in one window and ends in another; None at the end of the archive."""
        if self._at >= len(self._window) and not self._advance():
            return None
        return self._read(BLOCK, _CUT_IN_HEADER)

    def _extension(self, size: int) -> bytes:
        if size > limits.TAR_EXTENSION_LARGEST:
            raise LimitError(f"a tar header of {size:,} bytes; pratique reads up to {limits.TAR_EXTENSION_LARGEST:,}")
        data = self._read(size, _CUT_IN_HEADER)
        self._skip(-size % BLOCK, _CUT_IN_HEADER)
        return data

    def _gnu_sparse(self, entry: Entry, header: bytes) -> int:
        """GNU's old sparse format: the map stands in the header and in blocks behind it. Returns their bytes."""
        pieces: list[tuple[int, int]] = []
        blocks = 0
        text, more = header[386:482], header[482]
        while True:
            cells = [text[at : at + 24] for at in range(0, len(text) - 23, 24)]
            pieces += [(_number(cell[:12], "offset"), _number(cell[12:], "length")) for cell in cells if any(cell)]
            if not more:
                break
            blocks += 1
            if blocks * BLOCK > limits.TAR_EXTENSION_LARGEST:
                raise LimitError("a sparse file with too long a map")
            block = self._read(BLOCK, _CUT_IN_HEADER)
            text, more = block[:504], block[504]
        entry.size = _number(header[483:495], "size")
        entry.sparse = tuple(pieces)
        return blocks * BLOCK

    def _pax_sparse(self, entry: Entry, pax: dict[str, str]) -> None:
        """GNU's pax sparse formats 0.0, 0.1 (map in the records) and 1.0 (map before the data)."""
        version = f"{pax.get('GNU.sparse.major', '')}.{pax.get('GNU.sparse.minor', '')}"
        if version not in ("0.0", "0.1", "1.0", ".") or (version == "." and not pax.get("GNU.sparse.map")):
            return
        entry.path = pax.get("GNU.sparse.name") or entry.path
        real = pax.get("GNU.sparse.size") or pax.get("GNU.sparse.realsize")
        if real:
            entry.size = _decimal(real, "sparse size")
        if version == "1.0":
            numbers = self._sparse_map_in_data()
        else:
            numbers = [_decimal(part, "sparse map") for part in pax.get("GNU.sparse.map", "").split(",") if part]
        entry.sparse = tuple(zip(numbers[::2], numbers[1::2], strict=False))

    def _sparse_map_in_data(self) -> list[int]:
        """Decimal numbers, a line each, padded to whole blocks: the count of pieces, then offset and length of each."""
        numbers: list[int] = []
        rest = b""
        wanted = 1
        read = 0
        while len(numbers) < wanted:
            read += BLOCK
            if self._left < BLOCK or read > limits.TAR_EXTENSION_LARGEST:
                raise CorruptImageError("a sparse file with a broken map")
            *lines, rest = (rest + self._read(BLOCK, _CUT_IN_FILE)).split(b"\n")
            self._left -= BLOCK
            numbers += [_decimal(line.decode("latin-1"), "sparse map") for line in lines[: wanted - len(numbers)]]
            if wanted == 1 and numbers:
                wanted = 1 + 2 * numbers[0]
                numbers += [_decimal(line.decode("latin-1"), "sparse map") for line in lines[1:wanted]]
        return numbers[1:]


def clean(path: str) -> str:
    """A path without leading slash, empty, `.` and `..` parts; `..` at the root stays there, as in a chroot."""
    if "/." not in path and "//" not in path:
        if path[:2] == "./":
            path = path[2:]
        if path[-1:] == "/":
            path = path[:-1]
        if path[:1] not in ("/", ".", ""):
            return path if len(path) <= limits.PATH_LONGEST else _too_long(path)
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    path = "/".join(parts)
    return path if len(path) <= limits.PATH_LONGEST else _too_long(path)


def _too_long(path: str) -> str:
    raise LimitError(f"a path of {len(path):,} characters; pratique reads up to {limits.PATH_LONGEST:,}")


def _padded(size: int) -> int:
    return size + -size % BLOCK


def _text(field: bytes) -> str:
    """Bytes up to the first NUL; what is not UTF-8 stays distinct and printable."""
    return field.partition(b"\0")[0].decode("utf-8", "backslashreplace")


def _number(field: bytes, what: str) -> int:
    """An octal number, or a binary one of base 256 as GNU tar writes large ones."""
    if field[0] == 0x80:
        number = int.from_bytes(field[1:], "big")
        if number < 1 << 63:
            return number
    digits = field.strip(b" \0").partition(b"\0")[0]
    if not digits.strip(_OCTAL):
        return int(digits or b"0", 8)
    raise CorruptImageError(f"a tar header with an impossible {what}: {field!r}")


def _prefixed(path: str, magic: bytes, prefix: bytes, trailer: bytes) -> str:
    """With the first part of a long name, where the header has one."""
    if magic[:6] == b"ustar\0":  # star keeps two times behind its shorter prefix.
        length = 131 if trailer == b"tar\0" else 155
        return f"{_text(prefix[:length])}/{path}"
    if magic == b"ustar  \0" and prefix.partition(b"\0")[0].isascii():
        # GNU tar has two times there; but Go before 1.8 wrote a prefix, and reads what is no time as one to this day.
        try:
            _number(prefix[:12], "time")
            _number(prefix[12:24], "time")
        except CorruptImageError:
            return f"{_text(prefix)}/{path}"
    return path


def _mode(field: bytes) -> int:
    """Permission bits; some writers leave them out or put nonsense there, which changes nothing for us."""
    try:
        return _number(field, "mode")
    except CorruptImageError:
        return 0


def _decimal(text: str, what: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 20:
        number = int(text)
        if number < 1 << 63:
            return number
    raise CorruptImageError(f"a tar header with an impossible {what}: {text[:40]!r}")


@functools.lru_cache(4096)
def _expected_sum(field: bytes) -> int:
    """What adler32 finds in a header with this checksum field, which counts as blanks (GNU tar manual)."""
    return (_number(field, "checksum") + sum(field) - 8 * 32) % 65521


def _check_signed_sum(header: bytes, field: bytes) -> None:
    """Old writers summed signed bytes (GNU tar manual, "Basic Tar Format")."""
    others = header[:148] + b" " * 8 + header[156:]
    if _number(field, "checksum") not in (sum(others), sum(others) - 256 * sum(byte > 127 for byte in others)):
        raise CorruptImageError("a tar header with a wrong checksum")


def _pax_records(data: bytes) -> dict[str, str]:
    """`length keyword=value` records, each with a newline (POSIX.1-2017 pax, "Extended Header")."""
    records: dict[str, str] = {}
    sparse: list[str] = []
    at = 0
    while at < len(data) and data[at]:
        digits, space, _ = data[at : at + 20].partition(b" ")
        end = at + int(digits) if space and digits.isdigit() else 0
        key, equals, value = data[at + len(digits) + 1 : max(0, end - 1)].partition(b"=")
        if not (at + len(digits) + 1 < end <= len(data) and equals and data[end - 1 : end] == b"\n"):
            raise CorruptImageError("a pax header with a broken record")
        keyword = key.decode("utf-8", "replace")
        if keyword in ("GNU.sparse.offset", "GNU.sparse.numbytes"):  # format 0.0 repeats them
            sparse.append(_text(value))
        records[keyword] = _text(value)
        at = end
    if sparse:
        records["GNU.sparse.map"] = ",".join(sparse)
    return records
