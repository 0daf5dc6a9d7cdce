"""Java itself: the `release` file in the root of a JDK, a JRE, or a runtime that jlink made.

Source: OpenJDK, make/ReleaseFile.gmk, and JEP 223 and 322 on versions; jlink writes `JAVA_VERSION` and `MODULES` alone.
Packages have the name of the builder's product and the version by which that is published, which begins with Java's.
"""

import re
from collections.abc import Iterator, Mapping

from pratique.limits import KIB
from pratique.records.facts import Found
from pratique.records.file import File
from pratique.records.package import Package

_LARGEST = 64 * KIB
_MARK = b"JAVA_VERSION="

_PRODUCTS = {
    "adoptopenjdk": "adoptopenjdk",
    "alibaba": "dragonwell",
    "amazon": "corretto",
    "azul": "zulu",
    "bellsoft": "liberica",
    "bisheng": "bisheng",
    "eclipse": "temurin",
    "graalvm": "graalvm",
    "huawei": "bisheng",
    "ibm": "semeru",
    "international business machines": "semeru",
    "jetbrains": "jetbrains-runtime",
    "mandrel": "mandrel",
    "microsoft": "microsoft-openjdk",
    "sap ": "sapmachine",
    "temurin": "temurin",
    "tencent": "kona",
}
"""By the beginning of IMPLEMENTOR in lower case. Others build OpenJDK as it is: distributions, Oracle, Red Hat."""


def spans(path: str, head: bytes, size: int) -> tuple[tuple[int, int], ...] | None:
    """The whole file, if it speaks of Java: many things are called `release`."""
    return ((0, size),) if size <= _LARGEST and _MARK in head and path else None


def parse(file: File) -> Iterator[Found]:
    """The runtime, with the builder as its vendor."""
    if file.size > _LARGEST:
        return
    values, lines = _values(bytes(file.data).decode(errors="replace"))
    java = values.get("JAVA_VERSION", "")
    if not re.fullmatch(r"[0-9][\w.+-]{0,99}", java):
        return
    vendor = values.get("IMPLEMENTOR", "")
    name = _product(vendor, values)
    yield Found(
        file.path, lines["JAVA_VERSION"], Package("generic", name, _version(java, name, values), vendor=vendor[:256])
    )


def _values(text: str) -> tuple[dict[str, str], dict[str, int]]:
    """Values by name, and their lines; the first of equal names counts."""
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        name, equals, value = line.strip().partition("=")
        if equals and name not in values:
            values[name], lines[name] = value.strip('"').strip(), number
    return values, lines


def _product(vendor: str, values: Mapping[str, str]) -> str:
    if "GRAALVM_VERSION" in values:
        return "mandrel" if "mandrel" in values.get("IMPLEMENTOR_VERSION", "").lower() else "graalvm"
    told = vendor.lower()
    known = next((product for start, product in _PRODUCTS.items() if told.startswith(start)), "")
    if known == "zulu" and "zing" in values.get("IMPLEMENTOR_VERSION", "").lower():
        return "zing"
    if not known and told.startswith("oracle") and values.get("BUILD_TYPE") == "commercial":
        return "oracle-jdk"
    return known or "openjdk"


def _version(java: str, name: str, values: Mapping[str, str]) -> str:
    """The builder's version if it begins with Java's (`Corretto-17.0.9.8.1`), else Java's with its build, if told."""
    graal = values.get("GRAALVM_VERSION", "")
    if name in ("graalvm", "mandrel") and re.fullmatch(r"(?:19|20|21|22)\.\d+\.[\w.]+", graal):
        return graal  # until 22.3 GraalVM had a version of its own; then it took Java's
    start = re.escape(java)
    own = re.search(rf"(?<![\w.]){start}(?:[.+_-]\d++)*+(?!\w)", values.get("IMPLEMENTOR_VERSION", ""))
    if own and own[0] != java:
        return own[0]
    for key in ("JAVA_RUNTIME_VERSION", "FULL_VERSION", "JVM_VERSION"):
        whole = re.match(rf"{start}(?:\+\d+(?:\.\d+)*|-b\d+)", values.get(key, ""))
        if whole:
            return whole[0]
    return java
