"""Packages of R: `DESCRIPTION` in the folder of each (Writing R Extensions, section 1.1.1).

R writes `Built` into it on installing; without that it is one of a source. Bioconductor has `biocViews` and, since
2017, the address of its repository there, CRAN `Repository: CRAN`. The packages that are part of R have R's version.
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.deb822 import header
from pratique.formats.texts import text_of
from pratique.packages.r.dependencies import names
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package, Requires


def parse(file: File) -> Iterator[Found]:
    """The package; nothing of other files of that name, such as Octave's."""
    text = text_of(file.data)
    if not text.startswith("Package:") and "\nPackage:" not in text:
        return
    fields = dict(header(text))
    name, version = fields.get("package", ""), fields.get("version", "")
    if not (name and version):
        if "built" in fields:
            raise UnreadableFileError("package without Package or Version")
        return  # a pattern for sources to be
    licence = " ".join(fields.get("license", "").split())
    kind = "bioconductor" if _of_bioconductor(fields) else "cran"
    package = Package(
        kind,
        name,
        version,
        licenses=(licence,) if licence else (),
        vendor=fields.get("maintainer", "").replace("\n", " "),
        declared="built" not in fields,
    )
    line = 1 + text[: text.find("Package:")].count("\n")
    yield Found(file.path, line, package)
    needs = names(fields.get("depends", ""), fields.get("imports", ""))
    if needs:
        yield Found(file.path, line, Requires(kind, name, version, needs))


def _of_bioconductor(fields: dict[str, str]) -> bool:
    if "git.bioconductor.org" in fields.get("git_url", ""):
        return True
    repository = fields.get("repository", "")
    return repository.startswith("Bioc") or (not repository and "biocviews" in fields)
