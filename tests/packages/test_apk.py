from pratique.packages.apk import _OWNED_LARGEST
from pratique.packages.apk import parse as parse_file
from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import OwnedFiles, Package, Requires


def parse(content: bytes) -> list[Found | Unknown]:
    return list(parse_file(File("lib/apk/db/installed", 0o644, len(content), content)))


def owned(records: list[Found | Unknown]) -> list[str]:
    facts = [record.fact for record in records if isinstance(record, Found)]
    return [fact.paths for fact in facts if isinstance(fact, OwnedFiles)]


def test_letters_of_file_entries_are_no_package_fields() -> None:
    (package, files) = parse(b"P:a\nV:1\nF:\nA:wrong\nP:wrong\nR:x\nV:wrong\n")
    assert isinstance(package, Found)
    assert package.fact == Package("apk", "a", "1")
    assert owned([files]) == ["x"]


def test_a_file_before_any_folder_lies_in_the_root() -> None:
    assert owned(parse(b"P:a\nV:1\nR:x\nF:usr/bin\nR:y\n")) == ["x\nusr/bin/y"]


def test_paths_do_not_outgrow_memory() -> None:
    content = b"P:a\nV:1\nF:" + b"x" * 1_000_000 + b"\n" + b"R:y\n" * 1000 + b"\nP:b\nV:2\nR:z\n"
    records = parse(content)
    assert sum(map(len, owned(records))) <= _OWNED_LARGEST
    assert [r.reason for r in records if isinstance(r, Unknown)] == [
        "line 1: file lists are too long, the rest is not read"
    ]
    assert [r.fact.name for r in records if isinstance(r, Found) and isinstance(r.fact, Package)] == ["a", "b"]


def test_many_broken_stanzas_are_counted() -> None:
    reasons = [record.reason for record in parse(b"P:x\n\n" * 102) if isinstance(record, Unknown)]
    assert len(reasons) == 101
    assert reasons[99:] == ["line 199: package without V (version)", "2 more broken stanzas"]


def test_names_that_nobody_needs_are_not_told() -> None:
    facts = [
        r.fact
        for r in parse(b"P:a\nV:1\nD:so:b.1 !c\np:so:a.1=1\n\nP:b\nV:2\np:so:b.1=2 cmd:b=2\n")
        if isinstance(r, Found)
    ]
    assert [fact for fact in facts if isinstance(fact, Requires)] == [
        Requires("apk", "a", "1", ("so:b.1",)),
        Requires("apk", "b", "2", (), ("so:b.1",)),
    ]


def test_needs_that_are_too_long_cost_no_package() -> None:
    found, unknown = parse(b"P:a\nV:1\nD:" + b"x " * 40_000 + b"\n")
    assert isinstance(found, Found)
    assert unknown == Unknown("lib/apk/db/installed", "apk", "line 1: D is 80000 bytes long")
