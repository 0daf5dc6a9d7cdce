"""Values of the TOML that Julia's package manager writes, each on one line."""

import re


def text_in(value: str) -> str:
    """`"1.2"` -> `1.2`; empty for anything but a text."""
    match = re.match(r'"([^"\\]{0,200})"', value)
    return match[1] if match else ""


def texts_in(value: str) -> tuple[str, ...]:
    """`["A", "B"]` -> (`A`, `B`)."""
    return tuple(re.findall(r'"([^"\\]{1,200})"', value)) if value.startswith("[") else ()
