"""The plan of the house, held up against its code (docs/architecture.md): who may import whom, what a start loads."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import pratique
from pratique.advisories.build import update
from pratique.packages.registry import ANALYZERS
from tests.advisories.mirror import Mirror
from tests.inventory.layering import metadata, os_release, status
from tests.simulators.images import Image, Layer, write_oci_archive

SOURCE = Path(pratique.__file__).parent

ROWS = (
    ("records",),
    ("errors", "limits", "purl"),
    ("versions", "formats", "net"),
    ("ecosystems", "lifecycle", "licences", "vendors", "store", "audit"),
    ("image", "packages", "secrets", "malware", "misconfig", "signatures"),
    ("inventory", "advisories"),
    ("matching",),
    ("enrich", "policy", "report", "fix"),
    ("scan",),
    ("fleet", "admission"),
    ("server",),
    ("cli",),
)
"""From the cellar up. A room imports itself and lower rows."""

NEIGHBOURS = {("purl", "errors"): "InvalidPurlError is one of the tree of errors, which knows nobody"}
"""Who imports from its own row, and why that is no knot."""

LONG = frozenset[str]()
"""Tables and rules, which may be long."""

LONGEST = 400


def room(module: str) -> str:
    """`pratique.formats.tar` -> `formats`; empty for `pratique` itself, which holds a version and imports nothing."""
    return [*module.split("."), ""][1]


def sources() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module of ours that a file names in an import, wherever it stands: in functions and TYPE_CHECKING, too."""
    own = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{own} imports by dots"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "pratique")


def test_every_room_has_its_row() -> None:
    rooms = {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in sources()}
    assert rooms - {"__init__", "__main__"} <= {name for row in ROWS for name in row}


def test_imports_point_down() -> None:
    height = {name: at for at, row in enumerate(ROWS) for name in row}
    wrong = []
    used = set()
    for path in sources():
        here = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        if here in ("__init__", "__main__"):
            continue
        for name in imported(path):
            there = room(name)
            if there not in height:
                assert there in ("", "__version__"), f"{path}: {name}"
            elif there != here and height[there] >= height[here]:
                used.add((here, there))
                if (here, there) not in NEIGHBOURS:
                    wrong.append(f"{path.relative_to(SOURCE)} imports {name}")
    assert wrong == []
    assert used == set(NEIGHBOURS), "an exception that nobody needs"


def test_the_top_imports_the_command_line_only() -> None:
    assert set(imported(SOURCE / "__init__.py")) == set()
    assert {room(name) for name in imported(SOURCE / "__main__.py")} == {"cli"}


def test_files_are_read_in_one_sitting() -> None:
    lines = {str(path.relative_to(SOURCE)): path.read_text("utf-8").count("\n") for path in sources()}
    assert {name for name, count in lines.items() if count > LONGEST} == set(LONG)


# ---- analyzers -----------------------------------------------------------------------------------------------


def test_analyzers_have_names_of_their_own() -> None:
    assert len({one.name for one in ANALYZERS}) == len(ANALYZERS)


def test_claims_can_be_met() -> None:
    for one in ANALYZERS:
        claims = one.claims
        by_place = claims.paths | claims.folders | claims.parents | claims.names
        assert by_place or claims.suffixes or claims.magic, one.name
        assert all(len(magic) == 4 for magic in claims.magic), one.name
        assert all(suffix == suffix.lower() for suffix in claims.suffixes), one.name
        assert not any(path.startswith("/") or path.endswith("/") for path in claims.paths | claims.folders), one.name
        assert not any("/" in name for name in claims.names | claims.parents), one.name


# ---- what a start loads ----------------------------------------------------------------------------------------

HEAVY = frozenset(
    {
        "asyncio",
        "ssl",
        "http",
        "urllib3",
        "rich",
        "logging",
        "email",
        "jinja2",
        "cryptography",
        "multiprocessing",
        "socket",
    }
)

TOLD = """
import atexit, json, os, sys
leave = os._exit
def told(code):
    with open(sys.argv[0], "w") as file:
        json.dump(sorted(sys.modules), file)
    leave(code)
os._exit = told
atexit.register(lambda: told(0))
sys.argv.pop(0)
from pratique.cli import main
main()
"""
"""Runs a command and writes down what it loaded; what comes before `main` needs none of the heavy modules."""


def loaded(place: Path, *words: str | Path) -> tuple[set[str], int]:
    """Top-level modules of a process that ran one command, and its exit code."""
    out = place / "modules.json"
    script = TOLD.replace("sys.argv[0]", repr(str(out)))
    environment = {"PATH": os.defpath, "PRATIQUE_CACHE_DIR": str(place / "cache"), "PRATIQUE_OFFLINE": "1"}
    done = subprocess.run(
        (sys.executable, "-c", script, "pratique", *map(str, words)),
        capture_output=True, check=False, cwd=place, env=environment, text=True, timeout=60,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    modules: Iterable[str] = json.loads(out.read_text())
    return {name.partition(".")[0] for name in modules} | set(modules), done.returncode


def parsers(modules: set[str]) -> set[str]:
    """Of them, what reads the files of images; the table of claims alone reads nothing."""
    return {name for name in modules if name.startswith("pratique.packages.")} - {"pratique.packages.registry"}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("image") / "image.oci.tar"
    entries = (os_release("debian", "12"), status("bash 5.2-1"), metadata("requests", "2.19.0"))
    write_oci_archive(path, [Image((Layer(entries),))])
    return path


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("database")
    mirror = Mirror(place / "mirror")
    update(place / "advisories.sqlite", str(mirror.folder), ["PyPI", "Debian"], now="2026-10-01T00:00:00Z")
    return place / "advisories.sqlite"


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("scan", "--help")])
def test_words_load_nothing_heavy(words: tuple[str, ...], tmp_path: Path) -> None:
    modules, code = loaded(tmp_path, *words)
    assert code == 0
    assert modules & HEAVY == set()
    assert not parsers(modules)


def test_an_inventory_loads_nothing_heavy(image: Path, tmp_path: Path) -> None:
    modules, code = loaded(tmp_path, "sbom", image, "--format", "json")
    assert code == 0
    assert {"pratique.packages.dpkg", "pratique.packages.python.metadata"} <= modules
    assert "pratique.packages.java.archive" not in modules, "a parser is imported with the first file it claims"
    assert modules & (HEAVY | {"sqlite3", "pratique.net", "cvss"}) == set()


@pytest.mark.parametrize("form", ["json", "table"])
def test_a_scan_with_a_database_loads_no_client(form: str, image: Path, database: Path, tmp_path: Path) -> None:
    modules, code = loaded(tmp_path, "scan", image, "--db", database, "--format", form)
    assert code in (0, 1, 3)
    assert "pratique.matching.match" in modules
    allowed = {"rich", "logging"} if form == "table" else set()
    assert modules & (HEAVY | {"pratique.net", "cvss"}) - allowed == set()


def test_a_known_image_loads_no_parser(image: Path, database: Path, tmp_path: Path) -> None:
    loaded(tmp_path, "scan", image, "--db", database, "--format", "json")
    modules, _ = loaded(tmp_path, "scan", image, "--db", database, "--format", "json")
    assert not parsers(modules)
    assert not any(name.startswith("pratique.inventory.") for name in modules)
    assert modules & HEAVY == set()
