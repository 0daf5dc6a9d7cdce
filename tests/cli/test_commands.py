"""What each command does."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from pratique import __version__
from pratique.cli import COMMANDS
from tests.advisories.mirror import Mirror
from tests.cli.process import CLEAN, DEBIAN, VULNERABLE, image, pratique
from tests.inventory.layering import metadata, os_release, status
from tests.net.site import Site
from tests.simulators.images import Image, Layer, write_oci_archive
from tests.simulators.layers import file, folder, hard_link, symlink, whiteout


def test_version(tmp_path: Path) -> None:
    for words in (("--version",), ("scan", "--version")):
        answer = pratique(tmp_path, *words)
        assert (answer.code, answer.out) == ((0, f"pratique {__version__}\n") if len(words) == 1 else (2, ""))


def test_help_names_every_command_and_exit_code(tmp_path: Path) -> None:
    answer = pratique(tmp_path, "--help")
    assert answer.code == 0
    assert all(name in answer.out for name in COMMANDS)
    assert "0 admit, 1 deny, 2 usage, 3 unknown, 4 input" in " ".join(answer.out.split())
    for name in COMMANDS:
        assert pratique(tmp_path, name, "--help").code == 0


# ---- sbom and files ------------------------------------------------------------------------------------------------


def test_sbom(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    write_oci_archive(path, [Image((Layer(VULNERABLE), Layer((whiteout("usr/lib/python3"),))))])
    document = json.loads(pratique(tmp_path, "sbom", path, "-f", "json").out)
    assert {(row["purl"], row["hidden_by"]) for row in document["packages"]} == {
        ("pkg:deb/debian/bash@5.1-2?arch=amd64&distro=debian-11", None),
        ("pkg:pypi/django@2.2.1", 1),
    }
    table = pratique(tmp_path, "sbom", path).out
    assert "bash" in table
    assert "Django" not in table
    assert "Django" in pratique(tmp_path, "sbom", path, "--all").out


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    first = Layer((folder("bin", 0o755), file("bin/sh", "1234", 0o4755), hard_link("bin/bash", "bin/sh"), file("gone")))
    write_oci_archive(
        path, [Image((first, Layer((symlink("lib", "usr/lib"), whiteout("gone"), file("new/deep/x", "12")))))]
    )
    assert pratique(tmp_path, "files", path).out == (
        "d 0755            0    0 bin\n"
        "l 0777            0    1 lib -> usr/lib\n"
        "d 0755            0    - new\n"
        "f 0644            0    0 bin/bash\n"
        "f 4755            4    0 bin/sh\n"
        "d 0755            0    - new/deep\n"
        "f 0644            2    1 new/deep/x\n"
    )
    assert pratique(tmp_path, "files", path, "/new/").out.count("\n") == 3
    assert pratique(tmp_path, "files", path, "bin/sh").out.count("\n") == 1
    answer = pratique(tmp_path, "files", path, "gone")
    assert (answer.code, answer.out) == (4, "")
    assert answer.err.startswith("pratique: gone: not in the image")


def test_a_root_file_system(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "os-release").write_text("ID=debian\nVERSION_ID=11\n")
    document = json.loads(pratique(tmp_path, "sbom", root, "-f", "json").out)
    assert document["distro"]["ecosystem"] == "Debian:11"


# ---- versions ------------------------------------------------------------------------------------------------------


def test_versions(tmp_path: Path) -> None:
    answer = pratique(tmp_path, "versions", "dpkg", given=b"1.9 1.10\n\n1:1 2\n  1.0-1\t1.0-1  \n")
    assert (answer.code, answer.out, answer.err) == (0, "<\n>\n=\n", "")
    assert pratique(tmp_path, "versions", "npm", given=b"").out == ""


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (b"1.0\n", "line 1: 1 words, not two versions"),
        (b"1.0.0 1.0.1\n1 2 3\n", "line 2: 3 words, not two versions"),
        (b"1.0.0 latest\n", "line 1: "),
        (b"1.0.0 \xff\xfe\n", "line 1: "),
    ],
)
def test_lines_that_are_no_versions(given: bytes, complaint: str, tmp_path: Path) -> None:
    answer = pratique(tmp_path, "versions", "npm", given=given)
    assert answer.code == 4
    assert complaint in answer.err
    assert answer.err.count("\n") == 1


# ---- completion ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, tmp_path: Path) -> None:
    answer = pratique(tmp_path, "completion", shell)
    assert (answer.code, answer.err) == (0, "")
    assert all(name in answer.out for name in COMMANDS)
    assert "--fail-on" in answer.out or "fail-on" in answer.out
    if shutil.which(shell):
        subprocess.run((shell, "-n"), input=answer.out.encode(), check=True, capture_output=True)


# ---- db --------------------------------------------------------------------------------


def test_update_from_a_folder_and_status(tmp_path: Path, mirror: Path) -> None:
    answer = pratique(tmp_path, "db", "update", "--source", mirror, "PyPI", "Debian:12", "go")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "Debian: 3 written, 0 removed, 3 held\n"
        "Go: 1 written, 0 removed, 1 held\n"
        "PyPI: 3 written, 0 removed, 3 held\n"
        "KEV: 1 written, 0 removed, 1 held\n"
        "EPSS: 2 written, 0 removed, 2 held\n"
    )
    again = pratique(tmp_path, "db", "update", more={"PRATIQUE_SOURCE": str(mirror)})
    assert again.out.splitlines()[0] == "Debian: unchanged, 3 records"
    shown = pratique(tmp_path, "db", "status")
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert lines[0].startswith(f"database {tmp_path}/cache/advisories.sqlite, ")
    assert [line.split()[0] for line in lines[1:]] == ["ecosystem", "Debian", "EPSS", "Go", "KEV", "PyPI"]
    assert "just now" in lines[2]
    assert str(mirror) in lines[2]


def test_update_over_http(tmp_path: Path, mirror: Path) -> None:
    with Site(mirror) as site:
        first = pratique(tmp_path, "db", "update", "--source", site.url, "PyPI")
        assert (first.code, first.err) == (0, "")
        assert "PyPI: 3 written, 0 removed, 3 held" in first.out
        assert "/PyPI/all.zip" in site.paths()
        site.asked.clear()
        second = pratique(tmp_path, "db", "update", "--source", site.url)
        assert "PyPI: unchanged, 3 records" in second.out
        assert "/PyPI/all.zip" not in site.paths()


def test_update_without_a_network(tmp_path: Path) -> None:
    for words, more in ((("--offline",), {}), ((), {"PRATIQUE_OFFLINE": "1"})):
        answer = pratique(tmp_path, "db", "update", "PyPI", "--source", "http://127.0.0.1:9", *words, more=more)
        assert (answer.code, answer.out) == (3, "")
        assert answer.err.count("\n") == 1


def test_update_of_what_there_is_not(tmp_path: Path, mirror: Path) -> None:
    answer = pratique(tmp_path, "db", "update", "--source", mirror, "Debain")
    assert answer.code == 2
    assert "did you mean Debian?" in answer.err
    nothing = pratique(tmp_path, "db", "update", "--source", mirror)
    assert nothing.code == 2
    assert "no ecosystem to update" in nothing.err
    assert pratique(tmp_path, "db", "update", "--source", "nowhere", "PyPI").code == 2


def test_status_of_nothing(tmp_path: Path) -> None:
    answer = pratique(tmp_path, "db", "status")
    assert (answer.code, answer.out) == (3, "")
    assert "pratique db update" in answer.err


# ---- scan --------------------------------------------------------------------------------


def test_a_first_scan_fetches_what_the_image_needs(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "mirror")
    path = image(tmp_path, *VULNERABLE)
    with Site(mirror.folder) as site:
        answer = pratique(tmp_path, "scan", path, "--source", site.url)
        assert (answer.code, answer.err) == (1, "")
        asked = {one.split("/")[1] for one in site.paths()}
        assert {"PyPI", "Debian"} <= asked
        assert {"Go", "Maven"} & asked == set()
        site.asked.clear()
        assert pratique(tmp_path, "scan", path, "--source", site.url).code == 1
        assert site.asked == []
    assert pratique(tmp_path, "scan", path).code == 1


def test_without_network_the_baseline_judges_and_says_so(tmp_path: Path) -> None:
    old = (os_release("debian", "11"), status("bash 5.1-2"), metadata("Django", "2.2.1"))
    answer = pratique(tmp_path, "scan", image(tmp_path, *old), "--source", "http://127.0.0.1:9", "-f", "json")
    first, second, third = answer.err.splitlines()
    assert first.startswith("pratique: advisories for Debian, PyPI could not be fetched: ")
    assert second.startswith("pratique: THERE IS NO ADVISORY DATABASE: only the built-in baseline judges")
    assert "pratique db update" in third
    assert json.loads(answer.out)["provenance"]["baseline"] is True


def test_the_baseline_alone_admits_nothing_unless_it_was_asked_for(tmp_path: Path) -> None:
    path = image(tmp_path, metadata("attrs", "25.3.0"))
    answer = pratique(tmp_path, "scan", path, "--offline", "-f", "json")
    document = json.loads(answer.out)
    assert (answer.code, document["verdict"]["outcome"]) == (3, "unknown")
    assert "baseline" in document["gaps"][0]
    assert pratique(tmp_path, "scan", path, "--advisories", "baseline").code == 0


def test_the_baseline_by_request(tmp_path: Path) -> None:
    path = image(tmp_path, DEBIAN, status("bash 5.1-2"), metadata("Django", "2.2.1"))
    answer = pratique(tmp_path, "scan", path, "--advisories", "baseline", "-f", "json")
    assert answer.err == ""
    document = json.loads(answer.out)
    assert document["provenance"]["baseline"] is True
    assert [row["ecosystem"] for row in document["provenance"]["advisories"]] == ["baseline"]


def test_a_damaged_database_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "db").write_bytes(b"nonsense" * 1000)
    answer = pratique(tmp_path, "scan", image(tmp_path, *CLEAN), "--db", "db", "--offline")
    assert (answer.code, answer.out) == (3, "")
    assert "pratique db update" in answer.err


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, database: Path) -> None:
    packages = [f"package-{at} {at}" for at in range(200)]
    path = image(
        tmp_path, DEBIAN, status(*packages), *VULNERABLE[2:], metadata("requests", "2.19.0"), file("z/METADATA")
    )
    outputs = set()
    for seed, options in (("1", ()), ("2", ()), ("3", ("--no-cache",)), ("4", ())):
        for form in ("json", "table"):
            words = ("scan", path, "--db", database, "-f", form, *options)
            answer = pratique(tmp_path, *words, more={"PYTHONHASHSEED": seed})
            assert answer.code == 1
            outputs.add((form, answer.out))
    assert len(outputs) == 2
    assert any("2026-09-21T14:13:20Z" in text for _, text in outputs)
