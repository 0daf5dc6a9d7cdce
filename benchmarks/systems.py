"""Layers out of Debian's packages, with and without dpkg's records, and an rpm root made by rpm itself.

Without the records they stand for what other installers would have left there: their files are the same.
"""

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.images import WORK
from benchmarks.recipes import Step, run, step, write
from benchmarks.unpack import install_debian

DOWNLOADS = WORK / "downloads/debian"


def debian(place: Path, name: str, created_by: str, packages: Sequence[str], *, recorded: bool = False) -> Step:
    one = step(place, name, created_by)
    status = place / f"{name}.status"
    status.touch()
    install_debian(packages, one.root, status, DOWNLOADS)
    if not recorded:
        shutil.rmtree(one.root / "var/lib/dpkg")
        for records in ("etc/os-release", "usr/lib/os-release", "etc/debian_version"):
            (one.root / records).unlink(missing_ok=True)
        for folder in ("doc", "man", "locale"):
            shutil.rmtree(one.root / "usr/share" / folder, ignore_errors=True)
    return one


def deb(place: Path) -> list[Step]:
    """With language packages that the distribution installed."""
    names = ("base-files", "bash", "curl", "python3-requests", "node-semver", "ruby-rack", "libguava-java")
    return [debian(place, "deb", "RUN apt-get install", names, recorded=True)]


def ruby(place: Path) -> list[Step]:
    return [debian(place, "gems", "RUN gem install rails", ("ruby-rails", "ruby-nokogiri", "bundler"))]


def r(place: Path) -> list[Step]:
    return [debian(place, "r", "RUN install2.r dplyr shiny", ("r-cran-dplyr", "r-cran-shiny"))]


ROCK = """package = "{name}"
version = "1.{number}-1"
source = {{ url = "git+https://example.com/{name}.git" }}
description = {{ license = "MIT" }}
build = {{ type = "none", install = {{ lua = {{ {name} = "{name}.lua" }} }} }}
"""


def lua(place: Path) -> list[Step]:
    """Rocks that luarocks makes."""
    one = step(place, "lua", "RUN luarocks install")
    headers = debian(place, "headers", "", ("liblua5.1-0-dev",)).root / "usr/include/lua5.1"
    for number in range(8):
        name = f"sample{number}"
        project = place / name
        write(project / f"{name}-1.{number}-1.rockspec", ROCK.format(name=name, number=number))
        write(project / f"{name}.lua", "return {}\n")
        run(
            "luarocks",
            "make",
            "--lua-version=5.1",
            f"--tree={one.root / 'usr/local'}",
            f"LUA_INCDIR={headers}",
            cwd=project,
        )
    return [one]


MAKEFILE = """use ExtUtils::MakeMaker;
WriteMakefile(NAME => "Sample::M{number}", VERSION => "1.0{number}", LICENSE => "perl_5");
"""


def perl(place: Path) -> list[Step]:
    """Distributions that cpanm installs, beside modules of Debian."""
    one = debian(place, "perl", "RUN cpanm Mojolicious", ("libmojolicious-perl", "libdbi-perl", "libjson-xs-perl"))
    for number in range(8):
        project = place / f"Sample-M{number}"
        module = f"package Sample::M{number};\nour $VERSION = '1.0{number}';\n1;\n"
        write(project / f"lib/Sample/M{number}.pm", module)
        write(project / "Makefile.PL", MAKEFILE.format(number=number))
        options = ("--notest", "--quiet", f"--local-lib-contained={one.root / 'usr/local'}")
        run("cpanm", *options, ".", cwd=project, env={"PERL_CPANM_HOME": str(place / "cpanm")})
    return [one]


def sboms(place: Path) -> list[Step]:
    """What npm itself says of an application that is not there, in both formats."""
    one = step(place, "sboms", "COPY sbom /usr/share/sbom")
    project = place / "project"
    write(project / "package.json", '{"name": "shop", "version": "1.2.3", "license": "MIT"}\n')
    run("npm", "install", "--package-lock-only", "--no-audit", "express@4.18.2", cwd=project)
    for kind, name in (("cyclonedx", "shop.cdx.json"), ("spdx", "shop.spdx.json")):
        text = run("npm", "sbom", "--package-lock-only", f"--sbom-format={kind}", cwd=project)
        write(one.root / "usr/share/sbom" / name, text)
    return [one]


