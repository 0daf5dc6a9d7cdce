"""Java archives: what they are, what was merged into them, and the archives in them.

Source: JAR File Specification; Maven Archiver (`META-INF/maven`); Spring Boot "The Executable Jar Format"; Jakarta
EE on war, ear and rar files. Packages of merged ("shaded") artifacts have the path of their `pom.properties`, those
of nested archives the path of these: `app.jar!/BOOT-INF/lib/x.jar`.
"""

from collections.abc import Iterable, Iterator

from pratique import limits
from pratique.errors import UnreadableFileError
from pratique.formats import zip as archives
from pratique.formats.zip import Member
from pratique.packages.java import filename, identity, metadata
from pratique.packages.java.identity import Coordinates
from pratique.records.facts import Found
from pratique.records.file import Data, File, Unknown
from pratique.records.package import Package

NAME = "java-archive"

GIB = 1 << 30
_MANIFEST_READ = 1 << 20
"""Bytes: the main section is in front of the digests of thousands of signed classes."""
_PROPERTIES_LARGEST = 64 << 10
_EACH = 16 << 10
"""What opening anything costs besides its bytes, so that a million tiny archives are too many as well."""
_FOREIGN = (b"Rar!", b"MThd", b"PAR2", b"\r\0\0\0")
"""Other files with these suffixes: WinRAR, MIDI, Parchive, Nix."""
_GROUPED = ("/lib/boot", "/lib/deployment", "/lib/main")
"""Folders of a Quarkus application: archives in them have names with their group in front."""
_WANTED = (*(suffix.encode() for suffix in filename.SUFFIXES), b"/pom.properties", b"meta-inf/manifest.mf")


class _Budget:
    """Bytes that may still be read out of one file, however deep; what does not fit empties it."""

    def __init__(self, size: int) -> None:
        self.left = size

    def spend(self, size: int, path: str) -> None:
        """Raise `UnreadableFileError` when too little is left."""
        cost = size + _EACH + 4 * len(path)
        if cost > self.left:
            self.left = 0
            raise UnreadableFileError(
                f"more than {limits.NESTED_ARCHIVE_SIZE_LARGEST >> 20} MiB in one archive, the rest was not read"
            )
        self.left -= cost


def parse(file: File) -> Iterable[Found | Unknown]:
    """Packages of an archive and of everything in it."""
    if not file.size or bytes(file.data[:4]) in _FOREIGN:
        return ()
    budget = _Budget(limits.NESTED_ARCHIVE_SIZE_LARGEST)
    members = list(archives.members(file.data, endings=_WANTED))
    return _archive(file.data, members, file.path, 0, budget)


def _archive(data: Data, members: list[Member], path: str, depth: int, budget: _Budget) -> Iterator[Found | Unknown]:
    manifest: dict[str, str] = {}
    properties: dict[str, Coordinates] = {}
    nested = []
    for member in members:
        is_manifest = member.name.upper() == "META-INF/MANIFEST.MF"
        if member.name.lower().endswith(filename.SUFFIXES):
            nested.append(member)
        elif is_manifest or (member.name.endswith("/pom.properties") and "META-INF/maven/" in member.name):
            inside = f"{path}!/{member.name}"
            try:
                budget.spend(min(member.size, _MANIFEST_READ), inside)
                if is_manifest:
                    manifest = manifest or metadata.manifest(archives.beginning(data, member, _MANIFEST_READ))
                else:
                    properties[inside] = _coordinates(data, member)
            except UnreadableFileError as error:
                yield Unknown(inside, NAME, str(error))
                if not budget.left:
                    break
    yield from _packages(path, manifest, properties)
    yield from _nested_archives(data, nested, path, depth, budget)


def _coordinates(data: Data, member: Member) -> Coordinates:
    found = metadata.properties(archives.content(data, member, _PROPERTIES_LARGEST))
    coordinates = identity.from_properties(member.name, found)
    if coordinates is None:
        raise UnreadableFileError("pom.properties without group and artifact")
    return coordinates


def _packages(path: str, manifest: dict[str, str], properties: dict[str, Coordinates]) -> Iterator[Found | Unknown]:
    grouped = f"/{path.rpartition('/')[0]}".endswith(_GROUPED)
    mine, own = identity.own(filename.stem(path), manifest, tuple(properties.values()), grouped=grouped)
    yield Found(path, 0, Package("maven", mine.name, mine.version, licenses=_licenses(manifest)))
    said = {own, mine}
    for inside, coordinates in properties.items():
        if coordinates not in said:
            said.add(coordinates)
            yield Found(inside, 0, Package("maven", coordinates.name, coordinates.version))


def _nested_archives(
    data: Data, nested: list[Member], path: str, depth: int, budget: _Budget
) -> Iterator[Found | Unknown]:
    if nested and depth == limits.NESTED_ARCHIVE_DEPTH:
        yield _unopened(path, nested, 0, f"nested more than {depth} archives deep")
        return
    for number, member in enumerate(nested):
        inside = f"{path}!/{member.name}"
        try:
            budget.spend(member.size, inside)
        except UnreadableFileError as error:
            yield _unopened(path, nested, number, str(error))
            return
        try:
            yield from _nested_archive(data, member, inside, depth + 1, budget)
        except UnreadableFileError as error:
            yield Unknown(inside, NAME, str(error))


def _nested_archive(data: Data, member: Member, path: str, depth: int, budget: _Budget) -> Iterator[Found | Unknown]:
    """A stored archive is read where it lies, a deflated one is inflated into memory first."""
    start, end = 0, member.size
    if member.method == archives.STORED and member.stored_size == member.size:
        start, end = archives.place(data, member)
    else:
        data = archives.content(data, member, member.size)
    if start == end or bytes(data[start : start + 4]) in _FOREIGN:
        return
    members = list(archives.members(data, start, end, endings=_WANTED))
    yield from _archive(data, members, path, depth, budget)


def _unopened(path: str, nested: list[Member], number: int, reason: str) -> Unknown:
    others = len(nested) - number - 1
    more = f" (nor were {others} archives behind it)" if others else ""
    return Unknown(f"{path}!/{nested[number].name}", NAME, reason + more)


def _licenses(manifest: dict[str, str]) -> tuple[str, ...]:
    """OSGi Core 3.2.1.6: clauses between commas, what they say behind semicolons is about the licence."""
    clauses = manifest.get("bundle-license", "").split(",")
    names = (clause.partition(";")[0].strip().strip('"') for clause in clauses)
    return tuple(dict.fromkeys(name for name in names if name and name != "<<EXTERNAL>>"))
