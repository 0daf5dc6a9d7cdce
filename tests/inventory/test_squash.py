"""The interval law, case by case: who brought a package, who took it away."""

import pytest

from pratique.records.facts import LayerFacts, Listing
from pratique.records.file import Unknown
from tests.inventory.layering import STATUS, layer, lives, metadata, status, unread
from tests.simulators.layers import Entry, file, folder, hard_link, opaque, symlink, whiteout

SITE = "usr/lib/python3/dist-packages"
IDNA = f"{SITE}/idna-3.4.dist-info/METADATA"


def test_a_database_written_anew_brings_only_what_it_adds() -> None:
    assert lives(layer(status("a 1", "b 1")), layer(status("a 1", "b 1", "c 1"))) == {
        ("a 1", STATUS, 0, None),
        ("b 1", STATUS, 0, None),
        ("c 1", STATUS, 1, None),
    }


def test_an_upgrade_in_place_ends_the_old_version() -> None:
    assert lives(layer(status("a 1")), layer(), layer(status("a 2"))) == {
        ("a 1", STATUS, 0, 2),
        ("a 2", STATUS, 2, None),
    }


def test_removed_and_installed_again_are_two_intervals() -> None:
    assert lives(layer(status("a 1", "b 1")), layer(status("b 1")), layer(status("b 1", "a 1"))) == {
        ("a 1", STATUS, 0, 1),
        ("a 1", STATUS, 2, None),
        ("b 1", STATUS, 0, None),
    }


def test_a_copy_up_for_chmod_keeps_the_origin() -> None:
    first = metadata("idna", "3.4")
    again = Entry(first.path, first.data, mode=0o600, uid=1000)
    assert lives(layer(first), layer(again)) == {("idna 3.4", IDNA, 0, None)}


def test_a_whiteout_takes_a_file_away() -> None:
    assert lives(layer(metadata("idna", "3.4")), layer(whiteout(IDNA))) == {("idna 3.4", IDNA, 0, 1)}


@pytest.mark.parametrize("gone", [SITE, "usr", f"{SITE}/idna-3.4.dist-info"])
def test_a_whiteout_of_a_folder_above_takes_it_away(gone: str) -> None:
    assert lives(layer(metadata("idna", "3.4")), layer(whiteout(gone))) == {("idna 3.4", IDNA, 0, 1)}


def test_a_folder_taken_away_and_made_again_by_a_later_layer() -> None:
    again = metadata("idna", "3.4")
    assert lives(layer(again), layer(whiteout("usr/lib")), layer(), layer(again)) == {
        ("idna 3.4", IDNA, 0, 1),
        ("idna 3.4", IDNA, 3, None),
    }


@pytest.mark.parametrize("marker", [whiteout(SITE), opaque(SITE), opaque("usr")])
@pytest.mark.parametrize("marker_first", [True, False])
def test_a_marker_speaks_of_lower_layers_only_wherever_it_stands(marker: Entry, marker_first: bool) -> None:
    added = metadata("attrs", "23.1")
    entries = (marker, added) if marker_first else (added, marker)
    assert lives(layer(metadata("idna", "3.4")), layer(*entries)) == {
        ("idna 3.4", IDNA, 0, 1),
        ("attrs 23.1", f"{SITE}/attrs-23.1.dist-info/METADATA", 1, None),
    }


def test_the_same_file_behind_an_opaque_folder_is_new() -> None:
    again = metadata("idna", "3.4")
    assert lives(layer(again), layer(opaque(SITE), again)) == {("idna 3.4", IDNA, 0, 1), ("idna 3.4", IDNA, 1, None)}


@pytest.mark.parametrize("usurper", [file(SITE, "x"), symlink(SITE, "/tmp"), Entry(SITE, kind=b"6")])
def test_what_is_no_folder_replaces_a_whole_one(usurper: Entry) -> None:
    assert lives(layer(metadata("idna", "3.4")), layer(usurper)) == {("idna 3.4", IDNA, 0, 1)}


def test_a_folder_in_place_of_a_file_ends_its_facts() -> None:
    assert lives(layer(status("a 1")), layer(folder(STATUS))) == {("a 1", STATUS, 0, 1)}


