"""The writers of the log: made for speed, they write what the strict converter writes, or leave it to that."""

import datetime
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import msgpack
import pytest
from hypothesis import given

from events import EVENT_TYPES, Event, Line, RecordCorrected, RulingRescinded
from events.blanks import blank_of
from ledger.codec import decode, encode
from ledger.codec.stored import _strictly_encoded
from ledger.codec.tags import TAG_OF, TAGS
from ledger.codec.writers import WRITERS
from ledger.errors import BadInput
from ledger.testing import events

FACTS: list[Event] = [
    decode(row["tag"], bytes.fromhex(row["payload"]))
    for row in json.loads((Path(__file__).parent / "golden" / "payloads.json").read_text(encoding="utf-8"))
    if row["tag"] in TAGS
]


class Subtext(str):
    """A text that is none of the exact type."""

    __slots__ = ()


WITHHELD = RulingRescinded(1, "a", "b")
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 7, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 1.0),
    *("", "a", "DNF", "official", "é山", "\ud800", "a\udfff", Subtext("a"), Subtext("official"), b"a"),
    *(Fraction(1), Fraction(25, 2), Fraction(1, 7), Fraction(2**63), Fraction(1, 10**15 + 1), Fraction(-1, 3)),
    *(datetime.date(2024, 1, 20), datetime.datetime(2024, 1, 20, tzinfo=datetime.UTC)),
    *((), [], ("a",), ["a"], (1,), ("\ud800",), (Subtext("a"),), {}, {"a": 1}, (None,), (Fraction(1, 2),)),
    *(Line(1, "7"), (Line(1, "7"),), [Line(1, "7")], (Line(True, "7"),), (Line(1, "7"), "8"), (WITHHELD,)),
    *(WITHHELD, RecordCorrected(1, WITHHELD, "a"), RecordCorrected, object),
)


def with_each_value_odd(value: Any) -> Iterator[Any]:
    """The same value with each part of it, and itself, replaced by each odd value."""
    yield from ODD
    if attrs.has(type(value)):
        yield of_a_subclass(value)
        for field in attrs.fields(type(value)):
            for odd in with_each_value_odd(getattr(value, field.name)):
                yield attrs.evolve(value, **{field.name: odd})
    elif type(value) is tuple:
        for index, item in enumerate(value[:1]):
            for odd in with_each_value_odd(item):
                yield (*value[:index], odd, *value[index + 1 :])


def of_a_subclass(value: Any) -> Any:
    """The same value, of a class that is almost its own."""
    other = blank_of(type(value))()
    for field in attrs.fields(type(value)):
        setattr(other, field.name, getattr(value, field.name))
    return other


def said(write: Any, event: Any) -> Any:
    """What is written of an event, or what is objected to it."""
    try:
        return write(event)
    except BadInput as error:
        return str(error), error.objections


def test_every_fact_has_a_writer() -> None:
    """Each frozen fact is written by the writer of its class, to the bytes that the strict converter makes of it."""
    assert {*EVENT_TYPES} == {*TAG_OF} == {type(fact) for fact in FACTS}
    for fact in FACTS:
        tag, write = WRITERS[type(fact)]
        assert _strictly_encoded(fact) == (tag, msgpack.packb(write(fact)))


@given(events())
def test_a_writer_writes_what_the_strict_converter_writes(event: Event) -> None:
    """Of any fact, the same tag and the same bytes."""
    tag, write = WRITERS[type(event)]
    assert _strictly_encoded(event) == (tag, msgpack.packb(write(event)))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: TAG_OF[type(fact)])
def test_a_writer_writes_nothing_else_than_the_strict_converter(fact: Event) -> None:
    """With any value inside a fact replaced by an odd one, the bytes are the same, or the refusal, to the letter."""
    refused = 0
    for odd in with_each_value_odd(fact):
        strictly = said(_strictly_encoded, odd)
        assert strictly == said(encode, odd), odd
        refused += type(strictly[1]) is not bytes
    assert refused > len(ODD) // 2
