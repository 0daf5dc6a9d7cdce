"""Programs and shared libraries of any system, told apart by their first bytes.

ELF (Linux), PE (Windows) and Mach-O (macOS), each read by its own module beside this one: build information of Go,
crates of `cargo auditable`, notes of packages, the libraries that a file is linked with.
"""

from collections.abc import Iterable

from pratique.formats import elf, pe
from pratique.packages.executable import elf_file, macho_file, pe_file
from pratique.packages.executable.ranges import Ranges
from pratique.records.facts import Found
from pratique.records.file import File, Unknown


def spans(path: str, head: bytes, size: int) -> Ranges | None:
    """Byte ranges of an executable that `parse` needs; None if it can hold nothing of interest."""
    if head[:4] == elf.MAGIC:
        return elf_file.spans(path, head, size)
    if head[:2] == pe.MAGIC:
        return pe_file.spans(head, size)
    return macho_file.spans(head, size)


def parse(file: File) -> Iterable[Found | Unknown]:
    """All that an executable tells of itself."""
    magic = bytes(file.data[:4])
    if magic == elf.MAGIC:
        return elf_file.facts(file)
    if magic[:2] == pe.MAGIC:
        return pe_file.facts(file)
    return macho_file.facts(file)
