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
from events.generated import function_of
from events.values import LONGEST_TEXT, Exact, Name, Text, Whole
from ledger.scrutineering.finding import Finding, Findings

_SHOWN: Final = 40


@frozen
class _Check:
    """How values of a type are checked: with source that says whether one fits, and with what says why it does not."""

    condition: str
    """What is true of a value in shape, as source: ``{value}`` stands for the variable that holds it."""
    known: dict[str, Any]
    """What the source refers to, by names that are made in the same way."""
    findings: Callable[[str, Any], Findings]
    """What to object to in a value, given its path; nothing where it fits."""

    def of(self, variable: str) -> tuple[str, dict[str, Any]]:
        """The condition on the value in a variable, and what it refers to."""
        known = {name.format(value=variable): what for name, what in self.known.items()}
        return f"({self.condition.format(value=variable)})", known

    def function(self) -> Callable[[Any], bool]:
        """Whether a value fits, as a function."""
        condition, known = self.of("value")
        fits: Callable[[Any], bool] = function_of(["def fits(value):", f"    return {condition}"], known, "a value")
        return fits


def in_shape(event: Event) -> bool:
    """Whether each value is of the shape which its field declares: whether :func:`shape_findings` has nothing.

    It is asked of every fact, and mostly the answer is yes. So it is made as source for each kind of fact: a driver is
    looked over in 0.7 µs instead of 1.3, a classification of twenty cars in 4.9 instead of 18.
    """
    fits: bool = _FITS[type(event)](event)
    return fits


def shape_findings(event: Event) -> Findings:
    """Objections to values that are not of the shape which their fields declare."""
    cls: Any = type(event)
    check = _object_check(cls)
    return iter(()) if check is None else check.findings("$", event)


class _Fits(dict[Any, Any]):
    def __missing__(self, cls: Any) -> Any:
        lines, known = _object_lines(cls)
        fits = self[cls] = function_of(["def fits(one):", *lines, "    return True"], known, cls)
        return fits


_FITS: Final = _Fits()
"""Whether an object of a class is in shape. Each is made on first use."""


def text_problem(value: str) -> str | None:
    """What keeps ``value`` from being a :data:`~events.values.Name`; ``None``: nothing."""
    if value.isascii() and _is_name(value):
        return None
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return "expected Unicode text, got a lone surrogate"
    return next((finding.problem for finding in _NAME.findings("$", value)), None)


@cache
def _object_check(cls: Any) -> _Check | None:
    fields = [(name, attrgetter(name), check.findings) for name, check in _checked_fields(cls)]

    def findings(path: str, value: Any) -> Findings:
        for name, get, inner in fields:
            yield from inner(f"{path}.{name}", get(value))

    return _Check("fits_{value}({value})", {"fits_{value}": _FITS[cls]}, findings) if fields else None


def _checked_fields(cls: Any) -> list[tuple[str, _Check]]:
    checks = ((field.name, _check_of(field.type)) for field in attrs.fields(cls))
    return [(name, check) for name, check in checks if check is not None]


def _object_lines(cls: Any) -> tuple[list[str], dict[str, Any]]:
    """Lines of a function that return ``False`` where the object ``one`` is not in shape, and what they refer to."""
    lines, known = [], dict[str, Any]()
    for name, check in _checked_fields(cls):
        condition, used = check.of(name)
        lines += [f"    {name} = one.{name}", f"    if not {condition}: return False"]
        known |= used
    return lines, known


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
        return None if inner is None else _items_check(inside[0], inner)
    return None


def _optional_check(inner: _Check) -> _Check:
    def findings(path: str, value: Any) -> Findings:
        if value is not None:
            yield from inner.findings(path, value)

    return _Check(f"{{value}} is None or ({inner.condition})", inner.known, findings)


def _items_check(item: Any, inner: _Check) -> _Check:
    def findings(path: str, value: Any) -> Findings:
        for index, each in enumerate(value):
            yield from inner.findings(f"{path}[{index}]", each)

    if attrs.has(item):
        lines, known = _object_lines(item)
    else:
        condition, known = inner.of("one")
        lines = [f"    if not {condition}: return False"]
    source = ["def fits(items):", "    for one in items:", *(f"    {line}" for line in lines), "    return True"]
    return _Check("fits_{value}({value})", {"fits_{value}": function_of(source, known, item)}, findings)


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

    condition = f"len({{value}}) <= {LONGEST_TEXT} and matched_{{value}}({{value}}) is not None"
    return _Check(condition, {"matched_{value}": matched}, findings)


def _whole_check(rule: Whole) -> _Check:
    def findings(path: str, value: int) -> Findings:
        if not rule.least <= value <= rule.most:
            yield Finding(path, f"{value} is not between {rule.least} and {rule.most}")

    return _Check(f"{rule.least} <= {{value}} <= {rule.most}", {}, findings)


def _exact_check(rule: Exact) -> _Check | None:
    asked = (("least", ">=", rule.least), ("above", ">", rule.above), ("most", "<=", rule.most))
    bounds = [(name, sign, bound) for name, sign, bound in asked if bound is not None]
    if not bounds:
        return None

    def findings(path: str, value: Fraction) -> Findings:
        if (
            (rule.least is not None and value < rule.least)
            or (rule.above is not None and value <= rule.above)
            or (rule.most is not None and value > rule.most)
        ):
            yield Finding(path, f"{value} is not {rule.meaning}")

    condition = " and ".join(f"{{value}} {sign} {name}_{{value}}" for name, sign, _ in bounds)
    return _Check(condition, {f"{name}_{{value}}": bound for name, _, bound in bounds}, findings)


_NAME: Final = _text_check(get_args(Name)[1])
_is_name: Final = _NAME.function()
