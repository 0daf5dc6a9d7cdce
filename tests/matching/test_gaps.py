"""What is not judged is said, and only that."""

import msgspec

from pratique.advisories.query import Advisories
from pratique.matching import gaps as room
from pratique.matching.candidates import Asked, ask
from pratique.matching.integrity import REMOVED_DATABASE, removed_databases
from pratique.records.advisory import Rating
from pratique.records.inventory import Origin, Placed, RemovedDatabase
from pratique.records.package import Distro
from tests.matching.fake import ALMA, DEBIAN, Fake, asked, deb, fake, inventory, language, rpm, said

DEB, PYPI = deb("bash", "5.2-1"), language("pypi", "idna", "3.4")


def gaps(asked: Asked, advisories: Advisories) -> tuple[str, ...]:
    return room.gaps(asked, advisories.affecting(asked.names), advisories)


def test_everything_is_judged() -> None:
    assert gaps(asked(DEBIAN, DEB, PYPI), fake()) == ()


def test_nothing_to_judge() -> None:
    nothing = ("nothing in this image could be identified: no package database, no language packages",)
    assert gaps(asked(DEBIAN), fake()) == nothing
    assert gaps(asked(None, Placed(PYPI.fact, PYPI.path, 1, Origin(0, 1))), fake()) == nothing


def test_a_distribution_that_nobody_names() -> None:
    assert gaps(asked(None, DEB, PYPI), fake()) == ("1 package of an operating system that no release file names",)
    assert gaps(asked(None, PYPI), fake()) == ()


def test_a_distribution_without_advisories() -> None:
    arch = Distro("arch", "", "Arch Linux")
    assert gaps(asked(arch, DEB, deb("zsh", "5")), fake()) == (
        "2 packages of Arch Linux: no advisories cover this distribution",
    )
    assert gaps(asked(arch, PYPI), fake()) == ()


def test_a_release_without_advisories() -> None:
    advisories = Fake(uncovered=("Debian:12",))
    assert gaps(asked(DEBIAN, DEB, PYPI), advisories) == ("1 package of Debian:12: there are no advisories for it",)


def test_a_feed_that_is_missing() -> None:
    advisories = Fake(feeds=("Debian",))
    assert gaps(asked(DEBIAN, DEB, PYPI, language("npm", "a", "1.0.0")), advisories) == (
        "1 package of PyPI: there are no advisories for it",
        "1 package of npm: there are no advisories for it",
    )


def test_one_release_of_several_is_enough() -> None:
    sles = Distro("sles", "15.5", "SUSE Linux Enterprise Server 15 SP5")
    placed = rpm("bash", "4.4-1", vendor="SUSE LLC <https://www.suse.com/>")
    product = "SUSE:Linux Enterprise Server 15 SP5"
    assert gaps(asked(sles, placed), Fake(feeds=("SUSE",), uncovered=(product,))) == ()
    assert gaps(asked(sles, placed), fake()) == (f"1 package of {product}: there are no advisories for it",)


def test_packages_of_third_parties() -> None:
    foreign = [deb(name, "1", vendor="Docker <support@docker.com>") for name in ("docker-ce", "containerd.io")]
    assert gaps(asked(DEBIAN, DEB, *foreign), fake()) == (
        "2 packages not made by Debian GNU/Linux 12 (bookworm), whose advisories skip them: containerd.io, docker-ce",
    )
    assert gaps(asked(ALMA, rpm("x", "1", vendor="Oracle America")), fake()) == (
        "1 package not made by AlmaLinux 8.10, whose advisories skip them: x",
    )


def test_packages_of_another_package_manager() -> None:
    assert gaps(asked(ALMA, DEB), fake()) == ("1 package not made by AlmaLinux 8.10, whose advisories skip them: bash",)


def test_a_version_that_is_none_is_told_where_advisories_name_the_package() -> None:
    odd, silent = language("npm", "left-pad", "latest"), language("npm", "other", "latest")
    advisories = fake(said("GHSA-1", "npm", "left-pad", "..1.3.0"))
    assert gaps(asked(None, odd, silent, PYPI), advisories) == (
        "1 package whose version cannot be compared with those of advisories: left-pad latest",
    )
    assert gaps(asked(None, silent, PYPI), advisories) == ()


def test_needed_feeds() -> None:
    packages = (DEB, PYPI, language("golang", "x", "v1.0.0"), language("golang", "y", ""), language("maven", "g:a", ""))
    assert asked(DEBIAN, *packages).feeds == {"Debian", "PyPI", "Go"}
    assert asked(None, DEB).feeds == frozenset()


def test_packages_of_a_removed_database_want_their_feed() -> None:
    hidden = Placed(DEB.fact, DEB.path, 1, Origin(0, 2))
    removed = RemovedDatabase("deb", DEB.path, Origin(0, 2), 1)
    assert asked(DEBIAN, hidden, removed=(removed,)).feeds == {"Debian"}
    assert asked(DEBIAN, hidden).feeds == frozenset()


def test_a_removed_database_is_a_finding() -> None:
    (finding,) = removed_databases(
        inventory(DEBIAN, removed=(RemovedDatabase("deb", "var/lib/dpkg/status", Origin(1, 3), 1200),))
    )
    assert (finding.id, finding.severity.rating, finding.layer) == (REMOVED_DATABASE, Rating.HIGH, 3)
    assert finding.path == "var/lib/dpkg/status"
    assert finding.reasons == (
        "layer 3 took away var/lib/dpkg/status with 1,200 packages; they are judged by the state of the layer before",
    )


def test_ecosystems_that_cannot_be_compared_yet_are_gaps() -> None:
    rack, newtonsoft = language("pypi", "idna", "3.4"), language("nuget", "Newtonsoft.Json", "12.0.1")
    assert gaps(asked(None, rack, newtonsoft), fake()) == (
        "1 package of NuGet: pratique cannot compare their versions yet",
    )
    assert room.unjudged(asked(None, rack, newtonsoft)) == ()


def test_what_nobody_publishes_advisories_for_is_told_and_is_no_gap() -> None:
    program, rock = language("generic", "nginx", "1.27.0"), language("luarocks", "lpeg", "1.0.2-1")
    asking = asked(None, PYPI, program, rock)
    assert gaps(asking, fake()) == ()
    assert room.unjudged(asking) == (
        "1 package of programs without a package manager, for which no feed publishes advisories: nginx",
        "1 package of luarocks, for which no feed publishes advisories: lpeg",
    )
    assert gaps(asked(None, program), fake()) == (
        "no feed publishes advisories for anything that was found in this image",
    )


def test_what_is_only_declared_is_judged_where_that_is_asked_for() -> None:
    fact = msgspec.structs.replace(PYPI.fact, name="six", declared=True)
    lock = msgspec.structs.replace(PYPI, fact=fact, path="requirements.txt")
    out = msgspec.structs.replace(lock, left_out="for some reason")
    whole = inventory(None, PYPI, lock, out)
    assert [placed.fact.name for placed, _ in ask(whole).packages] == ["idna"]
    assert [placed.fact.name for placed, _ in ask(whole, declared=True).packages] == ["idna", "six"]
