"""The operating system of an image, from its release files: one `Distro` a file.

`os-release` follows os-release(5), `lsb-release` has the same syntax; `debian_version`, `alpine-release` and
the release files of the Red Hat family are lines of text. Which file wins is decided when layers are
squashed.
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Distro

_LINE_LONGEST = 1000
"""Characters that are read of a release file of one line. Real ones have up to 60."""

_OS_RELEASE = frozenset({"etc/os-release", "usr/lib/os-release"})
_TEXTS = frozenset(
    {
        "etc/almalinux-release",
        "etc/centos-release",
        "etc/fedora-release",
        "etc/oracle-release",
        "etc/redhat-release",
        "etc/rocky-release",
        "etc/system-release",
        "usr/lib/fedora-release",
        "usr/lib/system-release",
    }
)

_IDS = (
    ("red hat enterprise linux", "rhel"),
    ("red hat linux", "redhat"),
    ("centos", "centos"),
    ("rocky linux", "rocky"),
    ("almalinux", "almalinux"),
    ("oracle linux", "ol"),
    ("enterprise linux enterprise linux", "ol"),
    ("fedora", "fedora"),
    ("amazon linux", "amzn"),
    ("alibaba cloud linux", "alinux"),
    ("scientific linux", "scientific"),
    ("cloudlinux", "cloudlinux"),
)
"""How the text of a release file begins, in lower case, and the `ID` of that distribution's os-release."""


def parse(file: File) -> Iterator[Found]:
    """The distribution that a release file names, if it names one."""
    text = bytes(file.data).decode(errors="replace").removeprefix("\ufeff")
    if not text.strip():
        return
    distro = _distro(file.path, text)
    if distro is not None:
        yield Found(file.path, 1, distro)


def _distro(path: str, text: str) -> Distro | None:
    if path in _OS_RELEASE:
        return _os_release(text)
    if path in _TEXTS:
        return _red_hat(text)
    match path:
        case "etc/lsb-release":
            return _lsb_release(text)
        case "etc/alpine-release":
            return _alpine(text)
        case "etc/debian_version":
            return _debian(text)
    return None


def _os_release(text: str) -> Distro:
    values = _assignments(text)
    if not values:
        raise UnreadableFileError("no assignment in it")
    return Distro(
        # os-release(5): "linux" where ID is not set
        id=values.get("ID", "").lower() or "linux",
        version=values.get("VERSION_ID", ""),
        name=values.get("PRETTY_NAME") or values.get("NAME", ""),
        id_like=tuple(values.get("ID_LIKE", "").lower().split()),
        codename=values.get("VERSION_CODENAME", ""),
        cpe=values.get("CPE_NAME", ""),
    )


def _lsb_release(text: str) -> Distro | None:
    """None on the Red Hat family, which only tells `LSB_VERSION` there."""
    values = _assignments(text)
    if not values.get("DISTRIB_ID"):
        return None
    return Distro(
        id=values["DISTRIB_ID"].lower().replace(" ", "-"),
        version=values.get("DISTRIB_RELEASE", ""),
        name=values.get("DISTRIB_DESCRIPTION") or values["DISTRIB_ID"],
        codename=values.get("DISTRIB_CODENAME", ""),
    )


def _alpine(text: str) -> Distro:
    version = text.strip()
    numbers = re.match(r"(\d+\.\d+)[.\w]*$", version, re.ASCII)
    if not numbers:
        raise UnreadableFileError("no Alpine version in it")
    return Distro(id="alpine", version=version, name=f"Alpine Linux v{numbers[1]}")


def _debian(text: str) -> Distro | None:
    """`12.5`, or `trixie/sid` before a release. None for what derivatives write there (`kali-rolling`)."""
    version = text.strip()
    if re.fullmatch(r"\d+(\.\d+)*", version, re.ASCII):
        return Distro(id="debian", version=version, name=f"Debian GNU/Linux {version}")
    codename, _, branch = version.partition("/")
    if branch in ("sid", "unstable") and codename.isascii() and codename.isalpha():
        return Distro(id="debian", name=f"Debian GNU/Linux {version}", codename=codename)
    return None


def _red_hat(text: str) -> Distro:
    """`CentOS Linux release 7.9.2009 (Core)`: a name, mostly the word `release`, a version, a codename."""
    name = " ".join(text.strip()[:_LINE_LONGEST].partition("\n")[0].split())
    version = re.search(r" (?:release )?[vV]?(\d[\w.]*)", name, re.ASCII)
    if not version:
        raise UnreadableFileError("no name and version in it")
    known = name.lower()
    identity = next((identity for start, identity in _IDS if known.startswith(start)), "")
    return Distro(id=identity or known.split()[0], version=version[1], name=name)


def _assignments(text: str) -> dict[str, str]:
    """Shell assignments as os-release(5) allows them: the last of a name counts, nothing is expanded."""
    values = {}
    for line in text.split("\n"):
        name, equals, value = line.strip().partition("=")
        if equals and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            values[name] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    """The first word of a shell text, without its quotes and escapes."""
    if value[:1] == "'":
        return value[1:].partition("'")[0]
    if value[:1] == '"':
        closing = re.search(r'(?<!\\)(?:\\\\)*(")', value[1:])
        quoted = value[1:] if closing is None else value[1 : closing.start(1) + 1]
        return re.sub(r'\\([\\"$`])', r"\1", quoted)
    word = re.search(r"(?<!\\)(?:\\\\)*(\s)", value)
    return re.sub(r"\\(.)", r"\1", value if word is None else value[: word.start(1)])
