"""From what the user typed to an opened image: told apart by content, or forced by a scheme."""

import os
from collections.abc import Callable

from pratique.errors import CorruptImageError, InputError, NoSuchInputError, NotAnImageError, UsageError
from pratique.image.blob import Mapping
from pratique.image.inflate import compression
from pratique.image.members import Archive, CompressedArchive, Folder, Members
from pratique.image.source import Image, Wanted
from pratique.records.image import Platform

SCHEMES = ("docker-archive", "oci", "oci-archive", "dir")
_ROOT_FOLDERS = ("bin", "etc", "lib", "usr", "var", "app", "opt", "home", "root", "sbin")


def open_image(
    reference: str, *, name: str = "", platform: Platform | None = None, check: Callable[[], None] = lambda: None
) -> Image | str:
    """The image behind a path, or the path itself for a root file system.

    `check` is called now and then where opening takes long, and may raise: a compressed archive is read to its end.
    Raises NoSuchInputError, NotAnImageError, CorruptImageError or LimitError; UsageError if a choice is missing.
    """
    scheme, path, wanted = _parse(reference, name)
    if scheme == "dir" or (not scheme and os.path.isdir(path) and not _is_layout(path)):
        return _root(path, forced=scheme == "dir")
    if scheme == "oci" or (not scheme and os.path.isdir(path)):
        if not os.path.isdir(path):
            raise InputError(f"{path}: not a folder", "for an OCI layout inside a tar say oci-archive:")
        return _layout(Folder(path), reference, wanted, platform)
    members = _archive(path, check)
    layout = "index.json" in members or "oci-layout" in members
    if scheme == "oci-archive" or (not scheme and layout):
        if not layout:
            raise NotAnImageError(f"{path}: no OCI layout: it has no index.json")
        return _layout(members, reference, wanted, platform)
    if "manifest.json" not in members:
        raise NotAnImageError(
            f"{path}: a tar, but no container image: it has neither manifest.json nor index.json",
            "unpack a root file system and scan the folder",
        )
    from pratique.image.docker import open_archive

    return open_archive(members, reference, wanted, platform)


def _layout(members: Members, reference: str, wanted: Wanted, platform: Platform | None) -> Image:
    from pratique.image.oci import open_layout

    return open_layout(members, reference, wanted, platform)


def _parse(reference: str, name: str) -> tuple[str, str, Wanted]:
    """Scheme, path, and what stands behind it: `PATH:tag`, `PATH@sha256:...`. A path that exists is taken whole."""
    scheme, colon, rest = reference.partition(":")
    if not colon or scheme not in SCHEMES:
        scheme, rest = "", reference
    if not rest or "\0" in rest:
        raise UsageError(f"{reference!r} names no image", "give a path")
    path = rest
    wanted = Wanted(name=name)
    if not _exists(path):
        before, at, digest = rest.rpartition("@")
        if at and _exists(before):
            path, wanted = before, Wanted(digest=digest)
        else:
            before, colon, tag = rest.rpartition(":")
            if colon and _exists(before):
                path, wanted = before, Wanted(name=name or tag)
    if not _exists(path):
        raise NoSuchInputError(
            f"{rest}: no such file or folder",
            "pratique reads docker and OCI archives, OCI layout folders and root file systems",
        )
    return scheme, path, wanted


def _exists(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", "is the path right, and may you read all of it?") from None
    return True


def _is_layout(path: str) -> bool:
    return os.path.isfile(f"{path}/oci-layout") or os.path.isfile(f"{path}/index.json")


def _root(path: str, *, forced: bool) -> str:
    if not os.path.isdir(path):
        raise InputError(f"{path}: not a folder", "dir: wants the root file system in a folder")
    if not forced and not any(os.path.isdir(f"{path}/{folder}") for folder in _ROOT_FOLDERS):
        raise NotAnImageError(
            f"{path}: neither an OCI layout nor a root file system", f"force the latter with dir:{path}"
        )
    return path


def _archive(path: str, check: Callable[[], None]) -> Members:
    mapping = Mapping(path)
    head = next(mapping.region(0, mapping.size).chunks(), b"")
    packed = compression(head)
    try:
        archive = CompressedArchive(path, packed, check) if packed else Archive(path)
    except CorruptImageError as error:
        if packed:
            raise CorruptImageError(f"{path}: {error}", "it is damaged or cut short: save or copy it again") from None
        if bytes(head[257:262]) != b"ustar":
            raise NotAnImageError(f"{path}: not a tar archive ({error})") from None
        raise CorruptImageError(f"{path}: {error}") from None
    if not len(archive):
        raise NotAnImageError(f"{path}: an archive with nothing in it")
    return archive
