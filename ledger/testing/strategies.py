"""Strategies for facts as free-standing values, built from the facts' own type hints and the shapes in their metadata.

Each value has the shape that scrutineering asks for, and refers to nothing: a driver is any slug. Nothing is listed
by hand, so that no fact can be forgotten.
"""

import datetime
import re
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from events import EVENT_TYPES, Event
from events.values import Exact, Text, Whole
from ledger.scrutineering.shapes import LONGEST_TEXT

E = TypeVar("E")

_MOST_ITEMS: Final = 5
_GREAT: Final = Fraction(10**9)
_FINEST: Final = 1_000
"""The greatest denominator: any fraction of it is written in fewer than the fifteen digits that there is room for."""
_INT64: Final = (-(2**63), 2**63 - 1)


def events() -> SearchStrategy[Event]:
    """Any event of any type. The simplest is of the type that the catalogue lists first."""
    return st.one_of([event_of(cls) for cls in EVENT_TYPES])


def event_of(cls: type[E]) -> SearchStrategy[E]:
    """Values of one type of event, or of any other attrs class made of what facts are made of.

    Raises ``TypeError`` where a field is declared as something that no fact holds.
    """
    kind: Any = cls
    made: SearchStrategy[E] = _built(kind)
    return made


@cache
def _built(cls: Any) -> SearchStrategy[Any]:
    return st.builds(cls, **{field.name: _of(field.type) for field in attrs.fields(cls)})


def _of(hint: Any) -> SearchStrategy[Any]:
    """The values that a field declared as ``hint`` may hold."""
    rule: Any = None
    if get_origin(hint) is Annotated:
        hint, rule = get_args(hint)[:2]
    inside = [part for part in get_args(hint) if part is not type(None)]
    if attrs.has(hint):
        return _built(hint)
    if get_origin(hint) in (Union, UnionType):
        empty = (st.none(),) if type(None) in get_args(hint) else ()
        return st.one_of(*empty, *map(_of, inside))
    if get_origin(hint) is tuple:
        return st.lists(_of(inside[0]), max_size=_MOST_ITEMS).map(tuple)
    if get_origin(hint) is Literal:
        return st.sampled_from(inside)
    if hint is datetime.date:
        return st.dates()
    if hint is str:
        return _texts(rule)
    if hint is bool:
        return st.booleans()
    if hint is int:
        return _wholes(rule)
    if hint is Fraction:
        return _fractions(rule)
    raise TypeError(f"no strategy for {hint!r}: teach ledger.testing how such values are made")


def _texts(rule: Text | None) -> SearchStrategy[str]:
    if rule is None:
        return st.text(st.characters(codec="utf-8"), max_size=LONGEST_TEXT)
    return st.from_regex(re.compile(rule.pattern), fullmatch=True).filter(lambda text: len(text) <= LONGEST_TEXT)


def _wholes(rule: Whole | None) -> SearchStrategy[int]:
    least, most = _INT64 if rule is None else (rule.least, rule.most)
    return st.integers(least, most)


def _fractions(rule: Exact | None) -> SearchStrategy[Fraction]:
    rule = rule or Exact("a number")
    least = next((bound for bound in (rule.least, rule.above) if bound is not None), -_GREAT)
    most = _GREAT if rule.most is None else rule.most
    any_fraction = st.fractions(least, most, max_denominator=_FINEST)
    wholes = st.integers(int(least), int(most)).map(Fraction)
    return (wholes | any_fraction).filter(lambda value: rule.above is None or value > rule.above)