def erlang(place: Path) -> list[Step]:
    return [debian(place, "erlang", "RUN mix release", ("elixir", "erlang-p1-utils", "erlang-jiffy"))]


PROGRAMS = (
    *("python3.11-minimal", "nodejs", "nginx", "redis-server", "busybox-static", "bash", "perl-base", "php8.2-cli"),
    *("ruby3.1", "haproxy", "memcached", "mariadb-server-core", "postgresql-15", "sqlite3", "curl", "apache2-bin"),
    *("openjdk-17-jre-headless", "git", "openssl", "golang-1.19-go"),
)


def programs(place: Path) -> list[Step]:
    """As if they were copied in by hand: what they need as well."""
    return [debian(place, "programs", "COPY --from=build / /", PROGRAMS)]


LIBRARIES = {
    "doctrine/inflector": "2.0.10",
    "doctrine/lexer": "3.0.1",
    "guzzlehttp/guzzle": "7.8.1",
    "guzzlehttp/psr7": "v2.6.2",
    "laravel/framework": "v10.48.4",
    "monolog/monolog": "3.5.0",
    "nesbot/carbon": "2.72.3",
    "psr/log": "3.0.0",
    "ramsey/uuid": "4.7.5",
    "symfony/console": "v6.4.4",
    "symfony/http-foundation": "v6.4.4",
    "symfony/yaml": "v7.0.3",
    "twig/twig": "v3.8.0",
    "vendor/from-a-branch": "dev-main",
}
TESTERS = {"phpunit/phpunit": "10.5.13", "mockery/mockery": "1.6.9"}


def php(place: Path) -> list[Step]:
    """`composer install` of libraries that have nothing but a name, a version and a licence."""
    repositories: list[dict[str, object]] = [{"packagist": False}]
    for name, version in {**LIBRARIES, **TESTERS}.items():
        library = place / "libraries" / name
        write(library / "composer.json", json.dumps({"name": name, "version": version, "license": "MIT"}))
        repositories.append({"type": "path", "url": str(library), "options": {"symlink": False}})
    one = step(place, "composer", "RUN composer install")
    project = one.root / "srv/shop"
    document: dict[str, object] = {"name": "example/shop", "repositories": repositories}
    document |= {"require": LIBRARIES, "require-dev": TESTERS, "minimum-stability": "dev"}
    write(project / "composer.json", json.dumps(document))
    options = ("--no-interaction", "--no-scripts", "--no-plugins", "--quiet")
    run("composer", "install", *options, cwd=project, env={"COMPOSER_ALLOW_SUPERUSER": "1"})
    return [one]


SPEC = """Name: {name}
Version: 1.{number}
Release: {number}.el9
Epoch: {epoch}
Summary: A package of the comparison
License: MIT
BuildArch: noarch
%description
Nothing.
%install
mkdir -p %{{buildroot}}/usr/share/{name}
echo {name} > %{{buildroot}}/usr/share/{name}/data
%files
/usr/share/{name}
"""
RELEASE = 'NAME="AlmaLinux"\nVERSION="9.4"\nID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n'


def rpm(place: Path) -> list[Step]:
    """Thirty packages that rpmbuild builds and rpm installs into a database of SQLite."""
    one = step(place, "rpm", "RUN dnf install")
    for path in ("etc/os-release", "usr/lib/os-release"):
        write(one.root / path, RELEASE)
    specs = []
    for number in range(30):
        name = f"{'lib' if number % 2 else ''}sample{number}{'++' if number == 7 else ''}"
        specs.append(place / f"{number}.spec")
        write(specs[-1], SPEC.format(name=name, number=number, epoch=number % 3))
    top = place / "rpmbuild"
    for spec in specs:
        run("rpmbuild", "-bb", "--quiet", "-D", f"_topdir {top}", "-D", "_build_id_links none", spec, cwd=place)
    built = sorted(top.glob("RPMS/*/*.rpm"))
    database = ("--dbpath", "/var/lib/rpm", "-D", "_db_backend sqlite")
    run("rpm", f"--root={one.root}", *database, "--nodeps", "--noscripts", "-i", *built, cwd=place)
    for left in one.root.glob("var/lib/rpm/*"):
        if re.search(r"-(shm|wal)$|^\.", left.name):
            left.unlink()
    return [one]
