"""An image for each ecosystem, out of packages that its own tools installed: `python -m benchmarks.ecosystems FOLDER`.

They are what benchmarks.compare reads: small (30 to 200 packages each), made in minutes, for comparing what scanners
list, not how fast. An ecosystem whose tools or packages are not to be had is left out by name.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import recipes, systems
from benchmarks.images import say
from benchmarks.recipes import Step
from benchmarks.unpack import BuildError
from tests.simulators.images import Empty, Image, Layer, write_oci_archive
from tests.simulators.layers import file, folder, tree
from tests.simulators.wheels import PipError

OS_RELEASE = """PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
"""
RECIPES: dict[str, Callable[[Path], list[Step]]] = {
    "python": recipes.python,
    "node": recipes.node,
    "go": recipes.golang,
    "rust": recipes.rust,
    "java": recipes.java,
    "ruby": systems.ruby,
    "php": systems.php,
    "dotnet": recipes.dotnet,
    "r": systems.r,
    "programs": systems.programs,
    "deb": systems.deb,
    "rpm": systems.rpm,
    "lua": systems.lua,
    "perl": systems.perl,
    "erlang": systems.erlang,
    "sboms": systems.sboms,
}
"""Each gets an empty folder and makes the roots of the layers in it."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ecosystems", description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path, metavar="FOLDER", help="where the images go; those there are left alone")
    parser.add_argument("names", nargs="*", metavar="ECOSYSTEM", help=f"all without any of {', '.join(RECIPES)}")
    arguments = parser.parse_args()
    if wrong := set(arguments.names) - RECIPES.keys():
        parser.error(f"no such ecosystem: {', '.join(sorted(wrong))}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    missing = [name for name in arguments.names or RECIPES if not made(name, arguments.out / f"{name}.oci.tar")]
    if missing:
        say(f"left out: {', '.join(missing)}")
    return 1 if set(missing) & set(arguments.names) else 0


def made(name: str, target: Path) -> bool:
    if target.exists():
        return True
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=target.parent) as place:
        part = Path(place) / target.name
        try:
            (Path(place) / "work").mkdir()
            write_oci_archive(part, [image(name, RECIPES[name](Path(place) / "work"))])
        except (BuildError, PipError, OSError, shutil.Error) as error:
            say(f"{name}: left out: {error}")
            return False
        part.rename(target)
    say(f"{name}: {target.stat().st_size >> 20} MiB in {time.monotonic() - began:.0f} s")
    return True


def image(name: str, steps: Sequence[Step]) -> Image:
    """The steps on top of a base of a few files, whose distribution the first step may name itself."""
    own = any((each.root / path).exists() for each in steps[:1] for path in ("etc/os-release", "usr/lib/os-release"))
    release = () if own else (file("etc/os-release", OS_RELEASE),)
    base = (folder("etc"), *release, file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"))
    layers = [Layer(tree(step.root), step.created_by, "none") for step in steps]
    return Image(
        (Layer(base, "ADD rootfs.tar / # buildkit"), Empty('CMD ["sh"]'), *layers),
        names=(f"pratique-ecosystems/{name}:1",),
        cmd=("sh",),
    )


if __name__ == "__main__":
    sys.exit(main())
