"""What an archive is: group, artifact and version, by what it says of itself and by its name.

In order of trust: the `pom.properties` that its own build put in, its file name, its manifest. A manifest gives
versions where the name has none, and the group, unless it speaks of another version than the name: then it was copied
from an archive that was merged in. Titles and symbolic names are artifact ids only by habit.
"""

import re
from collections.abc import Mapping, Sequence

import msgspec

from pratique.packages.java import filename, groups
from pratique.packages.java.filename import FileName

_ID = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,255}"
_GROUP = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}(?:\.[A-Za-z0-9_-]{1,99}){0,20}"
_COMMIT = r"[-+.]g?(?=[0-9]*[a-f])[0-9a-f]{7,40}$"
"""The end of a version that a build appended: `3.4.14-4c25d480e66a`."""
_PLACEHOLDERS = frozenset(("unspecified", "unknown", "null", "none", "n/a", "undefined", "version"))
_MANIFEST_VERSIONS = (
    "implementation-version",
    "plugin-version",
    "bundle-version",
    "jenkins-version",
    "specification-version",
)
_DOMAINS = (  # with which groups start, and other dotted names seldom
    "com.",
    "org.",
    "net.",
    "io.",
    "dev.",
    "de.",
    "fr.",
    "ch.",
    "uk.",
    "jakarta.",
    "javax.",
)
_NUMBERS_COMPARED = 3


class Coordinates(msgspec.Struct, frozen=True):
    """A Maven artifact; what nobody tells is empty."""

    group: str
    artifact: str
    version: str

    @property
    def name(self) -> str:
        """`group:artifact`, as advisories write it."""
        return f"{self.group}:{self.artifact}" if self.group else self.artifact


def from_properties(path: str, values: Mapping[str, str]) -> Coordinates | None:
    """Coordinates in a `META-INF/maven/GROUP/ARTIFACT/pom.properties`, whose folders fill what the file leaves out."""
    folders = re.search(r"META-INF/maven/([^/]*)/([^/]*)/[^/]*$", path)
    group, artifact = values.get("groupId", ""), values.get("artifactId", "")
    if folders:
        group = group if re.fullmatch(_ID, group) else folders[1]
        artifact = artifact if re.fullmatch(_ID, artifact) else folders[2]
    if not re.fullmatch(_ID, group) or not re.fullmatch(_ID, artifact):
        return None
    return Coordinates(group, artifact, real_version(values.get("version", "")))


def real_version(text: str) -> str:
    """The text, unless it is a placeholder that a build never filled in, or nothing like a version."""
    version = text.split(None, 1)[0] if text.strip() else ""
    if "${" in text or "@" in version or version.lower() in _PLACEHOLDERS or len(version) > 256:
        return ""
    return version if version.isprintable() else ""


def own(
    stem: str, manifest: Mapping[str, str], found: Sequence[Coordinates], *, grouped: bool = False
) -> tuple[Coordinates, Coordinates | None]:
    """The archive's identity, and which of the coordinates found in it are its own (None: they are all shaded).

    `grouped`: its name has the group in front of the artifact.
    """
    name = filename.take_apart(stem, _versions(manifest))
    mine = _own_properties(name, manifest, found)
    if mine is None:
        return _without_properties(name, manifest, grouped=grouped), None
    version = mine.version
    if name.artifact == mine.artifact and (not version or name.version.startswith(version + ".")):
        version = name.version  # builds for several platforms tell them apart by name: mssql-jdbc-9.4.1.jre11
    return Coordinates(mine.group, mine.artifact, version or next(iter(_versions(manifest)), "")), mine


def _own_properties(name: FileName, manifest: Mapping[str, str], found: Sequence[Coordinates]) -> Coordinates | None:
    ranked = [(rank, len(one.artifact), one) for one in found if (rank := _agreement(name, one))]
    if ranked:
        return max(ranked, key=lambda row: row[:2])[2]
    fitting = [one for one in found if name.version in ("", one.version)]
    versions, names = _versions(manifest), _names(manifest)
    sure = [one for one in fitting if one.version in versions and _named(one.artifact, names)]
    if len(sure) == 1:
        return sure[0]
    if len(found) == 1 and fitting and _may_be(found[0], manifest, names):
        return found[0]
    return None


def _may_be(one: Coordinates, manifest: Mapping[str, str], names: tuple[str, ...]) -> bool:
    """Nothing in the manifest speaks against it: a version that it states is the same, or else the name is."""
    stated = {real_version(manifest.get(key, "")) for key in ("implementation-version", "bundle-version")} - {""}
    return not stated or one.version in stated or _named(one.artifact, names)


def _agreement(name: FileName, one: Coordinates) -> int:
    """How well a file name fits coordinates: 3 with the version, 2 with another or none, 1 but for a classifier."""
    if _squeezed(name.stem) == _squeezed(one.artifact):
        return 2
    for prefix in (one.artifact, f"{one.group}.{one.artifact}", f"{one.group}-{one.artifact}"):
        rest = name.stem.removeprefix(prefix)
        if not rest:
            return 2
        if rest == name.stem:
            continue
        if one.version and rest[0] in "-_" and rest.startswith(one.version, 1):
            behind = rest[len(one.version) + 1 :][:1]
            if not behind.isalnum():
                return 3
        if name.artifact == prefix:
            return 2
        if not name.version and filename.without_classifier(f"0{rest}") == "0":
            return 1
    return 0


