"""Java archives: what they are, what was merged into them, what they need, and the archives in them.

Source: JAR File Specification; Maven Archiver (`META-INF/maven`); Spring Boot "The Executable Jar Format"; Jakarta
EE on war, ear and rar files. Packages of merged ("shaded") artifacts have the path of their `pom.properties`, those
of nested archives the path of these: `app.jar!/BOOT-INF/lib/x.jar`. What a package needs, and its licences where the
manifest has none, stands in the `pom.xml` beside its `pom.properties`; a `pom.xml` alone proves a package as well.
"""

from collections.abc import Iterable, Iterator

import msgspec

from pratique import limits
from pratique.errors import UnreadableFileError
from pratique.formats import zip as archives
from pratique.formats.zip import Member
from pratique.packages.java import filename, identity, metadata, pom
from pratique.packages.java.identity import Coordinates
from pratique.packages.sbom.documents import read_sbom
from pratique.records.facts import Found
from pratique.records.file import Data, File, Unknown
from pratique.records.package import Package, Requires

NAME = "java-archive"

GIB = 1 << 30
_MANIFEST_READ = 1 << 20
"""Bytes: the main section is in front of the digests of thousands of signed classes."""
_PROPERTIES_LARGEST = 64 << 10
_POM_LARGEST = 1 << 20
"""Bytes. The longest ones, those of parents and lists of versions, reach 200 KiB."""
_EACH = 16 << 10
"""What opening anything costs besides its bytes, so that a million tiny archives are too many as well."""
_FOREIGN = (b"Rar!", b"MThd", b"PAR2", b"\r\0\0\0")
"""Other files with these suffixes: WinRAR, MIDI, Parchive, Nix."""
_GROUPED = ("/lib/boot", "/lib/deployment", "/lib/main")
"""Folders of a Quarkus application: archives in them have names with their group in front."""
_WANTED = (b"ar", b"pi", b".lpkg", b"/pom.properties", b"/pom.xml", b"meta-inf/manifest.mf", b"bom.json", b"dx.json")
"""Endings of the wanted members in lower case, the first two for most of `filename.SUFFIXES`: each is compared with the
name of every class."""


class _Contents(msgspec.Struct):
    """What is wanted of one archive."""

    manifest: dict[str, str] = msgspec.field(default_factory=dict)
    found: dict[str, Coordinates] = msgspec.field(default_factory=dict)
    """By path of the `pom.properties` or `pom.xml` that says so."""
    poms: dict[str, Member] = msgspec.field(default_factory=dict)
    """The `pom.xml` by path."""
    nested: list[Member] = msgspec.field(default_factory=list)


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


def _sbom(data: Data, member: Member, inside: str, budget: _Budget) -> Iterator[Found | Unknown]:
    """What the build left to say what is in the archive, as Spring Boot's plug-ins do."""
    try:
        budget.spend(min(member.size, limits.JSON_LARGEST), inside)
        yield from read_sbom(archives.content(data, member, limits.JSON_LARGEST), inside)
    except UnreadableFileError as error:
        yield Unknown(inside, NAME, str(error))


def _archive(data: Data, members: list[Member], path: str, depth: int, budget: _Budget) -> Iterator[Found | Unknown]:
    contents = _Contents()
    for member in members:
        inside = f"{path}!/{member.name}"
        if member.name.lower().endswith(filename.SUFFIXES):
            contents.nested.append(member)
        elif "META-INF/maven/" in member.name and member.name.endswith("/pom.xml"):
            contents.poms[inside] = member
        elif member.name.startswith("META-INF/sbom/") and member.name.endswith(".json"):
            yield from _sbom(data, member, inside, budget)
        else:
            try:
                _take_in(contents, data, member, inside, budget)
            except UnreadableFileError as error:
                yield Unknown(inside, NAME, str(error))
                if not budget.left:
                    break
    lonely = [inside for inside in contents.poms if f"{inside[:-3]}properties" not in contents.found]
    for inside in lonely:
        project = _project(contents, data, inside, budget)
        if isinstance(project, Unknown):
            yield project
        elif project and project.coordinates.group and project.coordinates.artifact:
            contents.found[inside] = project.coordinates
    yield from _packages(path, data, contents, budget)
    yield from _nested_archives(data, contents.nested, path, depth, budget)


def _take_in(contents: _Contents, data: Data, member: Member, inside: str, budget: _Budget) -> None:
    is_manifest = member.name.upper() == "META-INF/MANIFEST.MF"
    if is_manifest or (member.name.endswith("/pom.properties") and "META-INF/maven/" in member.name):
        budget.spend(min(member.size, _MANIFEST_READ), inside)
        if is_manifest:
            read = archives.beginning(data, member, _MANIFEST_READ)
            contents.manifest = contents.manifest or metadata.manifest(read)
        else:
            contents.found[inside] = _coordinates(data, member)


def _coordinates(data: Data, member: Member) -> Coordinates:
    found = metadata.properties(archives.content(data, member, _PROPERTIES_LARGEST))
    coordinates = identity.from_properties(member.name, found)
    if coordinates is None:
        raise UnreadableFileError("pom.properties without group and artifact")
    return coordinates


def _project(contents: _Contents, data: Data, inside: str, budget: _Budget) -> pom.Project | Unknown | None:
    """What the `pom.xml` at a path, or beside the `pom.properties` at it, says; None if there is none."""
    inside = inside.removesuffix("properties").removesuffix("xml") + "xml"
    member = contents.poms.get(inside)
    if member is None or not budget.left:
        return None
    try:
        budget.spend(member.size, inside)
        return pom.read_needs(archives.content(data, member, _POM_LARGEST))
    except UnreadableFileError as error:
        del contents.poms[inside]
        return Unknown(inside, NAME, str(error))


def _packages(path: str, data: Data, contents: _Contents, budget: _Budget) -> Iterator[Found | Unknown]:
    grouped = f"/{path.rpartition('/')[0]}".endswith(_GROUPED)
    found = contents.found
    mine, own = identity.own(filename.stem(path), contents.manifest, tuple(found.values()), grouped=grouped)
    source = next((inside for inside, coordinates in found.items() if coordinates == own), "")
    yield from _package(path, mine, _licenses(contents.manifest), _project(contents, data, source, budget))
    said = {own, mine}
    for inside, coordinates in found.items():
        if coordinates not in said:
            said.add(coordinates)
            yield from _package(inside, coordinates, (), _project(contents, data, inside, budget))


def _package(
    path: str, mine: Coordinates, licenses: tuple[str, ...], project: pom.Project | Unknown | None
) -> Iterator[Found | Unknown]:
    described = project if isinstance(project, pom.Project) else None
    if described:
        licenses = licenses or described.licenses
    yield Found(path, 0, Package("maven", mine.name, mine.version, licenses=licenses))
    if described and described.needs:
        yield Found(path, 0, Requires("maven", mine.name, mine.version, described.needs))
    if isinstance(project, Unknown):
        yield project


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
