"""One licence without operators, by id or by name."""

import functools
import re

from pratique.licences import aliases, spdx

_ABBREVIATED = r"a?l?gpl|g?fdl|mpl|epl|edl|asl|cddl|apache|artistic|afl|zpl|eupl|osl|bsd|cpl|bsl|cecill|psf|php|upl"
_NOISE = frozenset(("the", "license", "licence", "licenses", "licences", "version", "v", "ver", "vers", "software"))


@functools.cache
def ids() -> dict[str, str]:
    """All ids in lower case, and the id or expression of today."""
    of_today = (spdx.NETWORK, spdx.OTHER, spdx.PERMISSIVE, spdx.PROPRIETARY, spdx.PUBLIC_DOMAIN, spdx.STRONG, spdx.WEAK)
    found = {id_.lower(): id_ for words in of_today for id_ in words.split()}
    for row in spdx.DEPRECATED.split():
        old, _, new = row.partition(">")
        found[old.lower()] = new.replace("_", " ")
    return found


@functools.cache
def exceptions() -> dict[str, str]:
    """Names of exceptions, ids in lower case among them, and their ids."""
    found = {words: id_ for id_, names in _entries(aliases.EXCEPTIONS) for words in names}
    return found | {id_.lower(): id_ for id_ in spdx.EXCEPTIONS.split()}


@functools.cache
def _names() -> dict[str, str]:
    return {name: id_ for id_, names in _entries(aliases.NAMES) for name in names}


@functools.cache
def _addresses() -> dict[str, str]:
    return {name: id_ for id_, names in _entries(aliases.ADDRESSES) for name in names}


def _entries(table: str) -> list[tuple[str, list[str]]]:
    rows = (row.split(" = ", 1) for row in table.replace("\n    ", " ").strip().split("\n"))
    return [(id_, names.split(" | ")) for id_, names in rows]


@functools.cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(r"[^a-z0-9.+]+"),
        re.compile(rf"\b({_ABBREVIATED})[v.]*(?=\d)"),
        re.compile(r"(?<=\d)\.0(?=\+|$)|(?<!\d)\.+|\.+$"),
        re.compile(r"(?:,?\s+\(?|-|_)(?:with|w/)(?:\s+|-|_)(?:the\s+)?", re.IGNORECASE),
        re.compile(r"bsd[-_ ]?([1-4])(?:[-_ ]?clause)?[-_~][\w.-]+"),
    )


def key(text: str) -> str:
    """The words that count: `Apache License, Version 2.0` -> `apache 2`."""
    marks, abbreviated, zeros, *_ = _patterns()
    text = marks.sub(" ", text.lower().replace(">=", " ge "))
    text = abbreviated.sub(r"\1 ", text)
    words = []
    for word in text.split():
        if word[0] == "v" and word[1:2].isdigit():
            word = word[1:]
        if "." in word:
            word = zeros.sub("", word)
        if word and word not in _NOISE:
            words.append(word)
    return " ".join(words)


def licence(text: str) -> str:
    """Id or expression of one licence; empty where it is not known."""
    lower = text.lower()
    if found := ids().get(lower):
        return found
    if lower.startswith(("licenseref-", "documentref-")):
        return text if re.fullmatch(r"[A-Za-z0-9.:-]+", text) else ""
    if lower.endswith("+") and (found := ids().get(lower[:-1], "-only")) and not found.endswith("-only"):
        return f"{found}+" if " " not in found else ""
    if "://" in lower or lower.startswith("www."):
        return _address(lower)
    if text.count("(") != text.count(")"):
        return ""
    if lower.startswith("license ::"):
        text = text.rpartition("::")[2]
    return _named(text)


def _named(text: str) -> str:
    words = key(text)
    return _names().get(words) or ids().get(words) or _gnu(words) or _with_exception(text) or _variant(text)


def _address(lower: str) -> str:
    place = lower.partition("://")[2] or lower
    place = re.sub(r"\.(?:txt|html?|php|md|pdf)$", "", place.strip("/ <>").removeprefix("www."))
    if id_ := _addresses().get(place.partition("#")[0]):
        return id_
    host, _, rest = place.partition("/")
    if host in ("spdx.org", "opensource.org", "choosealicense.com"):
        return ids().get(rest.rpartition("/")[2], "")
    return ""


