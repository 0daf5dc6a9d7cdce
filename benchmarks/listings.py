"""What pratique, Trivy and Syft list in an image, brought to one form: package URLs that can be compared.

Read are pratique's own JSON, Trivy's CycloneDX and native JSON, Syft's JSON, and lists that were stored before (one
file an image with `{"trivy": [...], "syft": [...]}`, or a folder for each tool).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pratique.purl import InvalidPurlError, Purl, parse

TOOLS = ("pratique", "trivy", "syft")
SYSTEM = frozenset({"deb", "rpm", "apk", "alpm", "opkg"})
"""Types whose namespace is the distribution, which every tool derives in its own way."""
WITHOUT_CASE = frozenset({"composer", "conda", "golang", "hex", "luarocks", "npm", "nuget", "pypi"})
TYPES = {
    "binary": "generic",
    "dart-pub": "pub",
    "dotnet": "nuget",
    "erlang-otp": "otp",
    "go-module": "golang",
    "gobinary": "golang",
    "jar": "maven",
    "java-archive": "maven",
    "linux-kernel": "generic",
    "lua-rocks": "luarocks",
    "node-pkg": "npm",
    "php-composer": "composer",
    "python": "pypi",
    "python-pkg": "pypi",
    "R-package": "cran",
    "rust-crate": "cargo",
    "rustbinary": "cargo",
}
"""Words of Trivy and Syft for packages to which they give no package URL."""


class ListingError(Exception):
    """A list of packages that cannot be read."""


class Key(NamedTuple):
    """What two tools must agree on."""

    type: str
    """Of the package URL."""
    name: str
    """With its namespace (`group/artifact`, `@scope/name`), but without that of a distribution."""
    version: str

    def __str__(self) -> str:
        return f"{self.type} {self.name} {self.version or '(no version)'}"


Listing = dict[Key, set[str]]
"""Packages and the paths that show them, without leading slash."""


@dataclass(slots=True)
class Ours:
    """pratique's list, and what it knows but does not count."""

    installed: Listing = field(default_factory=dict)
    declared: Listing = field(default_factory=dict)
    left_out: dict[Key, str] = field(default_factory=dict)
    """Why."""
    unknowns: list[str] = field(default_factory=list)


def key(purl: str, kind: str, name: str, version: str) -> Key:
    """The package of a URL; of `kind`, `name` and `version` where there is none or a broken one."""
    try:
        parsed = parse(purl) if purl else None
    except InvalidPurlError:
        parsed = None
    parsed = parsed or Purl(type=TYPES.get(kind, kind).lower(), name=name, version=version)
    return Key(parsed.type, _name(parsed), _version(parsed))


def _name(purl: Purl) -> str:
    parts = [purl.name] if purl.type in SYSTEM or purl.type == "generic" else [purl.namespace, purl.name]
    if purl.type == "golang":
        parts.append(purl.subpath)  # where Syft puts what follows the third part of a module's path
    name = "/".join(filter(None, parts))
    if purl.type in WITHOUT_CASE:
        name = name.lower()
    return re.sub(r"[-_.]+", "-", name) if purl.type == "pypi" else name


def _version(purl: Purl) -> str:
    version = purl.version
    if version in {"(devel)", "UNKNOWN", "unknown"}:
        return ""
    if purl.type == "golang":
        return re.sub(r"^(go|v)(?=\d)", "", version)
    epoch = dict(purl.qualifiers).get("epoch", "")
    if epoch and ":" not in version:
        version = f"{epoch}:{version}"
    return version.removeprefix("0:") if purl.type in SYSTEM else version


def read_pratique(document: Mapping[str, Any]) -> Ours:
    ours = Ours()
    for place, rows in ((ours.installed, document["packages"]), (ours.declared, document.get("declared", ()))):
        for row in rows:
            if row["hidden_by"] is None:  # else a later layer removed it
                _add(place, _ours(row), [row["path"], *row.get("evidence", ())])
    ours.left_out = {_ours(row): row["reason"] for row in document.get("left_out", ())}
    ours.unknowns = [f"{row['path']}: {row['reason']}" for row in document.get("unknowns", ())]
    return ours


