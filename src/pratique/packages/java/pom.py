"""What a Maven project says of itself and of what it needs: `pom.xml`, model version 4.0.0.

Source: "POM Reference" and "Introduction to the Dependency Mechanism" of Maven. A parent's file is not at hand: of what
a project inherits, only the group and the version stand in its own file. Plug-ins and what they need are tools for
builders, and left alone.
"""

import pyexpat
import re
from collections.abc import Mapping

import msgspec

from pratique.errors import UnreadableFileError
from pratique.packages.java.identity import Coordinates, real_version

_VALUE_LONGEST = 256
"""Characters of a property, or of a text with its properties filled in."""
_FILLED_IN_MOST = 8
"""Properties that name properties, one after the other."""
_SECTIONS = frozenset(
    ("groupId", "artifactId", "version", "parent", "properties", "licenses", "dependencies", "dependencyManagement")
)
_KINDS = {
    "project/dependencies/dependency": "",
    "project/dependencyManagement/dependencies/dependency": "managed",
    "project/profiles/profile/dependencies/dependency": "profile",
}
"""By where dependencies stand, what they are there. Those of plug-ins stand elsewhere."""
_AT_RUN_TIME = ("compile", "runtime")


class Dependency(msgspec.Struct, frozen=True):
    """One dependency, its properties filled in; what only another file tells is empty."""

    group: str
    artifact: str
    version: str
    scope: str
    """compile, provided, runtime, test, system or import."""
    line: int

    @property
    def name(self) -> str:
        """`group:artifact`."""
        return f"{self.group}:{self.artifact}" if self.group else self.artifact


