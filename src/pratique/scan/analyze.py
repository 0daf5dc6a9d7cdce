"""The one dispatcher: every entry of a layer past the claims of every analyzer, once."""

import functools
import hashlib
from array import array
from collections.abc import Callable, Iterable
from itertools import islice

from pratique import limits
from pratique.ecosystems import OF_SYSTEM
from pratique.errors import FileError, PratiqueError
from pratique.formats.tar import Entry
from pratique.packages.registry import ANALYZERS
from pratique.records.analyzer import Analyzer
from pratique.records.facts import Found, LayerFacts, Listing
from pratique.records.file import Data, File, Unknown
from pratique.records.package import Content, Package
from pratique.scan.collect import Reader, collect

_HEAD = 64 << 10
"""First bytes of a file shown to `Analyzer.spans`."""

_CONTENT_LARGEST = 256 << 10
_OF_DISTRIBUTIONS = ("usr/lib", "usr/share/", "lib")
"""Where distributions have the packages of languages."""

Claimants = tuple[Analyzer, ...]


class Dispatch:
    """The claims of all analyzers, turned round into tables."""

    def __init__(self, analyzers: Iterable[Analyzer]) -> None:
        self.paths: dict[str, Claimants] = {}
        self.folders: dict[str, Claimants] = {}
        self.parents: dict[str, Claimants] = {}
        self.names: dict[str, Claimants] = {}
        self.magic: dict[bytes, Claimants] = {}
        by_suffix: dict[str, Claimants] = {}
        for analyzer in analyzers:
            claims = analyzer.claims
            for table, keys in (
                (self.paths, claims.paths),
                (self.folders, claims.folders),
                (self.parents, claims.parents),
                (self.names, claims.names),
                (by_suffix, claims.suffixes),
            ):
                for key in keys:
                    table[key] = (*table.get(key, ()), analyzer)
            for magic in claims.magic:
                self.magic[magic] = (*self.magic.get(magic, ()), analyzer)
        self.suffixes = tuple(by_suffix)
        self.longest_suffix = max(map(len, self.suffixes), default=0)
        self._by_suffix = by_suffix

    def by_name(self, path: str, folder: str, name: str) -> Claimants:
        """The analyzers that claim a path whatever its content, each once."""
        claimants: dict[str, Analyzer] = {}
        parent = folder.rpartition("/")[2]
        for table, key in ((self.paths, path), (self.folders, folder), (self.parents, parent), (self.names, name)):
            for analyzer in table.get(key, ()):
                claimants[analyzer.name] = analyzer
        lower = name.lower()
        for suffix, analyzers in self._by_suffix.items():
            if lower.endswith(suffix):
                for analyzer in analyzers:
                    claimants[analyzer.name] = analyzer
        return tuple(claimants.values())


@functools.cache
def dispatch() -> Dispatch:
    """The tables of all analyzers there are."""
    return Dispatch(ANALYZERS)


