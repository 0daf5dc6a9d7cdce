"""Write the tables of `pratique.licences` anew.

    npm pack spdx-license-ids spdx-license-list     # unpack both; licences CC0-1.0
    python tools/licences.py IDS_FOLDER TEXTS_FOLDER

IDS_FOLDER holds `index.json` and `deprecated.json`, TEXTS_FOLDER one `ID.json` for each licence with `licenseText`. The
categories and exceptions are those of the index that comes with license-expression (ScanCode LicenseDB, CC-BY-4.0),
corrected by the tables below. Texts are not kept, only fingerprints of them.
"""

import json
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pratique.licences.fingerprint import encode, winnowed

ROOM = Path(__file__).parents[1] / "src" / "pratique" / "licences"

CATEGORY = {
    "Permissive": "PERMISSIVE",
    "Copyleft Limited": "WEAK",
    "Copyleft": "STRONG",
    "Public Domain": "PUBLIC_DOMAIN",
    "Free Restricted": "PROPRIETARY",
    "Source-available": "PROPRIETARY",
    "Proprietary Free": "PROPRIETARY",
    "Commercial": "PROPRIETARY",
}
"""Words of ScanCode's index, and the constant of `spdx.py`."""

CORRECTED = {
    "PERMISSIVE": """Advanced-Cryptics-Dictionary BOLA-1.1 BSD-2-Clause-pos-unchanged BSD-3-Clause-Tso
        BSD-Mark-Modifications BSD-Source-Code-no-disclaimer BSD-ask-to-endorse Brian-Gladman-3-Clause-no-conversion
        Buddy Bugroff Caldera ESA-PL-permissive-2.4 FSFUL HPND-SMC HPND-UC-export-US HPND-export-US
        HPND-export-US-acknowledgement HPND-sell-variant-critical-systems ISO-permission MIT-STK OSSP OpenMDW-1.0
        SGMLUG-PM TekHVC Vixie-Cron WTFNMFPL WTFPL WordNet X11-no-permit-persons Symlinks diffmark NLPL""",
    "PUBLIC_DOMAIN": "NIST-PD-TNT",
    "WEAK": """CECILL-C ESA-PL-weak-copyleft-2.4 GPL-2.0-with-bison-exception LPPL-1.0 LPPL-1.1 LPPL-1.2 LPPL-1.3a
        LPPL-1.3c SISSL SISSL-1.2 Vim MMPL-1.0.1 ODbL-1.0""",
    "STRONG": "CECILL-1.0 CECILL-1.1 CECILL-2.0 CECILL-2.1 ESA-PL-strong-copyleft-2.4 BSD-Source-alt-GPL",
    "NETWORK": """AGPL-1.0 AGPL-1.0-only AGPL-1.0-or-later AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later APL-1.0 CAL-1.0
        CAL-1.0-Combined-Work-Exception CPAL-1.0 NPOSL-3.0 OSL-3.0 OSL-2.1 OSL-2.0 OSL-1.1 OSL-1.0 Parity-6.0.0
        Parity-7.0.0 RPL-1.1 RPL-1.5""",
    "PROPRIETARY": """ALGLIB-Documentation BSD-3-Clause-OpenWebUI CC-BY-NC-3.0-IGO CAPEC-tou FDK-MPEG-H
        Hippocratic-3.0-core UnRAR""",
}
"""Where the index is silent or where this project sees it otherwise (network use as distribution, above all)."""

REPLACED = {
    "BSD-2-Clause-FreeBSD": "BSD-2-Clause",
    "BSD-2-Clause-NetBSD": "BSD-2-Clause",
    "GPL-2.0-with-GCC-exception": "GPL-2.0-only WITH GCC-exception-2.0",
    "GPL-2.0-with-autoconf-exception": "GPL-2.0-only WITH Autoconf-exception-2.0",
    "GPL-2.0-with-bison-exception": "GPL-2.0-only WITH Bison-exception-2.2",
    "GPL-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0-with-font-exception": "GPL-2.0-only WITH Font-exception-2.0",
    "GPL-3.0-with-GCC-exception": "GPL-3.0-only WITH GCC-exception-3.1",
    "GPL-3.0-with-autoconf-exception": "GPL-3.0-only WITH Autoconf-exception-3.0",
    "Net-SNMP": "BSD-3-Clause AND MIT-CMU",
    "Nunit": "zlib-acknowledgement",
    "StandardML-NJ": "SMLNJ",
    "bzip2-1.0.5": "bzip2-1.0.6",
    "eCos-2.0": "GPL-2.0-or-later WITH eCos-exception-2.0",
    "wxWindows": "LGPL-2.0-or-later WITH WxWindows-exception-3.1",
}
"""Deprecated ids whose replacement is more than `-only` (notes of the SPDX licence list)."""


TITLE = 8
"""Words of a first paragraph that is the name of the licence."""

SHORTEST = 8
"""Hashes of a licence: some 30 words."""


def scancode_index() -> list[dict[str, Any]]:
    """Rows of the index that license-expression carries; it is found, not imported."""
    found = find_spec("license_expression")
    if found is None or found.origin is None:
        sys.exit("license-expression is not installed")
    path = Path(found.origin).parent / "data" / "scancode-licensedb-index.json"
    rows: list[dict[str, Any]] = json.loads(path.read_bytes())
    return rows


