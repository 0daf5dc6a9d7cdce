"""Licences in files of text: told by their words, whoever holds the rights."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.licences.expression import expression
from pratique.licences.fingerprint import decode, encode, hashes, winnowed
from pratique.licences.identify import identify

COMMON = Path("/usr/share/common-licenses")
"""Debian's, where there are some."""

ISC = b"""Copyright (c) 2020, Somebody Else

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
"""


def test_a_licence_by_its_words() -> None:
    assert [id_ for id_, _ in identify(ISC)] == ["ISC"]
    assert identify(b"Nothing of the kind is in this file, whatever its name may be.") == ()
    assert identify(b"# SPDX-License-Identifier: Apache-2.0 OR MIT\n") == (("Apache-2.0 OR MIT", 1.0),)


def test_a_text_in_the_place_of_a_name() -> None:
    assert expression(ISC.decode()) == "ISC"


@pytest.mark.skipif(not COMMON.is_dir(), reason="no folder of common licences on this system")
@pytest.mark.parametrize(
    ("name", "id_"), [("GPL-3", "GPL-3.0"), ("Apache-2.0", "Apache-2.0"), ("LGPL-2.1", "LGPL-2.1")]
)
def test_common_licences(name: str, id_: str) -> None:
    path = COMMON / name
    if not path.exists():
        pytest.skip(f"no {name} among the common licences")
    assert any(found.startswith(id_) for found, _ in identify(path.read_bytes()))


def test_fingerprints_survive_the_file() -> None:
    made = {"ISC": winnowed(ISC), "None": frozenset[int]()}
    assert decode(encode(made)) == made
    assert winnowed(ISC) <= set(hashes(ISC))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=2000))
def test_any_bytes(data: bytes) -> None:
    identify(data)
