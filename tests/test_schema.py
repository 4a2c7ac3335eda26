"""The JSON Schema is what append takes: of generated lines and of spoilt ones, both give the same account."""

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from events import EVENT_TYPES, Fact, RecordCorrected
from events.values import Exact
from ledger.codec import KINDS, event_to_json, json_schema, read_line
from ledger.codec.jsonform import _CONVERTER
from ledger.codec.schema import _exact, _of
from ledger.codec.values import items_of, optional_of
from ledger.errors import BadInput, Refused
from ledger.scrutineering import text_problem
from ledger.scrutineering.shapes import _check_of, shape_findings
from ledger.testing import events

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
SCHEMA = json_schema()


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """Patterns as ECMA-262 reads them, where ``$`` is the very end and not what comes before a last line break."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


Ecma: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # its stubs are bare
VALIDATOR = Ecma(SCHEMA)


def taken(line: Any) -> bool:
    """Whether append takes the line, as far as the line alone can say."""
    try:
        submitted = read_line(json.dumps(line).encode())
    except (BadInput, Refused):
        return False
    event = submitted.event
    envelope = (text for text in (submitted.recorded_by, submitted.source) if text is not None)
    return not any(
        (
            *shape_findings(event),
            *(shape_findings(event.fact) if isinstance(event, RecordCorrected) else ()),
            *filter(None, map(text_problem, envelope)),
        )
    )


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    """A line that append takes: an event with or without its envelope, or a whole record."""
    value = event_to_json(draw(events()))
    envelope = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "id": st.sampled_from((AN_ID, None)),
                "recorded_by": st.sampled_from(("Jo Smith", "山田\u3000太郎", None)),
                "source": st.sampled_from(("Bulletin 24-03", None)),
            },
        )
    )
    if draw(st.booleans()):
        return {**value, **envelope}
    log = {"position": 7, "season": "club-2026", "version": 3, "recorded_at": "2026-01-20T18:05:00.000000Z"}
    return {
        **draw(st.fixed_dictionaries({}, optional={k: st.just(v) for k, v in log.items()})),
        **envelope,
        "event": value,
    }


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every object and list inside a value, with each of its keys or indexes."""
    inside = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, item in inside:
        yield value, key
        yield from places(item)


