"""Dependencies that Gradle locked: `gradle.lockfile`, and the older `gradle/dependency-locks/CONFIGURATION.lockfile`.

Source: Gradle User Manual, "Locking Versions". A line of the newer is `group:artifact:version=configuration,...`, and
`empty=` names configurations without dependencies; the older has a file for each configuration, with lines of
`group:artifact:version`. `buildscript-gradle.lockfile` and `settings-gradle.lockfile` hold the plug-ins of the build.
"""

import re
from collections.abc import Iterator

from pratique.records.facts import Found
from pratique.records.file import File, Unknown
from pratique.records.package import Package

NAME = "gradle-lock"

_BUILD = ("buildscript-gradle.lockfile", "settings-gradle.lockfile", "buildscript-classpath.lockfile")
_OLD_FOLDER = "dependency-locks"
_RUN = "runtimeClasspath"
_COMPILE = "compileClasspath"
_TOOLS = (
    *("annotationprocessor", "checkstyle", "codenarc", "cpd", "detekt", "developmentonly", "errorprone", "jacoco"),
    *("jmh", "kapt", "kotlinbuildtools", "kotlincompiler", "kotlinklib", "kotlinnative", "kotlinscript", "ksp"),
    *("ktlint", "pmd", "spotbugs", "zinc"),
)
"""With what the configurations of well-known plug-ins begin, in lower case, from which only builds run something."""


def parse(file: File) -> Iterator[Found | Unknown]:
    """The locked packages, for development where only configurations of builders have them."""
    folder, _, name = file.path.rpartition("/")
    old = folder.rpartition("/")[2] == _OLD_FOLDER
    if old and not name.endswith(".lockfile"):
        return
    text = bytes(file.data).decode(errors="replace")
    for_builders = name in _BUILD
    runs = re.search(rf"[=,]{_RUN}\b", text) is not None
    known: dict[str, bool] = {}
    broken = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith(("#", "empty=")):
            continue
        match = re.fullmatch(r"([^:=\s]+:[^:=\s]+):([^:=\s]+)(?:=(\S*))?", line)
        if not match or (match[3] is None and not old):
            broken.append(number)
            continue
        configurations = name.removesuffix(".lockfile") if old else match[3]
        development = for_builders or _is_for_builders(configurations, known, runs=runs)
        yield Found(file.path, number, Package("maven", match[1], match[2], declared=True, development=development))
    if broken:
        reason = f"lines without a locked dependency: {len(broken)}, the first is line {broken[0]}"
        yield Unknown(file.path, NAME, reason)


def _is_for_builders(configurations: str, known: dict[str, bool], *, runs: bool) -> bool:
    """Whether nothing runs from any of the configurations but builds and tests, as far as their names tell.

    What is compiled against and not in `runtimeClasspath` is not shipped, if the file speaks of that at all.
    """
    if configurations not in known:
        known[configurations] = bool(configurations) and all(
            (runs and one == _COMPILE) or _is_tool(one) for one in configurations.split(",")
        )
    return known[configurations]


def _is_tool(configuration: str) -> bool:
    """`testRuntimeClasspath`, `debugUnitTestCompileClasspath`, `kapt`, `mainAnnotationProcessor`; not `latest`."""
    lower = configuration.lower()
    if lower.startswith(_TOOLS) or "annotationprocessor" in lower:
        return True
    return any(word.lower() == "test" for word in re.findall(r"[A-Z]?[^A-Z]*", configuration))
