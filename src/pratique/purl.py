"""Package URLs: `pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12`.

ECMA-427 (Package-URL specification): a URL of type, namespace, name, version, qualifiers and subpath. Whatever
is not a letter, a digit or one of `.-_~:` is percent-encoded, so that no name found in an image can break out
of its place. A distribution's packages have the distribution for a namespace; dpkg's epoch belongs to the
version, rpm's is a qualifier; `upstream` is a habit of the field: the source package, where it is another one.
"""

import re
from collections.abc import Iterable

import msgspec

from pratique.errors import UsageError
from pratique.records.package import Distro, Package

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_DIGITS = frozenset("0123456789")
_PLAIN = _LETTERS | _DIGITS | frozenset(".-_~:")
_TYPE = _LETTERS | _DIGITS | frozenset(".-")
_KEY = _TYPE | frozenset("_")
_TABLE = {code: chr(code) if chr(code) in _PLAIN else f"%{code:02X}" for code in range(256)}
_VALUE_TABLE = _TABLE | {ord("/"): "/"}
_DISTRO_TYPES = frozenset({"deb", "rpm", "apk", "alpm", "opkg"})
_PATHS = frozenset({"ebuild", "github", "golang", "huggingface", "swift", "terraform"})
"""Types whose names are paths; the last part of it is the name, the rest the namespace."""
_LOWER_NAME = frozenset(
    {"alpm", "apk", "bitbucket", "composer", "deb", "github", "golang", "hex", "npm", "oci", "opkg", "otp", "pypi"}
)
"""Types whose names do not depend on case; so do their namespaces, and those of rpm."""


class InvalidPurlError(UsageError, ValueError):
    """A text that is no package URL."""


class Purl(msgspec.Struct, frozen=True):
    """A package URL taken apart: decoded, and spelled as its type wants it."""

    type: str
    name: str
    namespace: str = ""
    """Segments joined by `/`."""
    version: str = ""
    qualifiers: tuple[tuple[str, str], ...] = ()
    """Sorted by key."""
    subpath: str = ""

    def __str__(self) -> str:
        """The canonical form."""
        namespace = f"{_encode_segments(self.namespace)}/" if self.namespace else ""
        text = f"pkg:{self.type}/{namespace}{_encode(self.name)}"
        if self.version:
            text += f"@{_encode(self.version)}"
        if self.qualifiers:
            text += "?" + "&".join(f"{key}={_encode_value(value)}" for key, value in self.qualifiers)
        if self.subpath:
            text += f"#{_encode_segments(self.subpath)}"
        return text


def purl(package: Package, distro: Distro | None) -> str:
    """The canonical package URL of `package` in an image of `distro`; empty for a package without a name.

    `distro` gives operating-system packages their namespace and the qualifier `distro`; None: neither.
    """
    namespace, name = _split_name(package.type, package.name)
    if not name:
        return ""
    version = package.version
    qualifiers: list[str] = []
    if package.type in _DISTRO_TYPES:
        if package.arch:
            qualifiers.append(f"arch={_encode_value(package.arch)}")
        if distro is not None and distro.id:
            namespace = _vendor(package.type, distro.id)
            release = f"{distro.id}-{distro.version}" if distro.version else distro.id
            qualifiers.append(f"distro={_encode_value(release)}")
        if package.type == "rpm":
            epoch, version = _split_epoch(version)
            if epoch:
                qualifiers.append(f"epoch={epoch}")
        upstream = _upstream(package)
        if upstream:
            qualifiers.append(f"upstream={_encode_value(upstream)}")
    namespace, name = _normalise(package.type, namespace, name)
    segments = _encode_segments(namespace)
    text = f"pkg:{package.type}/{segments}{'/' if segments else ''}{_encode(name)}"
    if version:
        text += f"@{_encode(version)}"
    return f"{text}?{'&'.join(qualifiers)}" if qualifiers else text


def parse(text: str) -> Purl:
    """Take a package URL apart, as the specification's chapter on parsing says.

    Raises InvalidPurlError for everything else: another scheme, signs that a URL cannot hold, broken
    percent-encoding, bytes that are no UTF-8, no name, empty versions, doubled or odd qualifier keys.
    """
    if not text.isascii() or not text.isprintable() or " " in text:
        raise InvalidPurlError("a package URL holds printable ASCII signs only", "write others percent-encoded: %20")
    rest, _, subpath = text.partition("#")
    rest, _, query = rest.partition("?")
    if "#" in subpath or "?" in query:
        raise InvalidPurlError("a package URL has one ? and one # at most", "write others as %3F and %23")
    scheme, colon, rest = rest.partition(":")
    if not colon or scheme.lower() != "pkg":
        raise InvalidPurlError("a package URL starts with 'pkg:'", "for example pkg:npm/left-pad@1.3.0")
    kind, _, rest = rest.lstrip("/").partition("/")
    if not kind or kind[0] not in _LETTERS or not _TYPE.issuperset(kind):
        raise InvalidPurlError(f"{kind[:80]!r} is no package type", "types are words like deb, npm, maven")
    path, version = _split_version(rest)
    namespace, _, name = path.strip("/").rpartition("/")
    if not name:
        raise InvalidPurlError("the package URL names no package", "an @ in a name is written %40")
    kind = kind.lower()
    decoded = (_decode(segment) for segment in namespace.split("/") if segment)
    namespace, name = _normalise(kind, _join(decoded, "namespace"), _decode(name))
    steps = (_decode(step) for step in subpath.split("/"))
    return Purl(
        type=kind,
        name=name,
        namespace=namespace,
        version=version,
        qualifiers=_qualifiers(query),
        subpath=_join((step for step in steps if step not in {"", ".", ".."}), "subpath"),
    )