# No 7.0 for 7, no day that no month has and no fraction in higher terms: JSON Schema cannot tell them.
ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        -1,
        0,
        1,
        2,
        10_000,
        2**63 - 1,
        2**63,
        -(2**63),
        -(2**63) - 1,
        1.5,
        [],
        {},
        [[]],
        [None],
        {"x": 1},
    ),
    *("", " ", "a", "A", "a ", " a", "a\n", "a\x1bb", "a\u200eb", "a\u061cb", "a\u3000b", "x" * 1_000, "x" * 1_001),
    *("0", "1", "-1", "5", "0.5", "-0.5", "0.50", "00.5", ".5", "12.5", "1.0", "1/7", "-1/7", "8 1/7", "0 1/7", "1/0"),
    *(
        "08",
        "#59",
        "DAY",
        "DAY-1",
        "DAY-0",
        "ann-archer",
        "Ann",
        "USA",
        "DNS",
        "GT 3",
        "2024-01-20",
        "20240120",
        "1" * 20,
    ),
    *(AN_ID, AN_ID.upper(), "race-classified", "season-closed"),
)


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A line with one thing changed, left out or added somewhere; perhaps it is still one that append takes."""
    value = draw(lines())
    inside, key = draw(st.sampled_from(list(places(value))))
    match draw(st.sampled_from(("changed", "left out", "added"))):
        case "left out":
            del inside[key]
        case "added" if isinstance(inside, dict):
            inside[draw(st.sampled_from(("x", "event", "type", "id", "source", "position")))] = draw(
                st.sampled_from(ODD)
            )
        case _:
            inside[key] = draw(st.sampled_from(ODD))
    return value


def kinds_of_values() -> dict[str, Any]:
    """Every kind of value that a field of an event holds, its parts too, by how it is written."""
    found: dict[str, Any] = {}
    waiting: list[Any] = list(EVENT_TYPES)
    while waiting:
        hint = waiting.pop()
        if repr(hint) not in found and hint != Fact:
            found[repr(hint)] = hint
            inner = (
                [field.type for field in attrs.fields(hint)] if attrs.has(hint) else [optional_of(hint), items_of(hint)]
            )
            waiting += [one for one in inner if one is not None]
    return {name: hint for name, hint in found.items() if not attrs.has(hint)}


KINDS_OF_VALUES = kinds_of_values()


@pytest.mark.parametrize("hint", KINDS_OF_VALUES.values(), ids=KINDS_OF_VALUES)
def test_every_kind_of_value_has_its_schema(hint: Any) -> None:
    """Of each kind of value, the schema takes exactly those that are read and have the right shape."""
    check = _check_of(hint)
    in_shape = None if check is None else check.function()

    def fits(value: Any) -> bool:
        try:
            read = _CONVERTER.structure(value, hint)
        except Exception:  # noqa: BLE001 - whatever it raises, it does not read the value
            return False
        objected = check is not None and bool(list(check.findings("$", read)))
        assert in_shape is None or in_shape(read) is not objected
        return not objected

    validator = VALIDATOR.evolve(schema={**_of(hint), "$defs": SCHEMA["$defs"]})
    assert [one for one in ODD if fits(one)] == [one for one in ODD if validator.is_valid(one)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines())
def test_what_append_takes_is_valid(line: dict[str, Any]) -> None:
    """The schema takes every event and every record that append takes."""
    assert (True, []) == (taken(line), [error.message for error in VALIDATOR.iter_errors(line)])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoilt())
def test_what_append_refuses_is_invalid(line: dict[str, Any]) -> None:
    """Of a line that was spoilt somewhere, the schema says what append says."""
    assert taken(line) == VALIDATOR.is_valid(line)


@pytest.mark.parametrize(
    ("rule", "takes", "refuses"),
    [
        (Exact("points"), (-3, 0, "-0.5", "8 1/7", "-8 1/7"), ("3", "-0", "0.50", "0 1/7", "08.5", "1/07", 2**63)),
        (Exact("x", least=Fraction(0)), (0, "0.5", "12.5", "1/7"), (-1, "-0.5", "-1/7")),
        (Exact("x", above=Fraction(0)), (1, "0.5", "1/7"), (0, -1, "-0.5")),
        (Exact("x", least=Fraction(0), most=Fraction(1)), (0, 1, "0.5", "1/7"), (-1, 2, "1.5", "1 1/7", "-0.5")),
        (Exact("x", least=Fraction(1, 2)), (1,), (0, "-0.5")),
        (Exact("x", above=Fraction(1, 2)), (1,), (0,)),
    ],
)
def test_exact_numbers_keep_their_bounds(rule: Exact, takes: tuple[object, ...], refuses: tuple[object, ...]) -> None:
    """Bounds of exact numbers hold for whole ones, and for texts as far as a pattern can tell."""
    validator = Draft202012Validator(_exact(rule))
    assert (takes, ()) == tuple(tuple(one for one in values if validator.is_valid(one)) for values in (takes, refuses))


def test_a_whole_record_is_a_line() -> None:
    """A record holds any type of event, and nothing stands beside what the log prints."""
    inside = [one["$ref"].rpartition("/")[2] for one in SCHEMA["$defs"]["record"]["properties"]["event"]["oneOf"]]
    assert [f"{kind}-inside" for kind in KINDS] == inside
    closed = {"event": {"type": "season-closed"}}
    assert VALIDATOR.is_valid(closed)
    assert not VALIDATOR.is_valid({**closed, "colour": "red"})
