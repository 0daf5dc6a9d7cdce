import pytest

from pratique.errors import UnreadableFileError
from pratique.packages.os_release import parse as parse_file
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Distro


def distro(path: str, text: str) -> Distro | None:
    content = text.encode()
    found = list(parse_file(File(path, 0o644, len(content), content)))
    if not found:
        return None
    (record,) = found
    assert isinstance(record, Found)
    assert isinstance(record.fact, Distro)
    return record.fact


@pytest.mark.parametrize(
    ("text", "identity", "version"),
    [
        ("CentOS Linux release 7.9.2009 (Core)", "centos", "7.9.2009"),
        ("CentOS release 6.10 (Final)", "centos", "6.10"),
        ("CentOS Stream release 9", "centos", "9"),
        ("Red Hat Enterprise Linux release 9.3 (Plow)", "rhel", "9.3"),
        ("Red Hat Enterprise Linux Server release 7.9 (Maipo)", "rhel", "7.9"),
        ("Rocky Linux release 9.3 (Blue Onyx)", "rocky", "9.3"),
        ("AlmaLinux release 8.5 (Arctic Sphynx)", "almalinux", "8.5"),
        ("Oracle Linux Server release 8.9", "ol", "8.9"),
        ("Fedora release 41 (Rawhide)", "fedora", "41"),
        ("Amazon Linux release 2023 (Amazon Linux)", "amzn", "2023"),
        ("Amazon Linux AMI release 2018.03", "amzn", "2018.03"),
        ("Amazon Linux 2", "amzn", "2"),
        ("Kylin Linux Advanced Server release V10 (Tercel)", "kylin", "10"),
        ("openEuler release 22.03 (LTS-SP3)\nsecond line 9", "openeuler", "22.03"),
    ],
)
@pytest.mark.parametrize("path", ["etc/redhat-release", "usr/lib/system-release"])
def test_release_files_of_the_red_hat_family(path: str, text: str, identity: str, version: str) -> None:
    found = distro(path, f"{text}\n")
    assert found is not None
    assert (found.id, found.version, found.name) == (identity, version, text.partition("\n")[0])


@pytest.mark.parametrize(
    ("text", "version", "codename"),
    [("12.5\n", "12.5", ""), ("13", "13", ""), ("trixie/sid\n", "", "trixie"), ("testing/unstable", "", "testing")],
)
def test_debian_version(text: str, version: str, codename: str) -> None:
    found = distro("etc/debian_version", text)
    assert found is not None
    assert (found.id, found.version, found.codename) == ("debian", version, codename)


@pytest.mark.parametrize("text", ["kali-rolling\n", "parrot", "daedalus/ceres", "12.5-x", "/sid", ""])
def test_debian_version_of_derivatives_is_not_debian(text: str) -> None:
    assert distro("etc/debian_version", text) is None


@pytest.mark.parametrize("version", ["3.20.3", "3.21.0_alpha20240807", "3.9_rc1"])
def test_alpine_release_is_exact(version: str) -> None:
    found = distro("etc/alpine-release", f"{version}\n")
    assert found is not None
    assert (found.id, found.version) == ("alpine", version)


def test_lsb_release() -> None:
    text = (
        'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_CODENAME=jammy\nDISTRIB_DESCRIPTION="Ubuntu 22.04.3 LTS"\n'
    )
    assert distro("etc/lsb-release", text) == Distro("ubuntu", "22.04", "Ubuntu 22.04.3 LTS", codename="jammy")
    assert distro("etc/lsb-release", "LSB_VERSION=base-4.0-amd64\n") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("arch", "arch"),
        ("'a b'", "a b"),
        ("'a\\b'", "a\\b"),
        ('"a \\"b\\" \\$c \\`d\\` \\\\"', 'a "b" $c `d` \\'),
        ('"a\\nb"', "a\\nb"),
        ('"a" # comment', "a"),
        ("a # comment", "a"),
        ("a\\ b c", "a b"),
        ('"open', "open"),
        ("'open", "open"),
        ('"', ""),
        ("a\\", "a\\"),
        ("", ""),
        ("é", "é"),
    ],
)
def test_values_are_unquoted_as_a_shell_does(value: str, expected: str) -> None:
    found = distro("etc/os-release", f"ID=x\nPRETTY_NAME={value}\n")
    assert found is not None
    assert found.name == expected


def test_os_release_without_id_is_linux() -> None:
    assert distro("etc/os-release", "NAME=Nameless\n") == Distro("linux", name="Nameless")


def test_an_empty_release_file_says_nothing() -> None:
    assert distro("usr/lib/os-release", " \n") is None


@pytest.mark.parametrize(
    ("path", "text"),
    [("etc/os-release", "\0\1\2"), ("etc/alpine-release", "edge"), ("etc/centos-release", "CentOS release")],
)
def test_a_release_file_without_release_is_unreadable(path: str, text: str) -> None:
    with pytest.raises(UnreadableFileError):
        distro(path, text)
