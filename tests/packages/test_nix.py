import pytest

from pratique.packages.nix import package_of

HASH = "fqzaf4l1fjzhp9vqlzd0nipkglqazybc"


@pytest.mark.parametrize(
    ("entry", "deriver", "expected"),
    [
        ("glibc-2.38-27", "", ("glibc", "2.38-27")),
        ("openssl-3.0.12-bin", "", ("openssl", "3.0.12")),
        ("python3.11-requests-2.31.0", "", ("python3.11-requests", "2.31.0")),
        ("bash-interactive-5.2-p15", "", ("bash-interactive", "5.2-p15")),
        ("linux-6.1.63-modules-shrunk", "linux-6.1.63", ("linux", "6.1.63")),
        ("linux-6.1.63-modules-shrunk", "", ("linux", "6.1.63-modules-shrunk")),
        ("source", "", None),
        ("stdenv-linux", "", None),
        ("hello-2.12.1.drv", "", None),
        ("hello-2.12.1.tar.gz", "", None),
        ("fix-2.patch", "", None),
    ],
)
def test_an_entry_of_the_store_tells_name_and_version(
    entry: str, deriver: str, expected: tuple[str, str] | None
) -> None:
    package = package_of(f"{HASH}-{entry}", f"{HASH}-{deriver}.drv" if deriver else "")
    assert (None if package is None else (package.name, package.version)) == expected


@pytest.mark.parametrize("entry", ["", ".links", "hello-2.12", f"{HASH}hello-2.12", f"{HASH}-{'a-1' * 100}"])
def test_what_has_no_hash_or_too_long_a_name_is_no_entry(entry: str) -> None:
    assert package_of(entry) is None
