"""What all formats of SBOMs come down to: components, what they need, and the facts that follow from both.

What a component is, its package URL says (purl-spec); one without is none, unless it is an operating system or of
Bitnami. The root, which is the thing that the document is about, is no package of it. Nor are whole images, what was
built from a folder beside (`download_url=file:`), and sources of packages.
"""

from collections.abc import Iterator

import msgspec

from pratique.formats.texts import Lines
from pratique.limits import BROKEN_TOLD_MOST, FACTS_PER_FILE_MOST, KIB, MIB
from pratique.purl import InvalidPurlError, Purl
from pratique.purl import parse as parse_purl
from pratique.records.facts import Found
from pratique.records.file import Unknown
from pratique.records.package import Package, Requires

SYSTEM = frozenset({"deb", "rpm", "apk", "alpm", "opkg"})
_IMAGES = frozenset({"oci", "docker"})
_PATHS = frozenset(
    {"bitbucket", "composer", "ebuild", "github", "gitlab", "golang", "huggingface", "npm", "swift", "terraform"}
)
"""Types whose packages are named together with their namespace."""
_CASED = frozenset({"golang", "github", "npm"})
"""Types whose package URLs are in lower case, and whose names need not be."""
_TEXT_LONGEST = 4 * KIB
_NEEDS_LARGEST = 32 * MIB
"""Characters of all needs: short references may stand for long names, a thousand times each."""
_NOTHING = frozenset({"", "NOASSERTION", "NONE"})


class Component(msgspec.Struct):
    """One component as its document has it; empty is what it does not tell."""

    reference: str
    """What the document's relations call it."""
    purl: str
    name: str = ""
    version: str = ""
    licenses: tuple[str, ...] = ()
    vendor: str = ""
    development: bool = False
    system: bool = False
    """It is a whole operating system."""
    line: int = 0


class Document(msgspec.Struct):
    """What a document tells, in its own order."""

    components: list[Component] = msgspec.field(default_factory=list)
    needs: dict[str, list[str]] = msgspec.field(default_factory=dict)
    """By reference, the references of what it needs."""
    roots: set[str] = msgspec.field(default_factory=set)
    """What the document is about."""
    sources: set[str] = msgspec.field(default_factory=set)
    """What others were made from."""
    builders: set[str] = msgspec.field(default_factory=set)
    """What only builders need."""
    broken: int = 0
    """Entries that could not be read at all."""

    def need(self, one: str, other: str) -> None:
        """`one` needs `other`."""
        self.needs.setdefault(one, []).append(other)


def licences(*found: str | None) -> tuple[str, ...]:
    """What says something, each once."""
    return tuple(dict.fromkeys(text for text in found if text is not None and text not in _NOTHING))


def facts(
    document: Document, path: str, lines: Lines | None, *, declared: bool, analyzer: str
) -> Iterator[Found | Unknown]:
    """The packages, what they need, and what could not be read. `lines` finds package URLs in the document's order."""
    bitnami = f"/{path}".startswith("/opt/bitnami/")
    root = next(iter(document.roots)) if len(document.roots) == 1 and len(document.components) > 1 else None
    known: dict[str, Package] = {}
    placed: list[tuple[str, int, Package]] = []
    broken = 0
    for component in document.components[:FACTS_PER_FILE_MOST]:
        line = lines.of(component.purl.partition("&")[0]) if lines and component.purl else component.line
        try:
            package = _package(component, document, bitnami=bitnami)
        except InvalidPurlError as error:
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(path, analyzer, f"{component.purl[:80]!r} is no package URL: {error}")
            continue
        if package is None or component.reference in document.sources:
            continue
        if component.reference and component.reference == root and package.type not in (*SYSTEM, "bitnami"):
            continue
        if declared or package.type in SYSTEM or component.system:
            package = msgspec.structs.replace(package, declared=True)
        known.setdefault(component.reference, package)
        placed.append((component.reference, line, package))
    yield from _told(placed, known, document, path, analyzer)
    if len(document.components) > FACTS_PER_FILE_MOST:
        yield Unknown(path, analyzer, f"more than {FACTS_PER_FILE_MOST:,} components, the rest was left out")
    unread = document.broken + max(broken - BROKEN_TOLD_MOST, 0)
    if unread:
        yield Unknown(path, analyzer, f"{unread} {'more ' if broken > BROKEN_TOLD_MOST else ''}broken entries")


