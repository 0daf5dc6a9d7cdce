"""File names and manifest attributes are those of the archives in Maven Central."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.packages.java.filename import stem
from pratique.packages.java.identity import Coordinates, from_properties, own, real_version

ALONE: list[tuple[str, dict[str, str], str, str]] = [
    (
        "spring-core-5.3.17.jar",
        {
            "implementation-title": "spring-core",
            "implementation-version": "5.3.17",
            "automatic-module-name": "spring.core",
        },
        "org.springframework:spring-core",
        "5.3.17",
    ),
    (
        "spring-core.jar",
        {"implementation-title": "spring-core", "implementation-version": "5.3.17"},
        "org.springframework:spring-core",
        "5.3.17",
    ),
    ("org.freemarker.freemarker-2.3.31.jar", {}, "org.freemarker:freemarker", "2.3.31"),
    ("checker-qual-3.12.0.jar", {}, "org.checkerframework:checker-qual", "3.12.0"),
    (
        "hibernate-commons-annotations-6.0.6.Final.jar",
        {},
        "org.hibernate.common:hibernate-commons-annotations",
        "6.0.6.Final",
    ),
    (
        "spring3-web-3.x.jar",
        {"implementation-title": "spring-web", "implementation-version": "4.3.30.RELEASE"},
        "org.springframework:spring-web",
        "4.3.30.RELEASE",
    ),
    ("spring-boot-2.6.6.jar", {"implementation-title": "Spring Boot"}, "org.springframework.boot:spring-boot", "2.6.6"),
    ("spring-data-commons-2.6.3.jar", {}, "org.springframework.data:spring-data-commons", "2.6.3"),
    (
        "bcprov-jdk15on-1.60.jar",
        {
            "implementation-vendor-id": "org.bouncycastle",
            "bundle-symbolicname": "bcprov",
            "implementation-version": "1.60.0",
            "bundle-version": "1.60",
        },
        "org.bouncycastle:bcprov-jdk15on",
        "1.60",
    ),
    (
        "tomcat-embed-core-9.0.60.jar",
        {
            "bundle-symbolicname": "org.apache.tomcat-embed-core",
            "bundle-version": "9.0.60",
            "implementation-title": "Apache Tomcat",
        },
        "org.apache.tomcat.embed:tomcat-embed-core",
        "9.0.60",
    ),
    (
        "catalina.jar",
        {
            "bundle-symbolicname": "org.apache.tomcat-catalina",
            "implementation-title": "Apache Tomcat",
            "implementation-version": "9.0.60",
        },
        "org.apache.tomcat:tomcat-catalina",
        "9.0.60",
    ),
    (
        "catalina-tribes.jar",
        {"implementation-title": "Apache Tomcat", "implementation-version": "8.5.0"},
        "org.apache.tomcat:tomcat-tribes",
        "8.5.0",
    ),
    (
        "bootstrap.jar",
        {"implementation-title": "Apache Tomcat Bootstrap", "implementation-version": "9.0.60"},
        "org.apache.tomcat:tomcat",
        "9.0.60",
    ),
    (
        "zookeeper-3.4.14.jar",
        {
            "implementation-title": "org.apache.zookeeper",
            "bundle-symbolicname": "org.apache.hadoop.zookeeper",
            "implementation-version": "3.4.14-4c25d480e66aadd371de8bd2fd8da255ac140bcf",
        },
        "org.apache.zookeeper:zookeeper",
        "3.4.14",
    ),
    (
        "zookeeper.jar",
        {"implementation-version": "3.4.14-4c25d480e66aadd371de8bd2fd8da255ac140bcf"},
        "org.apache.zookeeper:zookeeper",
        "3.4.14",
    ),
    (
        "mysql-connector-java-8.0.28.jar",
        {"implementation-vendor-id": "com.mysql", "implementation-version": "8.0.28"},
        "mysql:mysql-connector-java",
        "8.0.28",
    ),
    (
        "hibernate-core-5.4.24.Final.jar",
        {"implementation-vendor-id": "org.hibernate", "bundle-symbolicname": "org.hibernate.orm.core"},
        "org.hibernate:hibernate-core",
        "5.4.24.Final",
    ),
    ("hibernate-core-6.1.0.Final.jar", {}, "org.hibernate.orm:hibernate-core", "6.1.0.Final"),
    ("groovy-2.4.8.jar", {"bundle-symbolicname": "groovy"}, "org.codehaus.groovy:groovy", "2.4.8"),
    ("groovy-4.0.1.jar", {}, "org.apache.groovy:groovy", "4.0.1"),
    ("dom4j-1.6.1.jar", {"implementation-title": "org.dom4j"}, "dom4j:dom4j", "1.6.1"),
    ("dom4j-2.1.1.jar", {}, "org.dom4j:dom4j", "2.1.1"),
    (
        "reactor-test-api-3.4.16.jar",
        {"bundle-symbolicname": "io.projectreactor.reactor-test-api", "bundle-version": "3.4.16.RELEASE"},
        "io.projectreactor:reactor-test-api",
        "3.4.16",
    ),
    (
        "hystrix-core-1.5.18.jar",
        {
            "implementation-title": "com.netflix.hystrix#hystrix-core;1.5.18",
            "bundle-symbolicname": "com.netflix.hystrix.core",
        },
        "com.netflix.hystrix:hystrix-core",
        "1.5.18",
    ),
    (
        "elasticsearch-rest-client-7.17.0.jar",
        {"implementation-title": "org.elasticsearch.client#rest;7.17.0", "implementation-version": "7.17.0"},
        "org.elasticsearch.client:elasticsearch-rest-client",
        "7.17.0",
    ),
    (
        "app.jar",
        {"implementation-title": "io.micrometer#micrometer-core;1.8.4", "implementation-version": "1.8.4"},
        "io.micrometer:micrometer-core",
        "1.8.4",
    ),
    (
        "akka-actor_2.12-2.5.23.jar",
        {"implementation-vendor-id": "com.typesafe.akka", "implementation-title": "akka-actor"},
        "com.typesafe.akka:akka-actor_2.12",
        "2.5.23",
    ),
    (
        "maven-core-3.8.7.jar",
        {"automatic-module-name": "org.apache.maven.core"},
        "org.apache.maven:maven-core",
        "3.8.7",
    ),
    (
        "h2-1.4.200.jar",
        {"bundle-symbolicname": "com.h2database", "bundle-version": "1.4.200"},
        "com.h2database:h2",
        "1.4.200",
    ),
    (
        "git.hpi",
        {"group-id": "org.jenkins-ci.plugins", "short-name": "git", "plugin-version": "4.11.3"},
        "org.jenkins-ci.plugins:git",
        "4.11.3",
    ),
    ("org.apache.kafka.kafka-clients-3.1.0.jar", {}, "org.apache.kafka:kafka-clients", "3.1.0"),
    (
        "org.bouncycastle.bcprov-jdk15on-1.68.jar",
        {"bundle-symbolicname": "bcprov"},
        "org.bouncycastle:bcprov-jdk15on",
        "1.68",
    ),
    ("com.typesafe.akka.akka-http-core_2.12-10.1.10.jar", {}, "com.typesafe.akka:akka-http-core_2.12", "10.1.10"),
    ("xerces.xercesImpl-2.12.0.jar", {}, "xerces:xercesImpl", "2.12.0"),
    (
        "org.eclipse.core.runtime_3.7.0.v20110110.jar",
        {"bundle-symbolicname": "org.eclipse.core.runtime; singleton:=true", "bundle-version": "3.7.0.v20110110"},
        "org.eclipse.platform:org.eclipse.core.runtime",
        "3.7.0.v20110110",
    ),
    ("hello.jar", {}, "hello", ""),
    ("hello.jar", {"implementation-version": "${project.version}"}, "hello", ""),
    ("hello.jar", {"implementation-vendor-id": "org.other", "implementation-version": "1"}, "hello", "1"),
    (
        "service.jar",
        {"implementation-title": "harbour-service", "implementation-version": "1.0 (b7)"},
        "harbour-service",
        "1.0",
    ),
]


@pytest.mark.parametrize(("file", "manifest", "name", "version"), ALONE, ids=lambda value: str(value)[:40])
def test_without_properties(file: str, manifest: dict[str, str], name: str, version: str) -> None:
    coordinates, mine = own(stem(file), manifest, ())
    assert mine is None
    assert (coordinates.name, coordinates.version) == (name, version)


def test_a_manifest_of_another_version_was_copied() -> None:
    manifest = {
        "implementation-title": "Apache Hadoop shaded Protobuf 3.7",
        "implementation-version": "1.1.1",
        "implementation-vendor-id": "org.apache.hadoop.thirdparty",
    }
    coordinates, _ = own("hadoop-client-runtime-3.3.1", manifest, ())
    assert (coordinates.name, coordinates.version) == ("org.apache.hadoop:hadoop-client-runtime", "3.3.1")


LOG4J = Coordinates("org.apache.logging.log4j", "log4j-core", "2.14.1")
BRIDGE = Coordinates("org.apache.logging.log4j", "log4j-1.2-api", "2.14.1")
YAML = Coordinates("org.yaml", "snakeyaml", "1.26")
PILOT = Coordinates("org.example", "pilot", "1.0")


@pytest.mark.parametrize(
    ("file", "manifest", "found", "mine"),
    [
        ("log4j-core-2.14.1.jar", {}, [LOG4J], LOG4J),
        ("log4j-core-2.14.1.jar", {}, [YAML, LOG4J], LOG4J),
        ("log4j-core-2.14.1-tests.jar", {}, [YAML, LOG4J], LOG4J),
        ("log4j-core-2.14.1.redhat-1.jar", {}, [YAML, LOG4J], LOG4J),
        ("log4j-core.jar", {}, [YAML, LOG4J], LOG4J),
        ("log4j-core-all.jar", {}, [YAML, LOG4J], LOG4J),
        ("log4j-core_2.14.1.jar", {}, [YAML, LOG4J], LOG4J),
        ("log4j-1.2-api.jar", {}, [YAML, BRIDGE], BRIDGE),
        ("org.apache.logging.log4j.log4j-core-2.14.1.jar", {}, [YAML, LOG4J], LOG4J),
        ("org.apache.logging.log4j-log4j-core-2.14.1.jar", {}, [YAML, LOG4J], LOG4J),
        ("app.jar", {}, [PILOT], PILOT),
        ("app.jar", {"implementation-version": "1.0"}, [PILOT], PILOT),
        ("app.jar", {"bundle-version": "1.0.0", "bundle-symbolicname": "org.example.pilot"}, [PILOT], PILOT),
        ("app.jar", {"implementation-title": "Pilot", "implementation-version": "1.0"}, [YAML, PILOT], PILOT),
        ("app-1.0.jar", {}, [PILOT], PILOT),
        ("app.jar", {}, [YAML, PILOT], None),
        ("app.jar", {"implementation-title": "pilot", "implementation-version": "2.0"}, [YAML, PILOT], None),
        ("app.jar", {"implementation-title": "app", "implementation-version": "2.0"}, [PILOT], None),
        ("app-2.0.jar", {}, [PILOT], None),
        ("log4j-core-extras-2.14.1.jar", {}, [LOG4J, YAML], None),
        ("pilots-1.0.jar", {}, [PILOT, YAML], None),
    ],
)
def test_which_properties_are_the_archives_own(
    file: str, manifest: dict[str, str], found: list[Coordinates], mine: Coordinates | None
) -> None:
    assert own(stem(file), manifest, found)[1] == mine


def test_the_name_tells_builds_for_several_platforms_apart() -> None:
    driver = Coordinates("com.microsoft.sqlserver", "mssql-jdbc", "9.4.1")
    assert own("mssql-jdbc-9.4.1.jre11", {}, [driver])[0].version == "9.4.1.jre11"
    assert own("mssql-jdbc-9.4.1-sources", {}, [driver])[0].version == "9.4.1"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("com.github.java-json-tools.btf-1.3.jar", "com.github.java-json-tools:btf"),
        ("info.picocli.picocli-1.3.jar", "info.picocli:picocli"),
        ("javax.inject.javax.inject-1.3.jar", "javax.inject:javax.inject"),
        ("jakarta.el.jakarta.el-api-1.3.jar", "jakarta.el:jakarta.el-api"),
        ("org.eclipse.sisu.org.eclipse.sisu.inject-1.3.jar", "org.eclipse.sisu:org.eclipse.sisu.inject"),
        ("commons-io.commons-io-1.3.jar", "commons-io:commons-io"),
        ("harbour-1.3.jar", "harbour"),
    ],
)
def test_names_with_a_group_in_front(file: str, name: str) -> None:
    whole = stem(file)
    found, _ = own(whole, {"bundle-symbolicname": whole.removesuffix("-1.3")}, (), grouped=True)
    assert (found.name, found.version) == (name, "1.3")


def test_dashes_and_underscores_of_names_are_the_same() -> None:
    spec = Coordinates("org.apache.geronimo.specs", "geronimo-annotation_1.3_spec", "1.3")
    assert own("geronimo-annotation-1.3-spec", {"bundle-version": "1.3.0"}, [spec]) == (spec, spec)


def test_properties_without_version() -> None:
    nameless = Coordinates("org.example", "pilot", "")
    assert own("pilot-1.0", {}, [nameless])[0] == PILOT
    assert own("pilot", {"implementation-version": "1.0"}, [nameless])[0] == PILOT


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"groupId": "g.h", "artifactId": "b", "version": "1"}, Coordinates("g.h", "b", "1")),
        ({"version": "1"}, Coordinates("org.example", "a", "1")),
        ({"groupId": "${group}", "artifactId": "a\nb"}, Coordinates("org.example", "a", "")),
        ({"groupId": "g" * 1000}, Coordinates("org.example", "a", "")),
    ],
)
def test_folders_fill_in(values: dict[str, str], expected: Coordinates) -> None:
    assert from_properties("META-INF/maven/org.example/a/pom.properties", values) == expected


def test_no_coordinates_at_all() -> None:
    assert from_properties("META-INF/maven/pom.properties", {}) is None
    assert from_properties("META-INF/maven/<g>/<a>/pom.properties", {}) is None


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.0", "1.0"),
        (" 1.0 build 7", "1.0"),
        ("", ""),
        ("${project.version}", ""),
        ("@VERSION@", ""),
        ("unspecified", ""),
        ("1\0", ""),
        ("9" * 300, ""),
    ],
)
def test_real_version(text: str, version: str) -> None:
    assert real_version(text) == version


TEXTS = st.sampled_from(
    ["", "a", "pilot", "1.0", "org.example.pilot", "a.b", "x:y#z;1", "log4j-core", "Apache Tomcat", "-", "1"]
)


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(st.text(max_size=12), st.builds("-".join, st.lists(TEXTS, max_size=4))),
    st.dictionaries(
        st.sampled_from(
            ["implementation-title", "implementation-version", "bundle-symbolicname", "automatic-module-name"]
        ),
        st.one_of(TEXTS, st.text(max_size=9)),
    ),
    st.lists(st.builds(Coordinates, TEXTS.filter(bool), TEXTS.filter(bool), TEXTS), max_size=3),
)
def test_there_is_always_an_answer(name: str, manifest: dict[str, str], found: list[Coordinates]) -> None:
    coordinates, mine = own(name, manifest, found)
    assert mine is None or mine in found
    assert coordinates.artifact or not name
