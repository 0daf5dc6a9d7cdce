"""The actions that GitHub's workflows and composite actions use.

`jobs.<job_id>.uses` and `jobs.<job_id>.steps[*].uses` (GitHub, "Workflow syntax") or `runs.steps[*].uses` ("Metadata
syntax"). Of YAML it takes to find `uses: OWNER/REPOSITORY[/PATH]@REF` at the start of a line or of a flow mapping,
outside of texts over several lines (`run: |`). Where REF is a commit and the comment behind it begins with its version,
as the habit is, that is the version: advisories name no commits.
"""

import re
from collections.abc import Iterator

from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package

_ACTIONS = ("action.yml", "action.yaml")
_ENDINGS = (".yml", ".yaml")


def parse(file: File) -> Iterator[Found]:
    """Each action once for each version, where it first stands. Local ones and images are none."""
    folder, _, name = file.path.rpartition("/")
    if not name.endswith(_ENDINGS) or "/node_modules/" in f"/{folder}/":
        return
    if name not in _ACTIONS and not f"/{folder}".endswith("/.github/workflows"):
        return
    seen = set()
    for number, value, comment in _uses(bytes(file.data).decode(errors="replace")):
        package = _action(value, comment)
        if package is not None and (package.name, package.version) not in seen:
            seen.add((package.name, package.version))
            yield Found(file.path, number, package)


def _uses(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, value and comment of every `uses`."""
    uses = re.compile(r"""[\s\-{]*(['"]?)uses\1[ ]*:[ ]+(?:'([^']*)'|"([^"]*)"|([^\s,}#][^\s,}]*))([^#]*#)?(.*)""")
    block = re.compile(r"[:-][ ]+[|>][-+0-9]*[ ]*(?:#.*)?\Z")
    within: int | None = None
    """Indentation of the key whose text over several lines this is."""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare:
            continue
        indent = len(line) - len(line.lstrip(" "))
        if within is not None and indent > within:
            continue
        within = None
        match = uses.match(line)
        if match:
            yield number, match[2] or match[3] or match[4] or "", match[6].strip() if match[5] else ""
        elif (bare[-1] in "|>-+0123456789" or "#" in bare) and block.search(bare):
            within = indent + _dashes(bare)


def _dashes(bare: str) -> int:
    """How far the key of a list's item stands to the right of its dash: `- run: |`."""
    return len(bare) - len(bare.lstrip("- ")) if bare.startswith("- ") else 0


def _action(value: str, comment: str) -> Package | None:
    """The action of `actions/cache/restore@v4`; None for paths of the repository itself and for images."""
    path, at, ref = value.rpartition("@")
    owner, _, rest = path.partition("/")
    repository = rest.partition("/")[0]
    if not at or not ref or not repository or owner in {"", ".", ".."} or ":" in path or "$" in value:
        return None
    if re.fullmatch(r"[0-9a-f]{40,64}", ref):
        told = re.match(r"(?:tag[:=]|pin@|ratchet:\S*@)?\s*(v?\d+(?:\.\d+)*[\w.+-]*)", comment)
        ref = told[1] if told else ref
    return Package("github", f"{owner}/{repository}", ref, declared=True, development=True)
