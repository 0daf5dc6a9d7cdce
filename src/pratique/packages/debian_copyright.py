"""Licences of Debian's packages, each in a file of its own: `usr/share/doc/PACKAGE/copyright`.

Most follow the machine-readable format 1.0 (Debian's copyright-format; DEP-5 before): paragraphs with a field `License`
whose first line is a short name. The others are prose (Debian policy, section 12.5): they refer to the texts in
`/usr/share/common-licenses` or hold them, and are known by how these begin.
"""

import re
from collections.abc import Iterator

from pratique.limits import KIB, MIB
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Licensed

_FOLDER = "usr/share/doc/"

_FORMAT_WITHIN = 4 * KIB
"""Bytes in which `Format` stands: it is the first field, though comments may come before."""

_PROSE_LARGEST = 1 * MIB
"""Bytes of prose that are looked through. The longest have some 300 KiB; those of browsers are machine-readable."""

_NAMES_MOST = 1000
"""Short names of one package: browsers and kernels have some 100."""

_NAME_LONGEST = 200
"""Bytes of a short name; what is longer is a text on the wrong line."""

_BEGINNINGS = (
    ("permission is hereby granted, free of charge, to any person", "MIT"),
    ("permission to use, copy, modify, and/or distribute this software for any purpose", "ISC"),
    ("permission to use, copy, modify, and distribute this software for any purpose", "ISC"),
    ("permission is granted to anyone to use this software for any purpose, including commercial", "Zlib"),
    ("this is free and unencumbered software released into the public domain", "Unlicense"),
    ("placed in the public domain", "public-domain"),
    ("is in the public domain", "public-domain"),
    ("apache license, version 2.0", "Apache-2.0"),
    ("mozilla public license, v. 2.0", "MPL-2.0"),
    ("mozilla public license version 2.0", "MPL-2.0"),
    ("boost software license - version 1.0", "BSL-1.0"),
    ("sil open font license", "OFL-1.1"),
)
"""Words of licences, in lower case, and their names in the list of SPDX."""

_BSD = "redistribution and use in source and binary forms"
_BSD_CLAUSES = (
    ("all advertising materials mentioning features", "BSD-4-Clause"),
    ("endorse or promote products", "BSD-3-Clause"),
    (_BSD, "BSD-2-Clause"),
)


def parse(file: File) -> Iterator[Found]:
    """The licences that the file of a package names."""
    package, _, name = file.path.removeprefix(_FOLDER).partition("/")
    if not file.path.startswith(_FOLDER) or name != "copyright" or not package:
        return
    data = bytes(file.data)
    if re.search(rb"(?m)^Format(?:-Specification)?[ \t]*:", data[:_FORMAT_WITHIN]):
        licences = _short_names(data)
    else:
        licences = _of_prose(data[:_PROSE_LARGEST])
    if licences:
        yield Found(file.path, 1, Licensed("deb", package, licences))


def _short_names(data: bytes) -> tuple[str, ...]:
    """What stands behind `License:` at the start of a line, each once."""
    names = dict.fromkeys(re.findall(rb"\nLicense:[ \t]*([^\s].*)", data))
    known = [name.decode(errors="replace").strip() for name in names if len(name) <= _NAME_LONGEST]
    return tuple(dict.fromkeys(known[:_NAMES_MOST]))


def _of_prose(data: bytes) -> tuple[str, ...]:
    """Short names, which some have as well, names of texts referred to, names of texts known by their words."""
    referred = re.findall(rb"/common-licenses/([A-Za-z0-9][A-Za-z0-9.+-]*)", data)
    names = [name.rstrip(b".-").decode() for name in referred if len(name) <= _NAME_LONGEST]
    text = " ".join(data.translate(_BLANKS).decode(errors="replace").lower().split())
    names += [name for words, name in _BEGINNINGS if words in text]
    if _BSD in text:
        names.append(next(name for words, name in _BSD_CLAUSES if words in text))
    short = [name for name in _short_names(data) if " " not in name]  # otherwise it is a sentence
    return tuple(dict.fromkeys((*short, *names)))[:_NAMES_MOST]


_BLANKS = bytes(0x20 if chr(byte) in "*#|>%;" else byte for byte in range(256))
"""Marks of comments and quotations that stand between the words of a text."""
