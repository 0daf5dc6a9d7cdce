"""Builds an image out of real, old packages: `python -m demo.build FOLDER`, then `pratique scan FOLDER`.

Every package in it is a release that pip downloads (some 35 MB, once, into `demo/.cache`) and unpacks as it does
on any machine; advisories about them are public. Nothing of it is run, and nothing of it could: the image has no
operating system and no interpreter. Its history is that of a Dockerfile like

    FROM python-base                     # COPY rootfs / , RUN pip install pip setuptools wheel, CMD
    ENV DJANGO_SETTINGS_MODULE=shop.settings
    COPY requirements.txt /srv/shop/
    RUN pip install -r /srv/shop/requirements.txt
    RUN pip install PyYAML==5.3
    RUN pip install tabula-py==2.3.0 wandb==0.17.0     # one brings a jar, the other a program written in Go
    RUN pip install --upgrade sqlparse==0.5.0
    RUN pip uninstall -y Pillow
    COPY shop /srv/shop/shop
    USER 1000
    CMD ["python3", "-m", "shop"]
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.simulators import wheels
from tests.simulators.images import Empty, Image, Layer, write_layout
from tests.simulators.layers import Entry, file, folder, tree

CACHE = Path(__file__).parent / ".cache"
PYTHON = "3.9"
SITE_PACKAGES = wheels.site_packages(PYTHON)
BUILDKIT = "buildkit.dockerfile.v0"

BASE = ("pip==20.2.4", "setuptools==50.3.2", "wheel==0.35.1")
REQUIREMENTS = (
    "Django==3.2",
    "asgiref==3.3.4",
    "pytz==2021.1",
    "sqlparse==0.4.1",
    "Jinja2==2.10",
    "MarkupSafe==1.1.1",
    "requests==2.19.1",
    "certifi==2018.11.29",
    "chardet==3.0.4",
    "idna==2.7",
    "urllib3==1.23",
    "Pillow==8.1.0",
    "cryptography==3.2",
    "cffi==1.14.3",
    "pycparser==2.20",
    "six==1.15.0",
)
FROM_SOURCE = ("PyYAML==5.3",)
"""Releases without a wheel for Linux: pip builds one, as it would on any machine."""
EXTRAS = ("tabula-py==2.3.0", "wandb==0.17.0")
UPGRADE = ("sqlparse==0.5.0",)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.build", description="Build the demonstration image.")
    parser.add_argument("target", type=Path, help="the OCI layout folder to make; an older one is replaced")
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="FOLDER", help="where downloads are kept")
    arguments = parser.parse_args()
    target: Path = arguments.target
    if target.exists() and not (target / "oci-layout").is_file():
        parser.error(f"{target} exists and is no OCI layout folder: not touched")
    try:
        build(target, arguments.cache)
    except wheels.PipError as error:
        sys.stderr.write(f"demo: the packages of the image cannot be had\n{error}\n")
        sys.stderr.write(f"demo: pip needs its package index once; later builds use {arguments.cache}\n")
        return 1
    sys.stderr.write(f"demo: built {target}\n")
    return 0


def build(target: Path, cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    for names in (BASE + REQUIREMENTS + EXTRAS, UPGRADE):  # pip takes one version of a package at a time
        if lacking := missing(names, cache):
            wheels.pip("download", lacking, PYTHON, "--no-deps", f"--dest={cache}")
    for name in missing(FROM_SOURCE, cache):
        wheels.build(name, cache)
    with tempfile.TemporaryDirectory() as place:

        def installed(names: tuple[str, ...]) -> Path:
            root = Path(tempfile.mkdtemp(dir=place))
            if names == FROM_SOURCE:
                for name in names:
                    wheels.install_built(
                        next(wheel for wheel in cache.glob("*.whl") if _is_of(wheel, name)), root, PYTHON
                    )
            else:
                wheels.install(names, root, PYTHON, "--no-deps", "--no-index", f"--find-links={cache}")
            return root

        image = describe(installed)
        shutil.rmtree(target, ignore_errors=True)
        write_layout(target, [image])


def missing(names: tuple[str, ...], cache: Path) -> list[str]:
    """Those of which the cache has no wheel."""
    return [name for name in names if not any(_is_of(wheel, name) for wheel in cache.glob("*.whl"))]


def _is_of(wheel: Path, name: str) -> bool:
    return "==".join(wheel.name.split("-")[:2]).lower() == name.lower().replace("-", "_")


def describe(installed: Callable[[tuple[str, ...]], Path]) -> Image:
    """The image; `installed` unpacks packages into a folder of their own."""
    requirements = "".join(f"{name}\n" for name in REQUIREMENTS)
    upgrade = installed(UPGRADE)
    upgraded = wheels.replaced(SITE_PACKAGES, ("sqlparse", "sqlparse-0.4.1.dist-info"), upgrade)
    pillow = wheels.replaced(SITE_PACKAGES, ("PIL", "Pillow-8.1.0.dist-info", "Pillow.libs"), Path())
    steps = (
        Layer(root_files(), "COPY rootfs / # buildkit", comment=BUILDKIT),
        Layer(tree(installed(BASE)), run(f"pip install {' '.join(BASE)}"), comment=BUILDKIT),
        Empty('CMD ["python3"]', BUILDKIT),
        Empty("ENV DJANGO_SETTINGS_MODULE=shop.settings", BUILDKIT),
        Layer(
            (folder("srv"), folder("srv/shop"), file("srv/shop/requirements.txt", requirements)),
            "COPY requirements.txt /srv/shop/ # buildkit",
            comment=BUILDKIT,
        ),
        Layer(tree(installed(REQUIREMENTS)), run("pip install -r /srv/shop/requirements.txt"), comment=BUILDKIT),
        Layer(tree(installed(FROM_SOURCE)), run(f"pip install {' '.join(FROM_SOURCE)}"), comment=BUILDKIT),
        Layer(tree(installed(EXTRAS)), run(f"pip install {' '.join(EXTRAS)}"), comment=BUILDKIT),
        Layer((*upgraded, *tree(upgrade)), run(f"pip install --upgrade {' '.join(UPGRADE)}"), comment=BUILDKIT),
        Layer(pillow, run("pip uninstall -y Pillow"), comment=BUILDKIT),
        Layer(shop_files(), "COPY shop /srv/shop/shop # buildkit", comment=BUILDKIT),
        Empty("USER 1000", BUILDKIT),
        Empty('CMD ["python3" "-m" "shop"]', BUILDKIT),
    )
    return Image(
        steps,
        names=("pratique-demo:1",),
        env=("PATH=/usr/local/bin:/usr/bin:/bin", "DJANGO_SETTINGS_MODULE=shop.settings"),
        cmd=("python3", "-m", "shop"),
        user="1000",
        labels=(("org.opencontainers.image.title", "pratique-demo"),),
    )


def run(command: str) -> str:
    return f"RUN /bin/sh -c {command} # buildkit"


def root_files() -> tuple[Entry, ...]:
    return (
        folder("etc"),
        file("etc/group", "root:x:0:\nshop:x:1000:\n"),
        file("etc/passwd", "root:x:0:0::/root:/bin/sh\nshop:x:1000:1000::/srv/shop:/bin/false\n"),
        folder("tmp", 0o1777),
        folder("usr"),
        folder("usr/local"),
    )


def shop_files() -> tuple[Entry, ...]:
    return (
        folder("srv/shop/shop"),
        file("srv/shop/shop/__init__.py"),
        file("srv/shop/shop/settings.py", 'INSTALLED_APPS = ["django.contrib.contenttypes"]\nUSE_TZ = True\n'),
        file("srv/shop/shop/__main__.py", 'from django.core.management import execute_from_command_line\n\n'
             'execute_from_command_line(["shop", "check"])\n'),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
