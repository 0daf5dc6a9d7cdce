"""From what the user types to an image: told by content, forced by a scheme, or refused with advice."""

import bz2
import functools
import gzip
import lzma
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import CorruptImageError, InputError, NoSuchInputError, NotAnImageError, PratiqueError, UsageError
from pratique.formats.tar import TarReader
from pratique.image.layer import unpack
from pratique.image.open import open_image
from pratique.image.source import Image
from tests.rights import open_folder, without_rights
from tests.simulators import images
from tests.simulators.docker_archives import write_docker_archive
from tests.simulators.images import Artifact, Empty, Index, Layer
from tests.simulators.layers import file, tar_bytes

WEB = images.Image(
    (
        Layer([file("etc/os-release", "ID=debian\n")], "ADD base", "none"),
        Empty('CMD ["sh"]'),
        Layer([file("app/main", "print()" * 1000)], "COPY app", "none"),
    ),
    names=("acme/web:1",),
    env=("A=b",),
)
KINDS = ["oci", "oci-archive", "docker-archive old", "docker-archive modern"]
PACK: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": zstd.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}


def written(path: Path, kind: str, *members: images.Image) -> str:
    if kind == "oci":
        images.write_layout(path, members)
    elif kind == "oci-archive":
        images.write_oci_archive(path, members)
    else:
        write_docker_archive(path, members, "old" if kind.endswith("old") else "modern")
    return str(path)


def opened(reference: str, name: str = "") -> Image:
    image = open_image(reference, name=name)
    assert isinstance(image, Image)
    return image


def files(image: Image) -> list[str]:
    """The paths of all layers, every digest on the way checked."""
    pairs = zip(image.blobs, image.manifest.layers, strict=True)
    return [entry.path for pair in pairs for entry in TarReader(unpack(*pair).windows).entries()]


def failure(reference: str, name: str = "") -> PratiqueError:
    with pytest.raises(PratiqueError) as caught:
        open_image(reference, name=name)
    assert "\n" not in str(caught.value)
    assert caught.value.advice
    return caught.value


@pytest.mark.parametrize(
    ("kind", "pack"), [("oci", "plain"), *((kind, pack) for kind in KINDS[1:] for pack in sorted(PACK))]
)
def test_every_kind_is_told_by_its_content(tmp_path: Path, kind: str, pack: str) -> None:
    reference = written(tmp_path / "image.jpeg", kind, WEB)
    if pack != "plain":
        Path(reference).write_bytes(PACK[pack](Path(reference).read_bytes()))
    for scheme in ("", f"{kind.split()[0]}:"):
        image = opened(scheme + reference)
        assert files(image) == ["etc/os-release", "app/main"]
        assert [step.created_by for step in image.manifest.config.history] == ["ADD base", 'CMD ["sh"]', "COPY app"]
        assert image.manifest.config.env == ("A=b",)
        assert "acme/web:1" in image.manifest.names
        assert image.sequential == (pack != "plain")
        digest = image.manifest.digest
        for name in ("1", "web:1", "acme/web:1", digest):
            assert opened(scheme + reference, name).manifest.digest == digest
        for suffix in (":1", f"@{digest}"):
            assert opened(scheme + reference + suffix).manifest.digest == digest
        assert isinstance(failure(f"{scheme}{reference}:2"), NoSuchInputError)


def test_a_modern_docker_archive_can_be_read_either_way(tmp_path: Path) -> None:
    reference = written(tmp_path / "image", "docker-archive modern", WEB)
    oci, docker = opened(f"oci-archive:{reference}"), opened(f"docker-archive:{reference}")
    assert files(oci) == files(docker)
    assert oci.manifest.config_digest == docker.manifest.digest
    assert opened(reference).manifest.digest == oci.manifest.digest  # it knows more: the manifest, its annotations


def test_a_scheme_forces_and_does_not_guess(tmp_path: Path) -> None:
    references = {kind: written(tmp_path / kind.replace(" ", "-"), kind, WEB) for kind in KINDS}
    for kind, scheme, error in (
        ("oci", "oci-archive", InputError),
        ("oci", "docker-archive", InputError),
        ("oci-archive", "oci", InputError),
        ("oci-archive", "docker-archive", NotAnImageError),
        ("oci-archive", "dir", InputError),
        ("docker-archive old", "oci-archive", NotAnImageError),
        ("docker-archive old", "oci", InputError),
    ):
        assert isinstance(failure(f"{scheme}:{references[kind]}"), error)
    assert open_image(f"dir:{references['oci']}") == references["oci"]


def test_a_path_that_exists_is_taken_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("web:1", "web@sha256:x", "oci", "x:y:z"):
        written(Path(name), "oci-archive", WEB)
        assert opened(name).manifest.reference == name
    written(Path("web"), "oci-archive", images.Image(WEB.steps[:1], names=("other:2",)))
    assert "acme/web:1" in opened("web:1").manifest.names
    assert "other:2" in opened("web:2").manifest.names
    assert "other:2" in opened("web", "2").manifest.names
    assert isinstance(failure("docker:web"), NoSuchInputError)  # no scheme of ours


def test_several_images(tmp_path: Path) -> None:
    other = images.Image(WEB.steps[:1], names=("acme/db:1",))
    for kind in KINDS:
        reference = written(tmp_path / kind.replace(" ", "-"), kind, WEB, other)
        error = failure(reference)
        assert isinstance(error, UsageError)
        assert "acme/web:1" in error.advice
        assert "acme/db:1" in error.advice
        assert files(opened(reference, "db:1")) == ["etc/os-release"]
        assert len(files(opened(reference, "acme/web:1"))) == 2


