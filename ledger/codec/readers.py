"""Readers of the log, one for each tag: from what msgpack holds straight to the fact.

A reader takes what :func:`~ledger.codec.stored.encode` writes: every field and no other, each of its exact type. It is
made as source when its tag is first met, as attrs and cattrs make their methods, so that a value costs a comparison
and not a call: a classification of twenty cars takes 12 µs instead of 56.

Of whatever else it is given it only says that it cannot read it, by any exception. What is then to be said of it, or
what it may still mean, is for the strict converter to tell.
"""

import datetime
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache
from typing import Any, Final, Literal, TypeAlias, get_args, get_origin

import attrs

from events import FACT_TYPES, Event
from events.blanks import blank_of
from events.generated import function_of
from ledger.codec.tags import TAGS
from ledger.codec.upcasts import UPCASTS
from ledger.codec.values import Unfit, bare, date_in, fraction_in, is_fact, items_of, optional_of

Read: TypeAlias = Callable[[Any], Any]


class _Readers(dict[str, Callable[[Any], Event]]):
    def __missing__(self, tag: str) -> Callable[[Any], Event]:
        read = self[tag] = _upcasting(tag) if tag in UPCASTS else _fact_reader(tag)
        return read


READERS: Final = _Readers()
"""Tag to reader: it takes the plain value of a payload, and returns the fact or raises. Each is made on first use."""


class _ReadersOfMany(dict[str, Callable[[Iterable[Any]], list[Event]]]):
    def __missing__(self, tag: str) -> Callable[[Iterable[Any]], list[Event]]:
        read = self[tag] = _reader_of_many(tag)
        return read


READERS_OF_MANY: Final = _ReadersOfMany()
"""The same for the plain values of many payloads under one tag: a small fact takes 0.2 µs instead of 0.35."""


def _fact_reader(tag: str) -> Read:
    cls: Any = TAGS[tag]
    return _object_reader(cls)


def _reader_of_many(tag: str) -> Read:
    if tag in UPCASTS:
        read = READERS[tag]
        return lambda plains: [read(plain) for plain in plains]
    cls: Any = TAGS[tag]
    return _objects_reader(cls)


def _upcasting(tag: str) -> Read:
    newer, upcast = UPCASTS[tag]
    read = READERS[newer]
    return lambda plain: read(upcast(plain))


@cache
def _object_reader(cls: type) -> Read:
    """The reader of objects of a class, each a map of its fields."""
    lines, known = _from_map(cls)
    return _made(cls, ["def read(plain):", *(f"    {line}" for line in lines), "    return one"], known)


@cache
def _objects_reader(cls: type) -> Read:
    """The reader of lists of objects of a class from as many maps of their fields."""
    lines, known = _from_map(cls)
    source = [
        "def read(plains):",
        "    found = []",
        "    for plain in plains:",
        *(f"        {line}" for line in (*lines, "found.append(one)")),
        "    return found",
    ]
    return _made(cls, source, known)


def _from_map(cls: type) -> tuple[list[str], dict[str, Any]]:
    """Source that makes the object ``one`` from the map ``plain``, and what it refers to."""
    names = [field.name for field in attrs.fields(cls)]
    checks, fill, known = _filling(cls)
    lines = [
        f"if type(plain) is not dict or len(plain) != {len(names)}: raise Unfit",
        *(f"{name} = plain[{name!r}]" for name in names),
        checks,
        *fill,
    ]
    return lines, known


@cache
def _table_reader(cls: type) -> Read:
    """The reader of tuples of objects of a class, which are stored as rows under one header."""
    names = [field.name for field in attrs.fields(cls)]
    checks, fill, known = _filling(cls)
    source = [
        "def read(table):",
        f"    if type(table) is not list or table[0] != {names}: raise Unfit",
        "    found = []",
        f"    for {', '.join(names)}, in table[1:]:",
        *(f"        {line}" for line in (checks, *fill, "found.append(one)")),
        "    return tuple(found)",
    ]
    return _made(cls, source, known)


@cache
def _items_reader(hint: Any) -> Read:
    """The reader of tuples of values that are no objects."""
    condition, value, known = _value("item", hint)
    source = [
        "def read(items):",
        "    if type(items) is not list: raise Unfit",
        *([] if condition is None else ["    for item in items:", f"        if not ({condition}): raise Unfit"]),
        "    return tuple(items)" if value == "item" else f"    return tuple([{value} for item in items])",
    ]
    return _made(hint, source, known)


def _made(what: Any, source: list[str], known: dict[str, Any]) -> Read:
    read: Read = function_of(source, {"Unfit": Unfit, **known}, what)
    return read


def _filling(cls: type) -> tuple[str, list[str], dict[str, Any]]:
    """Source that makes an object of a class from its values in variables of their names.

    One line that refuses values of wrong types, the lines that fill a blank, and what both refer to.
    """
    conditions, fill = [], ["one = Blank()"]
    known: dict[str, Any] = {"Blank": blank_of(cls), "Cls": cls}
    for field in attrs.fields(cls):
        condition, value, used = _value(field.name, field.type)
        conditions += [] if condition is None else [condition]
        fill.append(f"one.{field.name} = {value}")
        known |= used
    return f"if not ({' and '.join(conditions) or True}): raise Unfit", [*fill, "one.__class__ = Cls"], known


def _value(name: str, hint: Any) -> tuple[str | None, str, dict[str, Any]]:
    """Source that takes the value in the variable ``name`` for what ``hint`` declares.

    The condition that it must meet, if it is taken as it is; the value that comes of it; and what that refers to.
    """
    hint = bare(hint)
    if (inner := optional_of(hint)) is not None:
        condition, value, known = _value(name, inner)
        if condition is not None:
            return f"({name} is None or {condition})", value, known
        return None, f"None if {name} is None else {value}", known
    if get_origin(hint) is Literal:
        return f"{name} in {get_args(hint)}", name, {}
    if hint is str:
        return f"type({name}) is str", name, {}  # which msgpack only makes of UTF-8
    if hint is int:
        return f"type({name}) is int and {name} <= {2**63 - 1}", name, {}  # msgpack holds none below -(2**63)
    if hint is bool:
        return f"type({name}) is bool", name, {}
    return None, f"read_{name}({name})", {f"read_{name}": _reader(hint)}


def _reader(hint: Any) -> Read:
    """The reader of a value that is made into another."""
    if is_fact(hint):
        return _fact
    if (item := items_of(hint)) is not None:
        return _table_reader(item) if attrs.has(item) else _items_reader(item)
    if attrs.has(hint):
        return _object_reader(hint)
    return {Fraction: fraction_in, datetime.date: date_in}[hint]


def _fact(value: Any) -> Event:
    """A fact inside another."""
    tag, plain = value
    fact = READERS[tag](plain)
    if not isinstance(fact, FACT_TYPES):
        raise Unfit
    return fact
