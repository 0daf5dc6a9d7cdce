"""What pratique, Trivy and Syft list in the same images, and who is right: `python -m benchmarks.compare IMAGE...`.

Each image (an OCI archive or layout, a docker archive) is read by pratique and by the peers, with their usual settings
and without a network, or the peers' stored lists are taken. Recall and precision are against the union of the lists,
minus what the rulings (rulings.toml) say is wrong.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import differences
from benchmarks.contenders import empty_java_database, environment, find, pratique_command
from benchmarks.listings import READERS, Listing, ListingError, Ours, aligned, read_pratique, stored
from benchmarks.rulings import FILE, Comparison, RulingError, judge, read

ENDINGS = (".tar", ".oci", ".docker")
LISTED = frozenset((0, 3))
"""Exit codes of pratique after which there is a list."""
LONGEST = 900


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__.partition("\n")[0])
    parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE", help="an OCI or docker archive or a layout")
    parser.add_argument("--pratique", metavar="COMMAND", help="how to start it (default: this environment's)")
    parser.add_argument("--tools", type=Path, metavar="FOLDER", help="where trivy and syft are, besides PATH")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="their stored lists, taken where there are some")
    parser.add_argument(
        "--store", type=Path, metavar="FOLDER", help="store their lists there: trivy/*.json, syft/*.json"
    )
    parser.add_argument("--rulings", type=Path, default=FILE, metavar="FILE", help="who is right")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write tables for the documentation, too")
    parser.add_argument("--least", type=int, default=0, metavar="PERCENT", help="fail below this recall or precision")
    arguments = parser.parse_args()
    command = shlex.split(arguments.pratique) if arguments.pratique else pratique_command()
    compared: list[Comparison] = []
    try:
        rulings = read(arguments.rulings)
        for image in arguments.images:
            found = listings(image, command, arguments.tools, arguments.peers, arguments.store)
            if found is None:
                continue
            ours, lists = found
            comparison = judge(name_of(image), aligned({"pratique": ours.installed, **lists}), rulings)
            compared.append(comparison)
            write(differences.lines(comparison, ours))
    except (ListingError, RulingError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    write(differences.summary(compared))
    if arguments.markdown:
        arguments.markdown.write_text("\n".join(differences.markdown(compared)) + "\n")
    return int(any(below(comparison, arguments.least / 100) for comparison in compared))


def write(lines: Iterator[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def below(comparison: Comparison, least: float) -> bool:
    figures = (comparison.recall("pratique"), comparison.precision("pratique"))
    return any(figure is not None and figure < least for figure in figures)


def name_of(image: Path) -> str:
    name = image.name
    for ending in ENDINGS:
        name = name.removesuffix(ending)
    return name


def listings(
    image: Path, command: Sequence[str], tools: Path | None, peers: Path | None, store: Path | None
) -> tuple[Ours, dict[str, Listing]] | None:
    """pratique's and the peers' lists; None for an image that pratique refuses or that no peer has read."""
    name = name_of(image)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        lists = stored(peers, name) if peers else {}
        text = run((*command, "sbom", str(image), "--format", "json", "--quiet"), home, LISTED)
        if text is None:
            return None
        for tool, reader in READERS.items():
            if tool not in lists and (document := ask(tool, image, home, tools)) is not None:
                lists[tool] = reader(document)
                if store:
                    (store / tool).mkdir(parents=True, exist_ok=True)
                    (store / tool / f"{name}.json").write_text(json.dumps(document))
    if not lists:
        sys.stderr.write(f"{name}: no peer's list\n")
        return None
    return read_pratique(json.loads(text)), lists


def ask(tool: str, image: Path, home: Path, tools: Path | None) -> Mapping[str, object] | None:
    program = find(tool, tools)
    if program is None:
        return None
    text = run(trivy(program, image, home) if tool == "trivy" else syft(program, image), home)
    document = json.loads(text) if text else None
    return document if isinstance(document, dict) else None


def trivy(program: str, image: Path, home: Path) -> tuple[str, ...]:
    """Reads an OCI image only as a folder, and jars only with a database: an empty one stands in."""
    cache, layout = home / "trivy", image
    empty_java_database(cache.parent)
    if image.is_file() and is_oci(image):
        layout = home / "layout"
        with tarfile.open(image) as archive:
            archive.extractall(layout, filter="data")
    options = ("--format=cyclonedx", "--offline-scan", "--skip-db-update", "--skip-java-db-update", "--quiet")
    return (program, "image", f"--input={layout}", f"--cache-dir={cache}", "--timeout=15m", *options)


def syft(program: str, image: Path) -> tuple[str, ...]:
    kind = "oci-dir" if image.is_dir() else "oci-archive" if is_oci(image) else "docker-archive"
    return (program, "scan", f"{kind}:{image}", "--output=json", "--quiet")


def is_oci(archive: Path) -> bool:
    with tarfile.open(archive) as opened:
        return any(member.name.removeprefix("./") == "oci-layout" for member in opened)


def run(command: Sequence[str], home: Path, codes: frozenset[int] = frozenset((0,))) -> str | None:
    """The output; None with a word on stderr where it failed."""
    surroundings = {**environment(home), "TMPDIR": str(home), "LC_ALL": os.environ.get("LC_ALL", "C.UTF-8")}
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=surroundings, timeout=LONGEST)
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"{error}\n")
        return None
    if done.returncode in codes:
        return done.stdout
    last = " ".join(done.stderr.split())[-400:]
    sys.stderr.write(f"{shlex.join(command)}: exit code {done.returncode}: {last}\n")
    return None


if __name__ == "__main__":
    sys.exit(main())
