"""The JSON Schema of what ``parc append`` takes, read off the facts themselves."""

import datetime
import inspect
from fractions import Fraction
from typing import Annotated, Any, Final, get_args, get_origin

import attrs

from events import FACT_TYPES, Event, Fact
from events.values import Exact, Text, Whole
from ledger.codec.strict import bare, items_of, optional_of
from ledger.codec.tags import KIND_OF, KINDS

_ID_PATTERN: Final = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"


def json_schema() -> dict[str, Any]:
    """One schema (draft 2020-12) for one line: any event, with its envelope beside it."""
    definitions = {kind: _event(kind, cls, envelope=True) for kind, cls in KINDS.items()}
    inside = {_inner(cls): _event(KIND_OF[cls], cls, envelope=False) for cls in FACT_TYPES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of what parc append takes",
        "oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in definitions],
        "$defs": definitions | inside,
    }


def _inner(cls: type[Event]) -> str:
    """The definition of a fact that stands inside another, which has no envelope of its own."""
    return f"{KIND_OF[cls]}-inside"


def _event(kind: str, cls: type, *, envelope: bool) -> dict[str, Any]:
    inner = _object(cls)
    beside = {
        "id": {"type": ["string", "null"], "pattern": _ID_PATTERN},
        "recorded_by": {"type": ["string", "null"]},
        "source": {"type": ["string", "null"]},
    }
    return {
        "description": inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0].replace("\n", " "),
        "type": "object",
        "properties": {"type": {"const": kind}, **inner["properties"], **(beside if envelope else {})},
        "required": ["type", *inner["required"]],
        "additionalProperties": False,
    }


def _object(cls: type) -> dict[str, Any]:
    fields = attrs.fields(cls)
    return {
        "type": "object",
        "properties": {field.name: _of(field.type) for field in fields},
        "required": [field.name for field in fields if field.default is attrs.NOTHING],
        "additionalProperties": False,
    }


def _of(hint: Any) -> dict[str, Any]:
    if hint == Fact:
        return {"oneOf": [{"$ref": f"#/$defs/{_inner(cls)}"} for cls in FACT_TYPES]}
    rules = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    if (inner := optional_of(hint)) is not None:
        return {"anyOf": [_of(inner), {"type": "null"}]}
    if (inner := items_of(hint)) is not None:
        return {"type": "array", "items": _of(inner)}
    kind = bare(hint)
    if attrs.has(kind):
        return _object(kind)
    if kind is str:
        out: dict[str, Any] = {"type": "string"}
        for rule in rules:
            if isinstance(rule, Text):
                out |= {"pattern": f"^(?:{rule.pattern})$", "description": rule.meaning}
        return out
    if kind is bool:
        return {"type": "boolean"}
    if kind is int:
        out = {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
        for rule in rules:
            if isinstance(rule, Whole):
                out |= {"minimum": rule.least, "maximum": rule.most}
        return out
    if kind is Fraction:
        meaning = next((rule.meaning for rule in rules if isinstance(rule, Exact)), "a number")
        return {
            "description": f'{meaning}: a whole number, or text such as "12.5" or "8 1/7"',
            "anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+|( [0-9]+)?/[0-9]+)$"}],
        }
    if kind is datetime.date:
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    return {"enum": list(get_args(kind))}
