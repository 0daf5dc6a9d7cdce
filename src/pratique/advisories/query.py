"""Questions to advisories: which packages are affected, what is known of a vulnerability, how old is all that."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from pratique.advisories import schema
from pratique.errors import AdvisoryError
from pratique.records.advisory import (
    Advisory,
    AdvisorySource,
    Affected,
    Epss,
    Exploited,
    Range,
    Severity,
)

if TYPE_CHECKING:
    import sqlite3

Key = tuple[str, str]
"""(OSV ecosystem with release, package name normalised as `pratique.ecosystems` says)."""


class Advisories(Protocol):
    """What matching and enriching ask. Answers hold only what is known: absent keys have no entry."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever an answer may change."""

    def sources(self) -> tuple[AdvisorySource, ...]:
        """Which feeds judge, and how old they are."""

    def covers(self, ecosystem: str) -> bool:
        """Whether anything is known of this ecosystem, in this very release (`Debian:12`)."""

    def affecting(self, keys: Iterable[Key]) -> dict[Key, list[Affected]]:
        """The entries of packages, by advisory id."""

    def advisories(self, ids: Iterable[str]) -> dict[str, Advisory]:
        """Records by their own id. A severity that a record lacks is borrowed from another name of it."""

    def exploited(self, cves: Iterable[str]) -> dict[str, Exploited]:
        """Entries of the KEV catalogue."""

    def epss(self, cves: Iterable[str]) -> dict[str, Epss]:
        """Estimates of exploitation."""


_Body = tuple[tuple[Range, ...], tuple[str, ...], str]
_body = msgspec.msgpack.Decoder(_Body)
_advisory = msgspec.msgpack.Decoder(Advisory)
_severity = msgspec.msgpack.Decoder(Severity)


