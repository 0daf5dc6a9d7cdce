"""What licences ask, told by category."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.licences.category import ORDER, category

CATEGORIES = {
    "MIT": "permissive",
    "Apache-2.0+": "permissive",
    "Apache-2.0 WITH LLVM-exception": "permissive",
    "CC0-1.0": "public-domain",
    "LicenseRef-public-domain": "public-domain",
    "MPL-2.0": "weak-copyleft",
    "LGPL-2.1-or-later": "weak-copyleft",
    "GPL-2.0-or-later WITH Classpath-exception-2.0": "weak-copyleft",
    "GPL-2.0-with-classpath-exception": "weak-copyleft",
    "GPL-3.0-only": "strong-copyleft",
    "LicenseRef-GPL-2.0-or-later-with-openssl-exception": "strong-copyleft",
    "AGPL-3.0-only": "network-copyleft",
    "AGPL-3.0-only WITH Classpath-exception-2.0": "network-copyleft",
    "SSPL-1.0": "proprietary",
    "LicenseRef-proprietary": "proprietary",
    "LicenseRef-whatever": "unknown",
    "any-OSI": "unknown",
    "Foo Corp": "unknown",
    "": "unknown",
    # the user chooses of OR, and has to keep to all of AND
    "MIT OR GPL-3.0-only": "permissive",
    "MIT AND GPL-3.0-only": "strong-copyleft",
    "GPL-3.0-only OR MIT AND AGPL-3.0-only": "strong-copyleft",
    "(GPL-3.0-only OR MIT) AND AGPL-3.0-only": "network-copyleft",
    "(GPL-3.0-only OR MIT) AND LGPL-2.1-only": "weak-copyleft",
    "MIT AND (Zlib OR (GPL-2.0-only AND ISC))": "permissive",
    # parts that nobody knows
    "MIT OR Foo": "permissive",
    "MIT AND Foo": "unknown",
    "GPL-3.0-only AND Foo": "strong-copyleft",
    "LGPL-2.1-only AND Foo": "unknown",
    # as metadata writes it
    "GPL-2+ and other5": "strong-copyleft",
    "UNLICENSED": "proprietary",
    "(((": "unknown",
}


@pytest.mark.parametrize("expressed", CATEGORIES)
def test_category(expressed: str) -> None:
    assert category(expressed) == CATEGORIES[expressed]


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(st.text(max_size=60), st.lists(st.sampled_from([*CATEGORIES, "(", ")", " OR ", " AND "])).map("".join))
)
def test_any_text_has_one(text: str) -> None:
    assert category(text) in ORDER
