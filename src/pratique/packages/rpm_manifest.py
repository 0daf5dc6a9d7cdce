r"""Packages of the distroless images of CBL-Mariner and Azure Linux, which keep a list instead of rpm's database.

One line a package, as `rpm -qa` prints it for the format
`%{NAME}\t%{VERSION}-%{RELEASE}\t%{INSTALLTIME}\t%{BUILDTIME}\t%{VENDOR}\t%{EPOCH}\t%{SIZE}\t%{ARCH}\t%{EPOCHNUM}\t%{SOURCERPM}`
(CBL-Mariner, toolkit/docs/how_it_works/5_misc.md).
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.limits import BROKEN_TOLD_MOST, FACTS_PER_FILE_MOST
from pratique.packages.rpm import source_of
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package

_NAME = "rpm-manifest"

_NONE = "(none)"
"""What rpm prints for a tag that a header lacks."""


def parse(file: File) -> Iterator[Found | Unknown]:
    """The packages of the manifest, one a line."""
    broken = 0
    for line, text in enumerate(bytes(file.data).split(b"\n", FACTS_PER_FILE_MOST), 1):
        if line > FACTS_PER_FILE_MOST:
            yield Unknown(file.path, _NAME, f"more than {FACTS_PER_FILE_MOST} lines, the rest is not read")
            break
        if not text.strip():
            continue
        try:
            package = _package(text)
        except UnreadableFileError as error:
            broken += 1
            if broken <= BROKEN_TOLD_MOST:
                yield Unknown(file.path, _NAME, f"line {line}: {error}")
            continue
        if package.name != "gpg-pubkey":
            yield Found(file.path, line, package)
    if broken > BROKEN_TOLD_MOST:
        yield Unknown(file.path, _NAME, f"{broken - BROKEN_TOLD_MOST} more broken lines")


def _package(text: bytes) -> Package:
    fields = text.decode(errors="replace").rstrip("\r").split("\t", 10)
    if len(fields) != 10:
        raise UnreadableFileError(f"{'more' if len(fields) > 10 else 'fewer'} than 10 fields")
    name, full, _, _, vendor, _, _, arch, epoch, source_rpm = fields
    if not name or not full:
        raise UnreadableFileError("package without name or version")
    if not (epoch == _NONE or (epoch.isascii() and epoch.isdecimal() and len(epoch) <= 10)):
        raise UnreadableFileError(f"epoch is not a number: {epoch[:40]}")
    source, source_version = source_of(source_rpm)
    return Package(
        "rpm",
        name,
        full if epoch == _NONE or not int(epoch) else f"{int(epoch)}:{full}",
        arch=arch if arch != _NONE else "",
        source=source if source != name else "",
        source_version=source_version if source_version != full else "",
        vendor=vendor if vendor != _NONE else "",
    )
