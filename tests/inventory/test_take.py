"""Distribution, ownership, package databases that went away."""

import hashlib

import msgspec
import pytest

from pratique.records.facts import Found
from pratique.records.inventory import Origin, RemovedDatabase
from pratique.records.package import Package
from tests.inventory.layering import STATUS, installed, inventory, layer, metadata, os_release, stanza, status
from tests.simulators.layers import Entry, file, folder, opaque, symlink, whiteout

DISTRO = os_release("debian", "12")
SITE = "usr/lib/python3/dist-packages"
IDNA = f"{SITE}/idna-3.4.dist-info/METADATA"


def owned(package: str, *paths: str) -> Entry:
    return file(f"var/lib/dpkg/info/{package}.list", "/.\n" + "".join(f"/{path}\n" for path in paths))


def owners(*layers: tuple[Entry, ...]) -> dict[str, str]:
    """Owner of every visible Python distribution."""
    return {
        f"{placed.fact.name} {placed.fact.version}": placed.owner
        for placed in inventory(*(layer(*entries) for entries in layers)).packages
        if placed.fact.type == "pypi" and placed.origin.hidden_by is None
    }


# ---- distribution ----------------------------------------------------------------------------------------


def distro(*layers: tuple[Entry, ...]) -> str:
    found = inventory(*(layer(*entries) for entries in layers)).distro
    return f"{found.id} {found.version}" if found else ""


def test_etc_comes_before_usr_lib() -> None:
    assert distro((os_release("debian", "11", "usr/lib/os-release"), DISTRO)) == "debian 12"
    assert distro((os_release("debian", "11", "usr/lib/os-release"),)) == "debian 11"


def test_os_release_comes_before_older_files() -> None:
    assert distro((file("etc/alpine-release", "3.20.3\n"), os_release("wolfi", "20230201"))) == "wolfi 20230201"
    assert distro((file("etc/alpine-release", "3.20.3\n"),)) == "alpine 3.20.3"


def test_an_upgraded_distribution_is_the_last_one() -> None:
    assert distro((DISTRO,), (os_release("debian", "13"),)) == "debian 13"


def test_a_release_without_a_version_asks_the_older_files_of_the_same_distribution() -> None:
    testing = file("etc/os-release", "ID=debian\nPRETTY_NAME=testing\n")
    assert distro((testing, file("etc/debian_version", "12.5\n"))) == "debian 12.5"
    assert distro((testing, file("etc/alpine-release", "3.20.3\n"))) == "debian "


def test_no_release_file_at_all() -> None:
    assert inventory(layer(status("a 1"))).distro is None


def test_a_deleted_release_file_still_names_the_distribution_but_not_in_silence() -> None:
    found = inventory(layer(DISTRO, status("a 1")), layer(), layer(whiteout("etc/os-release")))
    assert found.distro is not None
    assert found.distro.id == "debian"
    (placed,) = found.unknowns
    assert (placed.unknown.path, placed.origin) == ("etc/os-release", Origin(2))
    assert "layer 2" in placed.unknown.reason


def test_of_deleted_release_files_the_last_counts() -> None:
    assert distro((DISTRO,), (os_release("debian", "13"),), (whiteout("etc"),)) == "debian 13"
    assert (
        distro((DISTRO,), (whiteout("etc/os-release"), os_release("alpine", "3", "usr/lib/os-release"))) == "alpine 3"
    )


# ---- ownership -------------------------------------------------------------------------------------------


def test_a_file_of_a_package_belongs_to_it() -> None:
    base = (DISTRO, status("python3-idna 3.4-1"), owned("python3-idna", "usr/lib", IDNA), metadata("idna", "3.4"))
    assert owners((*base, metadata("six", "1.16"))) == {"idna 3.4": "deb/python3-idna", "six 1.16": ""}


@pytest.mark.parametrize("listed", ["lib", "usr/lib"])
@pytest.mark.parametrize("written", ["lib", "usr/lib"])
def test_merged_usr_is_one_folder(listed: str, written: str) -> None:
    path = f"{listed}/python3/dist-packages/idna-3.4.dist-info/METADATA"
    base = (folder("usr/lib"), symlink("lib", "usr/lib"), DISTRO, status("python3-idna 3.4-1"))
    found = owners((*base, owned("python3-idna", path), metadata("idna", "3.4", f"{written}/python3/dist-packages")))
    assert found == {"idna 3.4": "deb/python3-idna"}


