"""Licences as metadata spells them, and the SPDX expressions that they mean."""

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.licences.expression import expression, expressions, known

MEANT = {
    # ids, old ones and those of any case
    "MIT": "MIT",
    "apache-2.0": "Apache-2.0",
    "GPL-2.0": "GPL-2.0-only",
    "GPL-2.0+": "GPL-2.0-or-later",
    "LGPL-2.1-or-later": "LGPL-2.1-or-later",
    # names
    "Apache License, Version 2.0": "Apache-2.0",
    "The Apache Software License, Version 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "BSD 3-Clause": "BSD-3-Clause",
    "GNU Lesser General Public License v2.1": "LGPL-2.1-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "Eclipse Public License 2.0": "EPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    # PyPI, Maven, R, Debian, Fedora, npm
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "https://www.apache.org/licenses/LICENSE-2.0.txt": "Apache-2.0",
    "http://www.opensource.org/licenses/mit-license.php": "MIT",
    "GPL (>= 2)": "GPL-2.0-or-later",
    "MIT + file LICENSE": "MIT",
    "Expat": "MIT",
    "GPL-2+": "GPL-2.0-or-later",
    "public-domain": "LicenseRef-public-domain",
    "GPL-2+ with Autoconf exception": "GPL-2.0-or-later WITH Autoconf-exception-generic",
    "GPLv2+ and LGPLv2+ and MIT": "GPL-2.0-or-later AND LGPL-2.0-or-later AND MIT",
    "MIT/X11": "MIT",
    "MIT/Apache-2.0": "MIT OR Apache-2.0",
    "UNLICENSED": "LicenseRef-proprietary",
    # expressions
    "(MIT OR Apache-2.0)": "MIT OR Apache-2.0",
    "MIT AND (GPL-2.0-only OR BSD-3-Clause)": "MIT AND (GPL-2.0-only OR BSD-3-Clause)",
    "(MIT)": "MIT",
    "Expat, and GPL-1+ or Artistic": "MIT AND (Artistic-1.0-Perl OR GPL-1.0-or-later)",
    # nobody knows
    "SEE LICENSE IN LICENSE.md": "SEE LICENSE IN LICENSE.md",
    "Foo Corp End User Agreement": "Foo Corp End User Agreement",
    "MIT and Foo Corp": "MIT and Foo Corp",
    "Dual License": "Dual License",
    "": "",
    "(((": "(((",
}


@pytest.mark.parametrize("written", MEANT)
def test_what_is_meant(written: str) -> None:
    assert expression(written) == MEANT[written]


def test_what_an_expression_says_it_says_again() -> None:
    for meant in MEANT.values():
        assert expression(meant) == meant


def test_all_texts_of_a_package() -> None:
    assert expressions(("MIT", "License :: OSI Approved :: MIT License")) == ("MIT",)
    assert expressions(("Zed", "apache-2.0")) == ("Apache-2.0", "Zed")
    assert expressions(("BSD License", "BSD-3-Clause")) == ("BSD-3-Clause",)
    assert expressions(("", " ")) == ()


def test_known() -> None:
    assert known("MIT AND (GPL-2.0-only OR BSD-3-Clause)")
    assert not known("Foo Corp")
    assert not known("")


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(
        st.text(max_size=60), st.lists(st.sampled_from([*MEANT, "(", ")", " or ", ",", "/"]), max_size=8).map("".join)
    )
)
def test_any_text_gives_a_text(text: str) -> None:
    found = expression(text)
    assert found == text or known(found)


@pytest.mark.parametrize("text", ["(" * 1000, "MIT OR " * 200, "a, " * 600, "GPL+" * 400, "x " * 900, "with " * 380])
def test_hostile_texts_take_little_time(text: str) -> None:
    start = time.process_time()
    expression(text)
    assert time.process_time() - start < 20


def test_simple_licences_load_no_library() -> None:
    script = (
        "import sys\n"
        "from pratique.licences.expression import expression\n"
        "assert [expression(text) for text in ('MIT', '(MIT OR Apache-2.0)', 'GPLv2+ and MIT')]\n"
        "assert 'license_expression' not in sys.modules\n"
        "expression('MIT AND (Zlib OR ISC)')\n"
        "assert 'license_expression' in sys.modules\n"
    )
    subprocess.run((sys.executable, "-c", script), check=True, timeout=60)
