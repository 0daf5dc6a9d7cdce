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


BSD_1, BSD_2, BSD_END = (
    b"Redistribution and use in source and binary forms, with or without modification, are permitted "
    b"provided that the following conditions are met:\n"
    b"1. Redistributions of source code must retain the above\n"
    b"copyright notice, this list of conditions and the following disclaimer.\n"
    b"2. Redistributions in binary form must reproduce the above copyright notice, this list of "
    b"conditions and the following disclaimer in the documentation and/or other materials provided with "
    b"the distribution.\n",
    b"3. Neither the name of Example Ltd. nor the names of its contributors may be used to endorse or "
    b"promote products derived from this software without specific prior written permission.\n",
    b'THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR '
    b"IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND "
    b"FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT OWNER OR "
    b"CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL "
    b"DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, "
    b"DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER "
    b"IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT "
    b"OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.\n",
)


def test_the_longer_licence_explains_the_shorter() -> None:
    assert [id_ for id_, _ in identify(BSD_1 + BSD_END)] == ["BSD-2-Clause"]
    assert [id_ for id_, _ in identify(BSD_1 + BSD_2 + BSD_END)] == ["BSD-3-Clause"]


def test_several_licences_in_one_file() -> None:
    assert {id_ for id_, _ in identify(ISC + BSD_1 + BSD_2 + BSD_END)} == {"ISC", "BSD-3-Clause"}


def test_a_notice_instead_of_the_licence() -> None:
    notice = (
        b"This program is free software: you can redistribute it and/or modify it under the terms of the GNU "
        b"General Public License as published by the Free Software Foundation, either version 3 of the "
        b"License, or (at your option) any later version.\n\n"
        b"This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without "
        b"even the implied warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU "
        b"General Public License for more details.\n\n"
        b"You should have received a copy of the GNU General Public License along with this program. If not, "
        b"see <https://www.gnu.org/licenses/>.\n"
    )
    assert [id_ for id_, _ in identify(notice)] == ["GPL-3.0-or-later"]


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
    assert [found.removesuffix("-only") for found, _ in identify(path.read_bytes())] == [id_]


def test_fingerprints_survive_the_file() -> None:
    made = {"ISC": winnowed(ISC), "None": frozenset[int]()}
    assert decode(encode(made)) == made
    assert winnowed(ISC) <= set(hashes(ISC))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=2000))
def test_any_bytes(data: bytes) -> None:
    identify(data)
