"""Plain values of the exact types that facts hold, in either direction; and what a type hint declares.

Nothing is coerced: a value of another type, be it one that could be taken for it, is refused.
"""

import datetime
import re
from fractions import Fraction
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from events import Fact, points_text, read_points
from events.values import UNSAFE

_INT64: Final = range(-(2**63), 2**63)
_SHOWN: Final = 40
_WORDED: Final = (str, bool, int, float, dict, list, tuple)
"""Types that an error has JSON's words for."""
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_ACTING: Final = re.compile(rf"[{UNSAFE}\\\ud800-\udfff]")
"""What an error writes out instead of repeating it: what no text may hold, and the sign that it is written with."""


class Unfit(ValueError):
    """A value that a hook refuses; the message is for people."""


def shown(value: object) -> str:
    """A value as an error shows it: in JSON's words, at most some forty characters, or else by its type.

    A value of a subclass is refused for its type, and so is shown by that: else it might look like what was expected.
    """
    if isinstance(value, _WORDED) and type(value) not in _WORDED:
        return f"a {type(value).__name__}"
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            cut = value if len(value) <= _SHOWN else value[:_SHOWN] + "..."
            safe = _ACTING.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), cut)
            return '"' + safe.replace('"', '\\"') + '"'
        case dict():
            return "an object"
        case list() | tuple():
            return "a list"
        case int() if value not in _INT64:
            return "a number beyond 64 bits"
        case int() | float():
            return repr(value)[:_SHOWN]
        case _:
            return f"a {type(value).__name__}"


def is_id(value: object) -> bool:
    """Whether ``value`` is a UUIDv7 in its canonical text form."""
    return type(value) is str and _ID.fullmatch(value) is not None


def text(value: Any, _: Any = None) -> str:
    """Text that can be written in UTF-8."""
    if type(value) is not str:
        raise Unfit(f"expected text, got {shown(value)}")
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise Unfit(f"expected Unicode text, got a lone surrogate in {shown(value)}") from None
    return value


def whole(value: Any, _: Any = None) -> int:
    """A whole number of at most 64 bits."""
    if type(value) is not int:
        raise Unfit(f"expected a whole number, got {shown(value)}")
    if value not in _INT64:
        raise Unfit("expected a whole number of at most 64 bits")
    return value


def truth(value: Any, _: Any = None) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise Unfit(f"expected true or false, got {shown(value)}")
    return value


def fraction_in(value: Any, _: Any = None) -> Fraction:
    """Points as they are written: a whole number, or the text of what is none."""
    if type(value) is int:
        return Fraction(whole(value))
    if type(value) is not str:
        raise Unfit(f'expected a whole number or text such as "12.5" or "8 1/7", got {shown(value)}')
    try:
        fraction = read_points(value)
    except ValueError:
        raise Unfit(f'expected a whole number or text such as "12.5" or "8 1/7", got {shown(value)}') from None
    if fraction.denominator == 1:
        raise Unfit(f"expected {fraction.numerator} without quotation marks: whole points are a whole number")
    return fraction


def fraction_out(value: Any) -> int | str:
    """The one way that points are written."""
    if type(value) is not Fraction:
        raise Unfit(f"expected a Fraction, got {shown(value)}")
    if value.denominator == 1:
        return whole(value.numerator)
    written = points_text(value)
    try:
        read_points(written)
    except ValueError:
        raise Unfit("expected points that can be written in fifteen digits") from None
    return written


def date_in(value: Any, _: Any = None) -> datetime.date:
    """A date as ISO text."""
    if type(value) is str:
        try:
            date = datetime.date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if date.isoformat() == value:  # it reads weeks (2024-W03-6) and dates without hyphens as well
                return date
    raise Unfit(f'expected a date such as "2024-01-20", got {shown(value)}')


def date_out(value: Any) -> str:
    """The ISO text of a date."""
    if type(value) is not datetime.date:
        raise Unfit(f"expected a date without a time, got {shown(value)}")
    return value.isoformat()


def bare(hint: Any) -> Any:
    """A type hint without its ``Annotated`` metadata."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def optional_of(hint: Any) -> Any | None:
    """What ``hint`` holds where it is not ``None``; ``None`` where the hint is no optional."""
    hint = bare(hint)
    if get_origin(hint) in (Union, UnionType):
        inside = [part for part in get_args(hint) if part is not type(None)]
        return inside[0] if len(inside) == 1 and len(get_args(hint)) > 1 else None
    return None


def items_of(hint: Any) -> Any | None:
    """The type of the items where ``hint`` is a tuple of any length; else ``None``."""
    hint = bare(hint)
    return get_args(hint)[0] if get_origin(hint) is tuple else None


def is_fact(hint: Any) -> bool:
    """Whether ``hint`` is any fact at all, as a correction holds one."""
    return bool(hint == Fact)
