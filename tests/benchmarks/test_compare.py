import json
import shlex
import stat
import sys
from pathlib import Path

import pytest

from benchmarks import compare, differences, listings, rulings
from benchmarks.listings import Key, Listing, Ours
from benchmarks.rulings import Ruling, RulingError, judge
from tests.simulators.images import Image, Layer, write_layout, write_oci_archive
from tests.simulators.layers import file


@pytest.mark.parametrize(
    ("purl", "expected"),
    [
        ("pkg:deb/debian/perl@5.36-1?epoch=1&arch=amd64", ("deb", "perl", "1:5.36-1")),
        ("pkg:deb/ubuntu/perl@1:5.36-1", ("deb", "perl", "1:5.36-1")),
        ("pkg:rpm/redhat/bash@5.1-6.el9?epoch=0&distro=rhel-9", ("rpm", "bash", "5.1-6.el9")),
        ("pkg:apk/alpine/musl@1.2.4-r2?distro=3.18", ("apk", "musl", "1.2.4-r2")),
        ("pkg:pypi/Ruamel.YAML@0.18.6", ("pypi", "ruamel-yaml", "0.18.6")),
        ("pkg:npm/%40types/node@18.0.0", ("npm", "@types/node", "18.0.0")),
        ("pkg:golang/github.com/spf13/cobra@v1.8.0", ("golang", "github.com/spf13/cobra", "1.8.0")),
        ("pkg:golang/github.com/mikefarah/yq@v4.43.1#v4", ("golang", "github.com/mikefarah/yq/v4", "4.43.1")),
        ("pkg:golang/stdlib@go1.22.1", ("golang", "stdlib", "1.22.1")),
        ("pkg:golang/example.com/app@%28devel%29", ("golang", "example.com/app", "")),
        ("pkg:maven/com.google.guava/guava@31.0-jre", ("maven", "com.google.guava/guava", "31.0-jre")),
        ("pkg:nuget/Newtonsoft.Json@13.0.3", ("nuget", "newtonsoft.json", "13.0.3")),
    ],
)
def test_purls_of_different_tools_become_one_key(purl: str, expected: tuple[str, str, str]) -> None:
    assert listings.key(purl, "", "", "") == expected


@pytest.mark.parametrize("purl", ["", "pkg:", "no url"])
def test_without_a_purl_the_words_of_the_tool_count(purl: str) -> None:
    assert listings.key(purl, "python-pkg", "PyYAML", "6.0") == ("pypi", "pyyaml", "6.0")


def test_only_what_is_in_the_final_image_is_ours() -> None:
    def row(name: str, hidden_by: int | None = None) -> dict[str, object]:
        return {
            "purl": f"pkg:npm/{name}@1",
            "ecosystem": "npm",
            "name": name,
            "version": "1",
            "path": f"a/{name}",
            "hidden_by": hidden_by,
            "evidence": ["lock"],
        }

    document = {
        "packages": [row("there"), row("gone", 2)],
        "declared": [row("named")],
        "left_out": [row("stale") | {"reason": "replaced"}],
        "unknowns": [{"path": "x", "reason": "broken"}],
    }
    ours = listings.read_pratique(document)
    assert ours.installed == {Key("npm", "there", "1"): {"a/there", "lock"}}
    assert list(ours.declared) == [Key("npm", "named", "1")]
    assert ours.left_out == {Key("npm", "stale", "1"): "replaced"}
    assert ours.unknowns == ["x: broken"]


def test_trivys_cyclonedx_names_the_file_above_a_package() -> None:
    def library(name: str, *notes: tuple[str, str]) -> dict[str, object]:
        purl = f"pkg:cargo/{name}@1"
        properties = [{"name": f"aquasecurity:trivy:{key}", "value": value} for key, value in notes]
        return {
            "bom-ref": purl,
            "type": "library",
            "name": name,
            "version": "1",
            "purl": purl,
            "properties": properties,
        }

    document = {
        "components": [
            {"bom-ref": "file", "type": "application", "name": "src/Cargo.lock"},
            {"bom-ref": "os", "type": "operating-system", "name": "debian"},
            library("direct"),
            library("below"),
            library("lone", ("FilePath", "app/lone")),
        ],
        "dependencies": [
            {"ref": "file", "dependsOn": ["pkg:cargo/direct@1"]},
            {"ref": "pkg:cargo/direct@1", "dependsOn": ["pkg:cargo/below@1"]},
            {"ref": "pkg:cargo/below@1", "dependsOn": ["pkg:cargo/direct@1"]},
        ],
    }
    assert listings.read_trivy(document) == {
        Key("cargo", "direct", "1"): {"src/Cargo.lock"},
        Key("cargo", "below", "1"): {"src/Cargo.lock"},
        Key("cargo", "lone", "1"): {"app/lone"},
    }


def test_jars_without_a_group_take_that_of_another_tool() -> None:
    known, bare, other = (Key("maven", name, "1") for name in ("g/a", "a", "b"))
    made = listings.aligned({"pratique": {known: {"x"}}, "syft": {bare: {"y"}, other: {"z"}}})
    assert made == {"pratique": {known: {"x"}}, "syft": {known: {"y"}, other: {"z"}}}


A, B, C, D = (Key("npm", name, "1") for name in "abcd")
LISTS: dict[str, Listing] = {
    "pratique": {A: {"p/a"}, B: {"p/b"}},
    "trivy": {A: {"p/a"}, C: {"p/c"}},
    "syft": {A: {"p/a"}, C: {"p/c"}, D: {"p/d"}},
}


def test_without_rulings_whoever_lists_a_package_is_believed() -> None:
    found = judge("image", LISTS, ())
    assert found.same == {A}
    assert found.truth == {A, B, C, D}
    assert (found.recall("pratique"), found.precision("pratique")) == (0.5, 1.0)
    assert (found.recall("syft"), found.precision("syft")) == (0.75, 1.0)