def _without_properties(name: FileName, manifest: Mapping[str, str], *, grouped: bool) -> Coordinates:
    versions = _versions(manifest)
    copied = bool(name.version and versions) and not any(_same(name.version, one) for one in versions)
    manifest = {} if copied else manifest
    if name.version:
        group, artifact = _apart(name.artifact, name.version, manifest, grouped=grouped)
        return Coordinates(group or _group(artifact, name.version, manifest), artifact, name.version)
    version = next(iter(versions), "")
    artifact = _artifact(name.stem, manifest)
    known = artifact != name.stem or _named(artifact, _names(manifest))
    return Coordinates(_group(artifact, version, manifest if known else {}), artifact, version)


def _versions(manifest: Mapping[str, str]) -> tuple[str, ...]:
    """Versions that the manifest states, the most telling first."""
    stated = (real_version(manifest.get(key, "")) for key in _MANIFEST_VERSIONS)
    return tuple(re.sub(_COMMIT, "", version) for version in stated if version[:1].isdigit())


def _artifact(stem: str, manifest: Mapping[str, str]) -> str:
    """The artifact of an archive whose name has no version: `core.jar` may be anything."""
    title = manifest.get("implementation-title", "")
    if title.startswith("Apache Tomcat"):
        return _of_tomcat(stem)
    last = _symbolic_name(manifest).rpartition(".")[2]
    module = _module(manifest)[1]
    sure = (value for value in (module, last) if "-" in value)  # others are names of folders and Java packages
    for value in (manifest.get("short-name", ""), title, *sure):
        if re.fullmatch(_ID, value) and "." not in value:
            return stem if _squeezed(value) in _squeezed(stem) else value
    return stem


def _of_tomcat(name: str) -> str:
    """Tomcat's own distribution drops the prefix of the published names; `bootstrap.jar` is only in it."""
    if name == "bootstrap":
        return "tomcat"
    name = name.replace("catalina-tribes", "tribes").replace("catalina-storeconfig", "storeconfig")
    return name if name.startswith("tomcat-") else f"tomcat-{name}"


def _apart(name: str, version: str, manifest: Mapping[str, str], *, grouped: bool) -> tuple[str, str]:
    """(group, artifact) of names with the group in front, as Quarkus writes them; else an empty group."""
    twice = re.fullmatch(r"(.+)\.(\1(?:[.-].+)?)", name) if grouped else None
    if twice:  # artifacts may have dots when they repeat the group: javax.inject.javax.inject
        return twice[1], twice[2]
    split = re.fullmatch(r"(.+)\.([A-Za-z][^.]*(?:\.\d[^.]*)*)", name)
    if split:
        group, artifact = split.groups()
        if group in (groups.published_by(artifact, version), groups.family(artifact)):
            return group, artifact
        if grouped or (name.startswith(_DOMAINS) and ("-" in artifact or name != _symbolic_name(manifest))):
            return group, artifact
    return "", name


def _group(artifact: str, version: str, manifest: Mapping[str, str]) -> str:
    known = groups.published_by(artifact, version)
    if known:
        return known
    vendor = manifest.get("implementation-vendor-id", "")
    for group in (_module(manifest)[0], manifest.get("group-id", ""), vendor):
        if re.fullmatch(_GROUP, group):
            return group
    return groups.family(artifact) or _group_by_bundle(artifact, manifest)


def _group_by_bundle(artifact: str, manifest: Mapping[str, str]) -> str:
    """Bundle plug-ins make symbolic names of group and artifact, and leave out what both have in common."""
    if artifact.startswith(_DOMAINS):
        return artifact.rpartition(".")[0]  # OSGi's habit: org.apache.felix:org.apache.felix.framework
    for name in (_symbolic_name(manifest), manifest.get("automatic-module-name", "")):
        if name.endswith(f".{artifact}") and re.fullmatch(_GROUP, name):
            return name[: -len(artifact) - 1]
        first, dash, rest = artifact.partition("-")
        if dash and name.endswith(f".{first}.{rest.replace('-', '.')}"):
            return name[: -len(rest) - 1]
    for name in (
        _symbolic_name(manifest),
        manifest.get("extension-name", ""),
        manifest.get("implementation-title", ""),
        manifest.get("automatic-module-name", ""),
    ):
        if name.startswith(_DOMAINS) and re.fullmatch(_GROUP, name):
            return name
    return ""


def _module(manifest: Mapping[str, str]) -> tuple[str, str]:
    """(group, artifact) of a title `com.netflix.hystrix#hystrix-core;1.5.18`, as Gradle's info plug-in writes it."""
    title = re.fullmatch(rf"({_GROUP})[#:]({_ID})(?:[;:].*)?", manifest.get("implementation-title", ""))
    return (title[1], title[2]) if title else ("", "")


def _symbolic_name(manifest: Mapping[str, str]) -> str:
    return manifest.get("bundle-symbolicname", "").partition(";")[0].strip()


def _names(manifest: Mapping[str, str]) -> tuple[str, ...]:
    """Everything in the manifest that may name the artifact, without punctuation."""
    keys = ("implementation-title", "automatic-module-name", "extension-name", "bundle-name", "short-name")
    return tuple(map(_squeezed, (_symbolic_name(manifest), *(manifest.get(key, "") for key in keys))))


def _named(artifact: str, names: tuple[str, ...]) -> bool:
    return any(name.endswith(_squeezed(artifact)) for name in names)


def _same(version: str, stated: str) -> bool:
    """`31.1-jre` and `31.1.0.jre`, `3.4.14` and `3.4.14-4c25d48`: the numbers in front are those of both."""
    ours, theirs = (re.findall(r"\d+", text)[:_NUMBERS_COMPARED] for text in (version, stated))
    return all(one == other for one, other in zip(ours, theirs, strict=False))


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
