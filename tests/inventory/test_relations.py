"""The names that packages need, found where their ecosystem looks for them."""

from pratique.inventory.relations import relations
from pratique.records.facts import Found
from pratique.records.package import Package, Requires

STATUS = "var/lib/dpkg/status"
SITE = "usr/lib/python3.11/site-packages"

Row = tuple[str, str, str, str]
"""Type, name, version, path."""


def edges(
    rows: list[Row], *required: tuple[Row, tuple[str, ...], tuple[str, ...]], declared: frozenset[int] = frozenset()
) -> dict[str, list[str]]:
    """By `path name` of a package those that it needs."""
    packages = [
        (Package(kind, name, version, declared=number in declared), path)
        for number, (kind, name, version, path) in enumerate(rows)
    ]
    facts = [
        Found(path, 1, Requires(kind, name, version, needs, provides))
        for (kind, name, version, path), needs, provides in required
    ]

    def shown(number: int) -> str:
        return f"{packages[number][1]} {packages[number][0].name} {packages[number][0].version}"

    return {shown(own): [shown(need) for need in needs] for own, needs in relations(packages, facts).items()}


def test_a_database_of_the_system() -> None:
    curl, ssl, mta = ("deb", "curl", "1", STATUS), ("deb", "libssl3", "3", STATUS), ("deb", "exim4", "4", STATUS)
    found = edges(
        [curl, ssl, mta],
        (curl, ("libssl3", "default-mta|mail-transport-agent", "nowhere"), ()),
        (mta, (), ("mail-transport-agent",)),
    )
    assert found == {f"{STATUS} curl 1": [f"{STATUS} libssl3 3", f"{STATUS} exim4 4"]}


def test_sonames_of_alpine() -> None:
    path = "lib/apk/db/installed"
    curl, ssl = ("apk", "curl", "1", path), ("apk", "libssl3", "3", path)
    found = edges([curl, ssl], (curl, ("so:libssl.so.3",), ()), (ssl, (), ("so:libssl.so.3", "pc:libssl")))
    assert found == {f"{path} curl 1": [f"{path} libssl3 3"]}


def test_node_looks_in_the_folders_above_the_nearest_first() -> None:
    rows: list[Row] = [
        ("npm", "a", "1", "app/node_modules/a/package.json"),
        ("npm", "ms", "1", "app/node_modules/ms/package.json"),
        ("npm", "ms", "2", "app/node_modules/a/node_modules/ms/package.json"),
        ("npm", "@s/b", "1", "app/node_modules/@s/b/package.json"),
        ("npm", "ms", "3", "other/node_modules/ms/package.json"),
    ]
    found = edges(rows, (rows[0], ("ms", "@s/b"), ()), (rows[3], ("ms", "a"), ()))
    assert found == {
        "app/node_modules/a/package.json a 1": [
            "app/node_modules/a/node_modules/ms/package.json ms 2",
            "app/node_modules/@s/b/package.json @s/b 1",
        ],
        "app/node_modules/@s/b/package.json @s/b 1": [
            "app/node_modules/a/package.json a 1",
            "app/node_modules/ms/package.json ms 1",
        ],
    }


def test_python_environments_keep_to_themselves() -> None:
    rows: list[Row] = [
        ("pypi", f"{name}", version, f"{site}/{name}-{version}.dist-info/METADATA")
        for site in (SITE, "venv/lib/python3.11/site-packages")
        for name, version in (("requests", "2"), ("Charset_Normalizer", site[0]))
    ]
    found = edges(rows, (rows[0], ("charset-normalizer",), ()), (rows[2], ("charset.normalizer",), ()))
    assert [need[0].rpartition(" ")[2] for need in found.values()] == ["u", "v"]


def test_a_name_that_is_unique_is_found_anywhere() -> None:
    rows: list[Row] = [
        ("pypi", "requests", "2", "usr/local/lib/python3.11/site-packages/requests-2.dist-info/METADATA"),
        ("pypi", "idna", "3", "usr/lib/python3/dist-packages/idna-3.dist-info/METADATA"),
    ]
    assert len(edges(rows, (rows[0], ("idna",), ()))) == 1
    twice: list[Row] = [*rows, ("pypi", "idna", "4", "opt/lib/idna-4.dist-info/METADATA")]
    assert edges(twice, (rows[0], ("idna",), ())) == {}


def test_a_lock_file_pins_versions_and_speaks_of_itself_only() -> None:
    lock, other = "app/Cargo.lock", "lib/Cargo.lock"
    rows: list[Row] = [
        ("cargo", "app", "0.1", lock),
        ("cargo", "rand", "0.7.3", lock),
        ("cargo", "rand", "0.8.5", lock),
        ("cargo", "rand", "0.9.0", other),
    ]
    found = edges(rows, (rows[0], ("rand@0.8.5", "rand@0.9.0"), ()), declared=frozenset(range(4)))
    assert found == {f"{lock} app 0.1": [f"{lock} rand 0.8.5"]}


def test_what_is_installed_does_not_need_what_is_declared() -> None:
    rows: list[Row] = [
        ("npm", "a", "1", "app/node_modules/a/package.json"),
        ("npm", "ms", "2", "app/package-lock.json"),
    ]
    assert edges(rows, (rows[0], ("ms",), ()), declared=frozenset({1})) == {}


def test_modules_of_a_program() -> None:
    rows: list[Row] = [
        (kind, name, "v1", path) for path in ("bin/x", "bin/y") for kind, name in (("golang", "m"), ("golang", "n"))
    ]
    found = edges(rows, (rows[2], ("n@v1",), ()))
    assert found == {"bin/y m v1": ["bin/y n v1"]}


def test_archives_look_into_themselves_and_into_those_around_them() -> None:
    rows: list[Row] = [
        ("maven", "g:app", "1", "app.war"),
        ("maven", "g:lib", "1", "app.war!/WEB-INF/lib/lib.jar"),
        ("maven", "g:lib", "2", "other.war!/WEB-INF/lib/lib.jar"),
        ("maven", "g:api", "1", "app.war!/WEB-INF/lib/api.jar"),
    ]
    found = edges(rows, (rows[0], ("g:lib@2|g:lib",), ()), (rows[1], ("g:api",), ()), (rows[2], ("g:lib",), ()))
    assert found == {
        "app.war g:app 1": ["app.war!/WEB-INF/lib/lib.jar g:lib 1"],
        "app.war!/WEB-INF/lib/lib.jar g:lib 1": ["app.war!/WEB-INF/lib/api.jar g:api 1"],
    }


def test_nothing_needs_itself_and_no_package_no_edges() -> None:
    row: Row = ("deb", "a", "1", STATUS)
    assert edges([row], (row, ("a", "b"), ("b",))) == {}
    assert edges([row], (("deb", "ghost", "1", STATUS), ("a",), ())) == {}
    assert edges([]) == {}


def test_a_hundred_thousand_of_one_name_take_linear_time() -> None:
    rows: list[Row] = [("npm", "ms", "1", f"{number}/node_modules/ms/package.json") for number in range(100_000)]
    required = [(row, ("ms",) * 5, ()) for row in rows]
    assert edges(rows, *required) == {}
