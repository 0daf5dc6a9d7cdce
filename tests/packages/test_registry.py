import importlib
import inspect
import json
import pkgutil
from pathlib import Path

from pratique import packages
from pratique.packages.registry import ANALYZERS, DECLARING
from pratique.records.file import File


def test_every_module_that_reads_a_file_has_its_row() -> None:
    reading = set()
    for module in pkgutil.walk_packages(packages.__path__, "pratique.packages."):
        parse = getattr(importlib.import_module(module.name), "parse", None)
        if inspect.isfunction(parse) and next(iter(inspect.signature(parse).parameters.values())).annotation is File:
            reading.add(module.name.removeprefix("pratique.packages."))
    assert reading == {analyzer.module for analyzer in ANALYZERS}


def test_a_row_that_picks_ranges_has_a_function_for_it() -> None:
    for analyzer in ANALYZERS:
        module = importlib.import_module(f"pratique.packages.{analyzer.module}")
        assert hasattr(module, "spans") == (analyzer.spans is not None), analyzer.name


def test_analyzers_that_declare_are_told_apart_by_what_their_cases_give() -> None:
    given: dict[str, set[bool]] = {}
    for expected in (Path(__file__).parent / "testdata").glob("*/*/expected.json"):
        for record in json.loads(expected.read_text("utf-8"))["records"]:
            if record["fact"] == "package":
                given.setdefault(expected.parts[-3], set()).add(record.get("declared", False))
    assert {name for name, declared in given.items() if declared == {True}} == DECLARING
