"""Layers out of packages of Python, Node.js, Go, Rust, Java and .NET, made by the tools of these languages."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.images import WORK
from benchmarks.unpack import BuildError
from tests.simulators import wheels

PYTHON = "3.11"
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction and the folder with what it makes."""

    created_by: str
    root: Path


def step(place: Path, name: str, created_by: str) -> Step:
    root = place / name
    root.mkdir(parents=True)
    return Step(created_by, root)


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    surroundings = {**os.environ, **(env or {})}
    try:
        done = subprocess.run(
            command, cwd=cwd, env=surroundings, check=False, text=True, capture_output=True, timeout=LONGEST
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{command[0]}: {error}") from error
    if done.returncode:
        raise BuildError(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout).strip()[-1500:]}")
    return done.stdout


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


WEB = ("Django==4.2.11", "celery==5.3.6", "requests==2.31.0", "SQLAlchemy==2.0.29", "ruamel.yaml==0.18.6")
PROJECT = """[project]
name = "shop"
version = "1.0.0"
requires-python = ">=3.11"
dependencies = ["flask==3.0.2", "boto3==1.34.70"]

[dependency-groups]
dev = ["pytest==8.1.1"]
"""


def python(place: Path) -> list[Step]:
    """A system installation, a virtual environment with an sdist and an editable project, locks, an upgrade."""
    system = step(place, "system", "RUN pip install -r requirements.txt")
    wheels.install((*WEB, "setuptools==69.2.0", "wheel==0.43.0"), system.root, PYTHON)
    write(system.root / "srv/web/requirements.txt", "\n".join(WEB) + "\n")
    venv = step(place, "venv", "RUN python -m venv /opt/venv && /opt/venv/bin/pip install .")
    home = venv.root / "opt/venv"
    run(sys.executable, "-m", "venv", "--copies", home, cwd=place)
    project = venv.root / "srv/shop"
    write(project / "pyproject.toml", PROJECT + '\n[build-system]\nrequires = ["setuptools"]\n')
    write(project / "shop/__init__.py", "")
    pip = (home / "bin/python", "-m", "pip", "install", "-q")
    run(*pip, "docopt==0.6.2", "--no-binary=docopt", cwd=place)
    run(*pip, "--editable", project, cwd=place)
    run(*pip, "uv==0.4.30", "poetry-core==1.9.0", cwd=place)
    run(home / "bin/uv", "lock", "-q", cwd=project)
    (home / "bin/uv").write_text("#!/bin/sh\n")  # 30 MB
    (home / "bin/uvx").write_text("#!/bin/sh\n")
    upgrade = step(place, "upgrade", "RUN pip install --upgrade jinja2 requests")
    wheels.install(("requests==2.32.3", "idna==3.7"), upgrade.root, PYTHON, "--no-deps")
    return [system, venv, upgrade]


def node(place: Path) -> list[Step]:
    """An application of npm, one of pnpm, one of yarn; npm itself."""
    made = []
    downloads = f"--cache={WORK / 'downloads/npm'}"
    options = ("--ignore-scripts", "--no-audit", "--no-fund", downloads)
    npm = step(place, "npm", "RUN npm ci")
    write(npm.root / "srv/app/package.json", '{"name": "shop", "version": "1.2.3", "license": "MIT"}\n')
    run("npm", "install", *options, "express@4.18.2", "lodash@4.17.20", "rxjs@7.8.1", cwd=npm.root / "srv/app")
    run("npm", "install", *options, "--save-dev", "mocha@10.3.0", cwd=npm.root / "srv/app")
    tools = npm.root / "usr/local/lib"
    run("npm", "install", *options, "--global", f"--prefix={tools.parent}", "npm@10.5.0", "yarn@1.22.22", cwd=place)
    made.append(npm)
    pnpm = step(place, "pnpm", "RUN pnpm install")
    project = pnpm.root / "srv/pnpm"
    write(project / "package.json", '{"name": "pnpm-app", "version": "0.1.0", "dependencies": {"fastify": "4.26.2"}}\n')
    run("npx", "-y", downloads, "pnpm@8.15.5", "install", "--ignore-scripts", cwd=project)
    made.append(pnpm)
    yarn = step(place, "yarn", "RUN yarn install")
    project = yarn.root / "srv/yarn"
    write(project / "package.json", '{"name": "yarn-app", "private": true, "dependencies": {"koa": "2.15.2"}}\n')
    run("npx", "-y", downloads, "yarn@1.22.22", "install", "--ignore-scripts", "--silent", cwd=project)
    return [*made, yarn]


TOOLS = (
    "github.com/mikefarah/yq/v4@v4.43.1",
    "github.com/fatih/gomodifytags@v1.16.0",
    "golang.org/x/vuln/cmd/govulncheck@v1.1.4",
)
MAIN = """package main

import (
	"fmt"

	"example.com/helper"
	"github.com/spf13/cobra"
)

func main() { fmt.Println(helper.Name, (&cobra.Command{}).Name()) }
"""


