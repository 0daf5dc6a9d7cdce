"""Berkeley DB files, hash and btree, as far as rpm's `Packages` uses them.

Layout: Berkeley DB 5.3, src/dbinc/db_page.h. A file is a row of pages of one size; page 0 holds the meta data. The
leaves are found by walking the pages in their order and not by buckets or branches, so that no pointer can lead
astray. A value too long for its leaf lies on a chain of overflow pages.
"""

import struct
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from pratique.errors import UnreadableFileError
from pratique.formats.rpm_header import LARGEST, Value
from pratique.records.file import Data

_ITEMS_MOST = 1_000_000
"""Key and value pairs, deleted ones included: the largest distributions hold some 70,000 packages."""

_HASH, _BTREE = 0x061561, 0x053162
MAGICS = frozenset(struct.pack(order + "I", kind) for order in "<>" for kind in (_HASH, _BTREE))
"""Bytes 12 to 16 of the file."""

_HEADER = 26
"""Bytes of a page before its table of items."""
_HASH_LEAVES, _BTREE_LEAVES = frozenset((2, 13)), frozenset((5,))
"""Page types: hash pages (of older releases, sorted), btree leaves."""
_OVERFLOW_PAGE = 7
_ON_PAGE, _OFF_PAGE = 1, 3
"""Types of items, the same in both: the bytes themselves, or a reference to overflow pages."""
_DELETED = 0x80


class _Layout(msgspec.Struct, frozen=True):
    order: str
    """Byte order, as `struct` spells it."""
    hash: bool
    page_size: int
    pages: int
    """Whole pages in the file, the meta page included."""
    missing: int
    """Pages that the meta page counts beyond the end of the file."""


def values(data: Data) -> Iterator[Value]:
    """All values but that of the key 0, where rpm keeps the highest number it gave. In no order that means anything.

    What is broken about one value or one page is yielded in its place. Raises UnreadableFileError if the file is no
    Berkeley DB at all, or asks for more than one can hold.
    """
    layout = _layout(data)
    seen = bytearray(layout.pages)
    leaves = _HASH_LEAVES if layout.hash else _BTREE_LEAVES
    pairs = _hash_pairs if layout.hash else _btree_pairs
    items, budget = 0, len(data)
    for number in range(1, layout.pages):
        start = number * layout.page_size
        if data[start + 25] not in leaves:
            continue
        page = bytes(data[start : start + layout.page_size])
        try:
            for key, item in pairs(page, layout.order):
                items += 1
                if key is None or (len(key) == 4 and not any(key)):
                    continue
                value = _value(data, layout, seen, item)
                budget -= len(value) if isinstance(value, bytes) else 0
                if budget < 0 or items > _ITEMS_MOST:
                    break
                yield value
        except UnreadableFileError as error:
            yield error
        if budget < 0 or items > _ITEMS_MOST:
            raise UnreadableFileError("Berkeley DB with more values than its size can hold")
    if layout.missing:
        yield UnreadableFileError(f"Berkeley DB ends {layout.missing} pages too early")


def _layout(data: Data) -> _Layout:
    """Read the meta page: db_page.h, DBMETA."""
    if len(data) < 512:
        raise UnreadableFileError("Berkeley DB without a whole page")
    order = "<" if struct.unpack_from("<I", data, 12)[0] in (_HASH, _BTREE) else ">"
    magic, _, page_size, encrypted, _, flags, _, _, last = struct.unpack_from(order + "IIIBBBBII", data, 12)
    if magic not in (_HASH, _BTREE):
        raise UnreadableFileError("not a Berkeley DB, neither hash nor btree")
    if encrypted or flags & 1:
        raise UnreadableFileError("Berkeley DB with encryption or checksums, which rpm does not write")
    if not 512 <= page_size <= 65536 or page_size & (page_size - 1):
        raise UnreadableFileError(f"Berkeley DB with pages of {page_size} bytes")
    pages = len(data) // page_size
    return _Layout(order, magic == _HASH, page_size, pages, max(0, last + 1 - pages))


