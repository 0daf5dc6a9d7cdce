import importlib
import pkgutil

from pratique import packages
from pratique.packages import VERSIONS
from pratique.packages.registry import ANALYZERS
from pratique.records.analyzer import Analyzer
from pratique.scan.fingerprint import analyzer_versions, fingerprint


def test_every_analyzer_is_registered() -> None:
    defined = set()
    for module in pkgutil.walk_packages(packages.__path__, "pratique.packages."):
        if module.name != "pratique.packages.registry":
            values = vars(importlib.import_module(module.name)).values()
            defined |= {value.name for value in values if isinstance(value, Analyzer)}
    assert defined == {analyzer.name for analyzer in ANALYZERS}
    assert len(defined) == len(ANALYZERS)


def test_versions_are_those_of_the_analyzers() -> None:
    assert {analyzer.name: analyzer.version for analyzer in ANALYZERS} == VERSIONS


def test_the_fingerprint_names_every_version() -> None:
    before = fingerprint()
    assert f"dpkg/{VERSIONS['dpkg']}" in analyzer_versions()
    VERSIONS["dpkg"] += 1
    try:
        assert fingerprint() != before
    finally:
        VERSIONS["dpkg"] -= 1
    assert fingerprint() == before
