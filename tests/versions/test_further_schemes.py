"""What the tables of the smaller ecosystems cannot say: refusals, and what no native tool answers."""

import itertools

import pytest

from pratique.errors import InvalidVersionError
from pratique.versions import SCHEMES, compare


def _ascending(scheme: str, *texts: str) -> bool:
    keys = [SCHEMES[scheme](text) for text in texts]
    return all(low < high for low, high in itertools.pairwise(keys))


HASH = "15137004df508c6007b895075994043448d231ca"
DIGITS = "1513700409508060078950759940434480231000"


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        *(("nuget", text) for text in ("1.0.0.0.0", "v1.0", "[1.0,2.0)", "1.0-", "1.0-a..b", "1.0-é", "1.*", "beta")),
        *(("hex", text) for text in ("~> 1.0", "main", "1.2.")),
        *(("pub", text) for text in ("^1.0.0", "any", "1.2.3+", "1.2.3+a..b", "1.2.3+²", "1.2.3+a b")),
        *(("cran", text) for text in ("1.0a", "1..0", "1.0-", "R", "1_0", "²")),
        *(("hackage", text) for text in (">=1.0", "1.", "1.0_1", "a-1.0")),
        *(("swift", text) for text in ("main", "release/5.9")),
        *(
            ("github", text)
            for text in ("main", "release/v1", HASH, DIGITS, HASH[4:11], HASH.upper(), HASH + HASH[:24])
        ),
        *(("bitnami", text) for text in ("latest", "1.2.3-", "1.2.3-a b", "debian-12")),
        *(("julia", text) for text in ("1.2.3.4", "1.", "1.2.3-a..b", "1.2.3++", "latest")),
        *(("alpm", text) for text in ("-", "...", "1:", ":-1", "é")),
        *(("conan", text) for text in ("[>=1.0]", "-1", "1.0 2", "1.0/2", "é")),
        *(("conda", text) for text in (">=1.0", "1..0", "_", "1__0", "1!", "1+", "1.0=py39", "a!1")),
        *(("generic", text) for text in ("latest", HASH, DIGITS, "1.0 2", "1.0/2", "go1.22", ".1")),
        *(("luarocks", text) for text in ("...", "-1", "~> 1.0", "é")),
        *(("cpan", text) for text in ("undef", "1.2.x", "v", ".", "1.2a", "v1_", ">= 1.0", "version")),
    ],
)
def test_what_is_no_version_is_invalid(scheme: str, text: str) -> None:
    with pytest.raises(InvalidVersionError):
        SCHEMES[scheme](text)


def test_nuget_labels_compare_without_regard_to_case() -> None:
    assert compare("nuget", "1.0.0-RC.01+sha.1", "1-rc.1") == 0
    assert _ascending("nuget", "1.0-a", "1.0-B", "1.0-c", "1.0", "1.0.0.1")


def test_erlang_applications_may_have_four_numbers() -> None:
    assert _ascending("hex", "5.1.2", "5.1.2.1", "5.1.2.10", "5.1.3")


def test_pub_counts_builds() -> None:
    assert _ascending(
        "pub", "1.0.0-a", "1.0.0-a+1", "1.0.0", "1.0.0+1", "1.0.0+1.0", "1.0.0+1.a", "1.0.0+10", "1.0.0+a"
    )


def test_swift_tags_may_have_a_v_and_two_numbers() -> None:
    assert compare("swift", "v1.2", "1.2.0+build") == 0


def test_the_major_tag_of_an_action_is_its_lowest_release() -> None:
    assert compare("github", "v4", "4.0.0") == 0
    assert _ascending("github", "v3.9.9", "v4", "v4.1", "v4.1.3", "v5-beta", "v5")
    assert compare("github", "20240131", "20240201") == -1


def test_bitnami_numbers_image_revisions() -> None:
    assert _ascending("bitnami", "1.2.2-9", "1.2.3", "1.2.3-1", "1.2.3-10", "1.2.3-r9", "1.2.3-r10", "1.2.4")
    assert compare("bitnami", "v1.2", "1.2.0+7") == 0


def test_julia_ends_its_versions_openly() -> None:
    assert _ascending("julia", "1.0-", "1.0-+", "1.0-0", "1.0-a", "1.0", "1.0+0", "1.0+a", "1.0+", "1.0.1-")
    assert compare("julia", "1.0rc1", "v1.0.0-rc1") == 0


def test_pacman_has_no_circles() -> None:
    assert _ascending("alpm", "1.0rc", "1.0", "1.0.a", "1.0.", "1.0.1", "1.0..a")
    assert _ascending("alpm", "1.0", "1.0-1", "1.0-1.1", "1.0-2", "1:0.1-1")
    assert compare("alpm", "0:1.0-1", "1.0-01") == 0


def test_conan_has_no_circles() -> None:
    assert _ascending("conan", "1", "1a", "1b", "2", "9d", "9e", "10", "cci.20200131", "system")
    assert _ascending("conan", "1.0-rc.1", "1.0-rc.2+1", "1", "1.0+1", "1.0.1")


def test_conda_places_what_is_missing() -> None:
    assert _ascending("conda", "1.0.1dev", "1.0.1_", "1.0.1a", "1.0.1", "1.0.1+1", "1.0.1.post1", "1.0.1post", "1.0.2")
    assert compare("conda", "1.0-1", "1_0.1.0") == 0
    assert _ascending("conda", "2024.1", "1!0.1")


def test_luarocks_revisions_come_last() -> None:
    assert _ascending(
        "luarocks", "1.0rc1-5", "1.0", "1.0-0", "1.0.0-1", "1.0-10", "1.0a-1", "1.0.1-1", "scm-1", "dev-1"
    )


def test_trial_releases_of_perl_modules_count_as_the_release() -> None:
    assert compare("cpan", "v3.0.13-TRIAL2", "3.0.13") == 0
    assert compare("cpan", "1.02-TRIAL", "v1.20") == 0
    assert _ascending("cpan", ".5", "1.002", "v1.2.1", "1.02_03", "1.3")


def test_builds_of_a_program_are_the_program() -> None:
    for text in ("1.2.3-alpine", "1.2.3-slim-bookworm", "1.2.3+git.5", "1.2.3.Final", "v1.2.3-lts"):
        assert compare("generic", text, "1.2.3") == 0
    assert _ascending("generic", "1.2~", "1.2")
    assert _ascending(
        "generic", "1.2-nightly", "1.2~1", "1.2-a1", "1.2.B2", "1.2-ea", "1.2~rc1", "1.2", "1.2a", "1.2.1"
    )