class Project(msgspec.Struct, frozen=True):
    """What a `pom.xml` says."""

    coordinates: Coordinates
    """Its own, inherited ones where it has none."""
    licenses: tuple[str, ...]
    """Names, as written."""
    dependencies: tuple[Dependency, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """The dependencies as `Requires` names them. A version is a wish: whoever builds may take another one."""
        names = {}
        for one in self.dependencies:
            if one.group and one.artifact:
                names[one.name] = f"{one.name}@{one.version}|{one.name}" if one.version else one.name
        return tuple(names.values())


def read(content: bytes) -> Project:
    """The project that a `pom.xml` describes, and all its dependencies, those of profiles last.

    Raises `UnreadableFileError`.
    """
    return _read(content, -1, needed_only=False)


def read_needs(content: bytes) -> Project:
    """The same with what the project needs to run: neither what is optional, nor tests, nor what others provide.

    Faster, too: half of most files is about building, and goes unread when the rest leaves nothing open.
    Raises `UnreadableFileError`.
    """
    return _read(content, content.find(b"<build>"), needed_only=True)


def _read(content: bytes, stop: int, *, needed_only: bool, encoding: str | None = None) -> Project:
    """The project by the bytes in front of `stop`, if they are enough."""
    reading = _Reading(_SECTIONS if needed_only else _SECTIONS | {"profiles"}, encoding)
    try:
        if stop > 0:
            reading.feed(content[:stop])
            project, complete = _project(reading, needed_only=needed_only)
            if complete and not reading.lacks(content, stop):
                return project
        reading.feed(content[max(stop, 0) :], last=True)
    except (pyexpat.ExpatError, ValueError, LookupError) as error:
        if encoding is None and not _is_utf8(content):  # written by hand in the nineties' manner, and Maven reads it
            return _read(content, stop, needed_only=needed_only, encoding="iso-8859-1")
        raise UnreadableFileError(f"no valid pom.xml: {error}") from None
    finally:
        reading.end()
    return _project(reading, needed_only=needed_only)[0]


class _Reading:
    """The texts of the wanted elements, while expat goes through a file."""

    def __init__(self, sections: frozenset[str], encoding: str | None) -> None:
        self.values: dict[str, str] = {}
        """By path below `project`: `version`, `parent/version`, `properties/NAME`."""
        self.licenses: list[str] = []
        self.found: list[tuple[str, int, dict[str, str]]] = []
        """(kind, line, fields) of the dependencies."""
        self._sections = sections
        self._path: list[str] = []
        self._text: list[str] = []
        self._skipped = 0
        """Depth in an unwanted section."""
        self._fields: dict[str, str] | None = None
        self._parser = parser = pyexpat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.UseForeignDTD()  # developers' names are written with HTML's entities, which Maven knows
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append

    def feed(self, content: bytes, *, last: bool = False) -> None:
        """The next bytes of the file. Raises expat's errors."""
        self._parser.Parse(content, last)

    def end(self) -> None:
        """Let go of the parser, which would otherwise wait for the garbage collector."""
        parser = self._parser
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None

    def lacks(self, content: bytes, at: int) -> bool:
        """Whether something wanted has not come yet, and may stand behind `at`."""
        for name, came in (
            (b"<dependencies>", any(not kind for kind, _, _ in self.found)),
            (b"<licenses>", self.licenses),
            (b"<dependencyManagement>", any(kind == "managed" for kind, _, _ in self.found)),
        ):
            if not came and content.find(name, at) >= 0:
                return True
        return False

    def _start(self, name: str, _: dict[str, str]) -> None:
        if self._skipped:
            self._skipped += 1
            return
        path = self._path
        path.append(name)
        if len(path) <= 2:
            if len(path) == 2 and name not in self._sections:
                self._skipped = 1
                self._parser.CharacterDataHandler = None
            elif len(path) == 1 and name != "project":
                raise UnreadableFileError("no pom.xml: its first element is not a project")
        elif name == "dependency" and (kind := _KINDS.get("/".join(path))) is not None:
            self._fields = {}
            self.found.append((kind, self._parser.CurrentLineNumber, self._fields))
        self._text.clear()

    def _end(self, name: str) -> None:
        path, text = self._path, self._text
        if self._skipped:
            self._skipped -= 1
            if not self._skipped:
                path.pop()
                self._parser.CharacterDataHandler = text.append
            return
        path.pop()
        if self._fields is not None:
            if path[-1] == "dependency":
                self._fields[name] = "".join(text).strip()
            elif name == "dependency":
                self._fields = None
        elif len(path) == 1:
            self.values[name] = "".join(text).strip()
        elif len(path) == 2 and path[1] in ("parent", "properties"):
            self.values[f"{path[1]}/{name}"] = "".join(text).strip()
        elif name == "name" and path[1:] == ["licenses", "license"]:
            self.licenses.append(" ".join("".join(text).split()))
        text.clear()


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refuse(*_: object) -> None:
    raise UnreadableFileError("a pom.xml with a document type, which may hide anything")


def _project(reading: _Reading, *, needed_only: bool) -> tuple[Project, bool]:
    """The project, and whether all properties asked for were there."""
    texts = _Texts(reading.values)
    managed = {
        (fields.get("groupId"), fields.get("artifactId")): fields
        for kind, _, fields in reversed(reading.found)
        if kind == "managed"
    }
    dependencies = []
    for wanted in ("",) if needed_only else ("", "profile"):
        for kind, line, fields in reading.found:
            if kind == wanted:
                fields = managed.get((fields.get("groupId"), fields.get("artifactId")), {}) | fields
                scope = texts.filled_in(fields.get("scope", "")) or "compile"
                optional = texts.filled_in(fields.get("optional", "")) == "true"
                if not needed_only or (scope in _AT_RUN_TIME and not optional):
                    dependencies.append(_dependency(fields, scope, line, texts))
    project = Project(
        coordinates=Coordinates(*(texts.of_project(name) for name in ("groupId", "artifactId", "version"))),
        licenses=tuple(dict.fromkeys(name for name in reading.licenses if name)),
        dependencies=tuple(dependencies),
    )
    return project, not texts.missed


def _dependency(fields: Mapping[str, str], scope: str, line: int, texts: "_Texts") -> Dependency:
    return Dependency(
        group=_id(texts.filled_in(fields.get("groupId", ""))),
        artifact=_id(texts.filled_in(fields.get("artifactId", ""))),
        version=_exact(texts.filled_in(fields.get("version", ""))),
        scope=scope,
        line=line,
    )


class _Texts:
    """Texts of a file with the values of its properties filled in."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.missed = False
        """A property that was asked for is not there."""

    def of_project(self, name: str) -> str:
        """`groupId`, `artifactId` or `version`."""
        text = self.filled_in(self._values.get(name) or self._values.get(f"parent/{name}", ""))
        return real_version(text) if name == "version" else _id(text)

    def filled_in(self, text: str) -> str:
        """Empty if a property is unknown, or if too much comes together."""
        if "$" not in text:
            return text if len(text) <= _VALUE_LONGEST else ""
        for _ in range(_FILLED_IN_MOST):
            if "${" not in text or len(text) > _VALUE_LONGEST:
                break
            text = re.sub(r"\$\{([^{}]*)\}", self._value, text)
        if "$" in text or len(text) > _VALUE_LONGEST:
            self.missed = True
            return ""
        return text

    def _value(self, match: re.Match[str]) -> str:
        name = match[1]
        value = self._values.get(f"properties/{name}")
        if value is None:
            name = name.removeprefix("project.").removeprefix("pom.")
            if name.startswith("parent."):
                value = self._values.get(name.replace(".", "/", 1))
            elif name in ("groupId", "artifactId", "version"):
                value = self._values.get(name) or self._values.get(f"parent/{name}")
        return value if value and len(value) <= _VALUE_LONGEST else "$"


def _id(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", text) else ""


def _exact(version: str) -> str:
    """`[1.0]` is 1.0 and nothing else; other ranges, and words for the newest, are no versions."""
    only = re.fullmatch(r"\[([^\[\](),]+)\]", version)
    version = only[1].strip() if only else version
    if version[:1] in ("[", "(") or "|" in version or version in ("LATEST", "RELEASE"):
        return ""
    return real_version(version)
