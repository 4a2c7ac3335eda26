"""The shapes of values, read off the facts' own type hints: patterns of texts, bounds of numbers."""

import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

import attrs

from events import Event
from events.frozen import frozen
from events.values import LONGEST_TEXT, Exact, Name, Text, Whole
from ledger.scrutineering.finding import Finding, Findings

_SHOWN: Final = 40


@frozen
class _Check:
    """How values of a type are checked."""

    fits: Callable[[Any], bool]
    """Whether a value is in shape. Mostly it is: a driver is then checked in 0.9 µs, and not in 1.9."""
    findings: Callable[[str, Any], Findings]
    """What to object to in a value, given its path; nothing where it fits."""


def shape_findings(event: Event) -> Findings:
    """Objections to values that are not of the shape which their fields declare."""
    cls: Any = type(event)
    check = _object_check(cls)
    return iter(()) if check is None or check.fits(event) else check.findings("$", event)


def text_problem(value: str) -> str | None:
    """What keeps ``value`` from being a :data:`~events.values.Name`; ``None``: nothing."""
    if value.isascii() and _NAME.fits(value):
        return None
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return "expected Unicode text, got a lone surrogate"
    return next((finding.problem for finding in _NAME.findings("$", value)), None)


@cache
def _object_check(cls: Any) -> _Check | None:
    checks = ((field.name, _check_of(field.type)) for field in attrs.fields(cls))
    fields = [(name, attrgetter(name), check) for name, check in checks if check is not None]

    def fits(value: Any) -> bool:
        for _, get, inner in fields:  # noqa: SIM110 - a generator of them takes half as long again
            if not inner.fits(get(value)):
                return False
        return True

    def findings(path: str, value: Any) -> Findings:
        for name, get, inner in fields:
            yield from inner.findings(f"{path}.{name}", get(value))

    return _Check(fits, findings) if fields else None


def _check_of(hint: Any) -> _Check | None:
    """The check of a type; ``None`` where whatever is of the type is in shape."""
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


def _plain_check(hint: Any) -> _Check | None:
    """The check of a type without a rule of its own: of what is inside it."""
    if attrs.has(hint):
        return _object_check(hint)
    inside = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) in (Union, UnionType) and len(inside) == 1:
        inner = _check_of(inside[0])
        return None if inner is None else _optional_check(inner)
    if get_origin(hint) is tuple:
        inner = _check_of(inside[0])
        return None if inner is None else _items_check(inner)
    return None


def _optional_check(inner: _Check) -> _Check:
    def findings(path: str, value: Any) -> Findings:
        if value is not None:
            yield from inner.findings(path, value)

    return _Check(lambda value: value is None or inner.fits(value), findings)


def _items_check(inner: _Check) -> _Check:
    def findings(path: str, value: Any) -> Findings:
        for index, item in enumerate(value):
            yield from inner.findings(f"{path}[{index}]", item)

    return _Check(lambda value: all(map(inner.fits, value)), findings)


def _text_check(rule: Text) -> _Check:
    pattern = re.compile(rule.pattern, re.ASCII if rule.pattern.isascii() and "\\s" not in rule.pattern else 0)
    matched = pattern.fullmatch

    def findings(path: str, value: str) -> Findings:
        if len(value) > LONGEST_TEXT:
            yield Finding(path, f"has {len(value):,} characters, and there is room for {LONGEST_TEXT:,}")
        elif matched(value) is None:
            yield Finding(
                path, f"{value[:_SHOWN]!a} is not {rule.meaning}" if value else f"is empty, not {rule.meaning}"
            )

    return _Check(lambda value: len(value) <= LONGEST_TEXT and matched(value) is not None, findings)


def _whole_check(rule: Whole) -> _Check:
    def fits(value: int) -> bool:
        return rule.least <= value <= rule.most

    def findings(path: str, value: int) -> Findings:
        if not fits(value):
            yield Finding(path, f"{value} is not between {rule.least} and {rule.most}")

    return _Check(fits, findings)


def _exact_check(rule: Exact) -> _Check:
    def fits(value: Fraction) -> bool:
        return not (
            (rule.least is not None and value < rule.least)
            or (rule.above is not None and value <= rule.above)
            or (rule.most is not None and value > rule.most)
        )

    def findings(path: str, value: Fraction) -> Findings:
        if not fits(value):
            yield Finding(path, f"{value} is not {rule.meaning}")

    return _Check(fits, findings)


_NAME: Final = _text_check(get_args(Name)[1])