def test_rulings_change_the_truth_for_all() -> None:
    found = judge(
        "image",
        LISTS,
        (
            Ruling("pratique", "no package", name=("x", "c"), listed=frozenset(("trivy", "syft"))),
            Ruling("syft", "never met: listed by one", name=("b",), listed=frozenset(("syft",))),
            Ruling("either", "taste", path=("p/d",)),
        ),
    )
    assert found.truth == {A, B}
    assert (found.recall("pratique"), found.precision("pratique")) == (1.0, 1.0)
    assert (found.recall("trivy"), found.precision("trivy")) == (0.5, 0.5)
    assert found.precision("syft") == 0.5


def test_the_first_ruling_decides_and_patterns_all_must_fit() -> None:
    first = Ruling("trivy", "first", type=("npm",), image=("im*",))
    found = judge("image", LISTS, (Ruling("syft", "other image", image=("x",)), first, Ruling("syft", "second")))
    assert {each.ruling for each in found.differences} == {first}
    assert found.truth == {A, C}


def test_empty_lists_have_no_figures() -> None:
    found = judge("image", {"pratique": {}, "syft": {}}, ())
    assert found.recall("pratique") is None
    assert found.precision("syft") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ruling = 1",
        "[[ruling]]\nright = 'nobody'\nwhy = 'x'",
        "[[ruling]]\nright = 'trivy'",
        "[[ruling]]\nright = 'trivy'\nwhy = 'x'\nnmae = 'y'",
        "[[ruling]]\nright = 'trivy'\nwhy = 'x'\nlisted = ['grype']",
        "[[ruling]]\nright = 'trivy'\nwhy = 'x'\nname = [1]",
        "[[ruling]]\nright = 'trivy'\nwhy = 'x'\nname = []",
    ],
)
def test_wrong_rulings_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "rulings.toml"
    path.write_text(text)
    with pytest.raises(RulingError, match=r"rulings\.toml"):
        rulings.read(path)


def test_the_projects_rulings_can_be_read_and_say_why_in_one_line() -> None:
    found = rulings.read()
    assert len(set(found)) == len(found) > 20
    assert all("\n" not in each.why and "|" not in each.why for each in found)


def test_a_missing_package_is_told_with_what_is_known_of_it() -> None:
    ours = Ours(LISTS["pratique"], declared={C: {"lock"}}, left_out={D: "stale"})
    text = "\n".join(differences.lines(judge("image", LISTS, ()), ours))
    assert "missing: npm c 1 [trivy, syft] at p/c; declared here by lock; NOT RULED ON" in text
    assert "missing: npm d 1 [syft] at p/d; left out here: stale; NOT RULED ON" in text
    assert "only here: npm b 1 [pratique] at p/b; NOT RULED ON" in text


def test_markdown_counts_differences_by_their_reason() -> None:
    why = "no package"
    found = judge("image", LISTS, (Ruling("pratique", why, name=("b",)), Ruling("pratique", why, name=("c",))))
    lines = list(differences.markdown([found]))
    assert "| image | 2 | 2 | 3 | 1 | 66.6 / 33.3 / 66.6 | 100.0 / 50.0 / 66.6 |" in lines
    assert f"| {why} | 2 | pratique |" in lines
    assert "| not ruled on: whoever lists it is believed | 1 | |" in lines


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


SYFT = """import json
print(json.dumps({"artifacts": [{"purl": "pkg:npm/left-pad@1.3.0", "type": "npm", "name": "left-pad",
    "version": "1.3.0", "locations": [{"path": "/app/node_modules/left-pad/package.json"}]}]}))
"""
TRIVY = """import json, sys
place = [each for each in sys.argv if each.startswith("--input=")][0].removeprefix("--input=")
assert open(place + "/oci-layout").read()
print(json.dumps({"components": [{"bom-ref": "x", "type": "library", "name": "kept", "version": "2",
    "purl": "pkg:npm/kept@2"}]}))
"""


@pytest.mark.parametrize("kind", ["layout", "archive"])
def test_an_image_is_read_by_all_and_the_peers_lists_are_kept(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = json.dumps({"name": "left-pad", "version": "1.3.0"})
    image = Image((Layer((file("app/node_modules/left-pad/package.json", manifest),)),))
    target = tmp_path / ("app.oci" if kind == "layout" else "app.oci.tar")
    (write_layout if kind == "layout" else write_oci_archive)(target, [image])
    script(tmp_path / "tools/bin/syft", SYFT)
    script(tmp_path / "tools/bin/trivy", TRIVY)
    command = shlex.join((sys.executable, "-m", "pratique"))
    arguments = ["compare", str(target), "--pratique", command, "--least", "90"]
    kept, page = tmp_path / "kept", tmp_path / "page.md"

    monkeypatch.setattr("sys.argv", [*arguments, "--tools", str(tmp_path / "tools/bin"), "--store", str(kept)])
    assert compare.main() == 1
    first = capsys.readouterr().out
    assert "missing: npm kept 2 [trivy] NOT RULED ON" in first
    assert "only some: npm left-pad 1.3.0 [pratique, syft]" in first

    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.argv", [*arguments, "--peers", str(kept), "--markdown", str(page)])
    assert compare.main() == 1
    assert capsys.readouterr().out == first
    assert "| app | 1 | 1 | 1 | 0 |" in page.read_text()


def test_an_image_that_cannot_be_read_is_no_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = shlex.join((sys.executable, "-m", "pratique"))
    monkeypatch.setattr("sys.argv", ["compare", str(tmp_path / "none.tar"), "--pratique", command])
    compare.main()
    assert "exit code 4" in capsys.readouterr().err
