"""The assemblies in `testdata` were compiled by Mono's mcs 6.8 from a few lines of C#."""

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import UnreadableFileError
from pratique.formats import version_resource
from pratique.formats.pe_image import CLR_HEADER, RESOURCES, Image
from pratique.packages.dotnet.assembly import assembly
from pratique.records.facts import Found
from pratique.records.package import Package

TESTDATA = Path(__file__).parent / "testdata"
TEA = (TESTDATA / "Acme.Tea.dll").read_bytes()


def _offset(data: bytes, address: int) -> int:
    """Where in the file the bytes at an address are."""
    piece = Image(data).at(address, 32)
    assert data.count(piece) == 1
    return data.index(piece)


def _with(data: bytes, at: int, form: str, *numbers: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into(form, changed, at, *numbers)
    return bytes(changed)


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("Acme.Tea.dll", Package("nuget", "Acme.Tea", "13.0.1-beta.2")),
        ("Tea.exe", Package("nuget", "Tea", "13.0.1-beta.2")),
        ("Leaf.dll", Package("nuget", "Leaf", "1.2.3.4")),
    ],
)
def test_the_version_is_that_of_the_product_or_the_next_best(name: str, package: Package) -> None:
    path = f"app/{name}"
    assert list(assembly(path, (TESTDATA / name).read_bytes())) == [Found(path, 0, package)]


def test_any_buffer_will_do() -> None:
    assert list(assembly("a.dll", memoryview(TEA))) == list(assembly("a.dll", TEA))


@pytest.mark.parametrize("name", ["Leaf.resources.dll", "Part.netmodule"])
def test_translations_and_parts_of_assemblies_are_no_packages(name: str) -> None:
    assert list(assembly(f"app/{name}", (TESTDATA / name).read_bytes())) == []


def test_programs_of_other_kinds_are_none_either() -> None:
    native = _with(TEA, struct.unpack_from("<L", TEA, 60)[0] + 24 + 96 + 8 * CLR_HEADER, "<LL", 0, 0)
    assert list(assembly("app/native.exe", native)) == []


@pytest.mark.parametrize(
    ("path", "of_framework"),
    [
        ("usr/share/dotnet/shared/Microsoft.NETCore.App/6.0.8/System.Runtime.dll", True),
        ("usr/lib/dotnet/shared/Microsoft.AspNetCore.App/8.0.0-rc.1.23421.29/Microsoft.AspNetCore.dll", True),
        ("usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/6.0.8/ref/net6.0/System.dll", True),
        ("usr/share/dotnet/sdk/6.0.400/Newtonsoft.Json.dll", True),
        ("sdk/6.0.400/NuGet.Protocol.dll", True),
        ("opt/sdk/plugins/Acme.dll", False),
        ("app/shared/Acme.dll", False),
        ("app/packs/red/Acme.dll", False),
    ],
)
def test_the_framework_speaks_for_itself(path: str, of_framework: bool) -> None:
    assert (list(assembly(path, TEA)) == []) is of_framework


@pytest.mark.parametrize(
    ("product", "file", "version"),
    [
        ("13.0.1+ae9fe44", "13.0.1.2", "13.0.1"),
        ("2.0.8.0-.NET 4.5", "2.0.8.0", "2.0.8"),
        ("4.6.26515.06 @BuiltBy: dlab", "4.6.26515.06", "4.6.26515.06"),
        ("Release 7", "7.1", "7.1"),
        ("0.0.0.0", "", "13.0.0"),
        ("12.0.0.0-rc.1", "1.0", "12.0.0-rc.1"),
        ("1.2.3.04", "", "1.2.3.04"),
        ("", "1,2,3,4", "13.0.0"),
    ],
)
def test_versions(monkeypatch: pytest.MonkeyPatch, product: str, file: str, version: str) -> None:
    texts = {"ProductVersion": product, "FileVersion": file}
    monkeypatch.setattr(version_resource, "strings", lambda _image: texts)
    (found,) = assembly("a.dll", TEA)
    assert isinstance(found.fact, Package)
    assert found.fact.version == version


def test_texts_of_the_version_resource() -> None:
    texts = version_resource.strings(Image(TEA))
    assert texts["ProductName"] == "Tea – grün"
    assert (texts["FileVersion"], texts["ProductVersion"]) == ("13.0.1.25517", "13.0.1-beta.2+ae9fe44e1323e91b")


def test_resources_that_lead_back_to_themselves_have_no_version() -> None:
    root, _ = Image(TEA).directory(RESOURCES)
    at = _offset(TEA, root)
    assert struct.unpack_from("<L", TEA, at + 16)[0] == 16  # RT_VERSION
    assert version_resource.strings(Image(_with(TEA, at + 20, "<L", 0x80000000))) == {}


def test_metadata_without_its_tables_is_told() -> None:
    with pytest.raises(UnreadableFileError, match="metadata without tables"):
        list(assembly("a.dll", TEA.replace(b"#~\0\0", b"#?\0\0")))


def test_more_rows_than_there_are() -> None:
    header, _ = Image(TEA).directory(CLR_HEADER)
    metadata, length = struct.unpack("<LL", Image(TEA).at(header + 8, 8))
    tables = Image(TEA).at(metadata, length).index(b"#~\0\0") - 8
    offset = struct.unpack_from("<L", Image(TEA).at(metadata, length), tables)[0]
    rows = _offset(TEA, metadata) + offset + 24
    with pytest.raises(UnreadableFileError, match="ends before it should"):
        list(assembly("a.dll", _with(TEA, rows, "<L", 0xFFFFFFFF)))


_PLACES = st.integers(0, len(TEA))
_JUNK = st.one_of(
    st.binary(max_size=16), st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\0\0\0\x80", b"BSJB", b"\xff" * 64])
)


@settings(deadline=None, max_examples=200)
@given(
    data=st.one_of(
        st.binary(max_size=400), st.builds(lambda a, new: TEA[:a] + new + TEA[a + len(new) :], _PLACES, _JUNK)
    )
)
def test_any_bytes_give_a_package_or_our_error(data: bytes) -> None:
    try:
        found = list(assembly("a.dll", data))
    except UnreadableFileError:
        return
    assert len(found) <= 1
