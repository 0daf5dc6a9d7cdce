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
        subjects = _subjects(advisory)
        if len(subjects) == 1:
            for alias in advisory.aliases:
                parent[find(common_name(alias))] = find(subjects[0])
    groups: dict[str, dict[str, Advisory]] = {}
    for advisory in ordered:
        for subject in _subjects(advisory):
            groups.setdefault(find(subject), {})[advisory.id] = advisory
    names: dict[str, list[str]] = {}
    for name in list(parent):
        names.setdefault(find(name), []).append(name)
    return {best_name(names[root]): tuple(members.values()) for root, members in groups.items()}


def gathers(advisory: Advisory) -> bool:
    """Whether it speaks of several vulnerabilities at once: what it says in general need not hold for each."""
    return len(_subjects(advisory)) > 1


def _subjects(advisory: Advisory) -> tuple[str, ...]:
    """The vulnerabilities that an advisory speaks of."""
    return tuple(dict.fromkeys(map(common_name, advisory.upstream))) or (common_name(advisory.id),)


def common_name(name: str) -> str:
    """`DEBIAN-CVE-2021-44228` is what Debian says of CVE-2021-44228, not another vulnerability."""
    _, own, number = name.partition("-CVE-")
    return f"CVE-{number}" if own else name


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
        if not gathers(advisory):
            names.update(advisory.aliases, advisory.upstream)
    return tuple(sorted(names - {name}, key=_rank))
