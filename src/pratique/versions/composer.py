"""Composer versions: composer/semver 3 normalises them, PHP's version_compare orders them.

Source: getcomposer.org, "Versions and constraints", and php.net, version_compare: dev, alpha, beta and RC are below
the end of a version, in this order, numbers and patch (also pl, p) above; unknown words are lowest. Branches
(`dev-main`) are below all versions. Composer calls them incomparable with each other; here they go by name.
"""

import functools
import re

from pratique.errors import InvalidVersionError

_BRANCH, _UNKNOWN, _DEV, _ALPHA, _BETA, _RC, _END, _NUMBER, _PATCH = range(9)
_WORDS = {"dev": _DEV, "alpha": _ALPHA, "beta": _BETA, "RC": _RC, "patch": _PATCH}
_LONG = {"a": "alpha", "b": "beta", "p": "patch", "pl": "patch", "rc": "RC"}
_PARTS = re.compile("[0-9]+|[A-Za-z]+")

_TRIMMED = " \t\n\r\0\x0b"
_DEFAULT_BRANCHES = ("master", "trunk", "default")
_WILD = "9999999"
"""What Composer writes for the `x` of `2.x-dev`."""

_MODIFIER = r"[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]++)*+))?+([.-]?dev)?+"


@functools.cache
def _classical() -> re.Pattern[str]:
    """One to four numbers."""
    numbers = r"v?([0-9]{1,5}+)(\.[0-9]++)?+(\.[0-9]++)?+(\.[0-9]++)?+"
    return re.compile(numbers + _MODIFIER, re.IGNORECASE | re.ASCII)


@functools.cache
def _dated() -> re.Pattern[str]:
    """`20240131`, `2024-01-31`, `2024.01.31.2`."""
    date = r"v?([0-9]{4}(?:[.:-]?[0-9]{2}){1,6}(?:[.:-]?[0-9]{1,3}){0,2})"
    return re.compile(date + _MODIFIER, re.IGNORECASE | re.ASCII)


@functools.cache
def _numeric_branch() -> re.Pattern[str]:
    return re.compile(r"v?([0-9]++)" + r"(\.(?:[0-9]++|[x*]))?+" * 3, re.IGNORECASE | re.ASCII)


@functools.cache
def _wrapping() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What may stand around a version: an alias, a stability flag, build metadata."""
    return (
        re.compile(r"([^,\s]++) ++as ++[^,\s]++", re.ASCII),
        re.compile(r"@(?:stable|rc|beta|alpha|dev)", re.IGNORECASE | re.ASCII),
        re.compile(r"([^,\s+]++)\+\S++", re.ASCII),
    )


def _unwrapped(text: str) -> str:
    alias, flag, build = _wrapping()
    if found := alias.fullmatch(text):
        text = found[1]
    if (at := text.rfind("@")) >= 0 and flag.fullmatch(text, at):
        text = text[:at]
    if text in _DEFAULT_BRANCHES:
        text = f"dev-{text}"
    if text[:4].lower() != "dev-" and (found := build.fullmatch(text)):
        text = found[1]
    return text


def _modified(version: str, word: str | None, digits: str | None, dev: str | None) -> str:
    if word == "stable":
        return version
    if word:
        lower = word.lower()
        version += f"-{_LONG.get(lower, lower)}{(digits or '').lstrip('.-')}"
    return f"{version}-dev" if dev else version


def _normalised_branch(text: str) -> str | None:
    """`2.x-dev` as the highest version of its line; None for branches that are not numeric."""
    if text[-3:].lower() != "dev":
        return None
    name = text[:-3]
    name = (name[:-1] if name.endswith((".", "-")) else name).strip(_TRIMMED)
    found = _numeric_branch().fullmatch(name)
    if not found:
        return None
    parts = [(part or ".x").lstrip(".") for part in found.groups()]
    return ".".join(part if part.isdigit() else _WILD for part in parts) + "-dev"


def _normalised(text: str) -> str:
    """Four numbers (or a date's) with modifiers: what Composer itself compares."""
    if found := _classical().fullmatch(text):
        first, second, third, fourth, word, digits, dev = found.groups()
        return _modified(first + (second or ".0") + (third or ".0") + (fourth or ".0"), word, digits, dev)
    if found := _dated().fullmatch(text):
        date, word, digits, dev = found.groups()
        return _modified(date.replace("-", ".").replace(":", "."), word, digits, dev)
    branch = _normalised_branch(text)
    if branch is None:
        raise InvalidVersionError(f"{text[:60]!r} is no Composer version")
    return branch


def key(text: str) -> tuple[int | str, ...]:
    """Sorts as Composer; InvalidVersionError where Composer refuses the version."""
    text = _unwrapped(text.strip(_TRIMMED))
    if text[:4].lower() == "dev-":
        return (_BRANCH, text[4:])
    ranks: list[int | str] = []
    for part in _PARTS.findall(_normalised(text)):
        if part.isdigit():
            ranks += (_NUMBER, int(part, 16))
        else:
            ranks.append(_WORDS.get(part, _UNKNOWN))
    ranks.append(_END)
    return tuple(ranks)