def _told(
    placed: list[tuple[str, int, Package]], known: dict[str, Package], document: Document, path: str, analyzer: str
) -> Iterator[Found | Unknown]:
    left = _NEEDS_LARGEST
    names = {
        reference: f"{package.name}@{package.version}" if package.version else package.name
        for reference, package in known.items()
    }
    types = {reference: package.type for reference, package in known.items()}
    said: set[tuple[str, Package]] = set()
    for reference, line, package in placed:
        if (reference, package) in said:
            continue
        said.add((reference, package))
        yield Found(path, line, package)
        if left <= 0 or reference not in document.needs:
            continue
        others = (other for other in document.needs[reference] if types.get(other) == package.type)
        needs = tuple(dict.fromkeys(names[other] for other in others if other != reference))
        left -= sum(map(len, needs))
        if needs and left > 0:
            yield Found(path, line, Requires(package.type, package.name, package.version, needs))
    if left <= 0:
        yield Unknown(path, analyzer, f"more than {_NEEDS_LARGEST >> 20} MiB of relations, the rest was left out")


def _package(component: Component, document: Document, *, bitnami: bool) -> Package | None:
    """The package that a component is; None for what is none. Raises InvalidPurlError."""
    development = component.development or component.reference in document.builders
    if not component.purl:
        kind = "generic" if component.system else "bitnami" if bitnami else ""
        if not kind or not component.name or len(component.name) + len(component.version) > _TEXT_LONGEST:
            return None
        return Package(kind, component.name, component.version, licenses=component.licenses, vendor=component.vendor)
    if len(component.purl) + len(component.version) > _TEXT_LONGEST:
        raise InvalidPurlError(f"it and the version are longer than {_TEXT_LONGEST} characters")
    url = parse_purl(component.purl)
    qualifiers = dict(url.qualifiers) if url.qualifiers else {}
    if url.type in _IMAGES or qualifiers.get("download_url", "").startswith("file:"):
        return None
    name, version = _name(url, component), url.version or component.version
    if url.type not in SYSTEM:
        if name == "stdlib" and url.type == "golang":
            version = version.removeprefix("go").removeprefix("v")
        return Package(
            url.type,
            name,
            version,
            licenses=component.licenses,
            vendor=component.vendor,
            development=development,
        )
    arch, epoch = qualifiers.get("arch", ""), qualifiers.get("epoch", "")
    if arch in ("source", "src"):
        return None
    if epoch.strip("0") and epoch.isdecimal() and ":" not in version:
        version = f"{epoch}:{version}"
    source, source_version = _source(url.type, qualifiers)
    return Package(
        url.type,
        name,
        version,
        arch=arch,
        source=source if source != name else "",
        source_version=source_version if source_version != version else "",
        licenses=component.licenses,
        vendor=component.vendor,
        development=development,
    )


def _name(url: Purl, component: Component) -> str:
    """As the ecosystem spells it, which for some is not the spelling of package URLs."""
    if not url.namespace:
        name = url.name
    elif url.type == "maven":
        return f"{url.namespace}:{url.name}"
    else:
        name = f"{url.namespace}/{url.name}" if url.type in _PATHS else url.name
    if url.type in _CASED:
        if component.name.lower() == name:  # some tools write the package URL in lower case, but not the name
            return component.name
        plain = component.purl.replace("%40", "@")
        at = plain.lower().find(name)
        if at >= 0:
            return plain[at : at + len(name)]
    return name


def _source(kind: str, qualifiers: dict[str, str]) -> tuple[str, str]:
    """Name and version of the source package, as `upstream`, `source` or apk's `origin` have it."""
    text = qualifiers.get("upstream") or qualifiers.get("source") or qualifiers.get("origin") or ""
    if kind == "rpm" and text.endswith(".rpm"):
        from pratique.packages.rpm import source_of

        return source_of(text)
    name, _, version = text.partition("@")
    return name, version
