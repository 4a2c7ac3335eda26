"""The shapes of values, read off the facts' own type hints: patterns of texts, bounds of numbers."""

import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

import attrs

from events import Event
from events.values import LONGEST_TEXT, Exact, Name, Text, Whole
from ledger.scrutineering.finding import Finding, Findings

_SHOWN: Final = 40

_Check = Callable[[str, Any], Findings]
"""Takes a path and a value."""


def shape_findings(event: Event) -> Findings:
    """Objections to values that are not of the shape which their fields declare."""
    cls: Any = type(event)
    yield from _object_check(cls)("$", event)


def text_problem(value: str) -> str | None:
    """What keeps ``value`` from being a :data:`~events.values.Name`; ``None``: nothing."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return "expected Unicode text, got a lone surrogate"
    return next((finding.problem for finding in _check_of(Name)("$", value)), None)


@cache
def _object_check(cls: Any) -> _Check:
    fields = [(field.name, _check_of(field.type)) for field in attrs.fields(cls)]

    def check(path: str, value: Any) -> Findings:
        for name, inner in fields:
            yield from inner(f"{path}.{name}", getattr(value, name))

    return check


def _check_of(hint: Any) -> _Check:
    rule: Any = None
    if get_origin(hint) is Annotated:
        hint, rule = get_args(hint)[:2]
    match rule:
        case Text():
            return _text_check(rule)
        case Whole():
            return _whole_check(rule)
        case Exact():
            return _exact_check(rule)
        case _:
            return _plain_check(hint)


def _plain_check(hint: Any) -> _Check:
    """The check of a type without a rule of its own: of what is inside it."""
    if attrs.has(hint):
        return _object_check(hint)
    inside = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) in (Union, UnionType) and len(inside) == 1:
        return _optional_check(_check_of(inside[0]))
    if get_origin(hint) is tuple:
        return _items_check(_check_of(inside[0]))
    return _nothing


def _nothing(_path: str, _value: Any) -> Findings:
    yield from ()


def _optional_check(inner: _Check) -> _Check:
    def check(path: str, value: Any) -> Findings:
        if value is not None:
            yield from inner(path, value)

    return check


def _items_check(inner: _Check) -> _Check:
    def check(path: str, value: Any) -> Findings:
        for index, item in enumerate(value):
            yield from inner(f"{path}[{index}]", item)

    return check


def _text_check(rule: Text) -> _Check:
    pattern = re.compile(rule.pattern, re.ASCII if rule.pattern.isascii() and "\\s" not in rule.pattern else 0)

    def check(path: str, value: str) -> Findings:
        if len(value) > LONGEST_TEXT:
            yield Finding(path, f"has {len(value):,} characters, and there is room for {LONGEST_TEXT:,}")
        elif pattern.fullmatch(value) is None:
            yield Finding(
                path, f"{value[:_SHOWN]!a} is not {rule.meaning}" if value else f"is empty, not {rule.meaning}"
            )

    return check


def _whole_check(rule: Whole) -> _Check:
    def check(path: str, value: int) -> Findings:
        if not rule.least <= value <= rule.most:
            yield Finding(path, f"{value} is not between {rule.least} and {rule.most}")

    return check


def _exact_check(rule: Exact) -> _Check:
    def check(path: str, value: Fraction) -> Findings:
        if (
            (rule.least is not None and value < rule.least)
            or (rule.above is not None and value <= rule.above)
            or (rule.most is not None and value > rule.most)
        ):
            yield Finding(path, f"{value} is not {rule.meaning}")

    return check