class _Entries:
    """The listing of a layer in the making."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.kinds: list[str] = []
        self.modes = array("H")
        self.sizes = array("Q")
        self.targets: dict[int, str] = {}

    def packed(self) -> Listing:
        return Listing(
            paths="\0".join(self.paths),
            kinds="".join(self.kinds).encode("ascii"),
            modes=self.modes.tobytes(),
            sizes=self.sizes.tobytes(),
            targets=self.targets,
        )


def analyze_layer(open_reader: Callable[[], Reader]) -> LayerFacts:
    """Everything the analyzers find in one layer, in one pass.

    `open_reader` is called once more in the rare case that a claimed hard link names a file that no name claims.
    Raises InputError for a layer that cannot be read; a file that cannot be read becomes an Unknown.
    """
    tables = dispatch()
    reader = open_reader()
    entries = _Entries()
    found: dict[str, list[Found | Unknown]] = {}
    links: dict[str, str] = {}
    paths, kinds, modes, sizes = entries.paths, entries.kinds, entries.modes, entries.sizes
    exact, folders, parents, names, magics = tables.paths, tables.folders, tables.parents, tables.names, tables.magic
    suffixes, longest = tables.suffixes, tables.longest_suffix
    for entry in reader.entries():
        path = entry.path
        if not path:
            continue
        kind = entry.kind
        paths.append(path)
        kinds.append(kind)
        modes.append(entry.mode)
        sizes.append(entry.size)
        if path in found or path in links:  # A later entry of the same name replaces an earlier one.
            found.pop(path, None)
            links.pop(path, None)
        if kind == "f":
            folder, _, name = path.rpartition("/")
            records = None
            if (
                name in names
                or path in exact
                or folder in folders
                or folder[folder.rfind("/") + 1 :] in parents
                or path[-longest:].lower().endswith(suffixes)
            ) and name[:4] != ".wh.":
                claimants = tables.by_name(path, folder, name)
                if claimants:
                    records = _read(reader, entry, claimants)
            if records is None and entry.size >= 4:
                records = _read_by_magic(reader, entry, magics)
            if records:
                found[path] = records
        elif kind in "lh":
            entries.targets[len(paths) - 1] = entry.target
            if kind == "h":
                links[path] = entry.target
    _follow_links(links, found, open_reader)
    records = [record for path in sorted(found) for record in found[path]]
    return LayerFacts(
        found=tuple(record for record in records if isinstance(record, Found)),
        unknowns=tuple(record for record in records if isinstance(record, Unknown)),
        listing=entries.packed(),
        size=reader.offset,
    )


def _read(reader: Reader, entry: Entry, claimants: Claimants) -> list[Found | Unknown] | None:
    """What the claimants make of a file; None if it is not theirs. If all name ranges of it, only those are kept."""
    records: list[Found | Unknown] = []
    willing: list[Analyzer] = []
    ranges: list[tuple[int, int]] = []
    whole = (0, entry.size)
    try:
        for analyzer in claimants:
            spans = analyzer.spans(entry.path, bytes(reader.peek(_HEAD)), entry.size) if analyzer.spans else (whole,)
            if spans is None:
                continue
            if entry.size > analyzer.claims.largest:
                records.append(_too_large(entry.path, entry.size, analyzer))
                continue
            willing.append(analyzer)
            ranges += spans
        if willing:
            data = collect(reader, entry, None if whole in ranges else tuple(ranges))
            for analyzer in willing:
                records += parse(analyzer, File(entry.path, entry.mode, entry.size, data))
            if records and whole in ranges and _may_be_owned(entry) and any(map(_is_of_language, records)):
                records.append(Found(entry.path, 0, _content(data)))
    except FileError as error:
        return [Unknown(entry.path, claimants[0].name, str(error))]
    return records if willing or records else None


def _read_by_magic(reader: Reader, entry: Entry, magics: dict[bytes, Claimants]) -> list[Found | Unknown] | None:
    """What those make of a file that know it by its first bytes."""
    if entry.sparse is not None and not _begins(entry.sparse):
        return None
    try:
        claimants = magics.get(bytes(reader.peek(4)))
    except FileError as error:
        return [Unknown(entry.path, "file", str(error))]
    return _read(reader, entry, claimants) if claimants else None


def _may_be_owned(entry: Entry) -> bool:
    """Whether a distribution may have put it there and has its digest. All but archives and programs are small."""
    return entry.size <= _CONTENT_LARGEST and entry.path.startswith(_OF_DISTRIBUTIONS)


def _is_of_language(record: Found | Unknown) -> bool:
    return isinstance(record, Found) and isinstance(record.fact, Package) and record.fact.type not in OF_SYSTEM


def _content(data: Data) -> Content:
    digests = (hashlib.new(name, data, usedforsecurity=False).hexdigest()[:8] for name in ("md5", "sha1", "sha256"))
    return Content(*digests)


def _begins(sparse: tuple[tuple[int, int], ...]) -> bool:
    """Whether a sparse file begins with data, so that its first bytes tell what it is."""
    return bool(sparse) and sparse[0][0] == 0 and sparse[0][1] >= 4


def _too_large(path: str, size: int, analyzer: Analyzer) -> Unknown:
    return Unknown(
        path,
        analyzer.name,
        f"{size:,} bytes; pratique reads up to {analyzer.claims.largest:,} of such a file",
    )


def parse(analyzer: Analyzer, file: File) -> list[Found | Unknown]:
    """What an analyzer makes of a file. Whatever goes wrong stays with the file."""
    records: list[Found | Unknown] = []
    try:
        records += islice(analyzer.parse(file), limits.FACTS_PER_FILE_MOST)
    except FileError as error:
        records.append(Unknown(file.path, analyzer.name, str(error)))
    except (MemoryError, OSError) as error:  # the machine's fault: to be stored as the file's it must not
        raise PratiqueError(
            f"{file.path}: {type(error).__name__} while it was read: {error}", "is memory or disk full?"
        ) from error
    except Exception as error:  # one bad file must not take the whole image with it
        records.append(Unknown(file.path, analyzer.name, f"the analyzer failed: {type(error).__name__}: {error}"))
    if len(records) >= limits.FACTS_PER_FILE_MOST:
        records.append(Unknown(file.path, analyzer.name, f"more than {limits.FACTS_PER_FILE_MOST:,} facts in one file"))
    return records


def _follow_links(
    links: dict[str, str], found: dict[str, list[Found | Unknown]], open_reader: Callable[[], Reader]
) -> None:
    """Hard links to claimed names: their content stands under another name of the same layer."""
    tables = dispatch()
    missing: dict[str, list[tuple[str, Claimants]]] = {}
    for link in links:
        folder, _, name = link.rpartition("/")
        claimants = tables.by_name(link, folder, name)
        target = _end_of_chain(link, links)
        if not claimants or name[:4] == ".wh.":
            continue
        if target is None:
            found[link] = [Unknown(link, claimants[0].name, "a hard link that leads back to itself")]
        elif target in found and target.split("/")[-2:] == link.split("/")[-2:]:
            found[link] = [_moved(record, target, link) for record in found[target]]
        else:
            missing.setdefault(target, []).append((link, claimants))
    if not missing:
        return
    reader = open_reader()
    for entry in reader.entries():
        waiting = missing.pop(entry.path, None) if entry.kind == "f" else None
        if waiting:
            found |= _read_for_links(reader, entry, waiting)
    for waiting in missing.values():
        for link, claimants in waiting:
            found[link] = [Unknown(link, claimants[0].name, "a hard link to a file that its layer does not hold")]


def _read_for_links(
    reader: Reader, entry: Entry, waiting: list[tuple[str, Claimants]]
) -> dict[str, list[Found | Unknown]]:
    """What stands behind each of the hard links to the current entry."""
    try:
        data = collect(reader, entry) if _fits_any(entry, waiting) else b""
    except FileError as error:
        return {link: [Unknown(link, claimants[0].name, str(error))] for link, claimants in waiting}
    records: dict[str, list[Found | Unknown]] = {}
    for link, claimants in waiting:
        records[link] = []
        for analyzer in claimants:
            if entry.size > analyzer.claims.largest:
                records[link].append(_too_large(link, entry.size, analyzer))
            else:
                records[link] += parse(analyzer, File(link, entry.mode, entry.size, data))
    return records


def _fits_any(entry: Entry, waiting: list[tuple[str, Claimants]]) -> bool:
    return any(entry.size <= analyzer.claims.largest for _, claimants in waiting for analyzer in claimants)


def _end_of_chain(link: str, links: dict[str, str]) -> str | None:
    """The name that a chain of hard links ends in; None if it runs in a circle."""
    seen = link
    for _ in range(limits.SYMLINKS_FOLLOWED_MOST):
        target = links.get(seen)
        if target is None:
            return seen
        seen = target
    return None


def _moved(record: Found | Unknown, target: str, link: str) -> Found | Unknown:
    path = link + record.path[len(target) :]
    if isinstance(record, Found):
        return Found(path, record.line, record.fact)
    return Unknown(path, record.analyzer, record.reason)
