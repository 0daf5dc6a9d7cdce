import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.packages.java import pom
from pratique.packages.java.identity import Coordinates

OWN = "<groupId>org.example</groupId><artifactId>tug</artifactId><version>2.1</version>"


def project(inside: str, own: str = OWN) -> bytes:
    return f"<project>{own}{inside}</project>".encode()


def dependency(artifact: str, more: str = "", group: str = "org.example") -> str:
    return f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>{more}</dependency>"


def dependencies(*rows: str) -> str:
    return f"<dependencies>{''.join(rows)}</dependencies>"


def version(text: str, properties: str = "", own: str = OWN) -> str:
    """What becomes of the version of a dependency."""
    inside = f"<properties>{properties}</properties>" + dependencies(dependency("rope", f"<version>{text}</version>"))
    return pom.read_needs(project(inside, own)).dependencies[0].version


def test_group_and_version_are_inherited() -> None:
    parent = "<parent><groupId>org.example</groupId><artifactId>fleet</artifactId><version>7</version></parent>"
    found = pom.read_needs(project("", parent + "<artifactId>tug</artifactId>"))
    assert found.coordinates == Coordinates("org.example", "tug", "7")
    assert version("${project.parent.version}", own=parent + OWN) == "7"
    assert version("${project.version}", own=parent + OWN) == "2.1"


@pytest.mark.parametrize("name", ["project.version", "pom.version", "version"])
def test_the_projects_own_version_by_all_its_names(name: str) -> None:
    assert version(f"${{{name}}}") == "2.1"


def test_a_property_goes_before_what_maven_knows_by_that_name() -> None:
    assert version("${version}", "<version>8</version>") == "8"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.0", "1.0"),
        (" 1.0\n", "1.0"),
        ("${a}.${b}", "1.2"),
        ("${c}", "1.2"),
        ("[1.0]", "1.0"),
        ("[1.0,2.0)", ""),
        ("(,2.0]", ""),
        ("LATEST", ""),
        ("RELEASE", ""),
        ("${nobody}", ""),
        ("${self}", ""),
        ("1.0|x", ""),
        ("@revision@", ""),
        ("9" * 300, ""),
    ],
)
def test_versions(text: str, expected: str) -> None:
    assert version(text, "<a>1</a><b>2</b><c>${a}.${b}</c><self>${self}</self>") == expected


def test_properties_that_multiply_end() -> None:
    properties = "<p0>1</p0>" + "".join(f"<p{n}>{f'${{p{n - 1}}}' * 20}</p{n}>" for n in range(1, 40))
    rows = [dependency(f"rope{n}", "<version>${p39}</version>") for n in range(2_000)]
    start = time.process_time()
    found = pom.read(project(f"<properties>{properties}</properties>" + dependencies(*rows)))
    assert time.process_time() - start < 20
    assert {one.version for one in found.dependencies} == {""}


def test_what_is_managed_gives_version_and_scope() -> None:
    managed = dependencies(
        dependency("rope", "<version>3</version>"), dependency("test-kit", "<version>4</version><scope>test</scope>")
    )
    inside = f"<dependencyManagement>{managed}</dependencyManagement>"
    found = pom.read_needs(project(inside + dependencies(dependency("rope"), dependency("test-kit"))))
    assert found.needs == ("org.example:rope@3|org.example:rope",)


def test_needs_leave_out_what_does_not_run() -> None:
    rows = [dependency(scope, f"<scope>{scope}</scope>") for scope in ("compile", "runtime", "test", "provided")]
    rows.append(dependency("perhaps", "<optional>true</optional>"))
    rows.append(dependency("local", "<scope>system</scope>"))
    rows.append(dependency("unnamed", group="${nobody}"))
    assert pom.read_needs(project(dependencies(*rows))).needs == ("org.example:compile", "org.example:runtime")


def test_exclusions_and_the_dependencies_of_plug_ins_are_none() -> None:
    excluded = "<exclusions><exclusion><groupId>log4j</groupId><artifactId>log4j</artifactId></exclusion></exclusions>"
    plugin = f"<build><plugins><plugin>{dependencies(dependency('tool'))}</plugin></plugins></build>"
    content = project(plugin + dependencies(dependency("rope", excluded)))
    assert pom.read(content).dependencies == pom.read_needs(content).dependencies
    assert [one.name for one in pom.read(content).dependencies] == ["org.example:rope"]


@pytest.mark.parametrize(
    "behind",
    [
        dependencies(dependency("rope", "<version>1</version>")),
        "<licenses><license><name>MIT</name></license></licenses>",
        "<properties><x>1</x></properties>",
        f"<dependencyManagement>{dependencies(dependency('chain', '<version>1</version>'))}</dependencyManagement>",
    ],
)
def test_nothing_behind_the_build_is_missed(behind: str) -> None:
    rows = dependencies(dependency("chain", "<version>${x}</version>")) if "<properties>" in behind else ""
    if "Management" in behind:
        rows = dependencies(dependency("chain"))
    first, last = (
        pom.read_needs(project(order)) for order in (behind + rows + "<build/>", rows + "<build></build>" + behind)
    )
    assert (first.needs, first.licenses) == (last.needs, last.licenses)
    assert first.needs or first.licenses


def test_sections_of_equal_name_stand_in_each_other() -> None:
    inside = f"<reporting><x><reporting>{dependencies(dependency('tool'))}</reporting></x></reporting>"
    content = project(inside + dependencies(dependency("rope")))
    assert pom.read_needs(content).needs == ("org.example:rope",)


def test_licences_of_the_project_alone() -> None:
    licences = "<licenses><license><name> Apache\n License </name><url>u</url></license></licenses>"
    developer = "<developers><developer><name>S&oslash;ren</name></developer></developers>"
    assert pom.read_needs(project(licences + developer)).licenses == ("Apache License",)


def test_latin_letters_without_a_word_on_them() -> None:
    content = project("<!-- gepr\xfcft -->" + dependencies(dependency("rope"))).decode().encode("latin-1")
    assert pom.read_needs(content).needs == ("org.example:rope",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no element found"),
        (b"<project>", "no element found"),
        (b"<html/>", "not a project"),
        (b"\x00\x01\x02", "not well-formed"),
        (b"<?xml version='1.0' encoding='klingon'?><project/>", "klingon"),
        (b"<!DOCTYPE project [<!ENTITY a 'b'>]><project/>", "document type"),
    ],
)
def test_other_files(content: bytes, reason: str) -> None:
    for read in (pom.read, pom.read_needs):
        with pytest.raises(UnreadableFileError, match=reason):
            read(content)


def test_depth_does_no_harm() -> None:
    for name in ("dependencies", "x"):
        content = project(f"<{name}>" * 100_000 + f"</{name}>" * 100_000)
        assert pom.read(content).dependencies == ()


WHOLE = project(
    "<properties><v>1</v></properties>"
    + dependencies(dependency("rope", "<version>${v}</version>"))
    + "<build><x/></build><profiles><profile>"
    + dependencies(dependency("oar"))
    + "</profile></profiles>"
)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, len(WHOLE)), st.integers(0, 40), st.one_of(st.binary(max_size=12), st.just(b"<build>")))
def test_any_bytes_give_a_project_or_our_error(at: int, gone: int, junk: bytes) -> None:
    for read in (pom.read, pom.read_needs):
        try:
            read(WHOLE[:at] + junk + WHOLE[at + gone :])
        except UnreadableFileError:
            continue
