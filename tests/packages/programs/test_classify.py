"""Programs by their own bytes: every rule on a slice of a real program.

`slices.json` holds for each rule the name of a file, a few hundred bytes of it around the version (base64; where a rule
wants more proof, that behind a NUL), and what it is. They are cut out of packages of Debian 11 to 14, of wheels, npm
packages and programs that Go built. `UNSEEN` names the rules that only documents vouch for.
"""

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.packages.programs.classify import classify, stem, wanted
from pratique.packages.programs.rules import RULES
from pratique.records.file import Data
from pratique.records.package import Package

SLICES = json.loads((Path(__file__).parent / "slices.json").read_text("utf-8"))
UNSEEN = """
    angie argocd buildkit cilium cockroachdb consul dockerize flux freenginx gitea grafana io.js istio k3s keydb
    keydb-short libressl loki nomad openj9 openresty percona-server telegraf tengine traefik vault zlib-ng
"""
HOST = Path("/usr")


def found(path: str, data: Data) -> list[Package]:
    return [record.fact for record in classify(path, data) if isinstance(record.fact, Package)]


@pytest.mark.parametrize("rule", sorted(SLICES))
def test_a_slice_of_a_real_program(rule: str) -> None:
    case = SLICES[rule]
    data = base64.b64decode(case["slice"])
    expected = Package(case["type"], case["name"], case["version"], vendor=case["vendor"])
    assert wanted(f"usr/local/bin/{case['file']}")
    assert found(f"usr/local/bin/{case['file']}", data) == [expected]
    assert found(f"usr/local/bin/{case['file']}", b"\0" * 600_000 + data + b"\0" * 600_000) == [expected]


def test_every_rule_is_proved_or_named() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert len(names) >= 90
    assert set(names) - set(SLICES) == set(UNSEEN.split())
    for rule in RULES:
        assert rule.anchors, rule.name
        assert "version" in re.compile(rule.pattern, re.DOTALL).groupindex, rule.name
        assert rule.files.split(), rule.name


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("usr/bin/python3.11", "python"),
        ("usr/lib/libpython3.13t.so.1.0", "libpython"),
        ("usr/sbin/php-fpm8.2", "php-fpm"),
        ("lib/x86_64-linux-gnu/libssl.so.3", "libssl"),
        ("site-packages/psycopg2.libs/libssl-81ffa89e.so.1.1", "libssl"),
        ("usr/bin/x86_64-linux-gnu-gcc-12", "gcc"),
        ("usr/lib/ruby/openssl.so", "openssl.so"),
        ("opt/node/bin/node", "node"),
        ("C/redis-server.exe", "redis-server"),
    ],
)
def test_names_without_their_versions(path: str, expected: str) -> None:
    assert stem(path) == expected


def test_names_that_say_nothing() -> None:
    for path in ("", "usr/bin/true", "usr/lib/libfoo.so.1", "README", "usr/bin/12"):
        assert not wanted(path)
        assert found(path, b"nginx version: nginx/1.2.3\0") == []


def test_a_version_that_lies_across_pieces_is_found_once() -> None:
    text = b"nginx version: nginx/1.27.4\n"
    border = 512 << 10
    for place in range(border - len(text) - 1, border + 2):
        data = bytearray(border + 4096)
        data[place : place + len(text)] = text
        assert [package.version for package in found("usr/sbin/nginx", memoryview(data))] == ["1.27.4"], place


def test_what_forks_say_counts_before_what_they_forked() -> None:
    said = b"nginx version: openresty/1.27.1.1\0nginx version: nginx/1.27.1\0"
    assert [package.name for package in found("usr/sbin/nginx", said)] == ["openresty"]


def test_of_two_versions_nobody_knows_which_is_right() -> None:
    one = b"\0" + b"3.11.4\0"
    assert [package.version for package in found("bin/python3.11", one)] == ["3.11.4"]
    assert found("bin/python3.11", one + b"\0" + b"3.11.5\0") == []
    assert [package.version for package in found("bin/python3.11", one + b"\0" + b"3.45.1\0")] == ["3.11.4"]  # SQLite's


def test_millions_of_anchors_end_soon_and_show_nothing() -> None:
    for path, anchor in (("bin/python3.11", b"\x003."), ("bin/containerd", b"\0go1."), ("bin/node", b"node.js/v")):
        assert found(path, anchor * 1_000_000) == []


def test_a_name_alone_is_no_version() -> None:
    for rule in RULES:
        for name in rule.files.split():
            assert found(f"bin/{name}", b"\x7fELF" + bytes(5000)) == [], rule.name


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(SLICES)), st.binary(max_size=64), st.integers(0, 600))
def test_any_bytes(rule: str, junk: bytes, at: int) -> None:
    case = SLICES[rule]
    data = base64.b64decode(case["slice"])
    for package in found(case["file"], data[:at] + junk + data[at:]):
        assert re.search(r"\d", package.version)


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="no dpkg on this machine")
@pytest.mark.parametrize("path", ["bin/bash", "bin/perl", "bin/git", "bin/openssl", "bin/curl"])
def test_agrees_with_the_package_manager_of_this_machine(path: str) -> None:
    program = HOST / path
    if not program.exists():
        pytest.skip(f"no {path} on this machine")
    done = subprocess.run(("dpkg-query", "-S", f"*/{path}"), capture_output=True, text=True, check=False, timeout=60)
    owners = [line.partition(":")[0] for line in done.stdout.splitlines() if line.endswith(f"/{path}")]
    if not owners:
        pytest.skip(f"{path} belongs to no package")
    shown = subprocess.run(
        ("dpkg-query", "-W", "-f", "${Version}", owners[0]), capture_output=True, text=True, check=True, timeout=60
    )
    (package,) = found(path, program.read_bytes())
    assert shown.stdout.partition(":")[2].startswith(package.version) or shown.stdout.startswith(package.version)