def _ours(row: Mapping[str, Any]) -> Key:
    return key(row["purl"] or "", row["ecosystem"], row["name"], row["version"] or "")


def read_syft(document: Mapping[str, Any]) -> Listing:
    found: Listing = {}
    for row in document.get("artifacts", ()):
        paths = [each["path"] for each in row.get("locations", ())]
        virtual = (row.get("metadata") or {}).get("virtualPath")
        _add(found, _theirs(row), [virtual] if virtual else paths)
    return found


def read_trivy(document: Mapping[str, Any]) -> Listing:
    """CycloneDX, or the native report with its list of all packages."""
    found: Listing = {}
    for result in document.get("Results", ()):
        for row in result.get("Packages") or ():
            purl = row.get("Identifier", {}).get("PURL", "")
            package = key(purl, result.get("Type", ""), row["Name"], row.get("Version", ""))
            _add(found, package, [row.get("FilePath") or result.get("Target", "")])
    parents = _parents(document)
    for row in document.get("components", ()):
        notes = {each["name"].rpartition(":")[2]: each["value"] for each in row.get("properties", ())}
        if row.get("type") not in {"operating-system", "application"}:
            path = notes.get("FilePath") or parents.get(row.get("bom-ref", ""), "")
            _add(found, _theirs({**row, "type": notes.get("PkgType", "")}), [path])
    return found


def _parents(document: Mapping[str, Any]) -> dict[str, str]:
    """The file under which CycloneDX hangs a package, if by way of others: lock files, programs."""
    needs = {row["ref"]: row.get("dependsOn", ()) for row in document.get("dependencies", ())}
    files = {row["bom-ref"]: row["name"] for row in document.get("components", ()) if row["type"] == "application"}
    parents: dict[str, str] = {}
    for reference, name in files.items():
        left = [reference]
        while left:
            new = [each for each in needs.get(left.pop(), ()) if each not in files and each not in parents]
            parents.update(dict.fromkeys(new, name))
            left += new
    return parents


def _theirs(row: Mapping[str, Any]) -> Key:
    group = f"{row['group']}/" if row.get("group") else ""
    return key(row.get("purl") or "", row.get("type", ""), group + row["name"], row.get("version") or "")


def read_plain(rows: Iterable[Mapping[str, Any]]) -> Listing:
    """A stored list of types, names, versions, paths and package URLs."""
    found: Listing = {}
    for row in rows:
        _add(found, _theirs(row), [row.get("path", "")])
    return found


READERS: Mapping[str, Callable[[Mapping[str, Any]], Listing]] = {"trivy": read_trivy, "syft": read_syft}


def stored(folder: Path, image: str) -> dict[str, Listing]:
    """The peers' lists of an image, as far as the folder has them."""
    together = folder / f"{image}.json"
    if together.is_file():
        return {tool: read_plain(rows) for tool, rows in load(together).items() if tool in READERS}
    apart = {tool: folder / tool / f"{image}.json" for tool in READERS}
    return {tool: READERS[tool](load(path)) for tool, path in apart.items() if path.is_file()}


def load(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ListingError(f"{path}: {error}") from error
    if not isinstance(document, dict):
        raise ListingError(f"{path}: not a JSON object")
    return document


def _add(listing: Listing, package: Key, paths: Iterable[str]) -> None:
    listing.setdefault(package, set()).update(path.strip("/") for path in paths if path)


def with_groups(listing: Listing, others: Iterable[Listing]) -> Listing:
    """Jars without a group take that of the same artifact and version where another tool knows one."""
    groups = {
        (name.rpartition("/")[2], version): Key(kind, name, version)
        for other in others
        for kind, name, version in sorted(other, reverse=True)
        if kind == "maven" and "/" in name
    }
    aligned: Listing = {}
    for package, paths in listing.items():
        bare = package.type == "maven" and "/" not in package.name
        found = groups.get((package.name, package.version), package) if bare else package
        _add(aligned, found, paths)
    return aligned


def aligned(listings: Mapping[str, Listing]) -> dict[str, Listing]:
    return {tool: with_groups(listing, _others(listings, tool)) for tool, listing in listings.items()}


def _others(listings: Mapping[str, Listing], tool: str) -> Iterator[Listing]:
    return (listing for name, listing in listings.items() if name != tool)
