"""Lists of JSON whose entries may hold anything: what is of another type than it should be is taken for absent."""

import functools
import types
import typing
from typing import Any, TypeVar

import msgspec

from pratique.records.file import Data

T = TypeVar("T", bound=msgspec.Struct)

EMPTY = msgspec.Raw(b"null")
_SALVAGED_MOST = 100_000
"""Entries with fields of a wrong type that are read all the same, each a hundred times as slowly."""


def rows(raw: Data | msgspec.Raw, kind: type[T]) -> tuple[list[T], int]:
    """The entries of a list, and how many could not be read. Raises RecursionError."""
    try:
        return _decoder(list[kind]).decode(raw), 0  # type: ignore[valid-type]
    except msgspec.DecodeError:
        pass
    try:
        parts = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except msgspec.DecodeError:
        return [], 0 if bytes(memoryview(raw)[:4]) == b"null" else 1
    found, broken, odd = [], 0, 0
    for part in parts:
        try:
            entry = _decoder(kind).decode(part)
        except msgspec.DecodeError:
            odd += 1
            entry = row(part, kind) if odd <= _SALVAGED_MOST else None
        if entry is None:
            broken += 1
        else:
            found.append(entry)
    return found, broken


def row(raw: Data | msgspec.Raw, kind: type[T]) -> T | None:
    """One object; None if it is something else."""
    try:
        return typing.cast("T", _decoder(kind).decode(raw))
    except msgspec.DecodeError:
        pass
    try:
        return typing.cast("T | None", _salvaged(msgspec.json.decode(raw), kind))
    except msgspec.DecodeError:
        return None


def text(raw: msgspec.Raw) -> str:
    """A text; empty if it is something else."""
    try:
        return msgspec.json.decode(raw, type=str)
    except msgspec.DecodeError:
        return ""


def texts(raw: msgspec.Raw) -> list[str]:
    """The texts in a list."""
    try:
        return [each for each in msgspec.json.decode(raw, type=list[Any]) if isinstance(each, str)]
    except msgspec.DecodeError:
        return []


@functools.cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


@functools.cache
def _shapes(kind: type[msgspec.Struct]) -> tuple[tuple[str, str, Any], ...]:
    hints = typing.get_type_hints(kind)
    return tuple((field.name, field.encode_name, hints[field.name]) for field in msgspec.structs.fields(kind))


def _salvaged(value: Any, shape: Any) -> Any:
    """`value` as `shape`, a union of None, a text, a list and a structure; None if it is none of these."""
    for option in typing.get_args(shape) if isinstance(shape, types.UnionType) else (shape,):
        if option is str and isinstance(value, str):
            return value
        if typing.get_origin(option) is list and isinstance(value, list):
            inner = typing.get_args(option)[0]
            entries = (_salvaged(each, inner) for each in value)
            return [entry for entry in entries if entry is not None]
        if isinstance(option, type) and issubclass(option, msgspec.Struct) and isinstance(value, dict):
            fields = {name: _salvaged(value.get(key), inner) for name, key, inner in _shapes(option)}
            return option(**fields)
    return None
