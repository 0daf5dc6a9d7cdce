"""The tables of names: what they lead to is in the list of SPDX, and every name can be met."""

from itertools import chain

import pytest

from pratique.licences import aliases, spdx
from pratique.licences.category import category
from pratique.licences.expression import expression, known
from pratique.licences.words import exceptions, ids, key


def entries(table: str) -> list[tuple[str, list[str]]]:
    rows = table.strip().replace("\n    ", " ").splitlines()
    return [(id_, names.split(" | ")) for id_, names in (row.split(" = ") for row in rows)]


NAMES = entries(aliases.NAMES)
ALL = [*NAMES, *entries(aliases.ADDRESSES)]


def test_names_stand_as_they_are_looked_up() -> None:
    names = list(chain.from_iterable(names for _, names in NAMES))
    assert [name for name in names if key(name) != name] == []
    assert sorted(set(names)) == sorted(names), "a name that means two licences"


def test_names_mean_what_is_in_the_list() -> None:
    wrong = []
    for id_, _ in ALL:
        for one in id_.replace(" AND ", " OR ").split(" OR "):
            licence, _, exception = one.partition(" WITH ")
            if not licence.startswith("LicenseRef-") and ids().get(licence.lower()) != licence:
                wrong.append(one)
            if exception and exception not in spdx.EXCEPTIONS.split():
                wrong.append(one)
    assert wrong == []


def test_exceptions_are_in_the_list() -> None:
    assert {id_ for id_, _ in entries(aliases.EXCEPTIONS)} <= set(spdx.EXCEPTIONS.split())
    assert exceptions()["classpath-exception-2.0"] == "Classpath-exception-2.0"


def test_every_id_means_itself() -> None:
    of_today = [id_ for id_ in ids().values() if " " not in id_]
    assert len(of_today) > 700
    assert [id_ for id_ in of_today if expression(id_.lower()) != id_ or not known(id_)] == []
    assert {id_ for id_ in of_today if category(id_) == "unknown"} == set(spdx.OTHER.split())


def test_what_is_deprecated_means_something_of_today() -> None:
    for row in spdx.DEPRECATED.split():
        old, _, new = row.partition(">")
        assert expression(old) == new.replace("_", " ")
        assert old not in " ".join((spdx.WEAK, spdx.STRONG, spdx.NETWORK, spdx.PERMISSIVE)).split()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("GFDL-1.2+", "GFDL-1.2-or-later"),
        ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
        ("MPL-1.1+", "MPL-1.1+"),
        ("BSD-3-clause-google", "BSD-3-Clause"),
        ("BSD-2-Clause-alike", "BSD-2-Clause-alike"),
        ("BSD-2.2-clause", "BSD-2.2-clause"),
        ("public-domain-md5", "LicenseRef-public-domain"),
        ("Part of R 4.2.2", "GPL-2.0-only OR GPL-3.0-only"),
        ("GPL-3+ with Autoconf exception", "GPL-3.0-or-later WITH Autoconf-exception-generic-3.0"),
        ("GPL-3+-WITH-BISON-EXCEPTION", "GPL-3.0-or-later WITH Bison-exception-2.2"),
        ("GPL2 w/ CPE", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("LGPLv2+ with exceptions", "LicenseRef-LGPL-2.0-or-later-with-exceptions"),
        ("GPL-2+ with OpenSSL exception", "LicenseRef-GPL-2.0-or-later-with-openssl-exception"),
        ("LGPLv3+_or_GPLv2+", "LGPL-3.0-or-later OR GPL-2.0-or-later"),
        ("GNU General Public License, version 2 (GPL2), with the classpath exception",
         "GPL-2.0-only WITH Classpath-exception-2.0"),
    ],
)  # fmt: skip
def test_families_and_variants(written: str, meant: str) -> None:
    assert expression(written) == meant