def _table(page: bytes, order: str) -> tuple[int, ...]:
    """Where the items of a leaf begin: keys and values by turns."""
    (count,) = struct.unpack_from(order + "H", page, 20)
    if count % 2 or _HEADER + 2 * count > len(page):
        raise UnreadableFileError("Berkeley DB page with a wrong count of items")
    table = struct.unpack_from(f"{order}{count}H", page, _HEADER)
    if table and not (_HEADER + 2 * count <= min(table) and max(table) < len(page)):
        raise UnreadableFileError("Berkeley DB page with items outside of it")
    return table


_Item: TypeAlias = tuple[int, bytes] | tuple[int, int, int]
"""Type and bytes, or type, first overflow page and length."""


def _hash_pairs(page: bytes, order: str) -> Iterator[tuple[bytes | None, _Item]]:
    """Items lie from the end of the page down, each up to the one before: db_page.h, HKEYDATA and HOFFPAGE."""
    table = _table(page, order)
    ends = (len(page), *table)
    for i in range(0, len(table), 2):
        if not table[i + 1] < table[i] < ends[i]:
            raise UnreadableFileError("Berkeley DB page with overlapping items")
        key = page[table[i] + 1 : ends[i]] if page[table[i]] == _ON_PAGE else b"?"
        kind, start, end = page[table[i + 1]], table[i + 1], table[i]
        if kind == _OFF_PAGE and end - start >= 12:
            yield key, (kind, *struct.unpack_from(order + "II", page, start + 4))
        else:
            yield key, (kind, page[start + 1 : end])


def _btree_pairs(page: bytes, order: str) -> Iterator[tuple[bytes | None, _Item]]:
    """Items say their length: db_page.h, BKEYDATA and BOVERFLOW. The key of a deleted item is None."""
    table = _table(page, order)
    for at in range(0, len(table), 2):
        key, item = (_btree_item(page, order, offset) for offset in table[at : at + 2])
        deleted = (key[0] | item[0]) & _DELETED
        yield None if deleted else key[1] if isinstance(key[1], bytes) else b"?", item


def _btree_item(page: bytes, order: str, start: int) -> _Item:
    if start + 3 > len(page):
        raise UnreadableFileError("Berkeley DB page with items outside of it")
    length, kind = struct.unpack_from(order + "HB", page, start)
    if kind & ~_DELETED == _OFF_PAGE and start + 12 <= len(page):
        return (kind, *struct.unpack_from(order + "II", page, start + 4))
    if start + 3 + length > len(page):
        raise UnreadableFileError("Berkeley DB page with items outside of it")
    return kind, page[start + 3 : start + 3 + length]


def _value(data: Data, layout: _Layout, seen: bytearray, item: _Item) -> Value:
    if len(item) == 2:
        kind, value = item
        return value if kind == _ON_PAGE else UnreadableFileError(f"Berkeley DB item of type {kind}")
    _, number, length = item
    if length > min(LARGEST, len(data)):
        return UnreadableFileError(f"Berkeley DB value of {length} bytes")
    return _overflow(data, layout, seen, number, length)


def _overflow(data: Data, layout: _Layout, seen: bytearray, number: int, length: int) -> Value:
    """Gather a chain of overflow pages. `seen` makes each page serve once: chains neither loop nor meet."""
    value = bytearray()
    while len(value) < length:
        if not 0 < number < layout.pages or seen[number]:
            return UnreadableFileError("Berkeley DB value on a broken chain of overflow pages")
        seen[number] = 1
        start = number * layout.page_size
        number, _, used, _, kind = struct.unpack_from(layout.order + "IHHBB", data, start + 16)
        if kind != _OVERFLOW_PAGE or not 0 < used <= layout.page_size - _HEADER:
            return UnreadableFileError("Berkeley DB value on a page that is no overflow page")
        value += data[start + _HEADER : start + _HEADER + used]
    return bytes(value[:length])
