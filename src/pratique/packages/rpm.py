"""Packages of Red Hat, SUSE, Amazon and their kin: the databases of rpm.

rpm has kept its headers in Berkeley DB (`Packages`), NDB (`Packages.db`) and SQLite (`rpmdb.sqlite`); which one a
file is, its first bytes tell. Tags: rpm 4.18, docs/manual/tags.md. What a package needs and provides are names of
packages, capabilities (`libc.so.6(GLIBC_2.34)(64bit)`, `config(bash)`) and paths (docs/manual/dependencies.md), and
since rpm 4.13 expressions of them (docs/manual/boolean_dependencies.md).
"""

from binascii import a2b_hex
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats import bdb, ndb, rpm_sqlite
from pratique.formats.rpm_header import Header, Value, read
from pratique.limits import BROKEN_TOLD_MOST, FACTS_PER_FILE_MOST, MIB
from pratique.records.facts import Found
from pratique.records.file import Data, File, Unknown
from pratique.records.package import OwnedFiles, Package, Requires

_NAME = "rpm"

_FOLDERS = ("usr/lib/sysimage/rpm", "var/lib/rpm", "usr/share/rpm")
"""Of SUSE and of Fedora since 36, of the others, of systems made by ostree."""

_OWNED_LARGEST = 64 * MIB
"""Characters of all paths together: a folder stands once in a header and before each of its files in a path, so
that a long one would multiply. 300,000 files, as in the largest installations, need less than half of it."""

_PATH_COST = 32
"""Characters added for each path, against millions of short ones."""

_TITLE, _VERSION, _RELEASE, _EPOCH, _ARCH, _SOURCE = _ORIGIN = (1000, 1001, 1002, 1003, 1022, 1044)
_VENDOR, _LICENSE, _MODULE = _WORDS = (1011, 1014, 5096)
_OLD_PATHS, _FOLDER_INDEXES, _BASENAMES, _FOLDER_NAMES = _FILES = (1027, 1116, 1117, 1118)
_DIGESTS, _DIGEST_ALGORITHM = _CONTENT = (1035, 5011)
_PROVIDES, _REQUIRES = _RELATIONS = (1047, 1049)
_WANTED = frozenset((*_ORIGIN, *_WORDS, *_FILES, *_CONTENT, *_RELATIONS))

_OPERATORS = frozenset(("and", "without", "if", "unless", "else"))
"""Of boolean dependencies, without those that leave a choice."""

_NO_DIGEST = "--------"

_ALGORITHMS = {1: "md5", 2: "sha1", 8: "sha256"}
"""Numbers of RFC 9580, section 9.5; without one it is MD5."""

_NAMES_MOST = 2_000_000
"""Names that the packages of a database need or provide, all together. 3,000 packages have some 150,000."""


def parse(file: File) -> Iterator[Found | Unknown]:
    """The installed packages of a database, the files that they own, what they need of each other."""
    broken, owned = 0, 0
    relations = _Relations()
    for number, value in enumerate(_values(file.data)):
        if number == FACTS_PER_FILE_MOST:
            yield Unknown(file.path, _NAME, f"more than {FACTS_PER_FILE_MOST} headers, the rest is not read")
            break
        try:
            header = _header(value)
            package = _package(header)
            if package.name == "gpg-pubkey":  # a key that rpm trusts, kept as if it were a package
                continue
            yield Found(file.path, 0, package)
            relations.add(package, header)
            paths, cost = _paths(header, _OWNED_LARGEST - owned)
        except UnreadableFileError as error:
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(file.path, _NAME, str(error))
            continue
        owned += cost
        if paths:
            yield Found(file.path, 0, OwnedFiles("rpm", package.name, paths, *_digests(header, paths)))
    if broken > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{broken - BROKEN_TOLD_MOST} more broken headers")
    for requires in relations.resolvable():
        yield Found(file.path, 0, requires)
    if relations.left < 0:
        yield Unknown(file.path, _NAME, f"more than {_NAMES_MOST} names that packages need, the rest is not read")


def _values(data: Data) -> Iterator[Value]:
    """What the database holds. An error that ends it early is its last value, unless there was none before."""
    head = bytes(data[:16])
    if head == rpm_sqlite.MAGIC:
        values = rpm_sqlite.values(data)
    elif head[:4] == ndb.MAGIC:
        values = ndb.values(data)
    elif head[12:] in bdb.MAGICS:
        values = bdb.values(data)
    else:
        raise UnreadableFileError("neither Berkeley DB nor NDB nor SQLite")
    started = False
    try:
        for value in values:
            started = True
            yield value
    except UnreadableFileError as error:
        if not started:
            raise
        yield error


def _header(value: Value) -> Header:
    if isinstance(value, UnreadableFileError):
        raise value
    return read(value, _WANTED)


def _package(header: Header) -> Package:
    name, version = header.text(_TITLE), header.text(_VERSION)
    if not name or not version:
        raise UnreadableFileError("rpm header without name or version")
    release = header.text(_RELEASE)
    full = f"{version}-{release}" if release else version
    epoch = header.numbers.get(_EPOCH, ())
    source, source_version = source_of(header.text(_SOURCE))
    licence = header.text(_LICENSE)
    return Package(
        "rpm",
        name,
        f"{epoch[0]}:{full}" if epoch and epoch[0] else full,
        arch=header.text(_ARCH),
        source=source if source != name else "",
        source_version=source_version if source_version != full else "",
        licenses=(licence,) if licence else (),
        vendor=header.text(_VENDOR),
        module=header.text(_MODULE),
    )


