"""Installed Python distributions, from their core metadata.

`NAME-VERSION.dist-info/METADATA` (PyPA, "Recording installed projects"), `NAME.egg-info/PKG-INFO`,
`EGG-INFO/PKG-INFO` in an unpacked egg, and distutils' single file `NAME.egg-info` (setuptools, "The Internal
Structure of Python Eggs"): a header as in e-mail, then perhaps the description. What a distribution needs is named by
its author's spelling, not by that of the distribution meant: compare the names as PEP 503 normalises them. Old
`egg-info` folders name it in a file of its own, `requires.txt`, without name and version: that one is not read.
"""

from collections.abc import Iterable, Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.deb822 import VALUE_LONGEST, header
from pratique.limits import MIB
from pratique.packages.python.specifiers import needed
from pratique.records.facts import Found
from pratique.records.file import Data, File
from pratique.records.package import Package, Requires

_HEADER_LARGEST = 1 * MIB
"""Bytes of a header. With every classifier there is and a licence's whole text it reaches some 100 KiB."""


def parse(file: File) -> Iterator[Found]:
    """The distribution of a metadata file, if that is one of an installed distribution."""
    if _is_installed(file.path):
        yield from distribution(file.path, file.data)


def distribution(path: str, data: Data, further: Iterable[str] = ()) -> Iterator[Found]:
    """The distribution that core metadata describe, and what it needs, by them and by `further` requirements.

    Raises `UnreadableFileError`.
    """
    fields: dict[str, list[str]] = {}
    for name, value in header(_head(data)):
        fields.setdefault(name, []).append(value)
    name, version = (_single(fields, label) for label in ("Name", "Version"))
    yield Found(path, 1, Package("pypi", name, version, licenses=_licences(fields)))
    needs = needed((*fields.get("requires-dist", ()), *further))
    if needs:
        yield Found(path, 1, Requires("pypi", name, version, needs))


def _is_installed(path: str) -> bool:
    """Whether the file is metadata by its folder, too: anything may be named METADATA."""
    folder, _, name = path.rpartition("/")
    folder = folder.rpartition("/")[2].lower()
    if name == "METADATA":
        return folder.endswith(".dist-info")
    if name == "PKG-INFO":
        return folder.endswith(".egg-info") or folder == "egg-info"
    return True


def _head(data: Data) -> str:
    """The header: what stands above the first blank line."""
    start = bytes(data[: _HEADER_LARGEST + 1]).removeprefix(b"\xef\xbb\xbf")
    head, blank, _ = start.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")
    if not blank and len(data) > _HEADER_LARGEST:
        raise UnreadableFileError(f"header of more than {_HEADER_LARGEST} bytes")
    return head.decode(errors="replace")


def _single(fields: dict[str, list[str]], name: str) -> str:
    """The first value of a field that must be there."""
    value = fields.get(name.lower(), [""])[0]
    if not value:
        raise UnreadableFileError(f"no {name} in it")
    if len(value) > VALUE_LONGEST:
        raise UnreadableFileError(f"{name} is {len(value)} characters long")
    return value


def _licences(fields: dict[str, list[str]]) -> tuple[str, ...]:
    """The expression if there is one (PEP 639), else the names that `License` and the classifiers give.

    A `License` of several lines is the text of a licence, not its name.
    """
    expressions = [text for text in fields.get("license-expression", ()) if text]
    if expressions:
        return (expressions[0],)
    names = [text for text in fields.get("license", ()) if text not in ("", "UNKNOWN") and "\n" not in text]
    for classifier in fields.get("classifier", ()):
        kind, _, rest = classifier.partition(" :: ")
        if kind == "License" and rest and rest != "OSI Approved":
            names.append(rest.rpartition(" :: ")[2])
    return tuple(dict.fromkeys(names))
