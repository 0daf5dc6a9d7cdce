"""Where advisories come from: a bucket in OSV's layout behind HTTP, or the same layout in a folder.

ecosystems.txt                 names of the ecosystems, one a line
<ECOSYSTEM>/modified_id.csv    which records there are and when each was changed
<ECOSYSTEM>/all.zip            all of them
<ECOSYSTEM>/<ID>.json          each of them; mirrors may leave these out
kev/, epss/                    inside or beside it, in mirrors: the two other feeds
"""

import contextlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from pratique.advisories.epss import DEFAULT_EPSS
from pratique.advisories.kev import DEFAULT_KEV
from pratique.errors import AdvisoryError, UsageError
from pratique.net.http import Answer, Client, Progress, without_login

DEFAULT_SOURCE = "https://osv-vulnerabilities.storage.googleapis.com"

KEV_NAME = "known_exploited_vulnerabilities.json"
EPSS_NAMES = ("epss_scores-current.csv.gz", "epss_scores-current.csv")


class Bucket(Protocol):
    """The door to the outside. Paths come in parts, none of which may be a path itself."""

    @property
    def where(self) -> str:
        """The address or folder, as it may be shown."""

    def read(self, *parts: str, largest: int, etag: str = "") -> Answer:
        """One object: status 200, 304 or 404. Raises AdvisoryError."""

    def open(
        self, *parts: str, largest: int, scratch: Path, progress: Progress | None = None
    ) -> contextlib.AbstractContextManager[BinaryIO | None]:
        """One object as a file that can seek, held in `scratch` meanwhile; None where it is absent."""

    def extras(self, kind: str, *, largest: int, etags: dict[str, str]) -> tuple[str, Answer] | None:
        """(where from, answer) for `kev` or `epss`; None where the source has none. `etags` by where from."""


def open_bucket(source: str, client: Client) -> Bucket:
    """The bucket at an http(s) address or in a folder. Raises UsageError where `source` is neither."""
    if source.startswith(("http://", "https://")):
        return UrlBucket(source.rstrip("/"), client)
    folder = Path(source)
    with contextlib.suppress(OSError):
        if folder.is_dir():
            return FolderBucket(folder)
    raise UsageError(
        f"{source} is neither an http address nor a folder",
        "name the top of a bucket in OSV's layout: the place of ecosystems.txt",
    )


class UrlBucket:
    """A bucket behind HTTP."""

    def __init__(self, url: str, client: Client) -> None:
        self._url, self._client = url, client

    @property
    def where(self) -> str:
        """The address without login."""
        return without_login(self._url)

    def read(self, *parts: str, largest: int, etag: str = "") -> Answer:
        """GET the object into memory."""
        return self._client.fetch(self._join(parts), largest=largest, etag=etag)

    @contextlib.contextmanager
    def open(
        self, *parts: str, largest: int, scratch: Path, progress: Progress | None = None
    ) -> Iterator[BinaryIO | None]:
        """GET the object into a file without a name, which vanishes with the process."""
        from tempfile import TemporaryFile

        with TemporaryFile(dir=scratch) as file:
            answer = self._client.download(self._join(parts), file, largest=largest, progress=progress)
            yield file if answer.status == 200 else None

    def extras(self, kind: str, *, largest: int, etags: dict[str, str]) -> tuple[str, Answer] | None:
        """OSV's own bucket has none: then from CISA and FIRST."""
        for url in self._extra_urls(kind):
            shown = without_login(url)
            answer = self._client.fetch(url, largest=largest, etag=etags.get(shown, ""))
            if answer.status != 404:
                return shown, answer
        return None

    def _extra_urls(self, kind: str) -> list[str]:
        if self._url == DEFAULT_SOURCE:
            return [DEFAULT_KEV if kind == "kev" else DEFAULT_EPSS]
        from urllib.parse import urlsplit

        parts = urlsplit(self._url)
        above = parts._replace(path=parts.path.rpartition("/")[0]).geturl()
        names = (KEV_NAME,) if kind == "kev" else EPSS_NAMES
        tops = [self._url, above] if above != self._url else [self._url]
        return [f"{top}/{kind}/{name}" for top in tops for name in names]

    def _join(self, parts: tuple[str, ...]) -> str:
        from urllib.parse import quote

        return "/".join((self._url, *(quote(_single(part), safe=":+@") for part in parts)))


class FolderBucket:
    """A bucket in a folder: a copy, or a mounted mirror."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def where(self) -> str:
        """The folder, absolute."""
        return str(self._folder.absolute())

    def read(self, *parts: str, largest: int, etag: str = "") -> Answer:  # noqa: ARG002 - files have none
        """The content of the file."""
        return _read(self._folder.joinpath(*map(_single, parts)), largest)

    @contextlib.contextmanager
    def open(
        self,
        *parts: str,
        largest: int,
        scratch: Path,  # noqa: ARG002 - the file is read where it lies
        progress: Progress | None = None,  # noqa: ARG002
    ) -> Iterator[BinaryIO | None]:
        """The file itself."""
        file = _opened(self._folder.joinpath(*map(_single, parts)), largest)
        with contextlib.nullcontext() if file is None else file:
            yield file

    def extras(self, kind: str, *, largest: int, etags: dict[str, str]) -> tuple[str, Answer] | None:  # noqa: ARG002
        """From `kev/` and `epss/` in the folder or beside it."""
        top = self._folder.absolute()
        for folder in (top / kind, top.parent / kind):
            paths = [folder / KEV_NAME] if kind == "kev" else sorted(folder.glob("*.csv*"))
            for path in paths:
                answer = _read(path, largest)
                if answer.status == 200:
                    return str(path), answer
        return None


def _read(path: Path, largest: int) -> Answer:
    file = _opened(path, largest)
    if file is None:
        return Answer(404)
    with file:
        return Answer(200, data=file.read(largest))


def _opened(path: Path, largest: int) -> BinaryIO | None:
    """The file; None where there is none. A pipe in its place would wait for ever and counts as none."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return None
        if found.st_size > largest:
            raise AdvisoryError(f"{path}: {found.st_size:,} bytes, more than the {largest:,} that are allowed")
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise AdvisoryError(f"{path} cannot be read: {error.strerror}") from error


def _single(part: str) -> str:
    """`part`, if it is the name of one thing in one folder."""
    if not part or part in {".", ".."} or "/" in part or "\\" in part or not part.isprintable():
        raise AdvisoryError(f"{part!r} is no name of an object in a bucket")
    return part
