"""pratique's own JSON: valid, complete, stable, and harmless to look at."""

import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.records.inventory import Placed
from pratique.records.report import Report
from pratique.report.native import render_json, sbom_json
from tests.report import sample, schema_check

NAMES = sorted(sample.REPORTS)


def decoded(report: Report) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.json.decode(render_json(report))
    return document


@pytest.mark.parametrize("name", NAMES)
def test_reports_and_inventories_meet_the_schema(name: str) -> None:
    report = sample.REPORTS[name]()
    assert schema_check.errors(decoded(report)) == []
    inventory = msgspec.json.decode(sbom_json(report.manifest, report.inventory, report.provenance))
    assert schema_check.errors(inventory) == []


def _drop(document: dict[str, Any]) -> None:
    del document["findings"][0]["severity"]


def _mistype(document: dict[str, Any]) -> None:
    document["packages"][0]["layer"] = "0"


def _truth_for_number(document: dict[str, Any]) -> None:
    document["layers"][0]["size"] = True


def _invent(document: dict[str, Any]) -> None:
    document["verdict"]["mood"] = "good"


def _reword(document: dict[str, Any]) -> None:
    document["findings"][0]["severity"] = "HIGH"


def _halve(document: dict[str, Any]) -> None:
    del document["verdict"]


def _sink(document: dict[str, Any]) -> None:
    document["layers"][0]["index"] = -1


def _renumber(document: dict[str, Any]) -> None:
    document["schema"] = 2


@pytest.mark.parametrize("spoil", [_drop, _mistype, _truth_for_number, _invent, _reword, _halve, _sink, _renumber])
def test_the_schema_refuses(spoil: Callable[[dict[str, Any]], None]) -> None:
    document = decoded(sample.deny())
    spoil(document)
    assert schema_check.errors(document) != []


def test_top_level_keys_and_their_order() -> None:
    report = sample.deny()
    assert list(decoded(report)) == [
        "schema",
        "image",
        "distro",
        "layers",
        "channels",
        "packages",
        "declared",
        "left_out",
        "findings",
        "unknowns",
        "gaps",
        "unjudged",
        "verdict",
        "provenance",
    ]
    inventory = msgspec.json.decode(sbom_json(report.manifest, report.inventory, report.provenance))
    assert list(inventory) == [
        "schema",
        "image",
        "distro",
        "layers",
        "channels",
        "packages",
        "declared",
        "left_out",
        "unknowns",
        "linked",
        "provenance",
    ]


def test_every_key_of_the_schema_is_rendered_by_some_report() -> None:
    seen: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            seen.update(value)
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    for name in NAMES:
        report = sample.REPORTS[name]()
        walk(decoded(report))
        walk(msgspec.json.decode(sbom_json(report.manifest, report.inventory, report.provenance)))
    described = set(schema_check.SCHEMA["properties"])
    for definition in schema_check.SCHEMA["$defs"].values():
        described |= set(definition.get("properties", ()))
    assert described == seen


def test_findings_name_the_version_that_mends_their_package() -> None:
    document = decoded(sample.deny())
    log4j = [each for each in document["findings"] if each.get("package", "").endswith("log4j-core")]
    assert [each["id"] for each in log4j] == [
        "GHSA-jfh8-c2jp-5v3q",
        "GHSA-7rjr-3q55-vv33",
        "GHSA-p6xc-xr62-6r2g",
        "GHSA-8489-44mv-ggj8",
    ]
    assert {each["fix"] for each in log4j} == {"2.17.1"}
    assert log4j[0]["kev"] == {"added": "2021-12-10", "due": "2021-12-24", "ransomware": True}
    assert log4j[0]["instruction"].startswith("COPY --from=build")
    assert log4j[3]["kev"] is None
    assert log4j[3]["epss"] is None
    purls = {each["purl"] for each in document["packages"]}
    assert all(each["purl"] in purls for each in document["findings"] if each["kind"] == "vulnerable")
    zlib = next(each for each in document["findings"] if each.get("package") == "zlib1g")
    assert zlib["fix"] is None
    assert [each["suppressed"] is None for each in document["findings"]] == sorted(
        (each["suppressed"] is None for each in document["findings"]), reverse=True
    )


