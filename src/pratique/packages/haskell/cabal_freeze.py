"""What cabal pins: `cabal.project.freeze`, a list of constraints (Cabal user guide, "cabal freeze").

`any.NAME ==VERSION`; what has no version is a flag. Which package needs which is not told.
"""

import re
from collections.abc import Iterator

from pratique.formats.texts import text_of
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package

_PINNED = r"(?:^|[\s,:])(?:any\.)?([A-Za-z0-9][A-Za-z0-9-]{0,200}) ==(\d[\d.]{0,80})"


def parse(file: File) -> Iterator[Found]:
    """The pinned packages."""
    for number, line in enumerate(text_of(file.data).split("\n"), 1):
        if not line.lstrip().startswith("--"):
            for match in re.finditer(_PINNED, line):
                yield Found(file.path, number, Package("hackage", match[1], match[2], declared=True))
