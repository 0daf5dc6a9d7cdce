"""What corepack has fetched: `.corepack` in `~/.cache/node/corepack/v1/NAME/VERSION`.

It holds JSON with the `locator` of what is there (corepack, sources/corepackUtils.ts). pnpm, npm and yarn 1 come with a
`package.json`, which tells as much; yarn since 2 is one file without any.
"""

from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.packages.javascript.locking import decode, objects, text_of, texts
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package


def parse(file: File) -> Iterator[Found]:
    """Yarn, if that is what has been fetched."""
    locator = texts(objects(decode(text_of(file.data))).get("locator"))
    name, version = locator.get("name", ""), locator.get("reference", "")
    if not name or not version:
        raise UnreadableFileError("no locator in it")
    if name == "yarn" and not version.startswith(("0.", "1.")):
        yield Found(file.path, 1, Package("npm", name, version.partition("+")[0]))
