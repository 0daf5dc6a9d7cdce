"""Packages of Alpine, Wolfi and Chainguard: the database of apk.

Stanzas of one-letter fields; behind those of the package follow its files: `F:` a folder, `R:` a file in it, `Z:` the
digest of its content, `Q1` for SHA-1 or `Q2` for SHA-256 and base64 (apk-tools, src/database.c, src/blob.c). `D:` names
what the package needs and, with `!`, what it does not get along with, `p:` its other names: virtual packages, `so:`
libraries, `cmd:` programs, `pc:` modules of pkg-config.
"""

import re
from array import array
from binascii import a2b_base64
from collections.abc import Iterable, Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.deb822 import Stanza, stanzas
from pratique.limits import BROKEN_TOLD_MOST, FACTS_PER_FILE_MOST, MIB
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import OwnedFiles, Package, Requires

_NAME = "apk"

_OWNED_LARGEST = 64 * MIB
"""Bytes of all paths together: the folder stands once in the file and before each of its files in a path, so
that a long one would multiply. Databases of 10,000 packages stay below half of it."""

_PATH_COST = 32
"""Bytes added for each path, against millions of short ones."""

_DIGESTS = {"Q1": "sha1", "Q2": "sha256"}
_NO_DIGEST = "--------"


def parse(file: File) -> Iterator[Found | Unknown]:
    """The installed packages of the database, the files that they own, what they need of each other."""
    broken, owned = 0, 0
    relations: list[tuple[int, Package, str, str]] = []
    for number, stanza in enumerate(stanzas(file.data)):
        if number == FACTS_PER_FILE_MOST:
            reason = f"line {stanza.line}: more than {FACTS_PER_FILE_MOST} packages, the rest is not read"
            yield Unknown(file.path, _NAME, reason)
            break
        try:
            own = stanza.before(b"F")
            package = _package(own)
            yield Found(file.path, stanza.line, package)
            relations.append((stanza.line, package, own.value(b"D") or "", own.value(b"p") or ""))
        except UnreadableFileError as error:
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(file.path, _NAME, f"line {stanza.line}: {error}")
            continue
        if owned > _OWNED_LARGEST:
            continue
        fact, cost = _owned(stanza, package.name, _OWNED_LARGEST - owned)
        owned += cost
        if owned > _OWNED_LARGEST:
            reason = f"line {stanza.line}: file lists are too long, the rest is not read"
            yield Unknown(file.path, _NAME, reason)
        if fact.paths:
            yield Found(file.path, stanza.line, fact)
    if broken > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{broken - BROKEN_TOLD_MOST} more broken stanzas")
    for line, requires in _requires(relations):
        yield Found(file.path, line, requires)


def _package(stanza: Stanza) -> Package:
    """The package of a stanza whose file list is cut off."""
    name, version = stanza.value(b"P"), stanza.value(b"V")
    if not name:
        raise UnreadableFileError("stanza without P (name)")
    if not version:
        raise UnreadableFileError("package without V (version)")
    licence, origin = stanza.value(b"L"), stanza.value(b"o")
    return Package(
        "apk",
        name,
        version,
        arch=stanza.value(b"A") or "",
        source=origin or "",
        source_version=version if origin else "",
        licenses=(licence,) if licence else (),
        vendor=stanza.value(b"m") or "",
    )


def _requires(relations: Iterable[tuple[int, Package, str, str]]) -> Iterator[tuple[int, Requires]]:
    """Lines and relations, given those as written. Of other names only those are told that a package here needs."""
    needs = [_names(words) for _, _, words, _ in relations]
    needed = set[str]().union(*needs)
    for (line, package, _, words), names in zip(relations, needs, strict=True):
        # Only `=` parts these from their versions.
        provided = [name for word in words.split(" ") if (name := word.partition("=")[0]) in needed]
        wanted = [name for name in names if name not in provided] if provided else list(names)
        if wanted or provided:
            yield line, Requires("apk", package.name, package.version, tuple(wanted), tuple(provided))


def _names(words: str) -> dict[str, None]:
    """Names without their versions (`so:libz.so.1=1.3.1`, `busybox>1.36`, `a~1`) and repositories (`a@edge`)."""
    names = re.sub(r"[<>=~@][^ ]*", "", words).split(" ") if words else []
    return dict.fromkeys(name for name in names if name and name[0] != "!")


def _owned(stanza: Stanza, package: str, budget: int) -> tuple[OwnedFiles, int]:
    """The files of a package, and what they cost of the budget; those beyond the budget are left out."""
    text = stanza.text[stanza.start : stanza.end].decode(errors="replace")
    paths, digests, cost, folder = list[str](), list[str](), 0, ""
    for match in re.compile(r"\n(?:F:(.*)|R:(.*)(?:\na:.*)?(?:\nZ:(.{10}))?)").finditer(text):
        into, name, digest = match.groups()
        if into is not None:
            folder = f"{into}/" if into else ""
            continue
        cost += len(folder) + len(name) + _PATH_COST
        if cost > budget:
            break
        paths.append(folder + name)
        digests.append(digest or "")
    return OwnedFiles("apk", package, "\n".join(paths), *_digests(digests)), cost


def _digests(digests: list[str]) -> tuple[str, str]:
    """Algorithm and first 8 hexadecimal digits of each, given its kind and 8 characters of base64; `Q1SLkS9hBi`.

    Those of another algorithm than the first one, which apk does not mix, count as missing.
    """
    kind = next((digest[:2] for digest in digests if digest), "")
    if kind not in _DIGESTS:
        return "", ""
    try:
        numbers = array("H", a2b_base64("".join(digest[2:] for digest in digests), strict_mode=True))
        if len(numbers) == 3 * len(digests) and all(digest[:2] == kind for digest in digests):
            del numbers[2::3]  # 8 characters are 6 bytes, 4 of which are wanted
            return _DIGESTS[kind], numbers.tobytes().hex()
    except ValueError:
        pass
    return _DIGESTS[kind], "".join(_hexadecimal(digest, kind) for digest in digests)


def _hexadecimal(digest: str, kind: str) -> str:
    try:
        known = a2b_base64(digest[2:], strict_mode=True)[:4].hex() if digest[:2] == kind else ""
    except ValueError:
        known = ""
    return known if len(known) == 8 else _NO_DIGEST
