"""One vulnerability has many names: which advisories speak of the same one."""

from collections.abc import Iterable

from pratique.records.advisory import Advisory


def vulnerabilities(advisories: Iterable[Advisory]) -> dict[str, tuple[Advisory, ...]]:
    """Advisories by vulnerability.

    Aliases are the same vulnerability, transitively. An advisory that gathers several upstream ones (a DSA with its
    CVEs) speaks of each of them, and joins none of them together (OSV schema, `aliases` and `upstream`).
    """
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    ordered = sorted(advisories, key=lambda advisory: advisory.id)
    for advisory in ordered:
        if not advisory.upstream:
            for alias in advisory.aliases:
                parent[find(alias)] = find(advisory.id)
    groups: dict[str, dict[str, Advisory]] = {}
    for advisory in ordered:
        for name in advisory.upstream or (advisory.id,):
            groups.setdefault(find(name), {})[advisory.id] = advisory
    named: dict[str, tuple[Advisory, ...]] = {}
    for root, members in groups.items():
        names = {name for name in parent if find(name) == root}
        named[best_name(names or {root})] = tuple(members.values())
    return named


def best_name(names: Iterable[str]) -> str:
    """The name people know it by: its CVE, else GHSA, else whatever there is; the oldest of several."""
    return min(names, key=_rank)


def _rank(name: str) -> tuple[int, str]:
    order = ("CVE-", "GHSA-", "GO-", "RUSTSEC-", "PYSEC-")
    return next((at for at, prefix in enumerate(order) if name.startswith(prefix)), len(order)), name


def other_names(name: str, members: Iterable[Advisory]) -> tuple[str, ...]:
    """Every other name of a vulnerability: its advisories, and their aliases unless they gather several things."""
    names: set[str] = set()
    for advisory in members:
        names.add(advisory.id)
        if len(advisory.upstream) <= 1:
            names.update(advisory.aliases, advisory.upstream)
    return tuple(sorted(names - {name}, key=_rank))
