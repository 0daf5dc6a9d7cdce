"""What Gradle verified: `gradle/verification-metadata.xml`.

Source: Gradle User Manual, "Verifying dependencies". The file names everything that any build of the project resolved,
plug-ins too, and does not tell which is for what. A component of which only metadata was read (`.pom`, `.module`:
parents, lists of versions, what lost against a newer version) is used nowhere and is left out.
"""

import pyexpat
from collections.abc import Iterator
from typing import NoReturn

from pratique.errors import UnreadableFileError
from pratique.limits import FACTS_PER_FILE_MOST
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package

_METADATA = (".pom", ".module")


def parse(file: File) -> Iterator[Found]:
    """The components of which something else than metadata was verified."""
    if not file.path.endswith("gradle/verification-metadata.xml"):
        return
    rows: dict[tuple[str, str], int] = {}
    component, line = ("", ""), 0
    parser = pyexpat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal component, line
        if name == "component":
            group, artifact, version = (attributes.get(key, "") for key in ("group", "name", "version"))
            component = (f"{group}:{artifact}" if group and artifact else "", version)
            line = parser.CurrentLineNumber
        elif name == "artifact" and component[0] and not attributes.get("name", "").endswith(_METADATA):
            rows.setdefault(component, line)
            if len(rows) > FACTS_PER_FILE_MOST:
                raise UnreadableFileError(f"more than {FACTS_PER_FILE_MOST:,} components")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(bytes(file.data), True)  # noqa: FBT003
    except (pyexpat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableFileError(f"no valid XML: {error}") from None
    finally:
        parser.StartElementHandler = None
    for (name, version), number in rows.items():
        yield Found(file.path, number, Package("maven", name, version, declared=True))


def _refuse(*_: object) -> NoReturn:
    raise UnreadableFileError("a document type, which may hide anything")
