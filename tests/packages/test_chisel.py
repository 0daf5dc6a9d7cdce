"""What the cases cannot show: a manifest that grows without end."""

import pytest

from pratique.errors import UnreadableFileError
from pratique.packages import chisel
from pratique.records.file import File


def packed(data: bytes) -> bytes:
    return bytes(pytest.importorskip("backports.zstd").compress(data))


def test_a_manifest_that_unpacks_to_too_much_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chisel, "_MANIFEST_LARGEST", 1000)
    content = packed(b'{"jsonwall":"1.0"}\n' + b"\n" * 10_000)
    with pytest.raises(UnreadableFileError, match="more than 1000 bytes"):
        list(chisel.parse(File("var/lib/chisel/manifest.wall", 0o644, len(content), content)))


def test_lines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chisel, "FACTS_PER_FILE_MOST", 2)
    content = packed(b'{"jsonwall":"1.0"}\n' + b'{"kind":"package","name":"a","version":"1"}\n' * 5)
    (record,) = chisel.parse(File("manifest.wall", 0o644, len(content), content))
    assert "more than 2 lines" in str(record)
