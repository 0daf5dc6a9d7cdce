"""Every analyzer of packages against its cases: `testdata/ANALYZER/CASE/{input,expected.json}` in this folder.

`input` is one file of an image; `expected.json` says where it stands (`path`, and `mode` unless that is 0o644) and
what the analyzer makes of it (`records`, an `UnreadableFileError` as the `Unknown` that it becomes). A new case is a
new folder, for which `make golden` writes the records: read them. Each is also cut, spliced and shuffled to prove that
no bytes raise anything else.
"""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.packages import registry
from pratique.records.analyzer import Analyzer
from pratique.records.facts import Found
from pratique.records.file import Data, File, Unknown

TESTDATA = Path(__file__).parent / "testdata"


class Expected(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    path: str
    records: list[dict[str, Any]]
    mode: int = 0o644


ANALYZERS = {analyzer.name: analyzer for analyzer in registry.ANALYZERS}
CASES = sorted(file.parent for file in TESTDATA.glob("*/*/input"))
FOLDERS = sorted({case.parent for case in CASES})


def readable(record: Found | Unknown) -> dict[str, Any]:
    """A record as `expected.json` has it: an object without the fields that have their default."""
    if isinstance(record, Unknown):
        return {"fact": "unknown", "path": record.path, "analyzer": record.analyzer, "reason": record.reason}
    fact = record.fact
    fields = {field.name: getattr(fact, field.name) for field in msgspec.structs.fields(fact)}
    told = {
        field.name: fields[field.name] for field in msgspec.structs.fields(fact) if fields[field.name] != field.default
    }
    shown: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(told))
    return {"fact": str(fact.__struct_config__.tag), "path": record.path, "line": record.line, **shown}


def _expected(case: Path) -> Expected:
    return msgspec.json.decode((case / "expected.json").read_bytes(), type=Expected)


def _claims(analyzer: Analyzer, path: str, content: bytes) -> bool:
    claims = analyzer.claims
    folder, _, name = path.rpartition("/")
    return len(content) <= claims.largest and (
        path in claims.paths
        or folder in claims.folders
        or folder.rpartition("/")[2] in claims.parents
        or name in claims.names
        or path.lower().endswith(claims.suffixes)
        or content[:4] in claims.magic
    )


def _offered(analyzer: Analyzer, path: str, content: bytes) -> bytes | None:
    """The content as `parse` gets it: zeros outside the spans; None if the analyzer declines it."""
    if analyzer.spans is None or (analyzer.claims.magic and content[:4] not in analyzer.claims.magic):
        return content
    spans = analyzer.spans(path, content[: 64 << 10], len(content))
    if spans is None:
        return None
    kept = bytearray(len(content))
    for start, end in spans:
        kept[start:end] = content[start:end]
    return bytes(kept)


def _records(analyzer: Analyzer, path: str, mode: int, data: Data) -> list[Found | Unknown]:
    try:
        return list(analyzer.parse(File(path, mode, len(data), data)))
    except UnreadableFileError as error:
        return [Unknown(path, analyzer.name, str(error))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_case(case: Path) -> None:
    analyzer, expected = ANALYZERS[case.parent.name], _expected(case)
    content = (case / "input").read_bytes()
    assert _claims(analyzer, expected.path, content)
    offered = _offered(analyzer, expected.path, content)
    records = [] if offered is None else _records(analyzer, expected.path, expected.mode, offered)
    printed = [readable(record) for record in records]
    if os.environ.get("PRATIQUE_UPDATE_GOLDEN"):
        written = msgspec.json.encode(msgspec.structs.replace(expected, records=printed))
        (case / "expected.json").write_bytes(msgspec.json.format(written) + b"\n")
        return
    assert printed == expected.records, msgspec.json.format(msgspec.json.encode(printed)).decode()
    if offered is not None:
        view = _records(analyzer, expected.path, expected.mode, memoryview(offered))
        assert view == records, "another kind of buffer gives other records"


def _mutations(content: bytes) -> st.SearchStrategy[bytes]:
    """The content with one piece replaced by others, or in disorder."""
    place = st.integers(0, len(content))
    junk = st.one_of(
        st.binary(max_size=40),
        st.sampled_from([b"", b"\n", b"\n\n", b"\r\n\r\n", b" ", b"\0", b":", b'"', b"{" * 3000, b"\xff" * 8]),
    )
    splice = st.builds(lambda a, b, new: content[: min(a, b)] + new + content[max(a, b) :], place, place, junk)
    shuffled = st.permutations(content.split(b"\n")[:200]).map(b"\n".join)
    return st.one_of(splice, shuffled, st.builds(lambda a: content[a:] + content[:a], place))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_any_bytes_give_records_or_our_error(folder: Path, data: st.DataObject) -> None:
    analyzer = ANALYZERS[folder.name]
    case = data.draw(st.sampled_from([case for case in CASES if case.parent == folder]))
    original = (case / "input").read_bytes()
    expected = _expected(case)
    content = data.draw(st.one_of(st.binary(max_size=200), _mutations(original)))
    offered = _offered(analyzer, expected.path, content)
    if offered is None:
        return
    records = _records(analyzer, expected.path, expected.mode, offered)
    assert all(record.path.startswith(expected.path) for record in records)
    msgspec.json.encode(records)