def test_a_chmod_in_a_later_layer_does_not_change_the_owner() -> None:
    base = (DISTRO, status("python3-idna 3.4-1"), owned("python3-idna", IDNA), metadata("idna", "3.4"))
    again = metadata("idna", "3.4")
    assert owners(base, (Entry(again.path, again.data, mode=0o600),)) == {"idna 3.4": "deb/python3-idna"}


def test_what_pip_writes_over_a_package_is_pips() -> None:
    base = (DISTRO, status("python3-idna 3.4-1"), owned("python3-idna", IDNA), metadata("idna", "3.4"))
    assert owners(base, (metadata("idna", "3.7", disk="3.4"),)) == {"idna 3.7": ""}


def test_an_upgraded_package_owns_what_it_brings() -> None:
    base = (DISTRO, status("python3-idna 3.4-1"), owned("python3-idna", IDNA), metadata("idna", "3.4"))
    upgrade = (status("python3-idna 3.7-1"), owned("python3-idna", IDNA), metadata("idna", "3.7", disk="3.4"))
    assert owners(base, upgrade) == {"idna 3.7": "deb/python3-idna"}


def test_a_purged_package_owns_nothing() -> None:
    base = (DISTRO, status("python3-idna 3.4-1", "b 1"), owned("python3-idna", IDNA), metadata("idna", "3.4"))
    assert owners(base, (status("b 1"), whiteout("var/lib/dpkg/info/python3-idna.list"))) == {"idna 3.4": ""}


def test_third_parties_own_nothing() -> None:
    foreign = stanza("agent 7.50").replace(
        "Debian Developers <all@debian.org>", "Datadog Packages <package@datadoghq.com>"
    )
    assert owners((DISTRO, file(STATUS, foreign), owned("agent", IDNA), metadata("idna", "3.4"))) == {"idna 3.4": ""}
    assert owners((DISTRO, file(STATUS, stanza("agent 7.50")), owned("agent", IDNA), metadata("idna", "3.4"))) == {
        "idna 3.4": "deb/agent"
    }


def test_a_file_that_holds_something_else_belongs_to_nobody() -> None:
    """As after `pip install --upgrade` in the same RUN: the digests of the database tell."""
    entry = metadata("idna", "3.4")
    assert isinstance(entry.data, bytes)
    for digest, owner in ((hashlib.md5(entry.data).hexdigest(), "deb/python3-idna"), ("0" * 32, "")):
        sums = file("var/lib/dpkg/info/python3-idna.md5sums", f"{digest}  {IDNA}\n")
        base = (DISTRO, status("python3-idna 3.4-1"), owned("python3-idna", IDNA), sums, entry)
        assert owners(base) == {"idna 3.4": owner}


def test_distributions_that_bring_others_own_them() -> None:
    """By pip's RECORD: setuptools carries copies of what it needs."""
    site = "usr/local/lib/python3.11/site-packages"
    record = file(
        f"{site}/setuptools-70.0.dist-info/RECORD",
        "setuptools-70.0.dist-info/METADATA,sha256=x,1\nsetuptools/_vendor/wheel-0.43.dist-info/METADATA,sha256=x,1\n",
    )
    base = (metadata("setuptools", "70.0", site), record, metadata("wheel", "0.43", f"{site}/setuptools/_vendor"))
    assert owners(base) == {"setuptools 70.0": "", "wheel 0.43": "pypi/setuptools"}


def test_npms_own_tree_is_npms() -> None:
    root = "usr/local/lib/node_modules/npm"

    def manifest(folder: str, name: str, more: str = "") -> Entry:
        return file(f"{folder}/package.json", f'{{"name": "{name}", "version": "1.0.0"{more}}}')

    found = inventory(
        layer(
            manifest(root, "npm", ', "bundleDependencies": ["abbrev"]'),
            manifest(f"{root}/node_modules/abbrev", "abbrev"),
            manifest(f"{root}/node_modules/deep", "deep"),
            manifest(f"{root}/node_modules/deep/node_modules/deeper", "deeper"),
            manifest("usr/local/lib/node_modules/yarn", "yarn"),
            manifest("app/node_modules/a/node_modules/b", "b"),
        )
    )
    assert {placed.fact.name: placed.owner for placed in found.packages} == {
        "npm": "", "abbrev": "npm/npm", "deep": "npm/npm", "deeper": "npm/npm", "yarn": "", "b": "",
    }  # fmt: skip


