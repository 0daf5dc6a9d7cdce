"""Files of a package of LuaRocks: `lib/luarocks/rocks-LUA/NAME/VERSION/rock_manifest`, MD5 digests by path.

What stands there under `lua` and `lib` is in `share/lua/LUA` and `lib/lua/LUA`; the rest stays with the manifest, and
programs under `bin` are called by a script in the `bin` of the tree (LuaRocks source, src/luarocks/repos.lua).
"""

import re
from collections.abc import Iterator

from pratique.errors import UnreadableFileError
from pratique.formats.texts import text_of
from pratique.limits import MIB
from pratique.packages.lua.literals import Table, assignments
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import OwnedFiles

_PLACE = r"(.*?)lib/luarocks/rocks(?:-([\d.]+))?/([^/]+)/[^/]+/rock_manifest"
"""The tree, the version of Lua, which old trees do not name, and the package."""

_OWNED_LARGEST = 8 * MIB
"""Signs of all paths together: a folder stands once in the file and before each of its files in a path."""


def parse(file: File) -> Iterator[Found]:
    """The files that the package owns."""
    place = re.fullmatch(_PLACE, file.path)
    if place is None:
        return
    _, manifest = assignments(text_of(file.data)).get("rock_manifest", (0, None))
    if not isinstance(manifest, Table):
        raise UnreadableFileError("no table rock_manifest")
    tree, lua, name = place[1], place[2] or "5.1", place[3]
    folders = {"lua": f"{tree}share/lua/{lua}/", "lib": f"{tree}lib/lua/{lua}/", "bin": f"{tree}bin/"}
    own = file.path.removesuffix("rock_manifest")
    files, left = list[tuple[str, str]](), _OWNED_LARGEST
    waiting = [(folders.get(key, f"{own}{key}/") if isinstance(value, Table) else own + key, value, key == "bin")
               for key, value in manifest.named.items()]  # fmt: skip
    while waiting:
        path, value, script = waiting.pop()
        left -= len(path)
        if left < 0:
            raise UnreadableFileError("list of files is too long")
        if isinstance(value, Table):
            waiting += [(path + key + "/" * isinstance(each, Table), each, script) for key, each in value.named.items()]
        elif isinstance(value, str):
            digest = value[:8] if re.fullmatch("[0-9a-f]{32}", value) and not script else "--------"
            files.append((path, digest))
    files.sort()
    if files:
        paths, digests = "\n".join(path for path, _ in files), "".join(digest for _, digest in files)
        yield Found(file.path, 1, OwnedFiles("luarocks", name, paths, "md5", digests))