def test_the_simulator_s_artifacts_and_attestations(tmp_path: Path) -> None:
    chart = Artifact("application/vnd.cncf.helm.config.v1+json", (("application/tar+gzip", b"chart"),))
    images.write_layout(tmp_path / "chart", [chart])
    assert "application/vnd.cncf.helm.config.v1+json" in str(failure(str(tmp_path / "chart")))
    attested = images.Image(WEB.steps, attested=True, docker_types=True)
    images.write_layout(tmp_path / "index", [Index((attested,))])
    assert files(opened(str(tmp_path / "index"))) == ["etc/os-release", "app/main"]


def test_root_file_systems(tmp_path: Path) -> None:
    (tmp_path / "root/etc").mkdir(parents=True)
    (tmp_path / "other/stuff").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    assert open_image(str(tmp_path / "root")) == str(tmp_path / "root")
    for name in ("other", "empty"):
        error = failure(str(tmp_path / name))
        assert isinstance(error, NotAnImageError)
        assert error.advice == f"force the latter with dir:{tmp_path / name}"
        assert open_image(f"dir:{tmp_path / name}") == str(tmp_path / name)


# ---- what is no image -----------------------------------------------------------------------------------

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00H\x00H\x00\x00\xff\xdb\x00C\x00" + b"\x08\x06\x06\x07" * 900
TEXT = b"FROM debian:12\nRUN apt-get update\n"


def zipped(path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", "[]" * 500)
    return path.read_bytes()


def test_files_that_are_no_archives(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for data in (JPEG, zipped(path), TEXT, TEXT * 100, b"\x7fELF" + bytes(9000), b"x", b"\0", b'{"a": 1}'):
        path.write_bytes(data)
        for scheme in ("", "oci-archive:", "docker-archive:"):
            error = failure(f"{scheme}{path}")
            assert isinstance(error, NotAnImageError)
            assert f"{path}: not a tar archive" in str(error)
            assert "docker and OCI archives" in error.advice


def test_archives_with_nothing_for_us(tmp_path: Path) -> None:
    path = tmp_path / "file"
    other = tar_bytes([file("etc/passwd", "root"), file("bin/sh", "x")])
    for data, text in (
        (bytes(512), "an archive with nothing in it"),
        (bytes(1 << 20), "an archive with nothing in it"),
        (gzip.compress(bytes(10240)), "an archive with nothing in it"),
        (gzip.compress(b""), "an archive with nothing in it"),
        (other, "neither manifest.json nor index.json"),
        (zstd.compress(other), "neither manifest.json nor index.json"),
    ):
        path.write_bytes(data)
        error = failure(str(path))
        assert isinstance(error, NotAnImageError)
        assert text in str(error)
    assert "scan the folder" in error.advice


def test_damaged_archives(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"")
    assert str(failure(str(path))) == f"{path}: not a tar archive (empty)"
    whole = Path(written(path.with_name("whole"), "oci-archive", WEB)).read_bytes()
    for data in (whole[:700], whole[:5000], whole[:-5000]):
        path.write_bytes(data)
        error = failure(str(path))
        assert isinstance(error, (CorruptImageError, NoSuchInputError))
    for data in (
        gzip.compress(whole)[:-5],
        gzip.compress(whole)[:100],
        gzip.compress(whole) + b"x",
        b"\x1f\x8b" + TEXT,
    ):
        path.write_bytes(data)
        error = failure(str(path))
        assert isinstance(error, CorruptImageError)
        assert str(error).startswith(f"{path}: ")
        assert "save or copy it again" in error.advice
    packed = gzip.compress(TEXT * 100)
    path.write_bytes(packed)
    assert isinstance(failure(str(path)), CorruptImageError)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("x")
    for text, error in (
        (tmp_path / "pipe", InputError),
        ("/dev/null", InputError),
        (tmp_path / "loop", InputError),
        (tmp_path / "none", NoSuchInputError),
        (tmp_path / "file" / "below", NoSuchInputError),
        (tmp_path / ("n" * 300), InputError),
        ("n" * 5000, InputError),
        (f"oci-archive:{tmp_path}", InputError),
        (f"docker-archive:{tmp_path}", InputError),
        (f"dir:{tmp_path / 'file'}", InputError),
        (f"oci:{tmp_path}", NoSuchInputError),
        ("", UsageError),
        ("dir:", UsageError),
        ("oci:", UsageError),
        ("a\0b", UsageError),
    ):
        assert isinstance(failure(str(text)), error), text


def test_what_may_not_be_read() -> None:
    with open_folder() as folder:
        (folder / "file").write_text("x")
        (folder / "closed/below").mkdir(parents=True)
        (folder / "file").chmod(0)
        (folder / "closed").chmod(0)
        with without_rights():
            for path in (folder / "file", folder / "closed/below", folder / "closed/none:tag"):
                error = failure(str(path))
                assert isinstance(error, InputError)
                assert "Permission denied" in str(error)
                assert "may you read" in error.advice


@functools.cache
def sound(kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return Path(written(Path(folder) / "image", kind, WEB)).read_bytes()


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(KINDS[1:]),
    st.sampled_from(["plain", "gzip"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), min_size=1, max_size=5),
)
def test_mutations_of_archives(kind: str, pack: str, changes: list[tuple[float, bytes]]) -> None:
    """Sound as before, or one error of ours: mostly, every byte is covered by some digest."""
    data = sound(kind)
    for where, new in changes:
        at = int(where * len(data))
        data = data[:at] + new + data[at + len(new) :]
    with tempfile.NamedTemporaryFile() as archive:
        archive.write(PACK[pack](data))
        archive.flush()
        try:
            assert files(opened(archive.name)) == ["etc/os-release", "app/main"]
        except (InputError, UsageError) as error:
            if "\n" in str(error) or not error.advice:
                raise AssertionError(repr(error)) from error
