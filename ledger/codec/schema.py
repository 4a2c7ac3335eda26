"""The JSON Schema of what ``parc append`` takes, read off the facts themselves.

It says all that can be said of a line by itself and in JSON Schema's words. Beyond them are the days of a month, the
lowest terms of a fraction, and whatever depends on the season that the event is to be recorded in.
"""

import datetime
import inspect
import math
from fractions import Fraction
from typing import Annotated, Any, Final, get_args, get_origin

import attrs

from events import FACT_TYPES, Event, Fact
from events.values import LONGEST_TEXT, Exact, Name, Text, Whole
from ledger.codec.tags import KIND_OF, KINDS
from ledger.codec.values import bare, items_of, optional_of

_ID_PATTERN: Final = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_DIGITS: Final = "[1-9][0-9]{0,14}"
_DECIMALS: Final = "[0-9]{0,14}[1-9]"


def json_schema() -> dict[str, Any]:
    """One schema (draft 2020-12) for one line: any event with its envelope beside it, or a whole record."""
    definitions = {kind: _event(kind, cls, envelope=True) for kind, cls in KINDS.items()}
    inside = {_inner(cls): _event(kind, cls, envelope=False) for kind, cls in KINDS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of what parc append takes",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in (*definitions, "record")],
        "$defs": {**definitions, "record": _record(), **inside},
    }


def _inner(cls: type[Event]) -> str:
    """The definition of an event that stands inside something, and has no envelope of its own."""
    return f"{KIND_OF[cls]}-inside"


def _envelope() -> dict[str, Any]:
    return {
        "id": {"type": ["string", "null"], "pattern": _ID_PATTERN},
        "recorded_by": {"anyOf": [_of(Name), {"type": "null"}]},
        "source": {"anyOf": [_of(Name), {"type": "null"}]},
    }


def _record() -> dict[str, Any]:
    """A whole record, as the log prints it. The log that takes it gives it a position, version and time of its own."""
    return {
        "description": "A record as parc log prints it.",
        "type": "object",
        "properties": {
            "position": {"type": "integer"},
            "season": {"type": "string"},
            "version": {"type": "integer"},
            "recorded_at": {"type": "string"},
            **_envelope(),
            "event": {"oneOf": [{"$ref": f"#/$defs/{_inner(cls)}"} for cls in KIND_OF]},
        },
        "required": ["event"],
        "additionalProperties": False,
    }


def _event(kind: str, cls: type, *, envelope: bool) -> dict[str, Any]:
    inner = _object(cls)
    return {
        "description": inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0].replace("\n", " "),
        "type": "object",
        "properties": {"type": {"const": kind}, **inner["properties"], **(_envelope() if envelope else {})},
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
        out: dict[str, Any] = {"type": "string", "maxLength": LONGEST_TEXT}
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
        return _exact(next((rule for rule in rules if isinstance(rule, Exact)), Exact("a number")))
    if kind is datetime.date:
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    return {"enum": list(get_args(kind))}


def _exact(rule: Exact) -> dict[str, Any]:
    """An exact number: a whole one, or what no whole number says, in the one way that it is written."""
    least = -(2**63) if rule.least is None else math.ceil(rule.least)
    if rule.above is not None:
        least = max(least, math.floor(rule.above) + 1)
    most = 2**63 - 1 if rule.most is None else math.floor(rule.most)
    minus = "" if least >= 0 else "-?"
    if rule.most is not None and rule.most <= 1:  # then whatever is no whole number has none before its point
        pattern = rf"^{minus}(0\.{_DECIMALS}|{_DIGITS}/{_DIGITS})$"
    else:
        pattern = rf"^{minus}((0|{_DIGITS})\.{_DECIMALS}|({_DIGITS} )?{_DIGITS}/{_DIGITS})$"
    return {
        "description": f'{rule.meaning}: a whole number, or text such as "12.5" or "8 1/7"',
        "anyOf": [
            {"type": "integer", "minimum": least, "maximum": most},
            {"type": "string", "pattern": pattern},
        ],
    }
