"""What the name of an archive tells: `netty-codec-4.1.100.Final-linux-x86_64.jar`.

Maven and Gradle name archives `artifact-version[-classifier]`, OSGi `symbolic.name_version`. Nothing marks where the
version starts: `log4j-1.2-api-2.14.1`, `akka-http-core_2.12-10.1.10`.
"""

import re
from collections.abc import Iterable

import msgspec

SUFFIXES = (".jar", ".war", ".ear", ".par", ".sar", ".nar", ".jpi", ".hpi", ".kar", ".far", ".lpkg", ".rar")
"""Java's archives. `.zip` is none of them: what is in it may be anything."""

_LONGEST = 255
"""Of a file name (NAME_MAX); what is longer was made to be taken apart for ever."""
_IN_VERSIONS = """
    alpha beta rc cr m milestone sp ga final release snapshot incubating preview ea pre b build jre jdk android
    patch hotfix p r rev dev nightly redhat fuse jboss jbossorg atlassian cdh cloudera hdp mapr emr amzn
"""
_QUALIFIERS = frozenset(_IN_VERSIONS.split())
"""Words that stand inside a version, before numbers that belong to it."""
_BEHIND_VERSIONS = """
    all android64 bin boot bundle classes client exec fat indy jar javadoc jdk14 jdk15 jdk5 jdk6 jdk7 jdk8 linux
    mac macos minimal native natives no_aop nodep noaop osx plain shaded source sources standalone test tests uber
    win win32 windows x86 x86_32 x86_64 amd64 aarch64 aarch_64 arm64
"""
_CLASSIFIERS = frozenset(_BEHIND_VERSIONS.split())
"""Words behind a version that tell archives of one artifact apart."""


class FileName(msgspec.Struct, frozen=True):
    """An archive's name, taken apart."""

    stem: str
    """Without folders and suffix."""
    artifact: str
    """The stem up to the version."""
    version: str
    """Without classifier; empty where the name has none."""


def stem(path: str) -> str:
    """`lib/x-1.0.jar` -> `x-1.0`."""
    name = path.rpartition("/")[2]
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def take_apart(name: str, hints: Iterable[str] = ()) -> FileName:
    """A stem's artifact and version; `hints` are versions that the manifest names."""
    start = (_hinted(name, hints) or _version_start(name)) if len(name) <= _LONGEST else 0
    if not start or re.fullmatch(r"[\d.]+\.x", name[start + 1 :]):  # Debian's spring3-web-3.x: any of them
        return FileName(name, name, "")
    return FileName(name, name[:start], without_classifier(name[start + 1 :]))


def without_classifier(version: str) -> str:
    """`4.1.100.Final-linux-x86_64` -> `4.1.100.Final`."""
    words = version.split("-")
    for number, word in enumerate(words[1:], 1):
        if word.lower() in _CLASSIFIERS:
            return "-".join(words[:number])
    return version


def _hinted(name: str, hints: Iterable[str]) -> int:
    """Where the longest of the versions stands in the name, its separator included; 0 if none does."""
    for hint in sorted(set(hints), key=len, reverse=True):
        for separator in "-_":
            at = name.find(separator + hint)
            if at > 0 and name[at + 1 + len(hint) :][:1] in ("", "-", "_"):
                return at
    return 0


def _version_start(name: str) -> int:
    """The first separator before a number, unless a word of the artifact's name and a number still follow."""
    starts = [match.start() for match in re.finditer(r"-(?=\d)", name) if match.start()]
    if not starts:
        other = re.search(r"-(?=[rv]\d[\d.]*$)|_(?=\d+\.\d+\.\d)", name)
        return other.start() if other else 0
    start = starts[0]
    for following in starts[1:]:
        if any(_belongs_to_name(word) for word in name[start + 1 : following].split("-")):
            start = following
    return start


def _belongs_to_name(word: str) -> bool:
    """`api` in `log4j-1.2-api-2.14.1`; not `beta` in `protobuf-java-3.0.0-beta-3`."""
    letters = word.rstrip("0123456789").lower()
    return word[:1].isalpha() and letters not in _QUALIFIERS and word.lower() not in _CLASSIFIERS
