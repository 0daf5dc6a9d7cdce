"""The two small files that say what a Java archive is: its manifest, and Maven's `pom.properties`.

Source: JAR File Specification, "JAR Manifest"; `java.util.Properties.load`.
"""

import re

_ATTRIBUTES = """
automatic-module-name bundle-license bundle-name bundle-symbolicname bundle-version extension-name group-id
implementation-title implementation-vendor-id implementation-version jenkins-version plugin-version short-name
specification-version
"""
_ATTRIBUTE = rf"(?i)\n({'|'.join(_ATTRIBUTES.split())})[ \t]*:(.*+(?:\n .*+)*+)".encode()
_VALUE_LONGEST = 1024
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def manifest(content: bytes) -> dict[str, str]:
    """The attributes of a manifest's main section that tell what the archive is, by name in lower case.

    The first of equal names counts; values are cut after 1,024 characters.
    """
    content = b"\n" + content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip()
    end = content.find(b"\n\n", 1)
    found: dict[str, str] = {}
    for match in re.finditer(_ATTRIBUTE, content[: end + 1] if end > 0 else content):
        value = match[2].replace(b"\n ", b"")[:_VALUE_LONGEST].decode("utf-8", "replace").strip()
        found.setdefault(match[1].decode("ascii").lower(), value)
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
