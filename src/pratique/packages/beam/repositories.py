"""Packages that lock files of Erlang and Elixir take from a repository of git instead of Hex."""

import re

from pratique.records.package import Package


def package_at(url: str, revision: str, name: str) -> Package:
    """`https://github.com/owner/repo.git` at a commit is `owner/repo` of GitHub; elsewhere the application's name."""
    hosted = re.fullmatch(
        r"(?:https?://|git://|ssh://)?(?:[\w.-]+@)?github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?", url
    )
    if hosted and len(url) < 500:
        return Package("github", hosted[1].lower(), revision, declared=True)
    return Package("generic", name, revision, declared=True)
