"""Names and versions of Haskell's packages."""

import re


def split_unit(text: str) -> tuple[str, str]:
    """Name and version of `text-1.2.5.0`, also with a hash behind it; both empty where it is none."""
    match = re.match(r"([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*?)-(\d+(?:\.\d+)*)(?=$|[-@])", text[:300])
    return (match[1], match[2]) if match else ("", "")