def test_what_is_not_known_is_null() -> None:
    document = decoded(sample.unknown())
    assert document["layers"][0]["instruction"] is None
    assert document["packages"][0]["instruction"] is None
    assert document["packages"][0]["layer"] == 0
    assert document["packages"][0]["hidden_by"] == 1
    assert document["distro"]["ecosystem"] is None
    assert [(each["path"], each["layer"], each["hidden_by"]) for each in document["unknowns"]] == [
        (None, 0, None),
        ("opt/app/lib.jar", 0, None),
        ("var/lib/dpkg/status", 0, 1),
    ]


def repacked(packages: tuple[Placed, ...], mix: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> tuple[Placed, ...]:
    """In another order, which the places of what each needs follow."""
    order: tuple[int, ...] = mix(tuple(range(len(packages))))
    place = {before: now for now, before in enumerate(order)}
    return tuple(
        msgspec.structs.replace(packages[at], needs=tuple(sorted(place[need] for need in packages[at].needs)))
        for at in order
    )


def shuffled(report: Report, seed: int) -> Report:
    """The same report, with all lists that have no order of their own in another one."""
    shuffle = random.Random(seed)

    def mix(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(shuffle.sample(values, len(values)))

    inventory = msgspec.structs.replace(
        report.inventory,
        layers=mix(report.inventory.layers),
        packages=repacked(report.inventory.packages, mix),
        unknowns=mix(report.inventory.unknowns),
    )
    provenance = msgspec.structs.replace(
        report.provenance,
        analyzers=mix(report.provenance.analyzers),
        advisories=mix(report.provenance.advisories),
    )
    return msgspec.structs.replace(
        report,
        manifest=msgspec.structs.replace(report.manifest, names=mix(report.manifest.names)),
        inventory=inventory,
        findings=mix(report.findings),
        gaps=mix(report.gaps),
        provenance=provenance,
    )


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(NAMES), st.integers(0, 10**6))
def test_the_order_of_the_input_does_not_matter(name: str, seed: int) -> None:
    report = sample.REPORTS[name]()
    assert render_json(shuffled(report, seed)) == render_json(report)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text(max_size=20) | st.sampled_from(sample.EVIL), min_size=1, max_size=5))
def test_any_text_keeps_the_document_whole_and_harmless(texts: list[str]) -> None:
    report = sample.hostile(texts)
    data = render_json(report)
    assert schema_check.errors(msgspec.json.decode(data)) == []
    shown = data.decode("utf-8")
    assert not any(ord(char) < 32 and char != "\n" for char in shown)
    assert not any(
        0x7F <= ord(char) < 0xA0 or char in "\u061c\u200b\u200d\u200e\u202e\u2066\u2028\ufeff" for char in shown
    )
    assert msgspec.json.decode(data) == msgspec.json.decode(render_json(report, indent=0))


def test_one_line_without_indent() -> None:
    data = render_json(sample.deny(), indent=0)
    assert data.count(b"\n") == 1
    assert data.endswith(b"}\n")
    assert render_json(sample.deny(), indent=4).startswith(b'{\n    "schema": 1,')


def test_escapes_keep_the_text() -> None:
    report = sample.hostile(["\u202egpj", "\x9b31m", "\U000e0041", "\x7f"])
    data = render_json(report)
    assert b"\\u202egpj" in data
    assert b"\\u009b31m" in data
    assert b"\\udb40\\udc41" in data
    assert b"\\u007f" in data
    assert {each["name"] for each in msgspec.json.decode(data)["packages"]} == {
        "\u202egpj",
        "\x9b31m",
        "\U000e0041",
        "\x7f",
    }


DOCS = Path(__file__).parents[2] / "docs" / "json-schema.md"


def blocks(language: str) -> list[str]:
    parts = DOCS.read_text("utf-8").split(f"```{language}\n")[1:]
    return [part.partition("```")[0] for part in parts]


def test_the_documented_example_is_what_is_written() -> None:
    assert blocks("json") == [render_json(sample.example()).decode("utf-8")]


def test_every_key_is_documented() -> None:
    text = DOCS.read_text("utf-8")
    keys = set(schema_check.SCHEMA["properties"])
    for definition in schema_check.SCHEMA["$defs"].values():
        keys |= set(definition.get("properties", ()))
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
@pytest.mark.parametrize("recipe", blocks("sh"))
def test_the_recipes_say_something(recipe: str, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(render_json(sample.deny()))
    (tmp_path / "old.json").write_bytes(render_json(sample.admit()))
    done = subprocess.run(["sh", "-c", recipe], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() not in {"", "[]", "null"}