def golang(place: Path) -> list[Step]:
    """Programs by `go install`, one with a replaced module, stripped and stamped, with its sources and vendored."""
    installed = step(place, "installed", "RUN go install")
    env = {"GOBIN": str(installed.root / "usr/local/bin"), "GOFLAGS": "-mod=mod", "CGO_ENABLED": "0"}
    for tool in TOOLS:
        run("go", "install", tool, cwd=place, env=env)
    built = step(place, "built", "RUN go build")
    project = built.root / "src/app"
    write(project / "main.go", MAIN)
    write(project / "helper/helper.go", 'package helper\n\nconst Name = "helper"\n')
    write(project / "helper/go.mod", "module example.com/helper\n\ngo 1.20\n")
    write(
        project / "go.mod",
        "module example.com/app\n\ngo 1.20\n\nrequire example.com/helper v0.0.0\n\n"
        "require github.com/spf13/cobra v1.8.0\n\nreplace example.com/helper => ./helper\n",
    )
    run("go", "mod", "tidy", cwd=project)
    run("go", "mod", "vendor", cwd=project)
    target = built.root / "app/server"
    flags = "-s -w -X main.version=1.2.3"
    run("go", "build", f"-ldflags={flags}", "-o", target, cwd=project, env={"CGO_ENABLED": "0"})
    return [installed, built]


CARGO = """[package]
name = "shop"
version = "0.3.0"
edition = "2021"
license = "MIT"

[dependencies]
serde_json = "1.0.115"
regex = "1.10.4"
clap = "4.5.4"

[profile.release]
opt-level = 0
"""


def rust(place: Path) -> list[Step]:
    """The same program with and without a list of its crates in it, and its sources."""
    tools = WORK / "tools/cargo"
    if not (tools / "bin/cargo-auditable").exists():
        run("cargo", "install", "-q", "cargo-auditable", f"--root={tools}", cwd=place)
    built = step(place, "built", "RUN cargo auditable build --release")
    project = built.root / "src/shop"
    write(project / "Cargo.toml", CARGO)
    write(project / "src/main.rs", 'fn main() {\n    clap::Command::new("shop");\n}\n')
    env = {"PATH": f"{tools / 'bin'}:{os.environ['PATH']}", "CARGO_TARGET_DIR": str(place / "target")}
    for kind, command in (("auditable", ("cargo", "auditable", "build")), ("plain", ("cargo", "build"))):
        run(*command, "-q", "--release", cwd=project, env=env)
        (built.root / "app").mkdir(exist_ok=True)
        shutil.copy(place / "target/release/shop", built.root / "app" / kind)
    installed = step(place, "installed", "COPY --from=build /usr/local/cargo /usr/local/cargo")
    (installed.root / "usr/local/cargo/bin").mkdir(parents=True)
    shutil.copy(tools / "bin/cargo-auditable", installed.root / "usr/local/cargo/bin")
    for name in (".crates.toml", ".crates2.json"):
        shutil.copy(tools / name, installed.root / "usr/local/cargo")
    return [built, installed]


POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>2.7.18</version>
  </parent>
  <groupId>com.example</groupId>
  <artifactId>shop</artifactId>
  <version>1.0.0</version>
  <packaging>{packaging}</packaging>
  <dependencies>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-actuator</artifactId></dependency>
    <dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId><version>31.0-jre</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId></dependency>
    <dependency><groupId>commons-io</groupId><artifactId>commons-io</artifactId><version>2.11.0</version></dependency>
    <dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>
    <dependency><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-stdlib</artifactId></dependency>
  </dependencies>
  <build><plugins>
    <plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin>
  </plugins></build>
</project>
"""
APPLICATION = """package com.example;

@org.springframework.boot.autoconfigure.SpringBootApplication
public class Shop {
    public static void main(String[] args) { org.springframework.boot.SpringApplication.run(Shop.class, args); }
}
"""


def java(place: Path) -> list[Step]:
    """A fat jar and a war of Spring Boot, loose jars, and the sources with pom.xml."""
    made = []
    for packaging in ("jar", "war"):
        project = place / packaging
        write(project / "pom.xml", POM.format(packaging=packaging))
        write(project / "src/main/java/com/example/Shop.java", APPLICATION)
        run("mvn", "-q", "-B", "-DskipTests", "package", cwd=project)
        one = step(place, f"{packaging}-layer", f"COPY target/shop.{packaging} /app/")
        (one.root / "app").mkdir()
        shutil.copy(project / f"target/shop-1.0.0.{packaging}", one.root / "app")
        made.append(one)
    loose = step(place, "loose", "COPY lib /opt/shop/lib")
    target = loose.root / "opt/shop/lib"
    target.mkdir(parents=True)
    run("unzip", "-q", "-j", place / "jar/target/shop-1.0.0.jar", "BOOT-INF/lib/*.jar", "-d", target, cwd=place)
    write(loose.root / "src/shop/pom.xml", POM.format(packaging="jar"))
    return [*made, loose]


ASSEMBLIES = ("pythonnet==3.0.5", "aikernel-governance", "arrowsqlbcpy==0.2.1")


def dotnet(place: Path) -> list[Step]:
    """Wheels that carry assemblies and their .deps.json."""
    one = step(place, "assemblies", "RUN pip install pythonnet")
    for name in ASSEMBLIES:
        wheels.install((name,), one.root, PYTHON, "--no-deps")
    return [one]
