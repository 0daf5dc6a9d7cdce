"""One thing is one package; what misleads is left out, with the reason."""

from pratique.inventory.joins import joined
from pratique.records.inventory import Origin, Placed
from pratique.records.package import Package

SITE = "usr/lib/python3/dist-packages"
STATUS = "var/lib/dpkg/status"
FIRST = Origin(0)


def placed(
    kind: str,
    name: str,
    version: str,
    path: str,
    *,
    owner: str = "",
    declared: bool = False,
    origin: Origin = FIRST,
) -> Placed:
    return Placed(Package(kind, name, version, declared=declared), path, 1, origin, owner)


def told(*packages: Placed) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Name and version, path, reason to leave it out, evidence."""
    return [
        (f"{each.fact.name} {each.fact.version}", each.path, each.left_out, each.evidence) for each in joined(packages)
    ]


def test_an_old_egg_info_beside_a_dist_info_is_left_out() -> None:
    old = placed("pypi", "Zope_Interface", "4", f"{SITE}/Zope_Interface-4.egg-info/PKG-INFO")
    single = placed("pypi", "six", "1.9", f"{SITE}/six-1.9.egg-info")
    six = placed("pypi", "six", "1.16", f"{SITE}/six-1.16.dist-info/METADATA")
    new = placed("pypi", "zope.interface", "5", f"{SITE}/zope.interface-5.dist-info/METADATA")
    elsewhere = placed("pypi", "six", "1.8", "opt/lib/six-1.8.egg-info/PKG-INFO")
    reason = "an old egg-info beside the dist-info of the same distribution"
    assert told(old, single, six, new, elsewhere) == [
        ("Zope_Interface 4", old.path, reason, ()),
        ("six 1.9", single.path, reason, ()),
        ("six 1.16", six.path, "", ()),
        ("zope.interface 5", new.path, "", ()),
        ("six 1.8", elsewhere.path, "", ()),
    ]


def test_a_dist_info_that_is_gone_leaves_the_egg_info_alone() -> None:
    old = placed("pypi", "six", "1.9", f"{SITE}/six-1.9.egg-info")
    gone = placed("pypi", "six", "1.16", f"{SITE}/six-1.16.dist-info/METADATA", origin=Origin(0, 1))
    assert [each.left_out for each in joined((old, gone))] == ["", ""]


def test_a_program_that_a_package_owns_is_left_out() -> None:
    of_debian = placed("generic", "python", "3.11.2", "usr/bin/python3.11", owner="deb/python3.11-minimal")
    of_conda = placed("generic", "python", "3.12.1", "opt/conda/bin/python3.12", owner="conda/python")
    in_wheel = placed("generic", "openssl", "3.0.1", f"{SITE}/psycopg2.libs/libssl.so.3", owner="pypi/psycopg2-binary")
    by_hand = placed("generic", "nginx", "1.27.0", "usr/local/sbin/nginx")
    assert [(each.fact.name, each.left_out) for each in joined((of_debian, of_conda, in_wheel, by_hand))] == [
        ("python", "a file of deb/python3.11-minimal"),
        ("python", "a file of conda/python"),
        ("openssl", ""),
        ("nginx", ""),
    ]


def test_files_of_one_program_are_one_package() -> None:
    program = placed("generic", "python", "3.11.2", "usr/local/bin/python3.11", origin=Origin(2))
    library = placed("generic", "python", "3.11.2", "usr/local/lib/libpython3.11.so.1.0", origin=Origin(2))
    later = placed("generic", "python", "3.11.2", "opt/python/bin/python3.11", origin=Origin(4))
    older = placed("generic", "python", "3.9.1", "opt/old/bin/python3.9", origin=Origin(2))
    assert told(library, program, later, older) == [
        ("python 3.11.2", library.path, "", (program.path,)),
        ("python 3.11.2", later.path, "", ()),
        ("python 3.9.1", older.path, "", ()),
    ]


def test_what_is_installed_twice_is_two_packages() -> None:
    packages = tuple(placed("npm", "ms", "2.1.2", f"{app}/node_modules/ms/package.json") for app in "ab")
    assert joined(packages) == packages


def test_a_declared_package_that_is_installed_is_evidence() -> None:
    lock = placed("npm", "ms", "2.1.2", "app/package-lock.json", declared=True)
    other = placed("npm", "ms", "2.0.0", "app/package-lock.json", declared=True)
    installed = placed("npm", "ms", "2.1.2", "app/node_modules/ms/package.json")
    pip = placed("pypi", "PyYAML", "5.3", "app/requirements.txt", declared=True)
    yaml = placed("pypi", "pyyaml", "5.3", f"{SITE}/PyYAML-5.3.dist-info/METADATA")
    assert told(lock, other, installed, pip, yaml) == [
        ("ms 2.1.2", installed.path, "", (lock.path,)),
        ("pyyaml 5.3", yaml.path, "", (pip.path,)),
        ("ms 2.0.0", other.path, "", ()),
    ]


def test_what_two_lock_files_declare_is_told_once() -> None:
    first, second = (placed("cargo", "serde", "1.0", f"{app}/Cargo.lock", declared=True) for app in "ab")
    assert told(first, second) == [("serde 1.0", first.path, "", (second.path,))]


def test_the_package_manager_knows_better_than_an_sbom() -> None:
    database = placed("deb", "openssl", "3.0.11-1", STATUS)
    same = placed("deb", "openssl", "3.0.11-1", "opt/app.spdx.json", declared=True)
    other = placed("deb", "openssl", "3.0.9-1", "opt/app.spdx.json", declared=True)
    foreign = placed("deb", "curl", "7.88.1", "opt/app.spdx.json", declared=True)
    assert told(same, other, foreign, database) == [
        ("openssl 3.0.11-1", STATUS, "", ("opt/app.spdx.json",)),
        ("openssl 3.0.9-1", "opt/app.spdx.json", "the package manager has it as 3.0.11-1", ()),
        ("curl 7.88.1", "opt/app.spdx.json", "", ()),
    ]


def test_the_note_in_an_owned_program_says_nothing_new() -> None:
    note = placed("deb", "systemd", "252.1-1", "usr/lib/libsystemd.so.0", owner="deb/libsystemd0", declared=True)
    copied = placed("rpm", "systemd", "255-1.fc40", "opt/lib/libsystemd.so.0", declared=True)
    assert [each.left_out for each in joined((note, copied))] == ["a file of deb/libsystemd0", ""]


def test_lock_files_that_packages_carry_are_left_out() -> None:
    carried = placed("pypi", "numpy", "1.0", "usr/lib/python3/site-packages/pkg/requirements.txt", declared=True)
    own = placed("pypi", "numpy", "1.0", "app/requirements.txt", declared=True)
    assert [bool(each.left_out) for each in joined((carried, own))] == [True, False]


def test_cargos_list_is_evidence_of_a_program_that_speaks_for_itself() -> None:
    listed = placed("cargo", "ripgrep", "14.1.0", "usr/local/cargo/.crates2.json")
    program = placed("cargo", "ripgrep", "14.1.0", "usr/local/cargo/bin/rg")
    silent = placed("cargo", "fd-find", "10.1.0", "usr/local/cargo/.crates2.json")
    assert told(listed, silent, program) == [
        ("ripgrep 14.1.0", program.path, "", (listed.path,)),
        ("fd-find 10.1.0", silent.path, "", ()),
    ]


def test_assemblies_that_a_deps_json_tells_are_left_out() -> None:
    told_by = placed("nuget", "Newtonsoft.Json", "13.0.1", "app/app.deps.json")
    file = placed("nuget", "Newtonsoft.Json", "13.0.1.25517", "app/Newtonsoft.Json.dll", owner="nuget/Newtonsoft.Json")
    alone = placed("nuget", "Legacy", "1.0.0.0", "opt/Legacy.dll")
    assert [each.left_out for each in joined((told_by, file, alone))] == ["", "a file of nuget/Newtonsoft.Json", ""]


def test_what_was_removed_is_nobodys_evidence() -> None:
    removed = placed("npm", "ms", "2.1.2", "app/node_modules/ms/package.json", origin=Origin(0, 1))
    lock = placed("npm", "ms", "2.1.2", "app/package-lock.json", declared=True)
    assert set(joined((removed, lock))) == {removed, lock}


def test_evidence_has_an_end() -> None:
    locks = [placed("npm", "ms", "2.1.2", f"{number:03}/package-lock.json", declared=True) for number in range(100)]
    (one,) = joined(locks)
    assert len(one.evidence) == 32
