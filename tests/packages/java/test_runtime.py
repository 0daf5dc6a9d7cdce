import pytest

from pratique.packages.java.runtime import parse, spans
from pratique.records.file import File
from pratique.records.package import Package


def runtime(*lines: str) -> tuple[str, str] | None:
    """Name and version of the runtime that a release file describes."""
    data = "\n".join(lines).encode()
    found = list(parse(File("opt/java/release", 0o644, len(data), data)))
    if not found:
        return None
    (record,) = found
    assert isinstance(record.fact, Package)
    return record.fact.name, record.fact.version


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (('IMPLEMENTOR="Eclipse Adoptium"', 'IMPLEMENTOR_VERSION="Temurin-17.0.9+9"'), ("temurin", "17.0.9+9")),
        (('IMPLEMENTOR="Amazon.com Inc."', 'IMPLEMENTOR_VERSION="Corretto-17.0.9.8.1"'), ("corretto", "17.0.9.8.1")),
        (
            (
                'IMPLEMENTOR="Azul Systems, Inc."',
                'IMPLEMENTOR_VERSION="Zulu17.46+19-CA"',
                'JAVA_RUNTIME_VERSION="17.0.9+8-LTS"',
            ),
            ("zulu", "17.0.9+8"),
        ),
        (('IMPLEMENTOR="BellSoft"', 'JAVA_RUNTIME_VERSION="17.0.9+11-LTS"'), ("liberica", "17.0.9+11")),
        (('IMPLEMENTOR="Microsoft"', 'IMPLEMENTOR_VERSION="Microsoft-8552009"'), ("microsoft-openjdk", "17.0.9")),
        (('IMPLEMENTOR="SAP SE"', 'IMPLEMENTOR_VERSION="SapMachine"'), ("sapmachine", "17.0.9")),
        (('IMPLEMENTOR="IBM Corporation"', 'IMPLEMENTOR_VERSION="17.0.9.0"'), ("semeru", "17.0.9.0")),
        (
            ('IMPLEMENTOR="JetBrains s.r.o."', 'IMPLEMENTOR_VERSION="JBR-17.0.9+7-1087.7-nomod"'),
            ("jetbrains-runtime", "17.0.9+7-1087.7"),
        ),
        (
            ('IMPLEMENTOR="Red Hat, Inc."', 'IMPLEMENTOR_VERSION="(Red_Hat-17.0.9.0.9-1)"'),
            ("openjdk", "17.0.9.0.9-1"),
        ),
        (('IMPLEMENTOR="Oracle Corporation"', 'JAVA_RUNTIME_VERSION="17.0.9+11-LTS-201"'), ("openjdk", "17.0.9+11")),
        (('IMPLEMENTOR="Oracle Corporation"', 'BUILD_TYPE="commercial"'), ("oracle-jdk", "17.0.9")),
        (
            (
                'IMPLEMENTOR="GraalVM Community"',
                'GRAALVM_VERSION="23.0.2"',
                'IMPLEMENTOR_VERSION="GraalVM CE 17.0.9+9.1"',
            ),
            ("graalvm", "17.0.9+9.1"),
        ),
        (('IMPLEMENTOR="GraalVM Community"', 'GRAALVM_VERSION="22.3.3"'), ("graalvm", "22.3.3")),
        (("IMPLEMENTOR=N/A",), ("openjdk", "17.0.9")),
        ((), ("openjdk", "17.0.9")),
    ],
)
def test_builders(lines: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert runtime('JAVA_VERSION="17.0.9"', *lines) == expected


def test_java_8() -> None:
    lines = ('JAVA_VERSION="1.8.0_392"', 'IMPLEMENTOR="Temurin"', 'FULL_VERSION="1.8.0_392-b08"')
    assert runtime(*lines) == ("temurin", "1.8.0_392-b08")
    assert runtime('JAVA_VERSION="1.8.0_212"', 'OS_NAME="Linux"') == ("openjdk", "1.8.0_212")


@pytest.mark.parametrize("lines", [("JAVA_VERSION=",), ('JAVA_VERSION="${v}"',), ("v1",), ('MY_JAVA_VERSION="17"',)])
def test_other_files_of_that_name(lines: tuple[str, ...]) -> None:
    assert runtime(*lines) is None


def test_a_long_version_costs_no_time() -> None:
    assert runtime('JAVA_VERSION="17"', f'IMPLEMENTOR_VERSION="17{".1" * 5_000}x"') == ("openjdk", "17")


def test_only_what_speaks_of_java_is_read() -> None:
    assert spans("opt/java/release", b'JAVA_VERSION="17"', 17) == ((0, 17),)
    assert spans("srv/release", b"v1.0", 4) is None
    assert spans("srv/release", b"JAVA_VERSION=", 1 << 20) is None
