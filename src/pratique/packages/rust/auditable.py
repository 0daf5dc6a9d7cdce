"""Crates that `cargo auditable` wrote into a program.

Source: PARSING.md and the JSON schema of rust-secure-code/cargo-auditable. A section `.dep-v0` holds JSON packed with
zlib: packages with name, version, kind (`runtime` unless told) and the numbers of those that they depend on. Crates of
kind `build` ran on the builder's machine only; they are left out, as the format advises for audits.
"""

from collections.abc import Iterator

import msgspec

from pratique.limits import MIB
from pratique.packages.executable import NAME
from pratique.records.facts import Found
from pratique.records.file import Unknown
from pratique.records.package import Package, Requires

SECTION = ".dep-v0"
LARGEST = 4 * MIB
"""Packed. Six hundred crates make 10 kB."""

_UNPACKED_LARGEST = 32 * MIB


class _Crate(msgspec.Struct, gc=False):
    name: str
    version: str
    kind: str = "runtime"
    dependencies: tuple[int, ...] = ()


class _Crates(msgspec.Struct):
    packages: tuple[_Crate, ...]


def looks_so(start: bytes) -> bool:
    """Whether bytes begin as a zlib stream of the usual window does (RFC 1950, section 2.2)."""
    return len(start) >= 2 and start[0] == 0x78 and (start[0] << 8 | start[1]) % 31 == 0


def crates(path: str, packed: bytes, *, certain: bool) -> Iterator[Found | Unknown]:
    """The crates in the program at `path`, and which of them needs which.

    Where it is not `certain` that the bytes are of that section, others than crates give nothing.
    """
    try:
        found = msgspec.json.decode(_unpacked(packed), type=_Crates).packages
    except (ValueError, RecursionError) as error:
        if certain:
            yield Unknown(path, NAME, f"data of cargo auditable that cannot be read: {error}")
        return
    running = {number: crate for number, crate in enumerate(found) if crate.kind == "runtime" and crate.name}
    broken = 0
    for crate in running.values():
        yield Found(path, 0, Package("cargo", crate.name, crate.version))
        needs = [running[number] for number in crate.dependencies if number in running]
        if needs:
            names = tuple(f"{need.name}@{need.version}" for need in needs)
            yield Found(path, 0, Requires("cargo", crate.name, crate.version, names))
        broken += sum(not 0 <= number < len(found) for number in crate.dependencies)
    if broken:
        reason = f"data of cargo auditable with {broken} dependencies that it does not name"
        yield Unknown(path, NAME, reason)


def _unpacked(packed: bytes) -> bytes:
    """Raises ValueError."""
    import zlib

    inflate = zlib.decompressobj()
    try:
        content = inflate.decompress(packed, _UNPACKED_LARGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not inflate.eof:
        raise ValueError("it is cut short or too large")
    return content
