import gzip
import io
import mmap
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique import limits
from pratique.errors import UnreadableFileError
from pratique.packages.java.archive import parse
from pratique.packages.java.filename import SUFFIXES
from pratique.packages.registry import ANALYZERS
from pratique.records.facts import Found
from pratique.records.file import Data, File, Unknown
from pratique.records.package import Package, Requires

SHARED = Path(__file__).parents[3].parent / "shared"
TESTDATA = Path(__file__).parents[1] / "testdata" / "java-archive"
GREETER = (TESTDATA / "own-properties" / "input").read_bytes()


def jar(files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def pom(artifact: str, version: str = "1.0", group: str = "org.example") -> tuple[str, bytes]:
    text = f"version={version}\ngroupId={group}\nartifactId={artifact}\n"
    return f"META-INF/maven/{group}/{artifact}/pom.properties", text.encode()


def records(data: Data, path: str = "app.jar") -> list[Found | Unknown]:
    return list(parse(File(path, 0o644, len(data), data)))


def packages(data: Data, path: str = "app.jar") -> dict[str, tuple[str, str]]:
    found = {}
    for record in records(data, path):
        assert isinstance(record, Found)
        assert isinstance(record.fact, Package)
        assert record.path not in found
        found[record.path] = (record.fact.name, record.fact.version)
    return found


def unknowns(data: Data, path: str = "app.jar") -> list[tuple[str, str]]:
    return [(record.path, record.reason) for record in records(data, path) if isinstance(record, Unknown)]


def test_suffixes_are_claimed_in_lower_case() -> None:
    assert set(SUFFIXES) == {
        suffix for one in ANALYZERS if one.name == "java-archive" for suffix in one.claims.suffixes
    }
    assert all(suffix == suffix.lower() for suffix in SUFFIXES)
    assert ".zip" not in SUFFIXES


def test_the_same_package_by_properties_and_manifest_is_one_record() -> None:
    manifest = b"Implementation-Title: pilot\nImplementation-Version: 1.0\nBundle-SymbolicName: org.example.pilot\n"
    data = jar({"META-INF/MANIFEST.MF": manifest, **dict([pom("pilot")])})
    assert packages(data, "lib/pilot-1.0.jar") == {"lib/pilot-1.0.jar": ("org.example:pilot", "1.0")}


def project(artifact: str, more: str = "", version: str = "1.0", group: str = "org.example") -> tuple[str, bytes]:
    text = f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>{more}"
    return f"META-INF/maven/{group}/{artifact}/pom.xml", f"<project>{text}</project>".encode()


def needing(artifact: str) -> str:
    return (
        f"<dependencies><dependency><groupId>g</groupId><artifactId>{artifact}</artifactId></dependency></dependencies>"
    )


def test_each_merged_artifact_has_its_own_needs_and_licences() -> None:
    licence = "<licenses><license><name>MIT</name></license></licenses>"
    files = [
        pom("pilot"),
        project("pilot", needing("rope") + licence),
        pom("rope", "2"),
        project("rope", needing("hemp")),
    ]
    found = [record for record in records(jar(dict(files)), "pilot.jar") if isinstance(record, Found)]
    pilot, needs, rope, needs_of_rope = (record.fact for record in found)
    assert pilot == Package("maven", "org.example:pilot", "1.0", licenses=("MIT",))
    assert needs == Requires("maven", "org.example:pilot", "1.0", ("g:rope",))
    assert rope == Package("maven", "org.example:rope", "2")
    assert needs_of_rope == Requires("maven", "org.example:rope", "2", ("g:hemp",))


def test_the_manifest_goes_before_the_licences_of_the_project() -> None:
    licence = "<licenses><license><name>MIT</name></license></licenses>"
    data = jar({"META-INF/MANIFEST.MF": b"Bundle-License: ISC\n", **dict([pom("pilot"), project("pilot", licence)])})
    (record,) = records(data, "pilot-1.0.jar")
    assert isinstance(record, Found)
    assert isinstance(record.fact, Package)
    assert record.fact.licenses == ("ISC",)


def test_a_project_without_properties_proves_a_package_too() -> None:
    data = jar(dict([project("pilot"), project("rope", version="2"), ("META-INF/maven/x/y/pom.xml", b"<project/>")]))
    assert packages(data, "pilot-1.0.jar") == {
        "pilot-1.0.jar": ("org.example:pilot", "1.0"),
        "pilot-1.0.jar!/META-INF/maven/org.example/rope/pom.xml": ("org.example:rope", "2"),
    }


@pytest.mark.parametrize("files", [[pom("pilot")], []])
def test_a_broken_project_is_told_once_and_hides_no_package(files: list[tuple[str, bytes]]) -> None:
    data = jar({**dict(files), project("pilot")[0]: b"<project>"})
    package, unknown = sorted(records(data, "pilot-1.0.jar"), key=lambda record: isinstance(record, Unknown))
    assert isinstance(package, Found)
    assert isinstance(unknown, Unknown)
    assert unknown.path == "pilot-1.0.jar!/META-INF/maven/org.example/pilot/pom.xml"


def test_projects_elsewhere_are_none() -> None:
    """Archetypes have those of what they make."""
    assert packages(jar({"archetype-resources/pom.xml": project("pilot")[1]})) == {"app.jar": ("app", "")}


def test_sboms_that_the_build_left() -> None:
    data = jar(
        {
            "META-INF/sbom/application.cdx.json": (
                b'{"bomFormat": "CycloneDX", "components": [{"purl": "pkg:maven/org.example/mast@2.0"}]}'
            ),
            "META-INF/sbom/bom.json": b"[]",
            "META-INF/sbom/broken.cdx.json": b'{"bomFormat": "CycloneDX", "compo',
            "META-INF/sbom/notes.txt": b"",
            "BOOT-INF/classes/META-INF/sbom/application.cdx.json": b"",
        }
    )
    found = {record.path: record.fact for record in records(data, "app.jar") if isinstance(record, Found)}
    fact = found["app.jar!/META-INF/sbom/application.cdx.json"]
    assert isinstance(fact, Package)
    assert (fact.name, fact.version, fact.declared) == ("org.example:mast", "2.0", True)
    assert [record.path for record in records(data, "app.jar") if isinstance(record, Unknown)] == [
        "app.jar!/META-INF/sbom/broken.cdx.json"
    ]


def test_the_same_properties_twice_are_one_record() -> None:
    name, content = pom("pilot")
    data = jar({name: content, f"WEB-INF/classes/{name}": content, **dict([pom("rope", "2")])})
    assert packages(data, "pilot.war") == {
        "pilot.war": ("org.example:pilot", "1.0"),
        "pilot.war!/META-INF/maven/org.example/rope/pom.properties": ("org.example:rope", "2"),
    }


def test_properties_elsewhere_are_none() -> None:
    assert packages(jar({"archetype/pom.properties": b"groupId=g\nartifactId=a\n", "x/META-INF/MANIFEST.MF": b""})) == {
        "app.jar": ("app", "")
    }


def test_manifests_elsewhere_are_no_archives() -> None:
    """OpenTelemetry's agent has all of itself a second time in a folder."""
    agent = jar({"META-INF/MANIFEST.MF": b"", "inst/META-INF/MANIFEST.MF": b"", "inst/x/pom.properties": b""})
    assert packages(agent, "agent-1.0.jar") == {"agent-1.0.jar": ("agent", "1.0")}


@pytest.mark.parametrize("folder", ["lib/main", "opt/keycloak/lib/lib/boot", "quarkus-app/lib/deployment"])
def test_in_quarkus_applications_names_have_a_group(folder: str) -> None:
    path = f"{folder}/org.example.harbour.pilot-1.0.jar"
    manifest = b"Bundle-SymbolicName: org.example.harbour.pilot\n"
    assert packages(jar({"META-INF/MANIFEST.MF": manifest}), path) == {path: ("org.example.harbour:pilot", "1.0")}


def test_placeholders_are_no_versions() -> None:
    data = jar(dict([pom("pilot", "${project.version}")]))
    assert packages(data, "pilot-1.2.jar") == {"pilot-1.2.jar": ("org.example:pilot", "1.2")}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("folder", ["BOOT-INF/lib", "WEB-INF/lib", "lib", "a/b"])
def test_nested(folder: str, method: int) -> None:
    data = jar({f"{folder}/greeter-core-1.2.0.jar": GREETER}, method)
    assert packages(data) == {
        "app.jar": ("app", ""),
        f"app.jar!/{folder}/greeter-core-1.2.0.jar": ("org.example.harbour:greeter-core", "1.2.0"),
    }


def test_a_mapped_file_can_be_closed_afterwards(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(jar({"lib/greeter-core-1.2.0.jar": GREETER, "lib/bad.jar": b"bad"}))
    with (tmp_path / "x").open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        assert len(records(data)) == 3
        data.close()


@pytest.mark.parametrize("content", [b"Rar!\x1a\x07\0", b"MThd\0\0", b""])
def test_other_files_with_these_suffixes(content: bytes) -> None:
    assert records(content, "x.rar") == []
    assert packages(jar({"x.rar": content})) == {"app.jar": ("app", "")}


def test_damage_in_one_place_does_not_hide_the_rest() -> None:
    name, content = pom("pilot")
    data = jar(
        {
            "META-INF/maven/org.example/big/pom.properties": b"#" * 70_000,
            name: content,
            "a.jar": b"PK",
            "b.jar": GREETER,
        }
    )
    found = records(data, "pilot-1.0.jar")
    assert [record.path for record in found if isinstance(record, Unknown)] == [
        "pilot-1.0.jar!/META-INF/maven/org.example/big/pom.properties",
        "pilot-1.0.jar!/a.jar",
    ]
    assert [record.path for record in found if isinstance(record, Found)] == ["pilot-1.0.jar", "pilot-1.0.jar!/b.jar"]


def test_no_archive() -> None:
    with pytest.raises(UnreadableFileError):
        records(b"<html>not found</html>")


def test_too_many_bytes_end_in_one_unknown_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NESTED_ARCHIVE_SIZE_LARGEST", 240_000)
    found = records(jar({f"{number}.jar": GREETER for number in range(9)}))
    opened = [record.path for record in found if isinstance(record, Found)]
    assert opened == ["app.jar", "app.jar!/0.jar", "app.jar!/1.jar", "app.jar!/2.jar", "app.jar!/3.jar"]
    *inside, last = [record for record in found if isinstance(record, Unknown)]
    assert [record.path.partition("!/META-INF")[0] for record in inside] == ["app.jar!/3.jar"]
    assert last.path == "app.jar!/4.jar"
    assert last.reason.endswith("(nor were 4 archives behind it)")


def test_a_bomb_is_not_inflated() -> None:
    inner = jar({"x.jar": b"\0" * (4 << 20)}, zipfile.ZIP_DEFLATED)
    data = bytearray(jar({"a.jar": inner}, zipfile.ZIP_DEFLATED))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (1 << 31).to_bytes(4, "little")
    ((path, reason),) = unknowns(bytes(data))
    assert path == "app.jar!/a.jar"
    assert "1024 MiB" in reason


def test_an_archive_that_lists_one_member_a_thousand_times_ends() -> None:
    """Every level lists the level below it 1,000 times in the same place: 1,000 ** 7 archives to open."""
    data = b""
    for _ in range(7):
        single = jar({"a.jar": data})
        at = single.rindex(b"PK\x01\x02")
        entry, end = single[at:-22], bytearray(single[-22:])
        end[12:16] = (1000 * len(entry)).to_bytes(4, "little")
        data = single[:at] + 1000 * entry + bytes(end)
    start = time.process_time()
    found = records(data)
    assert time.process_time() - start < 60
    assert any("in one archive" in record.reason for record in found if isinstance(record, Unknown))
    assert len(found) < 100_000


@pytest.mark.skipif(not (SHARED / "hostile").is_dir(), reason="no hostile images beside the checkout")
def test_hostile_nesting_is_said_to_be_too_deep() -> None:
    with tarfile.open(SHARED / "hostile" / "c12-jar-nested-300.oci.tar") as image:
        layers = [
            image.extractfile(member) for member in image.getmembers() if "blobs" in member.name and member.isfile()
        ]
        blobs = [blob.read() for blob in layers if blob is not None]
    tried = 0
    for blob in blobs:
        if blob[:2] != b"\x1f\x8b":
            continue
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob))) as layer:
            if "app/deep.jar" in layer.getnames():
                file = layer.extractfile("app/deep.jar")
                assert file is not None
                ((path, reason),) = unknowns(file.read(), "app/deep.jar")
                assert path.count("!/") == limits.NESTED_ARCHIVE_DEPTH + 1
                assert "deep" in reason
                tried += 1
    assert tried == 1


NESTED = jar({"lib/greeter-core-1.2.0.jar": GREETER, **dict([pom("pilot")])})


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from([GREETER, NESTED, (TESTDATA / "enterprise" / "input").read_bytes()]),
    st.integers(0, 1 << 14),
    st.one_of(st.binary(min_size=1, max_size=8), st.just(b"\xff\xff\xff\xff")),
)
def test_any_bytes_give_records_or_our_error(whole: bytes, at: int, junk: bytes) -> None:
    at %= len(whole)
    try:
        found = records(whole[:at] + junk + whole[at + len(junk) :])
    except UnreadableFileError:
        return
    assert all(record.path.startswith("app.jar") for record in found)
