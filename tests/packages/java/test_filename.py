import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.packages.java.filename import stem, take_apart


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b/x-1.0.jar", "x-1.0"),
        ("X-1.0.WAR", "X-1.0"),
        ("app.jar!/BOOT-INF/lib/y.rar", "y"),
        ("x.jar.jar", "x.jar"),
        ("README", "README"),
        (".jar", ".jar"),
        ("lib/.JAR", ".JAR"),
    ],
)
def test_stem(path: str, expected: str) -> None:
    assert stem(path) == expected


@pytest.mark.parametrize(
    ("name", "artifact", "version"),
    [
        ("log4j-core-2.14.1", "log4j-core", "2.14.1"),
        ("log4j-1.2-api-2.14.1", "log4j-1.2-api", "2.14.1"),
        ("akka-http-core_2.12-10.1.10", "akka-http-core_2.12", "10.1.10"),
        ("kafka_2.13", "kafka_2.13", ""),
        ("spring3-web-3.x", "spring3-web-3.x", ""),
        ("guava-31.1-jre", "guava", "31.1-jre"),
        ("guava-r09", "guava", "r09"),
        ("netty-transport-native-epoll-4.1.100.Final-linux-x86_64", "netty-transport-native-epoll", "4.1.100.Final"),
        ("bcprov-jdk15on-1.60", "bcprov-jdk15on", "1.60"),
        ("hibernate-jpa-2.1-api-1.0.0.Final", "hibernate-jpa-2.1-api", "1.0.0.Final"),
        ("geronimo-jms_1.1_spec-1.1.1", "geronimo-jms_1.1_spec", "1.1.1"),
        ("protobuf-java-3.0.0-beta-3", "protobuf-java", "3.0.0-beta-3"),
        ("servlet-api-2.5-20081211", "servlet-api", "2.5-20081211"),
        ("pilot-1.0-20200101.123456-1", "pilot", "1.0-20200101.123456-1"),
        ("pilot-0.3.1-SNAPSHOT-sources", "pilot", "0.3.1-SNAPSHOT"),
        ("commons-collections-20040616", "commons-collections", "20040616"),
        ("zstd-jni-1.5.2-1", "zstd-jni", "1.5.2-1"),
        ("h2-1.4.200", "h2", "1.4.200"),
        ("c3p0-0.9.5.2", "c3p0", "0.9.5.2"),
        (
            "listenablefuture-9999.0-empty-to-avoid-conflict-with-guava",
            "listenablefuture",
            "9999.0-empty-to-avoid-conflict-with-guava",
        ),
        ("jersey-bundle-1.19.4-jar-with-dependencies", "jersey-bundle", "1.19.4"),
        ("org.eclipse.core.runtime_3.7.0.v20110110", "org.eclipse.core.runtime", "3.7.0.v20110110"),
        ("app", "app", ""),
        ("app-plain", "app-plain", ""),
        ("-1.0", "-1.0", ""),
        ("", "", ""),
    ],
)
def test_take_apart(name: str, artifact: str, version: str) -> None:
    found = take_apart(name)
    assert (found.stem, found.artifact, found.version) == (name, artifact, version)


def test_versions_of_the_manifest_help() -> None:
    assert take_apart("tool-2-kit-3-nice").version == "3-nice"
    found = take_apart("tool-2-kit-3-nice", ("2", "2-kit-3-nice"))
    assert (found.artifact, found.version) == ("tool", "2-kit-3-nice")
    assert take_apart("foo-1.2.3", ("1.2",)).version == "1.2.3"


def test_long_names_take_no_time() -> None:
    start = time.process_time()
    assert take_apart("a-1-b" * 100_000).version == ""
    assert time.process_time() - start < 1


@settings(deadline=None, max_examples=200)
@given(
    st.text(st.sampled_from("ab1.-_R"), max_size=40), st.lists(st.text(st.sampled_from("1.-"), max_size=5), max_size=3)
)
def test_a_name_is_never_lost(name: str, hints: list[str]) -> None:
    found = take_apart(name, hints)
    assert name.startswith(found.artifact)
    assert found.version in name