def test_a_link_in_place_of_a_file_ends_its_facts() -> None:
    assert lives(layer(status("a 1")), layer(symlink(STATUS, "status-old"))) == {("a 1", STATUS, 0, 1)}


def test_a_folder_announced_again_keeps_what_is_in_it() -> None:
    assert lives(layer(metadata("idna", "3.4")), layer(folder(SITE, 0o700))) == {("idna 3.4", IDNA, 0, None)}


def test_a_file_where_a_folder_must_be_gives_way() -> None:
    assert lives(layer(status("a 1")), layer(file(f"{STATUS}/deeper", "x"))) == {("a 1", STATUS, 0, 1)}


def test_an_emptied_database_ends_everything() -> None:
    assert lives(layer(status("a 1", "b 1")), layer(file(STATUS, ""))) == {("a 1", STATUS, 0, 1), ("b 1", STATUS, 0, 1)}


def test_the_last_of_two_entries_of_a_name_counts() -> None:
    assert lives(layer(status("a 1"), status("b 1"))) == {("b 1", STATUS, 0, None)}


def test_a_file_after_a_hard_link_of_its_name_counts() -> None:
    decoy = status("harmless 1", path="opt/decoy/status")
    assert lives(layer(decoy, hard_link(STATUS, "opt/decoy/status"), status("b 1"))) == {("b 1", STATUS, 0, None)}


def test_a_hard_link_after_a_file_of_its_name_counts() -> None:
    assert lives(layer(file("x", status("b 1").data), status("a 1"), hard_link(STATUS, "x"))) == {
        ("b 1", STATUS, 0, None)
    }


def test_links_to_folders_within_a_layer() -> None:
    entries = (folder("usr/lib"), symlink("lib", "usr/lib"), metadata("idna", "3.4", "lib/python3/dist-packages"))
    assert lives(layer(*entries)) == {("idna 3.4", IDNA, 0, None)}


@pytest.mark.parametrize("target", ["usr/lib", "/usr/lib", "./usr/../usr//lib/", "../../usr/lib"])
def test_links_to_folders_across_layers(target: str) -> None:
    base = layer(folder("usr/lib"), symlink("lib", target), metadata("idna", "3.4"))
    upgraded = f"{SITE}/idna-3.7.dist-info/METADATA"
    through = layer(
        whiteout("lib/python3/dist-packages/idna-3.4.dist-info"), metadata("idna", "3.7", "lib/python3/dist-packages")
    )
    assert lives(base, through) == {("idna 3.4", IDNA, 0, 1), ("idna 3.7", upgraded, 1, None)}


def test_a_file_written_through_a_link_is_the_same_file() -> None:
    base = layer(folder("usr/lib"), symlink("lib", "usr/lib"), metadata("idna", "3.4"))
    assert lives(base, layer(metadata("idna", "3.4", "lib/python3/dist-packages"))) == {("idna 3.4", IDNA, 0, None)}


@pytest.mark.parametrize("marker", [opaque("lib"), whiteout("lib/python3")])
def test_replacing_a_link_leaves_what_it_led_to(marker: Entry) -> None:
    """`rm /lib && mkdir /lib`: overlayfs writes an opaque folder; usr/lib is untouched."""
    base = layer(folder("usr/lib"), symlink("lib", "usr/lib"), metadata("idna", "3.4"))
    assert lives(base, layer(folder("lib"), marker)) == {("idna 3.4", IDNA, 0, None)}
    assert lives(base, layer(marker, folder("lib"))) == {("idna 3.4", IDNA, 0, None)}


def test_replacing_a_link_in_a_chain_leaves_what_it_led_to() -> None:
    base = layer(symlink("a", "b"), symlink("b", "/usr/lib"), metadata("idna", "3.4"))
    assert lives(base, layer(folder("b"), whiteout("a/python3"))) == {("idna 3.4", IDNA, 0, None)}
    assert lives(base, layer(symlink("b", "srv"), whiteout("a/python3"))) == {("idna 3.4", IDNA, 0, None)}
    assert lives(base, layer(symlink("b", "/usr/lib"), whiteout("a/python3"))) == {("idna 3.4", IDNA, 0, 1)}


