"""What is wrong with a fact that cannot be written: every value of a wrong type, each with its path."""

from collections.abc import Iterator
from typing import Any

import attrs

from events import FACT_TYPES
from ledger.codec.strict import StrictConverter
from ledger.codec.values import Unfit, bare, is_fact, items_of, optional_of, shown
from ledger.errors import Objection


def misfits(converter: StrictConverter, value: Any, hint: Any, path: str = "$") -> Iterator[Objection]:
    """Objections to each part of ``value`` that is not of the type which ``hint`` declares.

    The hooks that write a fact stop at the first such part, and need no path as long as all is well.
    """
    hint = bare(hint)
    if is_fact(hint) and isinstance(value, FACT_TYPES):
        hint = type(value)
    if is_fact(hint):
        yield Objection(path, f"expected a fact, got {shown(value)}")
    elif (inner := optional_of(hint)) is not None:
        if value is not None:
            yield from misfits(converter, value, inner, path)
    elif (inner := items_of(hint)) is not None:
        if type(value) is not tuple:
            of = f" of {inner.__name__}" if attrs.has(inner) else ""
            yield Objection(path, f"expected a tuple{of}, got {shown(value)}")
            return
        for index, item in enumerate(value):
            yield from misfits(converter, item, inner, f"{path}[{index}]")
    elif attrs.has(hint):
        if type(value) is not hint:
            yield Objection(path, f"expected a {hint.__name__}, got {shown(value)}")
            return
        for field in attrs.fields(hint):
            yield from misfits(converter, getattr(value, field.name), field.type, f"{path}.{field.name}")
    else:
        try:
            converter.writer_of_value(hint)(value)
        except Unfit as error:
            yield Objection(path, str(error))
