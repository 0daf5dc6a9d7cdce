import pytest

from pratique.packages.rpm_manifest import parse as parse_file
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package

PATH = "var/lib/rpmmanifest/container-manifest-2"


def parse(data: bytes) -> list[Found | Unknown]:
    return list(parse_file(File(PATH, 0o644, len(data), data)))


def line(name: str = "n", version: str = "1-2", epoch: str = "0", source: str = "s-1-2.src.rpm") -> bytes:
    return "\t".join((name, version, "0", "0", "V", "(none)", "0", "noarch", epoch, source)).encode()


def test_epochs() -> None:
    data = b"\n".join(line(epoch=epoch) for epoch in ("0", "(none)", "3"))
    versions = [each.fact.version for each in parse(data) if isinstance(each, Found) and isinstance(each.fact, Package)]
    assert versions == ["1-2", "1-2", "3:1-2"]


def test_lines_count_empty_ones() -> None:
    package = Package("rpm", "n", "1-2", "noarch", "s", "", (), "V")
    assert parse(b"\n\n" + line() + b"\r\n") == [Found(PATH, 3, package)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"\xff\x00", "line 1: fewer than 10 fields"),
        (line() + b"\tmore", "line 1: more than 10 fields"),
        (line(name=""), "line 1: package without name or version"),
        (line(epoch="x"), "line 1: epoch is not a number: x"),
        (line(epoch="1" * 5000), f"line 1: epoch is not a number: {'1' * 40}"),
    ],
)
def test_broken_lines_cost_themselves_only(text: bytes, reason: str) -> None:
    first, second = parse(text + b"\n" + line())
    assert first == Unknown(PATH, "rpm-manifest", reason)
    assert isinstance(second, Found)


def test_most_broken_lines_are_only_counted() -> None:
    records = parse(b"x\n" * 1000)
    assert len(records) == 101
    assert records[-1] == Unknown(PATH, "rpm-manifest", "900 more broken lines")
