"""Licences of package metadata as SPDX expressions (SPDX 2.3, annex D).

What one licence means, `words` knows. Here are the operators: those of SPDX, and what else joins licences in metadata
(`MIT/Apache-2.0`, `GPL-2 | file LICENSE`, `Expat, and GPL-1+ or Artistic`). Chains are split by hand, which answers
nearly every text; the library license-expression takes 20 ms to import and is asked about parentheses only.
"""

import functools
import re

from pratique.licences.words import ids, licence

_LONGEST = 2000
"""Characters of an expression; that of a kernel has 500. Longer ones are texts."""

_TEXT = 250
"""Characters above which something with line ends is no name but a text."""

_DEEPEST = 20
"""Parentheses in one expression."""

_UNSAID = frozenset(("", "unknown", "none", "noassertion", "n/a", "-", "null", "see license", "license"))


@functools.lru_cache(8192)
def expression(text: str) -> str:
    """The SPDX expression that `text` means, in ids of today; exactly as written where any of it is unknown.

    `LicenseRef-` stands for what people name and the list has not: public-domain, proprietary.
    """
    plain = text.strip()
    if found := _of_ids(plain) or licence(plain):
        return found
    if len(plain) > _TEXT and "\n" in plain:
        return _of_text(plain) or text
    plain = " ".join(plain.strip("\"'").split())
    if len(plain) > _LONGEST or plain.lower() in _UNSAID:
        return text
    plain = re.sub(r"(?i)\s*[+|]\s*file\s+licen[sc]e$", "", plain.replace("_or_", " or "))
    if plain.startswith("(") and plain.endswith(")") and plain.count("(") == 1:
        plain = plain[1:-1].strip()
    return _chain(plain, 0) or (_nested(plain) if "(" in plain else "") or text


def _of_ids(text: str) -> str:
    """Ids with one kind of operator between them, which nearly all expressions are; empty for anything else."""
    words = text.split()
    operators = set(words[1::2])
    if len(words) % 2 == 0 or len(operators) > 1 or not operators <= {"AND", "OR"}:
        return ""
    found = [ids().get(word.lower(), "") for word in words[::2]]
    return _join(found, f" {words[1] if operators else 'AND'} ") if all(found) else ""


@functools.lru_cache(8192)
def expressions(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Those of all texts of a package, sorted, each once.

    A name that only tells the family (`BSD License`) goes where another text tells the member.
    """
    found = {text: expression(text) for text in texts if text.strip()}
    said = set(found.values())
    if len(said) == 1:
        return tuple(said)
    vague = {text: family for text in found if (family := _FAMILIES.get(_plain(text)))}
    others = [other for text, other in found.items() if text not in vague]
    for text, family in vague.items():
        if any(re.search(rf"(?:^|[ (]){family}-", other) for other in others) and found[text] not in others:
            said.discard(found[text])
    return tuple(sorted(said))


_FAMILIES = {
    "bsd": "BSD",
    "gpl": "GPL",
    "gpl+": "GPL",
    "gnu general public gpl": "GPL",
    "lgpl": "LGPL",
    "gnu library or lesser general public lgpl": "LGPL",
    "apache": "Apache",
    "artistic": "Artistic",
    "cc0": "CC0",
    "mpl": "MPL",
}
"""Names that tell the family only, and how its ids begin."""


def _plain(text: str) -> str:
    return " ".join(re.sub(r"(?i)licen[sc]e|::|osi approved|the|[()]|software", " ", text).lower().split())


def known(expressed: str) -> bool:
    """Is it an SPDX expression (as `expression` gives it), and not a text that is not understood?"""
    words = re.sub(r"[()]| (?:AND|OR) ", "\0", expressed).split("\0")
    return all(bool(licence(word.strip())) for word in words if word.strip()) and bool(expressed.strip())


@functools.cache
def _operators() -> tuple[tuple[re.Pattern[str], str], ...]:
    """From the one that binds least. A comma before `and` or `or` binds less than either (Debian)."""
    no_later = r"(?!later|newer|any |greater|above|higher|at your)"
    return (
        (re.compile(r",\s*and\s+(?!later|newer|above)", re.IGNORECASE), " AND "),
        (re.compile(rf",\s*or\s+{no_later}", re.IGNORECASE), " OR "),
        (re.compile(rf"\s+(?:and/or|or)\s+{no_later}|\s*\|+\s*", re.IGNORECASE), " OR "),
        (re.compile(r"\s+and\s+(?!later|newer|above)|\s*[&;]+\s*|,\s*|\s\+\s", re.IGNORECASE), " AND "),
        (re.compile(r"(?<!w)\s*/\s*"), " OR "),
        (re.compile(r"\s+"), " AND "),
    )


def _chain(text: str, level: int) -> str:
    """Of licences with operators between them; empty where one is unknown."""
    if found := licence(text):
        return found
    operators = _operators()
    for at in range(level, len(operators)):
        pattern, joined = operators[at]
        parts = pattern.split(text)
        if len(parts) == 1:
            continue
        if at == 1 and not re.search(r"\sand\s", text):  # `MIT, BSD, or GPL`
            parts = [piece for part in parts for piece in part.split(",")]
        words = [_chain(part.strip(), at + 1) for part in parts]
        return _join(words, joined) if all(words) else ""
    return ""


def _join(words: list[str], joined: str) -> str:
    other = " OR " if joined == " AND " else " AND "
    whole = dict.fromkeys(
        word for words_ in words for word in (words_.split(joined) if other not in words_ else [words_])
    )
    return (
        joined.join(f"({word})" if other in word else word for word in whole) if len(whole) > 1 else next(iter(whole))
    )


def _nested(text: str) -> str:
    """With parentheses. Licences are put in their places first, so that the library has only ids to read."""
    if text.count("(") > _DEEPEST or text.count("(") != text.count(")"):
        return ""
    pieces = [piece.strip() for piece in re.split(r"([()]|\s(?:AND|OR|and|or|And|Or)\s)", text) if piece.strip()]
    words = []
    for piece in pieces:
        if piece in "()" or piece.upper() in ("AND", "OR"):
            words.append(piece.upper())
        elif found := _chain(piece, 2):
            words.append(f"({found})" if " " in found else found)
        else:
            return ""
    found = _parsed(" ".join(words))
    return _of_ids(found) or found


def _parsed(text: str) -> str:
    from license_expression import ExpressionError, Licensing

    try:
        return str(Licensing([]).parse(text).render("{symbol.key}"))
    except ExpressionError:
        return ""


def _of_text(text: str) -> str:
    """A whole licence in the field: by its first line, or by its words."""
    from pratique.licences.identify import identify

    found = identify(text.encode())
    if found:
        return " AND ".join(id_ for id_, _ in found)
    return licence(text.partition("\n")[0].strip())