_PHRASES = (
    ("gnu ", ""), ("affero general public", "agpl"), ("affero gpl", "agpl"), ("affero public", "agpl"),
    ("library or lesser general public", "lgpl"), ("lesser or library general public", "lgpl"),
    ("lesser general public", "lgpl"), ("library general public", "lgpl"), ("lesser gpl", "lgpl"),
    ("library gpl", "lgpl"),
    ("lesser public", "lgpl"), ("general public", "gpl"), ("free documentation", "gfdl"), ("fdl", "gfdl"),
    ("ggfdl", "gfdl"),
    ("or at your option any later", "+"), ("or any later", "+"), ("or any newer", "+"), ("or later", "+"),
    ("or newer", "+"),
    ("or greater", "+"), ("or above", "+"), ("or higher", "+"), ("and later", "+"), ("and above", "+"),
    ("and newer", "+"),
    ("any later", "+"), (" ge ", " + "), ("no invariants", "niv"), ("no invariant", "niv"), ("lpgl", "lgpl"),
)  # fmt: skip
_VERSIONS = {
    "gpl": ("1.0", {"1": "1.0", "2": "2.0", "3": "3.0"}),
    "lgpl": ("2.0", {"2": "2.0", "2.1": "2.1", "3": "3.0"}),
    "agpl": ("3.0", {"1": "1.0", "3": "3.0"}),
    "gfdl": ("1.1", {"1.1": "1.1", "1.2": "1.2", "1.3": "1.3"}),
}
"""Family: the version that it means, with those after it, where none is named; its versions."""


def _gnu(words: str) -> str:
    """`gnu lesser general public 2.1 or later` -> LGPL-2.1-or-later. Without a version it is any."""
    if not re.search(r"gpl|lpgl|fdl|general public|free doc|affero|lesser", words):
        return ""
    for phrase, short in _PHRASES:
        words = words.replace(phrase, short)
    parts = dict.fromkeys(re.sub(r"\+", " + ", words).split())  # a name and its abbreviation say it twice
    family = [part for part in parts if part in _VERSIONS]
    if len(family) != 1:
        return ""
    lowest, versions = _VERSIONS[family[0]]
    named = [part for part in parts if part in versions]
    rest = parts.keys() - {family[0], *named, "+", "only", "gnu", "niv", "public", "as"}
    if rest or len(named) > 1:
        return ""
    later = "+" in parts or not named
    middle = "-no-invariants" if "niv" in parts and family[0] == "gfdl" else ""
    version = versions[named[0]] if named else lowest
    return f"{family[0].upper()}-{version}{middle}-{'or-later' if later else 'only'}"


def _with_exception(text: str) -> str:
    """`GPL-2+ with Autoconf exception`. An exception that the list lacks stays, as a LicenseRef."""
    split = _patterns()[3].split(text, maxsplit=1)
    if len(split) != 2:
        split = re.split(r"(?<=\+)-(?=[A-Za-z]+-exception$)", text, maxsplit=1)
    if len(split) != 2 or " with " in split[1].lower():
        return ""
    base = licence(split[0].strip(" ,("))
    if not base or " " in base:
        return ""
    words = split[1].strip(" )").lower()
    if found := exceptions().get(words):
        return f"{base} WITH {found}"
    short = re.sub(r"[-_\s]*exceptions?$", "", words).removeprefix("gnu ")
    if short == words and short not in ("cpe", "ce"):
        return ""
    if found := exceptions().get(key(short)):
        return f"{base} WITH {_fitting(base, found)}"
    slug = re.sub(r"[^a-z0-9.]+", "-", short).strip("-")
    return f"LicenseRef-{base}-with-{slug}-exception" if slug else f"LicenseRef-{base}-with-exceptions"


def _fitting(base: str, exception: str) -> str:
    if exception == "Autoconf-exception-generic" and base.startswith("GPL-3"):
        return "Autoconf-exception-generic-3.0"
    return exception


def _variant(text: str) -> str:
    """Debian's `BSD-3-clause-google` is the BSD text with the holder's name in it, its `GPL-3+~file` one of several.

    `Part of R 4.2.2` says R of its own packages.
    """
    lower = text.lower()
    if lower.startswith("part of r "):
        return "GPL-2.0-only OR GPL-3.0-only"
    if re.fullmatch(r"public-domain-[\w.-]+", lower):
        return "LicenseRef-public-domain"
    if found := _patterns()[4].fullmatch(lower):
        return "" if re.search(r"like|style|variant|alike", lower) else f"BSD-{found[1]}-Clause"
    head, tilde, _ = text.partition("~")
    return licence(head) if tilde and head else ""
