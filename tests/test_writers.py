"""The writers of the log: made for speed, they write what the strict converter writes, or leave it to that."""

import datetime
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import FrameType
from typing import Any

import attrs
import msgpack
import pytest
from hypothesis import given
from msgpack import fallback

from events import EVENT_TYPES, Event, Line, RecordCorrected, RulingRescinded
from events.blanks import blank_of
from ledger.codec import decode, encode
from ledger.codec.stored import _idle, _strictly_encoded
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


@pytest.fixture
def packing_in_python(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Packs without msgpack's C, which nothing can come in between of."""
    monkeypatch.setattr(msgpack, "Packer", fallback.Packer)
    _idle.clear()
    yield
    _idle.clear()


@pytest.mark.usefixtures("packing_in_python")
def test_an_interrupted_fact_leaves_nothing_to_the_next() -> None:
    """Wherever packing is interrupted, as by Ctrl-C, the next fact is written whole, and it alone."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    expected, steps = encode(FACTS[1]), itertools.count()
    with suppress(StopIteration):
        for step in steps:
            with suppress(KeyboardInterrupt):
                encoded_while(FACTS[0], step, interrupt)
            assert expected == encode(FACTS[1])
    assert next(steps) > 100


@pytest.mark.usefixtures("packing_in_python")
def test_a_fact_may_be_encoded_while_another_is() -> None:
    """As by another thread: wherever the one has got to, both are written as they are alone."""
    one, other, steps = encode(FACTS[0]), encode(FACTS[1]), itertools.count()
    between: list[Any] = []
    with suppress(StopIteration):
        for step in steps:
            assert one == encoded_while(FACTS[0], step, lambda: between.append(encode(FACTS[1])))
    assert next(steps) > 100
    assert [other] * len(between) == between


def encoded_while(fact: Event, step: int, act: Callable[[], None]) -> Any:
    """What is written of ``fact`` where something is done at one step of packing it.

    Raises ``StopIteration`` where packing has no so many steps.
    """
    left = itertools.count(step, -1)

    def trace(frame: FrameType, *_: Any) -> Any:
        if frame.f_code.co_filename == fallback.__file__ and next(left) == 0:
            act()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        encoded = encode(fact)
    finally:
        sys.settrace(before)
    if next(left) >= 0:
        raise StopIteration
    return encoded
