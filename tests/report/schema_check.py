"""Validate a document against docs/report.schema.json: the keywords that it uses and no others.

JSON Schema draft 2020-12. Stricter than the standard in one point: a key that the schema does not describe is an
error, so that nothing is rendered that the schema leaves out.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).parents[2] / "docs" / "report.schema.json"
SCHEMA: dict[str, Any] = msgspec.json.decode(FILE.read_bytes())
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
NOTES = {"$schema", "$id", "$defs", "title", "description"}


def errors(document: object) -> list[str]:
    """What breaks the schema, each with the place where it stands."""
    return list(_errors(document, SCHEMA, "$"))


def _errors(value: object, schema: dict[str, Any], place: str) -> Iterator[str]:
    for keyword, rule in schema.items():
        if keyword not in NOTES:
            yield from KEYWORDS[keyword](value, rule, place)


def _ref(value: Any, rule: Any, place: str) -> Iterator[str]:
    yield from _errors(value, SCHEMA["$defs"][rule.removeprefix("#/$defs/")], place)


def _type(value: Any, rule: Any, place: str) -> Iterator[str]:
    kinds = tuple(kind for name in ([rule] if isinstance(rule, str) else rule) for kind in TYPES[name])
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        yield f"{place}: {value!r} is no {rule}"


def _const(value: Any, rule: Any, place: str) -> Iterator[str]:
    if value != rule or type(value) is not type(rule):
        yield f"{place}: {value!r} is not {rule!r}"


def _enum(value: Any, rule: Any, place: str) -> Iterator[str]:
    if value not in rule:
        yield f"{place}: {value!r} is not one of {rule}"


def _any_of(value: Any, rule: Any, place: str) -> Iterator[str]:
    found = [list(_errors(value, option, place)) for option in rule]
    if all(found):
        yield from min(found, key=len)


def _minimum(value: Any, rule: Any, place: str) -> Iterator[str]:
    if isinstance(value, int | float) and not value >= rule:
        yield f"{place}: {value!r} is below {rule}"


def _maximum(value: Any, rule: Any, place: str) -> Iterator[str]:
    if isinstance(value, int | float) and not value <= rule:
        yield f"{place}: {value!r} is above {rule}"


def _items(value: Any, rule: Any, place: str) -> Iterator[str]:
    for number, item in enumerate(value if isinstance(value, list) else ()):
        yield from _errors(item, rule, f"{place}[{number}]")


def _required(value: Any, rule: Any, place: str) -> Iterator[str]:
    yield from (f"{place}: {key} is missing" for key in rule if isinstance(value, dict) and key not in value)


def _dependent(value: Any, rule: Any, place: str) -> Iterator[str]:
    for key, needed in rule.items():
        yield from (f"{place}: {each} is missing" for each in needed if key in value and each not in value)


def _properties(value: Any, rule: Any, place: str) -> Iterator[str]:
    for key, item in value.items() if isinstance(value, dict) else ():
        if key in rule:
            yield from _errors(item, rule[key], f"{place}.{key}")
        else:
            yield f"{place}: {key} is not described"


KEYWORDS: dict[str, Callable[[Any, Any, str], Iterator[str]]] = {
    "$ref": _ref,
    "type": _type,
    "const": _const,
    "enum": _enum,
    "anyOf": _any_of,
    "minimum": _minimum,
    "maximum": _maximum,
    "items": _items,
    "required": _required,
    "dependentRequired": _dependent,
    "properties": _properties,
}
"""A keyword of the schema that is not here is a KeyError: nothing goes unchecked."""
