"""ELF files made to order."""

import struct

from pratique.formats import elf


def program(
    wide: bool, order: str, segments: list[tuple[int, int, int, int, bytes]], kind: int = elf.EXECUTABLE
) -> bytes:
    """An ELF file of (kind, flags, offset, address, content) segments, and of sections that name their content."""
    header_size, row_size = (64, 56) if wide else (52, 32)
    end = max((offset + len(content) for _, _, offset, _, content in segments), default=256)
    data = bytearray(end)
    for number, (segment, flags, offset, address, content) in enumerate(segments):
        row = (
            struct.pack(order + "LLQQQQQQ", segment, flags, offset, address, 0, len(content), len(content), 1)
            if wide
            else struct.pack(order + "8L", segment, offset, address, 0, len(content), len(content), flags, 1)
        )
        start = header_size + number * row_size
        data[start : start + row_size] = row
        data[offset : offset + len(content)] = content
    names = b"\0.data\0.shstrtab\0"
    layout = order + ("LLQQQQLLQQ" if wide else "10L")
    rows = struct.pack(layout, *[0] * 10)
    for _, flags, offset, address, content in segments[:1]:
        rows += struct.pack(layout, 1, 1, flags, address, offset, len(content), 0, 0, 0, 0)
    rows += struct.pack(layout, 7, 3, 0, 0, end, len(names), 0, 0, 0, 0)
    table = end + len(names)
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    addresses = ("QQQ" if wide else "LLL", 0, header_size, table)
    head = ident + struct.pack(
        order + "HHL" + addresses[0] + "L6H",
        kind,
        62,
        1,
        *addresses[1:],
        0,
        header_size,
        row_size,
        len(segments),
        struct.calcsize(layout),
        len(rows) // struct.calcsize(layout),
        len(segments[:1]) + 1,
    )
    data[: len(head)] = head
    return bytes(data) + names + rows
