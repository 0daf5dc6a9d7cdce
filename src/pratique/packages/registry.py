"""Every format there is, one row each: its claims stand here, its parser is imported with the first file it claims.

A test proves that no module was forgotten.
"""

import importlib
from collections.abc import Iterable
from typing import Any

from pratique.limits import GIB, KIB, MIB
from pratique.records.analyzer import Analyzer, Claims
from pratique.records.facts import Found
from pratique.records.file import File, Unknown


def _row(name: str, version: int, module: str, claims: Claims, *, picks: bool = False) -> Analyzer:
    """`module` holds `parse`; where it `picks`, `spans` too."""

    def parse(file: File) -> Iterable[Found | Unknown]:
        records: Iterable[Found | Unknown] = _module().parse(file)
        return records

    def spans(path: str, head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
        ranges: tuple[tuple[int, int], ...] | None = _module().spans(path, head, size)
        return ranges

    def _module() -> Any:
        return importlib.import_module(f"pratique.packages.{module}")

    return Analyzer(
        name=name, version=version, claims=claims, module=module, parse=parse, spans=spans if picks else None
    )


def _claims(
    *,
    paths: Iterable[str] = (),
    folders: Iterable[str] = (),
    parents: Iterable[str] = (),
    names: Iterable[str] = (),
    suffixes: tuple[str, ...] = (),
    magic: tuple[bytes, ...] = (),
    largest: int = 64 * MIB,
) -> Claims:
    return Claims(
        paths=frozenset(paths),
        folders=frozenset(folders),
        parents=frozenset(parents),
        names=frozenset(names),
        suffixes=suffixes,
        magic=magic,
        largest=largest,
    )


_RPM_FOLDERS = ("usr/lib/sysimage/rpm", "var/lib/rpm", "usr/share/rpm")
"""Of SUSE and of Fedora since 36, of the others, of systems made by ostree."""
_RPM_FILES = ("Packages", "Packages.db", "rpmdb.sqlite")
_RELEASES = (
    *("almalinux-release", "alpine-release", "centos-release", "debian_version", "fedora-release", "lsb-release"),
    *("oracle-release", "os-release", "redhat-release", "rocky-release", "system-release"),
)
_PYTHON_KINDS = (
    *("all", "api", "app", "base", "build", "ci", "common", "core", "cpu", "dev", "dev-lock", "development", "doc"),
    *("docs", "docker", "extra", "extras", "frozen", "full", "gpu", "lint", "linux", "lock", "local", "main"),
    *("minimal", "optional", "prod", "production", "release", "runtime", "server", "test", "testing", "tests"),
    *("typing", "web", "worker"),
)
"""What requirements and lock files of Python are for, as their names say it: `requirements-dev.txt`."""
_ELF, _PE = b"\x7fELF", b"MZ\x90\x00"
_MACH_O = (
    *(b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf"),
    *(b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"),
)

ANALYZERS: tuple[Analyzer, ...] = (
    # ---- operating systems
    _row(
        "os-release",
        1,
        "os_release",
        _claims(
            paths=(
                *(f"etc/{name}" for name in _RELEASES),
                *(f"usr/lib/{name}" for name in ("fedora-release", "os-release", "system-release")),
            ),
            largest=64 * KIB,
        ),
    ),
    _row(
        "dpkg",
        2,
        "dpkg",
        _claims(paths=("var/lib/dpkg/status",), folders=("var/lib/dpkg/status.d", "var/lib/dpkg/info")),
    ),
    _row("debian-copyright", 1, "debian_copyright", _claims(names=("copyright",), largest=16 * MIB)),
    _row("apk", 2, "apk", _claims(paths=("lib/apk/db/installed", "usr/lib/apk/db/installed"))),
    _row(
        "rpm",
        2,
        "rpm",
        _claims(paths=(f"{folder}/{name}" for folder in _RPM_FOLDERS for name in _RPM_FILES), largest=512 * MIB),
    ),
    _row(
        "opkg",
        1,
        "opkg",
        _claims(
            paths=("usr/lib/opkg/status", "var/lib/opkg/status"),
            folders=("usr/lib/opkg/info", "var/lib/opkg/info"),
        ),
    ),
    _row("chisel", 1, "chisel", _claims(names=("manifest.wall",))),
    _row(
        "apk-repositories",
        1,
        "apk_repositories",
        _claims(paths=("etc/apk/repositories",), folders=("etc/apk/repositories.d",), largest=1 * MIB),
    ),
    _row("ubuntu-pro", 1, "ubuntu_pro", _claims(paths=("var/lib/ubuntu-advantage/status.json",), largest=4 * MIB)),
    _row(
        "redhat-content",
        1,
        "redhat_content",
        _claims(folders=("root/buildinfo", "root/buildinfo/content_manifests", "usr/share/buildinfo"), largest=8 * MIB),
    ),
    _row("rpm-manifest", 1, "rpm_manifest", _claims(paths=("var/lib/rpmmanifest/container-manifest-2",))),
    _row("pacman", 1, "pacman", _claims(names=("desc", "files"), largest=32 * MIB), picks=True),
    _row("portage", 1, "portage", _claims(names=("CONTENTS", "LICENSE", "RDEPEND"), largest=32 * MIB), picks=True),
    _row("nix", 1, "nix", _claims(paths=("nix/var/nix/db/db.sqlite",), largest=512 * MIB)),
    _row(
        "snap",
        1,
        "snap",
        _claims(names=("snap.yaml", "dpkg.yaml", "manifest.yaml"), largest=4 * MIB),
        picks=True,
    ),
    _row("homebrew", 1, "homebrew", _claims(parents=(".brew",), names=("INSTALL_RECEIPT.json",), largest=4 * MIB)),
    _row("bottlerocket", 1, "bottlerocket", _claims(names=("application-inventory.json",))),
    # ---- languages, installed
    _row("python-metadata", 2, "python.metadata", _claims(names=("METADATA", "PKG-INFO"), suffixes=(".egg-info",))),
    _row("python-egg", 2, "python.egg", _claims(suffixes=(".egg",), largest=512 * MIB)),
    _row("python-record", 1, "python.record", _claims(names=("RECORD", "installed-files.txt"), largest=16 * MIB)),
    _row("conda", 1, "python.conda", _claims(parents=("conda-meta",), largest=128 * MIB)),
    _row("node-modules", 3, "javascript.node_modules", _claims(names=("package.json",), largest=4 * MIB)),
    _row(
        "yarn-pnp",
        1,
        "javascript.yarn_pnp",
        _claims(names=(".pnp.cjs", ".pnp.js", ".pnp.data.json"), largest=16 * MIB),
    ),
    _row("corepack", 1, "javascript.corepack", _claims(names=(".corepack",), largest=64 * KIB)),
    _row(
        "package-lock",
        1,
        "javascript.package_lock",
        _claims(names=("package-lock.json", "npm-shrinkwrap.json"), largest=16 * MIB),
    ),
    _row("yarn-lock", 1, "javascript.yarn_lock", _claims(names=("yarn.lock",), largest=16 * MIB)),
    _row("pnpm-lock", 1, "javascript.pnpm_lock", _claims(names=("pnpm-lock.yaml",), largest=16 * MIB)),
    _row("bun-lock", 1, "javascript.bun_lock", _claims(names=("bun.lock",), largest=16 * MIB)),
    _row("deno-lock", 1, "javascript.deno_lock", _claims(names=("deno.lock",), largest=16 * MIB)),
    _row(
        "java-archive",
        4,
        "java.archive",
        _claims(
            suffixes=(
                *(".jar", ".war", ".ear", ".par", ".sar", ".nar"),
                *(".jpi", ".hpi", ".kar", ".far", ".lpkg", ".rar"),
            ),
            largest=1 * GIB,
        ),
    ),
    _row("java-runtime", 1, "java.runtime", _claims(names=("release",)), picks=True),
    _row("gem", 1, "ruby.gemspec", _claims(suffixes=(".gemspec",))),
    _row("gemfile-lock", 1, "ruby.gemfile_lock", _claims(names=("Gemfile.lock", "gems.locked"), largest=16 * MIB)),
    _row("cargo-installed", 1, "rust.installed", _claims(names=(".crates2.json",), largest=4 * MIB)),
    _row("composer-installed", 1, "php.composer_installed", _claims(names=("installed.json",))),
    _row("pear", 1, "php.pear", _claims(suffixes=(".reg",), largest=4 * MIB), picks=True),
    _row("wordpress", 1, "php.wordpress", _claims(names=("version.php",), largest=1 * MIB)),
    _row(
        "wordpress-extension",
        1,
        "php.wordpress_extension",
        _claims(names=("style.css", "readme.txt", "README.txt", "Readme.txt"), largest=4 * MIB),
        picks=True,
    ),
    _row("dotnet-deps", 1, "dotnet.deps_json", _claims(suffixes=(".deps.json",), largest=32 * MIB)),
    # ---- lock files and manifests
    _row(
        "python-requirements",
        1,
        "python.requirements",
        _claims(
            names=(f"requirements{mark}{kind}.txt" for mark in "-_." for kind in _PYTHON_KINDS),
            parents=("requirements",),
            suffixes=("requirements.txt",),
            largest=2 * MIB,
        ),
    ),
    _row("pipfile-lock", 1, "python.pipfile", _claims(names=("Pipfile.lock",), largest=16 * MIB)),
    _row("poetry-lock", 1, "python.poetry", _claims(names=("poetry.lock",))),
    _row("uv-lock", 1, "python.uv", _claims(names=("uv.lock",))),
    _row("pdm-lock", 1, "python.pdm", _claims(names=("pdm.lock",))),
    _row(
        "pylock",
        1,
        "python.pylock",
        _claims(names=("pylock.toml", *(f"pylock.{kind}.toml" for kind in _PYTHON_KINDS))),
    ),
    _row("maven-project", 1, "java.maven_project", _claims(names=("pom.xml",), largest=16 * MIB)),
    _row(
        "gradle-lock",
        1,
        "java.gradle_lock",
        _claims(parents=("dependency-locks",), suffixes=("gradle.lockfile",), largest=16 * MIB),
    ),
    _row(
        "gradle-verification",
        1,
        "java.gradle_verification",
        _claims(names=("verification-metadata.xml",), largest=64 * MIB),
    ),
    _row("sbt-lock", 1, "java.sbt_lock", _claims(names=("build.sbt.lock",), largest=16 * MIB)),
    _row("composer-lock", 1, "php.composer_lock", _claims(names=("composer.lock",))),
    _row("nuget-lock", 1, "dotnet.packages_lock", _claims(names=("packages.lock.json",), largest=32 * MIB)),
    _row("nuget-assets", 1, "dotnet.project_assets", _claims(names=("project.assets.json",))),
    _row("nuget-config", 1, "dotnet.packages_config", _claims(names=("packages.config",), largest=4 * MIB)),
    _row(
        "nuget-central",
        1,
        "dotnet.packages_props",
        _claims(
            names=("Directory.Packages.props", "directory.packages.props", "Packages.props", "packages.props"),
            largest=4 * MIB,
        ),
    ),
    _row("go-mod", 1, "golang.go_mod", _claims(names=("go.mod",), largest=4 * MIB)),
    _row("go-vendor", 1, "golang.vendored", _claims(names=("modules.txt",), largest=16 * MIB)),
    _row("cargo-lock", 1, "rust.cargo_lock", _claims(names=("Cargo.lock",), largest=16 * MIB)),
    # ---- pipelines
    _row("terraform-lock", 1, "pipelines.terraform_lock", _claims(names=(".terraform.lock.hcl",), largest=4 * MIB)),
    _row(
        "github-workflow",
        1,
        "pipelines.github_workflow",
        _claims(parents=("workflows",), names=("action.yml", "action.yaml"), largest=4 * MIB),
    ),
    _row("r-description", 1, "r.description", _claims(names=("DESCRIPTION",), largest=4 * MIB)),
    _row("renv-lock", 1, "r.renv_lock", _claims(names=("renv.lock",))),
    _row("luarocks", 1, "lua.rockspec", _claims(suffixes=(".rockspec",), largest=1 * MIB)),
    _row("luarocks-files", 1, "lua.rock_manifest", _claims(names=("rock_manifest",), largest=2 * MIB)),
    _row("cpanm", 1, "perl.cpanm", _claims(names=("install.json", "MYMETA.json"), largest=4 * MIB)),
    _row("perllocal", 1, "perl.perllocal", _claims(names=("perllocal.pod",), largest=8 * MIB)),
    _row("packlist", 1, "perl.packlist", _claims(names=(".packlist",), largest=8 * MIB)),
    _row("cpanfile-snapshot", 1, "perl.cpanfile_snapshot", _claims(names=("cpanfile.snapshot",), largest=32 * MIB)),
    _row("otp-app", 1, "beam.app", _claims(suffixes=(".app",), largest=1 * MIB)),
    _row("otp-version", 1, "beam.otp_version", _claims(names=("OTP_VERSION",), largest=64 * KIB)),
    _row("mix-lock", 1, "beam.mix_lock", _claims(names=("mix.lock",), largest=8 * MIB)),
    _row("rebar-lock", 1, "beam.rebar_lock", _claims(names=("rebar.lock",), largest=4 * MIB)),
    _row(
        "ghc-package",
        1,
        "haskell.package_db",
        _claims(parents=("package.conf.d", "package.db", "pkgdb"), largest=32 * MIB),
    ),
    _row("cabal-freeze", 1, "haskell.cabal_freeze", _claims(names=("cabal.project.freeze",), largest=4 * MIB)),
    _row("stack-lock", 1, "haskell.stack_lock", _claims(names=("stack.yaml.lock",), largest=4 * MIB)),
    _row("swift-resolved", 1, "swift.package_resolved", _claims(names=("Package.resolved",), largest=16 * MIB)),
    _row("podfile-lock", 1, "swift.podfile_lock", _claims(names=("Podfile.lock",), largest=8 * MIB)),
    _row("pubspec-lock", 1, "dart.pubspec_lock", _claims(names=("pubspec.lock",), largest=8 * MIB)),
    _row(
        "julia-manifest",
        1,
        "julia.manifest",
        _claims(
            names=(
                *("Manifest.toml", "JuliaManifest.toml"),
                *(f"{stem}-v1.{minor}.toml" for stem in ("Manifest", "JuliaManifest") for minor in range(10, 16)),
            ),
            largest=16 * MIB,
        ),
    ),
    _row("julia-package", 1, "julia.project", _claims(names=("Project.toml", "JuliaProject.toml"), largest=4 * MIB)),
    _row("conaninfo", 1, "cpp.conaninfo", _claims(names=("conaninfo.txt",), largest=1 * MIB)),
    _row("conan-cache", 1, "cpp.conan_cache", _claims(names=("cache.sqlite3",), largest=128 * MIB), picks=True),
    _row("conan-lock", 1, "cpp.conan_lock", _claims(names=("conan.lock",), largest=16 * MIB)),
    _row("vcpkg", 1, "cpp.vcpkg", _claims(names=("status",), parents=("updates",)), picks=True),
    _row("opam", 1, "ocaml.opam", _claims(names=("opam",), largest=1 * MIB), picks=True),
    _row("gguf", 1, "models.gguf", _claims(magic=(b"GGUF",), largest=4096 * GIB), picks=True),
    _row(
        "safetensors",
        1,
        "models.safetensors",
        _claims(suffixes=(".safetensors",), largest=4096 * GIB),
        picks=True,
    ),
    # ---- SBOMs
    _row("sbom-installed", 1, "sbom.installed", _claims(parents=("sboms",), suffixes=(".spdx",)), picks=True),
    _row(
        "sbom",
        1,
        "sbom.declared",
        _claims(
            folders=("var/lib/db/sbom",),
            names=("bom.json", "bom.xml", "sbom.json"),
            suffixes=(".spdx", ".spdx.json", ".cdx", ".cdx.json", ".cdx.xml", ".syft.json"),
        ),
        picks=True,
    ),
    # ---- programs
    _row("executable", 3, "executable.program", _claims(magic=(_ELF, _PE, *_MACH_O), largest=4 * GIB), picks=True),
)

_DECLARING = """
    bun-lock cabal-freeze cargo-lock composer-lock conan-lock cpanfile-snapshot deno-lock gemfile-lock github-workflow
    go-mod go-vendor gradle-lock gradle-verification julia-manifest maven-project mix-lock nuget-assets nuget-central
    nuget-config nuget-lock package-lock pdm-lock pipfile-lock pnpm-lock podfile-lock poetry-lock pubspec-lock pylock
    python-requirements rebar-lock renv-lock sbom sbt-lock stack-lock swift-resolved terraform-lock uv-lock yarn-lock
"""
DECLARING = frozenset(_DECLARING.split())
"""Analyzers whose packages are declared only: what they cannot read is told, and keeps no verdict back."""