def table(name: str, words: list[str], doc: str = "") -> str:
    """A constant of words, folded."""
    lines = textwrap.wrap(" ".join(sorted(words, key=str.lower)), 116, break_long_words=False, break_on_hyphens=False)
    return f'{name} = """\n' + "\n".join(lines) + '\n"""\n' + (f'"""{doc}"""\n' if doc else "")


def spdx(ids: list[str], deprecated: list[str], version: str) -> str:
    """The module of ids."""
    rows = scancode_index()
    index = {row["spdx_license_key"]: row["category"] for row in rows}
    index |= {key: row["category"] for row in rows for key in row["other_spdx_license_keys"]}
    corrected = {id_: category for category, words in CORRECTED.items() for id_ in words.split()}
    by_category: dict[str, list[str]] = {}
    for id_ in ids:
        category = corrected.get(id_) or CATEGORY.get(index.get(id_, ""), "OTHER")
        by_category.setdefault(category, []).append(id_)
    exceptions = {row["spdx_license_key"] for row in rows if row["is_exception"]} | set(EXCEPTIONS_ALSO.split())
    exceptions -= set(deprecated) | {""}
    known = [id_ for id_ in exceptions if id_ and not id_.startswith("LicenseRef-") and id_ not in ids]
    replaced = [f"{id_}>{REPLACED.get(id_, id_ + '-only').replace(' ', '_')}" for id_ in deprecated]
    parts = [
        f'"""Ids of the SPDX licence list (npm spdx-license-ids {version}), by category.\n\n'
        "Written by `tools/licences.py`. Categories after ScanCode LicenseDB (CC-BY-4.0), corrected; see there.\n"
        'Words are kept in strings: they are split when first asked for.\n"""\n',
        *(table(name, by_category[name]) for name in sorted(by_category)),
        table("DEPRECATED", replaced, "`old>new`, with `_` for blanks."),
        table("EXCEPTIONS", known, "What may stand behind WITH."),
    ]
    return "\n".join(parts)


EXCEPTIONS_ALSO = """Autoconf-exception-generic-3.0 GPL-3.0-389-ds-base-exception
Linux-syscall-note LLVM-exception"""
"""Exceptions that the index may lack."""


def fingerprints(folder: Path, ids: list[str]) -> bytes:
    """Texts that are long enough to be told from others; of several with one text the first (`-only`)."""
    licences: dict[str, frozenset[int]] = {}
    for path in (folder / f"{id_}.json" for id_ in sorted(ids)):
        if not path.exists():  # the one package is newer than the other
            continue
        text: str = json.loads(path.read_bytes())["licenseText"]
        for number, variant in enumerate(variants(path.stem, text)):
            hashes = winnowed(variant.encode())
            if len(hashes) >= SHORTEST and hashes not in licences.values():
                licences[f"{path.stem}#{number}" if number else path.stem] = hashes
    return encode(licences)


def variants(id_: str, text: str) -> list[str]:
    """The text without its name and without what is said of its use, and what else stands for it in copies."""
    start, end = NOTICES.get(id_, ("", ""))
    notice = text.partition(start)[2].partition(end)[0] if start else ""
    text = text.partition("END OF TERMS AND CONDITIONS")[0]
    if id_.startswith("LGPL-3"):  # the list has GPL-3.0 behind it, the FSF's own file has not
        text = text.partition("GNU GENERAL PUBLIC LICENSE")[0]
    title, _, rest = text.partition("\n\n")
    if len(title.split()) <= TITLE:  # many leave it out
        text = rest
    if id_ == "ISC":  # few who take it are ISC
        notice = text.replace("ISC DISCLAIMS", "THE AUTHOR DISCLAIMS").replace("SHALL ISC", "SHALL THE AUTHOR")
    return [text, notice] if notice else [text]


NOTICES = {
    "Apache-2.0": ("Licensed under the", "limitations under the License."),
    "MPL-2.0": ("Exhibit A - Source Code Form License Notice", "If it is not possible"),
    "GPL-2.0-or-later": ("This program is", "Also add information"),
    "GPL-3.0-or-later": ("This program is", "Also add information"),
    "AGPL-3.0-or-later": ("This program is", "Also add information"),
    "LGPL-2.1-or-later": ("This library is", "Also add information"),
    "LGPL-2.0-or-later": ("This library is", "Also add information"),
}
"""Where the words begin and end, within the licence, that files under it are to have: some projects have only these."""


def main() -> None:
    """Both files."""
    folder, texts = map(Path, sys.argv[1:])
    deprecated = json.loads((folder / "deprecated.json").read_bytes())
    ids = json.loads((folder / "index.json").read_bytes())
    version = json.loads((folder / "package.json").read_bytes())["version"]
    (ROOM / "spdx.py").write_text(spdx(ids, deprecated, version), "utf-8")
    (ROOM / "fingerprints").write_bytes(fingerprints(texts / "licenses", ids))


if __name__ == "__main__":
    main()