class Database:
    """The database file, opened for reading. Use `with`, or close it; not shared between threads."""

    def __init__(self, connection: "sqlite3.Connection", path: "str | os.PathLike[str]") -> None:
        self._connection, self._path = connection, path
        with self._damage():
            self._ecosystems: dict[str, int] = dict(connection.execute("SELECT name, number FROM ecosystem"))
            row = connection.execute("SELECT value FROM meta WHERE key = 'fingerprint'").fetchone()
            self._sources = schema.sources(connection)
        self._fingerprint = str(row[0]) if row else ""

    @classmethod
    def open(cls, path: "str | os.PathLike[str]") -> "Database":
        """Open the database at `path`. Raises AdvisoryError where there is none, a damaged or a foreign one."""
        import sqlite3

        if not os.path.isfile(path):
            raise AdvisoryError(f"there is no advisory database at {path}", "run `pratique db update`")
        try:
            connection = sqlite3.connect(schema.read_only(path), uri=True)
            try:
                if schema.is_ours(connection):
                    return cls(connection, path)
            except BaseException:
                connection.close()
                raise
            connection.close()
        except sqlite3.Error as error:
            raise _damaged(path, error) from error
        raise AdvisoryError(f"{path} is no advisory database of this version of pratique", "run `pratique db update`")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def fingerprint(self) -> str:
        """Of the records held, whenever they were fetched."""
        return self._fingerprint

    def sources(self) -> tuple[AdvisorySource, ...]:
        """One for each ecosystem, KEV and EPSS."""
        return self._sources

    def covers(self, ecosystem: str) -> bool:
        """Whether a package of this ecosystem, in this release, is affected by anything."""
        return ecosystem in self._ecosystems

    def affecting(self, keys: Iterable[Key]) -> dict[Key, list[Affected]]:
        """The entries of packages, by advisory id. Raises AdvisoryError when the file is damaged."""
        names: dict[str, set[str]] = {}
        for ecosystem, name in keys:
            if ecosystem in self._ecosystems:
                names.setdefault(ecosystem, set()).add(name)
        found: dict[Key, list[Affected]] = {}
        decode = _body.decode
        with self._damage():
            for ecosystem, wanted in names.items():
                rows = self._each(
                    "SELECT name, advisory, body FROM json_each(?1)"
                    " CROSS JOIN affected ON ecosystem = ?2 AND name = json_each.value",
                    wanted,
                    self._ecosystems[ecosystem],
                )
                for name, own, body in rows:
                    one = Affected(own, ecosystem, name, *decode(body))
                    found.setdefault((ecosystem, name), []).append(one)
        return found

    def advisories(self, ids: Iterable[str]) -> dict[str, Advisory]:
        """Records by id; of two copies the newer one. Raises AdvisoryError when the file is damaged."""
        found: dict[str, Advisory] = {}
        sql = "SELECT body FROM json_each(?) CROSS JOIN advisory ON advisory.id = json_each.value"
        with self._damage():
            for (body,) in self._each(sql, ids):
                advisory = _advisory.decode(body)
                if advisory.id not in found or found[advisory.id].modified < advisory.modified:
                    found[advisory.id] = advisory
            self._borrow(found)
        return found

    def exploited(self, cves: Iterable[str]) -> dict[str, Exploited]:
        """Entries of the KEV catalogue. Raises AdvisoryError when the file is damaged."""
        sql = "SELECT cve, added, due, ransomware FROM json_each(?) CROSS JOIN exploited ON cve = json_each.value"
        with self._damage():
            rows = self._each(sql, cves)
            return {cve: Exploited(cve, added, due, bool(ransom)) for cve, added, due, ransom in rows}

    def epss(self, cves: Iterable[str]) -> dict[str, Epss]:
        """Estimates of exploitation. Raises AdvisoryError when the file is damaged."""
        sql = "SELECT cve, score, percentile FROM json_each(?) CROSS JOIN epss ON cve = json_each.value"
        with self._damage():
            rows = self._each(sql, cves)
            return {cve: Epss(cve, score, percentile) for cve, score, percentile in rows}

    def _borrow(self, found: dict[str, Advisory]) -> None:
        """Give records without a severity that of another name of the same vulnerability.

        Where no alias has one: the worst of the vulnerabilities that the record gathers.
        """
        lacking = [one for one in found.values() if one.severity is None]
        if not lacking:
            return
        from pratique.advisories.severity import best, worst

        rated: dict[str, list[Severity]] = {}
        sql = "SELECT name, body FROM json_each(?) CROSS JOIN rated ON name = json_each.value"
        names = {name for one in lacking for name in (*one.aliases, *one.upstream)}
        for name, body in self._each(sql, names):
            rated.setdefault(name, []).append(_severity.decode(body))
        if not rated:
            return
        for advisory in lacking:
            severity = best([one for name in advisory.aliases for one in rated.get(name, ())])
            if severity is None:
                gathered = (best(rated.get(name, [])) for name in advisory.upstream)
                severity = worst([one for one in gathered if one is not None])
            if severity is not None:
                found[advisory.id] = msgspec.structs.replace(advisory, severity=severity)

    def _each(self, sql: str, keys: Iterable[str], *more: int) -> list[tuple[Any, ...]]:
        """Rows for many keys by one statement: they come as a JSON list, sorted as the rows lie."""
        listed = msgspec.json.encode(sorted(set(keys))).decode()
        return self._connection.execute(sql, (listed, *more)).fetchall()

    @contextmanager
    def _damage(self) -> Iterator[None]:
        """Whatever a damaged file brings about becomes an AdvisoryError."""
        import sqlite3

        try:
            yield
        except (sqlite3.Error, msgspec.MsgspecError, ValueError, TypeError) as error:
            raise _damaged(self._path, error) from error


def _damaged(path: "str | os.PathLike[str]", error: Exception) -> AdvisoryError:
    return AdvisoryError(
        f"the advisory database {path} is damaged: {error}", "run `pratique db update`, it is built anew"
    )
