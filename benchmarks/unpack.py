"""Debian packages and node modules, unpacked as their installers leave them; nothing of them is run."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

MERGED = ("bin", "lib", "lib32", "lib64", "libx32", "sbin")
"""Links into usr, which the lowest layer makes and dpkg follows."""


class BuildError(Exception):
    """A tool or the network is missing."""


def run(*command: str | Path, cwd: Path | None = None) -> str:
    try:
        done = subprocess.run(command, cwd=cwd, check=False, text=True, capture_output=True)
    except FileNotFoundError as error:
        raise BuildError(f"{command[0]} is not installed") from error
    if done.returncode:
        raise BuildError(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def install_debian(names: Sequence[str], root: Path, status: Path, downloads: Path) -> None:
    """Unpacks packages, and what they need beyond those that the file `status` lists; adds them to it.

    The root gets dpkg's records, too: var/lib/dpkg/status with all packages so far, and a list, checksums and
    scripts for each new one. Packages are those of the release that runs this.
    """
    (downloads / "partial").mkdir(parents=True, exist_ok=True)
    info = root / "var/lib/dpkg/info"
    info.mkdir(parents=True)
    for name in MERGED:
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(f"usr/{name}")
    apt = ["apt-get", "-y", "--no-install-recommends", "-o", "Debug::NoLocking=1"]
    apt += ["-o", f"Dir::State::status={status}", "-o", f"Dir::Cache::archives={downloads}"]
    plan = run(*apt, "--simulate", "install", *names)
    run(*apt, "--download-only", "install", *names)
    before = status.read_text()
    stanzas = [before]
    for found in sorted(re.findall(r"^Inst (\S+) \((\S+) .*\[(\w+)\]\)", plan, re.MULTILINE)):
        archive = downloads / ("_".join(found).replace(":", "%3a") + ".deb")
        stanzas.append(_unpack(archive, root, info))
    status.write_text("".join(stanzas))
    shutil.copy(status, root / "var/lib/dpkg/status")
    for name in MERGED if before else ():
        (root / name).unlink()


def _unpack(archive: Path, root: Path, info: Path) -> str:
    """Returns the package's paragraph of the status file."""
    extract = ("tar", "--extract", "--keep-directory-symlink", "--verbose", "--no-same-owner", f"--directory={root}")
    with subprocess.Popen(("dpkg-deb", "--fsys-tarfile", archive), stdout=subprocess.PIPE) as packed:
        done = subprocess.run(extract, stdin=packed.stdout, check=False, capture_output=True, text=True)
    if done.returncode or packed.returncode:
        raise BuildError(f"{archive.name}: {done.stderr.strip()[-2000:]}")
    control = run("dpkg-deb", "--field", archive)
    fields = dict(re.findall(r"^([\w-]+): (.*)$", control, re.MULTILINE))
    name = fields["Package"] + (f":{fields['Architecture']}" if fields.get("Multi-Arch") == "same" else "")
    listing = "".join(f"{line.removeprefix('.').rstrip('/') or '/.'}\n" for line in done.stdout.splitlines())
    (info / f"{name}.list").write_text(listing)
    with tempfile.TemporaryDirectory() as controls:
        run("dpkg-deb", "--control", archive, controls)
        for part in sorted(Path(controls).iterdir()):
            if part.name != "control":
                shutil.copy(part, info / f"{name}.{part.name}")
    first, rest = control.split("\n", 1)
    return f"{first}\nStatus: install ok installed\n{rest.rstrip()}\n\n"


def install_modules(names: Sequence[str], root: Path, downloads: Path) -> None:
    """An application with its node_modules."""
    application = root / "opt/application"
    application.mkdir(parents=True)
    (application / "package.json").write_text('{"name": "application", "version": "1.0.0", "private": true}\n')
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", "--os=linux", "--cpu=x64")
    run("npm", "install", *options, f"--cache={downloads}", *names, cwd=application)