def source_of(file_name: str) -> tuple[str, str]:
    """Name and `version-release` in the name of a source package; both empty if it is none.

    `bash-5.2-1.fc40.src.rpm` -> (`bash`, `5.2-1.fc40`). The name tells no epoch.
    """
    stem, _, _arch = file_name.removesuffix(".rpm").rpartition(".")
    name, _, rest = stem.rpartition("-")
    name, _, version = name.rpartition("-")
    return (name, f"{version}-{rest}") if name and version and rest else ("", "")


def _paths(header: Header, budget: int) -> tuple[str, int]:
    """Paths of the package's files joined by newlines, and what they cost of the budget.

    A file is a base name and the number of its folder; before rpm 4 its whole path.
    """
    names = header.texts.get(_BASENAMES)
    if names is None:
        names = [path.lstrip("/") for path in header.texts.get(_OLD_PATHS, ())]
        indexes: tuple[int, ...] = (0,) * len(names)
        folders = [""]
    else:
        indexes = header.numbers.get(_FOLDER_INDEXES, ())
        folders = [folder.lstrip("/") for folder in header.texts.get(_FOLDER_NAMES, ())]
    if len(indexes) != len(names) or max(indexes, default=-1) >= len(folders):
        raise UnreadableFileError(f"broken list of files of {header.text(_TITLE)}")
    lengths = [len(folder) + _PATH_COST for folder in folders]
    cost = sum(map(len, names)) + sum(map(lengths.__getitem__, indexes))
    if cost > budget:
        raise UnreadableFileError(f"list of files of {header.text(_TITLE)} is too long")
    paths = [folders[index] + name for index, name in zip(indexes, names, strict=True)]
    text = "\n".join(paths)
    if text.count("\n") >= len(paths) > 0:  # a newline in a name would make two paths of one
        text = "\n".join(path for path in paths if "\n" not in path)
    return text, cost


def _digests(header: Header, paths: str) -> tuple[str, str]:
    """Algorithm and first 8 digits of what each file holds; none for folders and links."""
    algorithm = _ALGORITHMS.get(header.numbers.get(_DIGEST_ALGORITHM, (1,))[0], "")
    texts = header.texts.get(_DIGESTS, ())
    if not algorithm or len(texts) != paths.count("\n") + 1:
        return "", ""
    digests = "".join([text[:8] or _NO_DIGEST for text in texts])
    try:
        a2b_hex(digests.replace("-", "0"))
    except ValueError:
        return "", ""
    return (algorithm, digests) if len(digests) == len(_NO_DIGEST) * len(texts) else ("", "")


class _Names(dict[str, str]):
    """Names as written -> as told: a library without its symbols' versions; empty for what rpm does for itself."""

    def __missing__(self, name: str) -> str:
        self[name] = told = _told(name)
        return told


class _Relations:
    """What the packages of a database need of each other. Of the provided names only the needed ones are told."""

    def __init__(self) -> None:
        self.left = _NAMES_MOST
        self._names = _Names({"": ""})
        self._needed: set[str] = set()
        self._rows: list[tuple[Package, list[str], list[str]]] = []

    def add(self, package: Package, header: Header) -> None:
        """Keep what a package needs and provides, unless there is too much of it already."""
        needs, provides = header.texts.get(_REQUIRES, []), header.texts.get(_PROVIDES, [])
        self.left -= len(needs) + len(provides)
        if self.left < 0:
            return
        needed = set(map(self._names.__getitem__, needs))
        needed.difference_update(("", package.name), provides)
        self._needed |= needed
        self._rows.append((package, sorted(needed), provides))

    def resolvable(self) -> Iterator[Requires]:
        """The relations, once all packages are known."""
        needed = self._needed.union(*(need.split("|") for need in self._needed if "|" in need))
        for package, needs, provided in self._rows:
            provides = dict.fromkeys([name for name in provided if name in needed and name != package.name])
            if needs or provides:
                yield Requires("rpm", package.name, package.version, tuple(needs), tuple(provides))


def _told(name: str) -> str:
    """`libc.so.6(GLIBC_2.34)(64bit)` -> `libc.so.6()(64bit)`, which stands beside it; `(a or b >= 2)` -> `a|b`."""
    if name[-1:] != ")":
        return name
    library, _, rest = name.partition("(")
    if not library:
        return _choice(name)
    if library in ("rpmlib", "config", "rtld"):
        return ""
    if ".so" in library:
        symbols, _, kind = rest[:-1].partition(")(")
        if symbols:  # of 32 bits: `libc.so.6(GLIBC_2.34)`, beside `libc.so.6`
            return f"{library}()({kind})" if kind else library
    return name


def _choice(expression: str) -> str:
    """The alternatives of an expression; empty for conditions (`(a if b)`) and whatever else is no plain choice.

    What `with` joins, one package must provide all of: the first name finds it.
    """
    terms = [term.split() for term in expression[1:-1].partition(" with ")[0].split(" or ")]
    plain = all(len(term) in (1, 3) and term[0][0] != "(" for term in terms)
    return "|".join(term[0] for term in terms) if plain and not _OPERATORS.intersection(expression.split()) else ""