def test_licences_and_links_to_other_packages_documents() -> None:
    text = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Expat\n"
    facts = layer(
        status("gcc-12-base 12", "libstdc++6 12", "other 1"),
        file("usr/share/doc/gcc-12-base/copyright", text),
        symlink("usr/share/doc/libstdc++6", "gcc-12-base"),
    )
    found = {placed.fact.name: placed.fact.licenses for placed in inventory(facts).packages}
    assert found == {"gcc-12-base": ("MIT",), "libstdc++6": ("MIT",), "other": ()}


def test_packages_of_alpine_own_their_files() -> None:
    assert owners((os_release("alpine", "3.20.3"), installed(f"py3-idna 3.4-r0 {IDNA}"), metadata("idna", "3.4"))) == {
        "idna 3.4": "apk/py3-idna"
    }


def test_a_nested_package_belongs_to_the_owner_of_its_archive() -> None:
    """Paths with `!/` are looked up by the file on disk; no analyzer of an archive is needed to prove it."""
    base = layer(
        DISTRO, status("libx-java 1-1"), owned("libx-java", "usr/share/java/x.jar"), file("usr/share/java/x.jar")
    )
    inner = Found("usr/share/java/x.jar!/lib/y.jar", 0, Package("maven", "g:y", "1"))
    found = inventory(msgspec.structs.replace(base, found=(*base.found, inner)))
    assert {placed.owner for placed in found.packages if placed.fact.type == "maven"} == {"deb/libx-java"}


# ---- package databases -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "end",
    [whiteout(STATUS), whiteout("var/lib"), opaque("var/lib/dpkg"), file(STATUS, ""), symlink(STATUS, "/dev/null")],
)
def test_a_removed_database_is_told(end: Entry) -> None:
    found = inventory(layer(DISTRO, status("a 1")), layer(status("a 1", "b 1")), layer(), layer(end))
    assert found.removed_databases == (RemovedDatabase("deb", STATUS, Origin(0, 3), 2),)


def test_packages_removed_in_the_ordinary_way_are_not_counted() -> None:
    found = inventory(layer(DISTRO, status("a 1", "b 1")), layer(status("a 1")), layer(whiteout(STATUS)))
    assert found.removed_databases == (RemovedDatabase("deb", STATUS, Origin(0, 2), 1),)


def test_a_database_that_moved_was_not_removed() -> None:
    new = "usr/lib/apk/db/installed"
    found = inventory(
        layer(os_release("alpine", "3.22.0"), installed("musl 1.2.5-r0")),
        layer(whiteout("lib"), installed("musl 1.2.5-r0", path=new)),
    )
    assert found.removed_databases == ()
    assert {(placed.path, placed.origin) for placed in found.packages} == {
        ("lib/apk/db/installed", Origin(0, 1)),
        (new, Origin(1)),
    }


def test_another_package_managers_database_does_not_stand_in() -> None:
    found = inventory(layer(status("a 1"), installed("musl 1")), layer(whiteout("lib/apk/db/installed")))
    assert [database.type for database in found.removed_databases] == ["apk"]


# ---- the rest --------------------------------------------------------------------------------------------


def test_layers_are_told_with_their_instructions() -> None:
    found = inventory(layer(file("a"), file("b")), layer(file("c")))
    assert [(note.index, note.instruction, note.files, note.base_image) for note in found.layers] == [
        (0, "RUN step 0", 2, True),
        (1, "RUN step 1", 1, False),
    ]
    assert found.layers[0].size == 4 * 512


def test_the_same_layers_give_the_same_inventory() -> None:
    entries = (DISTRO, status(*(f"p{at} 1" for at in range(50))), metadata("idna", "3.4"))
    assert inventory(layer(*entries), layer(whiteout(IDNA))) == inventory(layer(*entries), layer(whiteout(IDNA)))
    names = [placed.fact.name for placed in inventory(layer(*entries)).packages]
    assert names == sorted(names, key=lambda name: (name != "idna", name))
