"""Facts and records as JSON: the form that ``parc append`` reads and ``parc log`` prints.

An event is ``{"type": "driver-swapped", ...its fields}``. A line that is appended may hold its ``id``,
``recorded_by`` and ``source`` beside them, or be a whole record as the log prints it, with the event inside.
"""

import datetime
import json
from typing import Any, Final, NoReturn

from events import FACT_TYPES, Event, Record
from events.frozen import frozen
from ledger.codec.strict import StrictConverter, objections
from ledger.codec.tags import KIND_OF, KINDS, kind_meant
from ledger.codec.values import Unfit, is_id, shown
from ledger.errors import BadInput, Objection, Refused

LONGEST_LINE: Final = 1_048_576
"""Bytes in one line of JSON. A record holds at most 64 KiB; more than sixteen times that is no event."""

_ENVELOPE: Final = ("id", "recorded_by", "source")
_LOG_FIELDS: Final = ("position", "season", "version", "recorded_at")


@frozen
class Submitted:
    """One line that asks to be appended."""

    event: Event
    id: str | None
    """``None``: the ledger chooses one."""
    recorded_by: str | None
    source: str | None
    season: str | None
    """The season that the line names, where it is a whole record; else ``None``."""
    position: int | None
    """Where it stands in the log that it comes from, where it is a whole record; else ``None``."""


def time_text(moment: datetime.datetime) -> str:
    """A time as records show it: UTC to the microsecond, ``2024-01-20T18:05:00.000000Z``."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _write_fact(fact: Any) -> dict[str, Any]:
    if not isinstance(fact, FACT_TYPES):
        raise Unfit(f"expected a fact, got {shown(fact)}")
    return event_to_json(fact)


def _read_fact(value: Any, _: Any = None) -> Event:
    fact = event_from_json(value)
    if not isinstance(fact, FACT_TYPES):
        raise Refused((Objection("$.type", f"a {KIND_OF[type(fact)]} cannot stand inside another event"),))
    return fact


_CONVERTER: Final = StrictConverter(
    rows_as_tables=False, detailed_validation=True, read_fact=_read_fact, write_fact=_write_fact
)


def event_to_json(event: Event) -> dict[str, Any]:
    """A fact as a JSON object, its ``type`` first, then every field."""
    cls = type(event)
    return {"type": KIND_OF[cls], **_CONVERTER.writer_of(cls)(event)}


def record_to_json(record: Record) -> dict[str, Any]:
    """A record as ``parc log`` prints it: the envelope, and the event inside."""
    return {
        "position": record.position,
        "season": record.season,
        "version": record.version,
        "recorded_at": time_text(record.recorded_at),
        "id": record.id,
        "recorded_by": record.recorded_by,
        "source": record.source,
        "event": event_to_json(record.event),
    }


def event_from_json(value: Any, path: str = "$") -> Event:
    """The fact that a JSON object states. Raises :class:`~ledger.errors.Refused` with each value that does not fit."""
    if type(value) is not dict:
        raise Refused((Objection(path, f"expected an object, got {shown(value)}"),))
    if "type" not in value:
        raise Refused((Objection(f"{path}.type", "is missing"),))
    kind = value["type"]
    cls = KINDS.get(kind) if type(kind) is str else None
    if cls is None:
        raise Refused((Objection(f"{path}.type", f"no event is called {shown(kind)}; {kind_meant(kind)}"),))
    fields = {name: field for name, field in value.items() if name != "type"}
    try:
        return _CONVERTER.structure(fields, cls)
    except Exception as error:  # noqa: BLE001 - whatever a value provokes is an objection to that value
        raise Refused(objections(error, path)) from None


def read_line(line: bytes) -> Submitted:
    """One line of JSON that asks to be appended.

    Raises :class:`~ledger.errors.BadInput` where it is not JSON, and :class:`~ledger.errors.Refused` where it is no
    event.
    """
    value = _parse(line)
    if type(value) is not dict:
        raise Refused((Objection("$", f"expected an object, got {shown(value)}"),))
    whole = "event" in value and "type" not in value
    envelope = {name: value.pop(name, None) for name in _ENVELOPE}
    found = [
        Objection(f"$.{name}", f"expected text, got {shown(envelope[name])}")
        for name in ("recorded_by", "source")
        if envelope[name] is not None and type(envelope[name]) is not str
    ]
    if envelope["id"] is not None and not is_id(envelope["id"]):
        found.append(Objection("$.id", f"expected a UUIDv7 in lower case with hyphens, got {shown(envelope['id'])}"))
    season = position = None
    if whole:
        season, position = value.get("season"), value.get("position")
        found += _log_fields(value)
        found += [
            Objection(f"$.{shown(name)[1:-1]}", "is not a field of a record")
            for name in value
            if name not in (*_LOG_FIELDS, "event")
        ]
    event = None
    try:
        event = event_from_json(value["event"], "$.event") if whole else event_from_json(value)
    except Refused as error:
        found += error.objections
    if found or event is None:
        raise Refused(tuple(found))
    return Submitted(event=event, season=season, position=position, **envelope)


def _log_fields(value: dict[str, Any]) -> list[Objection]:
    """Objections to what the log wrote into a record. The log that takes the event writes its own."""
    return [
        Objection(f"$.{name}", f"expected {said}, got {shown(value[name])}")
        for name, kind, said in (
            ("position", int, "a whole number"),
            ("season", str, "text"),
            ("version", int, "a whole number"),
            ("recorded_at", str, "a time"),
        )
        if name in value and type(value[name]) is not kind
    ]


def _parse(line: bytes) -> Any:
    if len(line) > LONGEST_LINE:
        raise BadInput(f"longer than {LONGEST_LINE:,} bytes")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"not UTF-8 at byte {error.start + 1}") from None
    if not text.strip():
        raise BadInput("is empty; every line holds one JSON object")
    if text.startswith("\ufeff"):
        raise BadInput("begins with a byte-order mark; save the file as UTF-8 without one")
    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=_whole, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise BadInput(f"not JSON: {error.msg[0].lower()}{error.msg[1:]} at column {error.colno}") from None
    except RecursionError:
        raise BadInput("not an event: nested too deep") from None


def _no_constant(name: str) -> NoReturn:
    raise BadInput(f"not JSON: {name} is no number that JSON knows")


def _whole(digits: str) -> int:
    # 64 bits have at most 19 digits and a sign. What is longer stays out of range without being converted in full.
    return int(digits) if len(digits) <= len("-9223372036854775808") else 2**64


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise BadInput(f"not an event: the key {shown(name)} stands twice in one object")
            seen.add(name)
    return out
