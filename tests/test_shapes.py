"""The shapes of values: what says at once whether a fact is in shape, and what says what is not."""

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

from events import Event
from ledger.codec import decode
from ledger.codec.tags import TAG_OF, TAGS
from ledger.scrutineering.shapes import in_shape, shape_findings

FACTS: list[Event] = [
    decode(row["tag"], bytes.fromhex(row["payload"]))
    for row in json.loads((Path(__file__).parent / "golden" / "payloads.json").read_text(encoding="utf-8"))
    if row["tag"] in TAGS
]
OTHERS: dict[type, tuple[Any, ...]] = {
    str: ("", "a", "A", "AB", "ABC", "1", "a b", " a", "a-b", "é", "a\u202eb", "x" * 1_000, "x" * 1_001, "a\n"),
    int: (-(2**63), -1, 0, 1, 999, 1_000, 9_999, 10_000, 99_999, 100_000, 86_400_001, 2**63 - 1),
    Fraction: (Fraction(-1, 2), Fraction(0), Fraction(1, 2), Fraction(1), Fraction(3, 2)),
}


def with_each_value_changed(value: Any) -> Iterator[Any]:
    """The same value with each value inside it replaced by others of its type."""
    yield from OTHERS.get(type(value), ())
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            for other in with_each_value_changed(getattr(value, field.name)):
                yield attrs.evolve(value, **{field.name: other})
    elif type(value) is tuple:
        for index, item in enumerate(value):
            for other in with_each_value_changed(item):
                yield (*value[:index], other, *value[index + 1 :])


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: TAG_OF[type(fact)])
def test_a_fact_is_in_shape_where_nothing_is_objected_to(fact: Event) -> None:
    """With any value inside a fact replaced, it is in shape exactly where there are no objections to its shapes."""
    assert in_shape(fact)
    assert [] == list(shape_findings(fact))
    for other in with_each_value_changed(fact):
        assert in_shape(other) is not bool(list(shape_findings(other))), other
