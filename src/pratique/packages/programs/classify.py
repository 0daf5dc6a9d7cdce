"""Versions of programs and libraries that no package manager put there, out of their own bytes.

A rule is chosen by the name of the file, `python3.11`, `libssl.so.3`, `x86_64-linux-gnu-gcc-12`. Its anchors are found
by plain search, and only around them a regex looks for the version. What has no version is not named.
"""

import functools
import re
from collections.abc import Iterator

from pratique.limits import KIB, MIB
from pratique.packages.programs.rule import Rule
from pratique.packages.programs.rules import RULES
from pratique.records.facts import Found
from pratique.records.file import Data
from pratique.records.package import Package

_CHUNK = 512 * KIB
"""Bytes searched at once: they stay in a processor's cache for all anchors of a name."""
_MARGIN = 8 * KIB
"""Bytes kept on both sides of a chunk. No rule looks further than that from its anchor."""
_WINDOWS_LARGEST = 16 * MIB
"""Bytes that one rule's regex reads in a file. Real programs need some hundred KiB."""
_WINDOW_COST = 128
"""Bytes counted on top for each place, against millions of short ones."""
_CANDIDATES_MOST = 64
"""Different versions in one file that are looked at closely."""
_ENDINGS = (".dylib", ".dll", ".exe", ".bin")
_HASHES = (8, 16, 40)
"""Lengths of the hashes that repairing wheels and rustc put behind a library's name."""


def wanted(path: str) -> bool:
    """Whether a file of that name may be a program that the rules know. Takes less than a microsecond."""
    return stem(path) in _rules_of_stems()


def classify(path: str, data: Data) -> Iterator[Found]:
    """The program at `path`, one package at most.

    `data` is the whole file, of any size; it is copied in pieces and no piece is kept.
    """
    searches = [_Search(rule) for rule in _rules_of_stems().get(stem(path), ())]
    best = len(searches)
    for chunk, start, end in _chunks(data):
        for rank, search in enumerate(searches[:best]):
            search.read(chunk, start, end)
            if search.proven:
                best = rank  # only rules of a higher rank can still be right
                break
        if not best:
            break
    for search in searches[: best + 1]:
        package = search.package(path, data)
        if package is not None:
            yield Found(path, 0, package)
            return


def stem(path: str) -> str:
    """The name of a file without its version: `lib/libssl.so.3` -> `libssl`, `bin/php-fpm8.2` -> `php-fpm`."""
    name = path[path.rfind("/") + 1 :]
    cut = name.find(".so", 1)
    if cut > 0:
        if not name.startswith(("lib", "ld")):
            return name  # a module of another program: Ruby's `openssl.so`
        name = name[:cut]
    elif name.endswith(_ENDINGS):
        name = name[: name.rfind(".")]
    if "-" in name:
        name = _undecorated(name)
    if name.startswith(("python", "libpython")):  # behind the version are letters: `python3.13t`
        name = name.rstrip("dmut")
    return name.rstrip("0123456789.-_")


def _undecorated(name: str) -> str:
    """Without the target before a compiler's name, `x86_64-linux-gnu-gcc-12`, or the hash behind a library's."""
    if "-linux-" in name and not name.startswith("ld-"):
        name = name.partition("-linux-")[2].partition("-")[2]
    front, _, back = name.rpartition("-")
    return front if len(back) in _HASHES and not set(back).difference("0123456789abcdef") else name


@functools.cache
def _rules_of_stems() -> dict[str, tuple[Rule, ...]]:
    table: dict[str, tuple[Rule, ...]] = {}
    for rule in RULES:
        for name in dict.fromkeys(map(stem, rule.files.split())):
            table[name] = (*table.get(name, ()), rule)
    return table


@functools.cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


def _chunks(data: Data) -> Iterator[tuple[bytes, int, int]]:
    """Pieces of the data with margins, and where between them each piece starts and ends."""
    size = len(data)
    for begin in range(0, size, _CHUNK):
        first = max(0, begin - _MARGIN)
        end = min(size, begin + _CHUNK)
        yield bytes(data[first : min(size, end + _MARGIN)]), begin - first, end - first


class _Search:
    """What one rule has found in a file so far."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._budget = _WINDOWS_LARGEST
        self._matches: dict[bytes, re.Match[bytes]] = {}

    @property
    def settled(self) -> bool:
        """Whether nothing that follows in the file can add to what was found."""
        return self._budget <= 0 or (bool(self._matches) and not self._rule.unique)

    @property
    def proven(self) -> bool:
        """Whether there is a version and nothing more has to be known."""
        return bool(self._matches) and not self._rule.unique and not self._rule.confirm

    def read(self, chunk: bytes, start: int, end: int) -> None:
        """Look for anchors that begin between `start` and `end`."""
        for anchor in self._rule.anchors:
            if self.settled:
                return
            place = chunk.find(anchor, start, end + len(anchor) - 1)
            while place >= 0 and not self.settled:
                self._look(chunk, place)
                place = chunk.find(anchor, place + 1, end + len(anchor) - 1)

    def _look(self, chunk: bytes, place: int) -> None:
        rule = self._rule
        first, last = max(0, place - rule.before), place + rule.after
        self._budget -= last - first + _WINDOW_COST
        for match in _compiled(rule.pattern).finditer(chunk[first:last]):
            if len(self._matches) >= _CANDIDATES_MOST:
                self._budget = 0
                return
            self._matches.setdefault(match["version"], match)
            if not rule.unique:
                return

    def package(self, path: str, data: Data) -> Package | None:
        """The package, if there is one version and everything confirms it."""
        rule = self._rule
        if self._budget <= 0 and (rule.unique or not self._matches):
            return None
        fitting = self._confirmed(path, data)
        if not fitting or (rule.unique and len(fitting) > 1):
            return None
        version = fitting[0]["version"].decode("ascii", "replace")
        if rule.packed:
            version = f"{int(version[:-4])}.{int(version[-4:-2])}.{int(version[-2:])}"
        name, vendor = rule.package or rule.name, rule.vendor
        if rule.makers:
            marks = _present([mark for mark, _, _ in rule.makers], data)
            name, vendor = next(((who, by) for mark, who, by in rule.makers if mark in marks), (name, vendor))
        if rule.type == "golang":
            major = int(version.partition(".")[0])
            name, version = name.replace("{v}", f"/v{major}" if major > 1 else ""), f"v{version}"
        return Package(rule.type, name, version, vendor=vendor)

    def _confirmed(self, path: str, data: Data) -> list[re.Match[bytes]]:
        """The matches whose proof stands in the file's name or, found in one pass for all, in the file."""
        matches = list(self._matches.values())
        if not self._rule.confirm:
            return matches
        proofs = [match.expand(self._rule.confirm) for match in matches]
        name = path[path.rfind("/") + 1 :].encode(errors="replace")
        proven = {proof for proof in proofs if proof in name}
        proven |= _present([proof for proof in proofs if proof not in proven], data)
        return [match for match, proof in zip(matches, proofs, strict=True) if proof in proven]


def _present(texts: list[bytes], data: Data) -> set[bytes]:
    """Those of the texts that stand somewhere in the data, found in one pass."""
    seen: set[bytes] = set()
    missing = set(texts)
    for chunk, start, end in _chunks(data) if missing else ():
        found = {text for text in missing if chunk.find(text, start, end + len(text) - 1) >= 0}
        seen |= found
        missing -= found
        if not missing:
            break
    return seen
