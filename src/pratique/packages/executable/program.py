"""Programs and shared libraries of any system, told apart by their first bytes.

ELF (Linux), PE (Windows) and Mach-O (macOS), each read by its own module beside this one: build information of Go,
crates of `cargo auditable`, notes of packages, the libraries that a file is linked with; and the version of programs
that no package manager brought, by their own bytes.
"""

from collections.abc import Iterator

from pratique.formats import elf, pe
from pratique.packages.executable import elf_file, macho_file, pe_file
from pratique.packages.executable.ranges import Ranges
from pratique.packages.programs.classify import classify, wanted
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package


def spans(path: str, head: bytes, size: int) -> Ranges | None:
    """Byte ranges of an executable that `parse` needs; None if it can hold nothing of interest."""
    if wanted(path):
        return ((0, size),)
    if head[:4] == elf.MAGIC:
        return elf_file.spans(path, head, size)
    if head[:2] == pe.MAGIC:
        return pe_file.spans(head, size)
    return macho_file.spans(head, size)


def parse(file: File) -> Iterator[Found | Unknown]:
    """All that an executable tells of itself, and what its bytes show it to be."""
    if not wanted(file.path):
        yield from _told(file)
        return
    shown = tuple(classify(file.path, file.data))
    names = {found.fact.name for found in shown if isinstance(found.fact, Package)}
    for record in _told(file):
        fact = record.fact if isinstance(record, Found) else None
        if isinstance(fact, Package) and not fact.version and fact.name in names:
            continue  # a main module whose version Go was not told, but the program knows
        yield record
    yield from shown


def _told(file: File) -> Iterator[Found | Unknown]:
    magic = bytes(file.data[:4])
    if magic == elf.MAGIC:
        return elf_file.facts(file)
    if magic[:2] == pe.MAGIC:
        return pe_file.facts(file)
    return macho_file.facts(file)
