"""What holds for every scheme: keys order totally, never fail otherwise than said, and stay fast."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.ecosystems import ECOSYSTEMS
from pratique.errors import InvalidVersionError
from pratique.versions import SCHEMES, Key, compare, is_valid, versions_key
from tests.versions.tables import versions

NUMBERS = ["0", "1", "2", "10", "007", "99999999999999999999"]
WORDS = ["a", "b", "rc", "alpha", "beta", "pre", "dev", "post", "sp", "final", "SNAPSHOT", "x", "v"]
SIGNS = [".", ".", ".", "-", "-", "_", "+", "~", "^", ":", "!"]
PIECES = [*NUMBERS, *WORDS, *SIGNS]
MADE = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)
SCHEME = pytest.mark.parametrize("scheme", sorted(SCHEMES))


def _key(scheme: str, text: str) -> Key | None:
    try:
        return SCHEMES[scheme](text)
    except InvalidVersionError:
        return None


@SCHEME
@settings(deadline=None, max_examples=100)
@given(text=st.text(max_size=200) | MADE)
def test_any_text_has_a_key_or_is_invalid(scheme: str, text: str) -> None:
    key = _key(scheme, text)
    assert is_valid(scheme, text) == (key is not None)
    if key is not None:
        assert isinstance(key, tuple)
        assert hash(key) == hash(SCHEMES[scheme](text))
        assert compare(scheme, text, text) == 0


@SCHEME
@settings(deadline=None, max_examples=100)
@given(texts=st.lists(st.one_of(MADE, st.text(max_size=12)), min_size=3, max_size=3), data=st.data())
def test_the_order_is_total(scheme: str, texts: list[str], data: st.DataObject) -> None:
    real = data.draw(st.sampled_from(versions(scheme)))
    near = data.draw(st.sampled_from([real + piece for piece in PIECES]))
    keys = [key for key in (_key(scheme, text) for text in (*texts, real, near)) if key is not None]
    for a, b in itertools.product(keys, repeat=2):
        assert (a < b) + (a == b) + (a > b) == 1
        assert (a < b) == (b > a)
    for a, b, c in itertools.permutations(keys, 3):
        assert not (a <= b <= c) or a <= c


@SCHEME
def test_the_order_is_total_on_real_versions(scheme: str) -> None:
    ranked = sorted(versions(scheme), key=SCHEMES[scheme])
    keys = [SCHEMES[scheme](text) for text in ranked]
    assert all(not later < earlier for earlier, later in itertools.combinations(keys, 2))


@SCHEME
def test_an_empty_text_is_no_version(scheme: str) -> None:
    assert not is_valid(scheme, "")


@SCHEME
@pytest.mark.parametrize("piece", ["1", "0", "a", ".", "1.", "0.", "1a", "-1", "-a", "~", "_p", "-r1"])
def test_long_texts_take_no_long_time(scheme: str, piece: str) -> None:
    """100 kB; what is linear takes less than half a second here, what is quadratic minutes."""
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    for beginning, end in (("1", ""), ("1.0-", "x!")):
        key = _key(scheme, beginning + text + end)
        assert key is None or hash(key) == hash(tuple(key))
    assert time.process_time() - started < 10


@SCHEME
def test_numbers_of_any_length_compare(scheme: str) -> None:
    prefix = "v1." if scheme in ("cpan", "golang") else "1."
    assert compare(scheme, prefix + "9" * 20_000, prefix + "1" + "0" * 20_000) == -1
    assert compare(scheme, prefix + "9" * 20_000, prefix + "9" * 19_999 + "8") == 1


def test_every_ecosystem_has_its_scheme() -> None:
    assert {ecosystem.scheme for ecosystem in ECOSYSTEMS.values()} <= set(SCHEMES)


def test_an_unknown_scheme_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        versions_key("cobol")


def test_keys_are_remembered_but_not_of_long_texts() -> None:
    key = versions_key("dpkg")
    assert key("1:2.36-9+deb12u4") is key("1:2.36-9+deb12u4")
    long = "1." * 100 + "1"
    assert key(long) == key(long)
    assert key(long) is not key(long)
