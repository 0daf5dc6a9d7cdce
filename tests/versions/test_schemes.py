"""What the tables cannot say: texts that are refused, and decisions that no native tool answers."""

import itertools

import pytest

from pratique.errors import InvalidVersionError
from pratique.versions import SCHEMES, compare


def _ascending(scheme: str, *texts: str) -> bool:
    keys = [SCHEMES[scheme](text) for text in texts]
    return all(low < high for low, high in itertools.pairwise(keys))


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        *(("dpkg", text) for text in (" ", "1.0 2", "a:1", ":1", "1:", "1.0-", "-1", "1:-1", "2147483648:1", "٣:1")),
        *(("rpm", text) for text in ("-", "...", "é")),
        *(("gem", text) for text in ("v1.0", "1..0", "1.0.", "1.0_1", "a", "1.0\n2")),
        *(("npm", text) for text in ("", "latest", "1.x", "1.2.3-a..b", "1.2.3-!", "1.2.3 beta", "x1")),
        *(("cargo", text) for text in ("*", "1.2.", ".1")),
        *(("golang", text) for text in ("(devel)", "devel go1.23-abcdef", "go", "gopher")),
        *(("composer", text) for text in ("1.2.3.4.5", "foo", "foo-dev", "1.0.0-foo", "1.0 beta", "1" * 23)),
        *(("pep440", text) for text in (" ", "\t\n")),
    ],
)
def test_what_the_native_tool_refuses_is_invalid(scheme: str, text: str) -> None:
    with pytest.raises(InvalidVersionError):
        SCHEMES[scheme](text)


def test_an_error_shows_no_more_than_the_beginning_of_a_text() -> None:
    with pytest.raises(InvalidVersionError) as caught:
        SCHEMES["npm"]("?" * 10_000)
    assert len(str(caught.value)) < 120


def test_dpkg_takes_strange_characters_which_dpkg_only_warns_of() -> None:
    assert _ascending("dpkg", "1~", "1", "1a", "1é", "1!", "1_")
    assert compare("dpkg", "0001:1.0", "1:1.0-0") == 0


def test_rpm_epochs_count_first_and_missing_releases_are_oldest() -> None:
    assert _ascending("rpm", "9.9-9", "1:0.1-1", "1:0.1-2", "2:0.0.1-1", "10:0-0")
    assert compare("rpm", "0:1.0-1", "1.0-1") == 0
    assert compare("rpm", ":1.0-1", "1.0-1") == 0
    assert _ascending("rpm", "1.0", "1.0-", "1.0-1")
    assert _ascending("rpm", "epoch:1.0", "1.0")


def test_apk_ranks_a_commit_hash_before_the_revision() -> None:
    assert _ascending(
        "apk", "1.1_rc1", "1.1", "1.1-r3", "1.1~1a2b-r0", "1.1~1a2b-r1", "1.1~1a3-r0", "1.1_p1-r0", "1.1.1"
    )
    assert _ascending("apk", "1.0~1a2b-r0", "1.0~xyz-r0")


def test_apk_places_texts_outside_its_grammar() -> None:
    assert _ascending("apk", "1.0", "1.0-r0", "1.0.1", "1.0-1")
    assert compare("apk", "1.0-1", "1.0+2") == 0
    assert _ascending("apk", "foo", "1")


def test_pep440_puts_other_texts_first_in_the_old_order() -> None:
    assert _ascending("pep440", "dev-main", "1.0-foo", "2.0-foo", "2.0-foo.1", "0.dev0", "0")
    assert _ascending("pep440", "1.0-x-pre1", "1.0-x", "1.0-x-1", "1.0-y")
    assert compare("pep440", " V1.0\n", "1") == 0


@pytest.mark.parametrize("scheme", ["npm", "cargo", "golang"])
def test_semantic_versions_may_be_sloppy(scheme: str) -> None:
    assert compare(scheme, "v1.2", "1.2.0") == 0
    assert compare(scheme, "1", "1.0.0+build.5") == 0
    assert compare(scheme, "=1.2.3", "1.2.3") == 0
    assert compare(scheme, "01.02.03", "1.2.3") == 0
    assert compare(scheme, "1.2.3.0", "1.2.3") == 0
    assert _ascending(scheme, "1.2.3-0", "1.2.3-rc.1", "1.2.3", "1.2.3.4", "1.2.3.5", "1.2.4")


def test_npm_takes_a_pre_release_without_hyphen() -> None:
    assert compare("npm", "1.2.3beta", "1.2.3-beta") == 0


def test_the_go_toolchain_is_compared_with_its_advisories() -> None:
    assert _ascending("golang", "1.21.0-0", "go1.21rc2", "go1.21rc10", "1.21.0", "go1.21.1", "go1.22beta1", "go1.22rc1")
    assert compare("golang", "go1.22rc1", "1.22.0-rc.1") == 0
    assert compare("golang", "1.22rc1", "1.22.0-rc.1") == 0
    assert compare("golang", "go1.20", "1.20.0") == 0
    assert compare("golang", "go1.21.3 X:nocoverageredesign", "1.21.3") == 0
    assert compare("golang", "go1.21.3-fips", "1.21.3") == 0
    assert compare("golang", "go1.18.5b7", "1.18.5") == 0


def test_go_pseudo_versions_stand_before_the_next_release() -> None:
    assert _ascending(
        "golang",
        "v1.2.3",
        "v1.2.4-0.20200131235959-0123456789ab",
        "v1.2.4-0.20210131235959-0123456789ab",
        "v1.2.4+incompatible",
    )
    assert compare("golang", "0.0.0-20190308221718-c2843e01d9a2", "v0.0.0-20190308221718-c2843e01d9a2") == 0


def test_composer_branches() -> None:
    assert _ascending("composer", "dev-main", "dev-next", "0.0.1-dev", "0.0.1", "1.9.9", "1.x-dev", "2.0.0")
    assert compare("composer", "master", "dev-master") == 0
    assert compare("composer", "1.0.0 as 2.0.0", "1.0.0") == 0
    assert compare("composer", "1.X-DEV", "1.*-dev") == 0


def test_composer_dates() -> None:
    assert compare("composer", "2024-01-31", "2024:01:31") == 0
    assert _ascending("composer", "2024-01-31", "2024.01.31", "2024-01-31-1-5", "2024.02.01", "20240131")


def test_maven_has_no_circles() -> None:
    assert _ascending("maven", "1-rc", "1", "1.sp.2")
    assert _ascending("maven", "0-rc", "0", "foo")
    assert _ascending("maven", "4.1.0.Beta-1", "4.1", "4.1-sp", "4.1-1", "4.1.1")
    assert compare("maven", "1.0.0.Final-redhat-1", "1-redhat-1") == 0