def test_a_link_that_is_replaced_within_its_layer_has_done_its_work() -> None:
    through = metadata("idna", "3.4", "lib/python3/dist-packages")
    assert lives(layer(symlink("lib", "usr/lib"), through, file("lib", "x"))) == {("idna 3.4", IDNA, 0, None)}


def test_two_spellings_of_one_path_in_a_layer() -> None:
    old = metadata("idna", "3.3", "lib/python3/dist-packages", disk="3.4")
    base = (folder("usr/lib"), symlink("lib", "usr/lib"))
    assert lives(layer(*base, metadata("idna", "3.4"), old)) == {
        ("idna 3.3", IDNA, 0, None),
        ("idna 3.4", IDNA, 0, 0),
    }


def test_a_link_that_goes_away_takes_nothing_with_it() -> None:
    base = layer(folder("usr/lib"), symlink("lib", "usr/lib"), metadata("idna", "3.4", "lib/python3/dist-packages"))
    assert lives(base, layer(whiteout("lib"))) == {("idna 3.4", IDNA, 0, None)}


def test_links_in_circles_lead_nowhere() -> None:
    base = layer(symlink("a", "b"), symlink("b", "a"), metadata("idna", "3.4"))
    assert lives(base, layer(whiteout("a/python3"), opaque("b/x"))) == {("idna 3.4", IDNA, 0, None)}


def test_a_hard_link_holds_what_its_target_holds() -> None:
    other = "opt/idna-3.4.dist-info/METADATA"
    assert lives(layer(metadata("idna", "3.4"), hard_link(other, IDNA))) == {
        ("idna 3.4", IDNA, 0, None),
        ("idna 3.4", other, 0, None),
    }
    assert lives(layer(metadata("idna", "3.4"), hard_link(other, IDNA)), layer(whiteout(IDNA))) == {
        ("idna 3.4", IDNA, 0, 1),
        ("idna 3.4", other, 0, None),
    }


def test_a_hard_link_to_a_name_that_nobody_claims() -> None:
    plain = file("var/lib/dpkg/status-copy", status("a 1").data)
    assert lives(layer(plain, hard_link(STATUS, plain.path))) == {("a 1", STATUS, 0, None)}
    assert unread(layer(hard_link(STATUS, "nowhere"))) == {(STATUS, 0, None)}
    assert unread(layer(hard_link(STATUS, "x"), hard_link("x", STATUS))) == {(STATUS, 0, None)}


@pytest.mark.parametrize("name", [".wh.", ".wh..", ".wh...", ".wh..wh.plnk", "wh.idna", ".wh"])
def test_odd_names_hide_nothing(name: str) -> None:
    base = layer(metadata("idna", "3.4"))
    for at in ("", "usr/", f"{SITE}/", f"{SITE}/idna-3.4.dist-info/"):
        assert lives(base, layer(file(at + name))) == {("idna 3.4", IDNA, 0, None)}


def test_a_marker_may_be_a_folder_and_hold_files() -> None:
    inner = "opt/.wh.usr/idna-3.4.dist-info/METADATA"
    base = layer(folder("opt/.wh.usr"), metadata("idna", "3.4", "opt/.wh.usr"))
    assert lives(base) == {("idna 3.4", inner, 0, None)}
    assert lives(base, layer(whiteout("opt"))) == {("idna 3.4", inner, 0, 1)}


def test_what_could_not_be_read_obeys_the_same_law() -> None:
    broken = file(IDNA, "no header")
    assert unread(layer(broken), layer(broken), layer(whiteout(IDNA))) == {(IDNA, 0, 2)}
    assert unread(layer(broken), layer(metadata("idna", "3.4"))) == {(IDNA, 0, 1)}


def test_what_is_said_of_whole_layers_stays() -> None:
    late = [
        LayerFacts((), (Unknown("", "deadline", f"layer {index}"),), Listing("", b"", b"", b"", {}), 0)
        for index in range(2)
    ]
    assert unread(*late) == {("", 0, None), ("", 1, None)}
