"""Dependencies that a Maven project declares: `pom.xml` outside of archives.

Source: see `pratique.packages.java.pom`. The project itself is what is being built, no package of the image. A version
that a parent or a list of versions (BOM) tells is empty. Dependencies of profiles, which only some builds have, are
declared like the others; plug-ins are not dependencies.
"""

from collections.abc import Iterator

from pratique.packages.java import pom
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package

NAME = "maven-project"


def parse(file: File) -> Iterator[Found | Unknown]:
    """The declared packages, for development where their scope is `test`."""
    said = set()
    for one in pom.read(bytes(file.data)).dependencies:
        if not one.artifact:
            yield Unknown(file.path, NAME, f"line {one.line}: the name of the dependency stands in another file")
            continue
        fact = Package("maven", one.name, one.version, declared=True, development=one.scope == "test")
        if fact not in said:
            said.add(fact)
            yield Found(file.path, one.line, fact)
