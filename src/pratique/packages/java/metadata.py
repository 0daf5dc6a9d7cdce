"""The two small files that say what a Java archive is: its manifest, and Maven's `pom.properties`.

Source: JAR File Specification, "JAR Manifest"; `java.util.Properties.load`.
"""

import re

_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def manifest(content: bytes) -> dict[str, str]:
    """The main section of a manifest, by attribute name in lower case; the first of equal names counts."""
    found: dict[str, str] = {}
    unfolded = re.sub(rb"(\r\n|\r|\n) ", b"", content.removeprefix(b"\xef\xbb\xbf"))
    for line in unfolded.splitlines():
        if not line and found:
            break
        key, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon:
            found.setdefault(key.strip().lower(), value.strip())
    return found


def properties(content: bytes) -> dict[str, str]:
    """Keys and values of a properties file: ISO 8859-1, other characters as escapes of four hexadecimal digits."""
    text = re.sub(r"\\(\r\n|\r|\n)[ \t\f]*", "", content.decode("latin-1"))
    found = {}
    for line in re.split(r"[\r\n]+", text):
        line = line.lstrip(" \t\f")
        if line and line[0] not in "#!":
            key = re.match(r"(?:[^\\=: \t\f]|\\.)*+", line)
            length = key.end() if key else 0
            value = re.sub(r"^[ \t\f]*[=:]?[ \t\f]*", "", line[length:])
            found[_plain(line[:length])] = _plain(value)
    return found


def _plain(text: str) -> str:
    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) == 5:
        point = int(code[1:], 16)
        return "\ufffd" if 0xD800 <= point < 0xE000 else chr(point)
    return _ESCAPES.get(code, code)