def _split_name(kind: str, name: str) -> tuple[str, str]:
    """Namespace and name, out of the ecosystem's own spelling."""
    if kind in _PATHS:
        namespace, _, last = "/".join(filter(None, name.split("/"))).rpartition("/")
        return namespace, last
    if kind == "maven":
        namespace, _, last = name.partition(":")
    elif kind == "composer" or (kind == "npm" and name.startswith("@")):
        namespace, _, last = name.partition("/")
    else:
        return "", name
    return (namespace, last) if namespace.strip("/") and last else ("", name)


def _normalise(kind: str, namespace: str, name: str) -> tuple[str, str]:
    """As the definition of the type spells them (purl-spec, types)."""
    if kind in _LOWER_NAME:
        namespace, name = namespace.lower(), name.lower()
    elif kind == "rpm":
        namespace = namespace.lower()
    if kind == "pypi":
        name = re.sub(r"[-_.]+", "-", name)
    return namespace, name


def _vendor(kind: str, distro: str) -> str:
    """The namespace of a distribution: its os-release ID, for rpm the vendor where that is another word."""
    if kind == "rpm":
        if distro == "rhel":
            return "redhat"
        if distro.startswith("opensuse-"):
            return "opensuse"
    return distro


def _split_epoch(version: str) -> tuple[str, str]:
    """`2:8.2-16` is epoch 2 of 8.2-16 (rpm-version(7))."""
    epoch, colon, rest = version.partition(":")
    return (epoch, rest) if colon and rest and epoch and _DIGITS.issuperset(epoch) else ("", version)


def _upstream(package: Package) -> str:
    """Source package, with its version where that differs from the package's own; empty: nothing differs."""
    source = package.source or package.name
    if package.source_version and package.source_version != package.version:
        return f"{source}@{package.source_version}"
    return source if source != package.name else ""


def _encode(text: str) -> str:
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("latin-1")
    return text.translate(_TABLE)


def _encode_value(text: str) -> str:
    """Qualifier values keep their slashes, as the specification's own examples do."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("latin-1")
    return text.translate(_VALUE_TABLE)


def _encode_segments(text: str) -> str:
    return "/".join(_encode(segment) for segment in text.split("/") if segment)


def _decode(text: str) -> str:
    if "%" not in text:
        return text
    head, *triplets = text.split("%")
    data = bytearray(head, "ascii")
    for triplet in triplets:
        digits = triplet[:2]
        if len(digits) != 2 or not digits.isalnum():
            raise InvalidPurlError(f"'%{digits}' is no percent-encoded sign")
        try:
            data.append(int(digits, 16))
        except ValueError:
            raise InvalidPurlError(f"'%{digits}' is no percent-encoded sign") from None
        data += triplet[2:].encode("ascii")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidPurlError("the percent-encoded bytes are no UTF-8") from None


def _join(segments: Iterable[str], what: str) -> str:
    kept = list(segments)
    if any("/" in segment for segment in kept):
        raise InvalidPurlError(f"a {what} cannot hold an encoded slash")
    return "/".join(kept)


def _split_version(path: str) -> tuple[str, str]:
    """Path and version. The `@` of an npm scope that nobody encoded starts a segment: it is no separator."""
    at = path.rfind("@")
    if at < 0 or (at and path[at - 1] == "/" and "/" in path[at:]) or (at == 0 and "/" in path):
        return path, ""
    version = _decode(path[at + 1 :])
    if not version:
        raise InvalidPurlError("the version after the @ is empty", "leave the @ out, too")
    return path[:at], version


def _qualifiers(query: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        key, equals, value = pair.partition("=")
        key = key.lower()
        if not equals or not key or key[0] not in _LETTERS or not _KEY.issuperset(key):
            raise InvalidPurlError(f"{pair[:80]!r} is no qualifier", "qualifiers are written key=value")
        if key in found:
            raise InvalidPurlError(f"the qualifier {key[:80]!r} is there twice")
        found[key] = _decode(value)
    return tuple(sorted((key, value) for key, value in found.items() if value))
