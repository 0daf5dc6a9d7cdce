"""Requirements as packages and files state them: `requests[socks] >=2.8.1 ; python_version < "3.13"`.

PyPA, "Dependency specifiers" (PEP 508); older metadata put the versions in parentheses (PEP 345).
"""

import re
from collections.abc import Iterable

from pratique.packages.python.markers import may_hold

_LONGEST = 16 << 10
"""Characters of a requirement that is read. Real ones, with a URL and a long marker, stay below 1,000."""


def needed(requirements: Iterable[str]) -> tuple[str, ...]:
    """Names of what the requirements ask for on Linux, each once; what only an extra asks for is left out."""
    names = (name_of(text) for text in requirements)
    return tuple(dict.fromkeys(name for name in names if name))


def name_of(requirement: str) -> str:
    """The name that a requirement asks for; empty where its marker rules it out on Linux, or where it has none."""
    if len(requirement) > _LONGEST:
        return ""
    specifier, marker = split(requirement)
    if marker and not may_hold(marker):
        return ""
    found = re.match(r"\s*([A-Za-z0-9][\w.-]*)", specifier)
    return found[1] if found else ""


def split(requirement: str) -> tuple[str, str]:
    """What is required, and the marker. A URL may hold semicolons; behind it the marker's has a blank before it."""
    sign = " ;" if "://" in requirement else ";"
    specifier, _, marker = requirement.partition(sign)
    return specifier, marker.strip()
