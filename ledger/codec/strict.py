"""Strict converters between facts and plain values: nothing is coerced, guessed or dropped, in either direction.

cattrs as it comes turns ``"7"`` and ``7.9`` into ``7``, takes a text for a list of letters and ignores unknown keys.
Every hook here checks the exact type instead, on the way out as well as on the way in, so that a fact built with a
wrong value by a script is refused before it reaches the log.
"""

import datetime
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, Literal, get_args, get_origin

import attrs
from cattrs import BaseConverter, Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from ledger.codec.values import (
    Unfit,
    bare,
    date_in,
    date_out,
    fraction_in,
    fraction_out,
    is_fact,
    items_of,
    optional_of,
    shown,
    text,
    truth,
    whole,
)
from ledger.errors import Objection, Refused


def _is_kind(kind: type) -> Callable[[Any], bool]:
    return lambda hint: bare(hint) is kind


def _is_tuple(hint: Any) -> bool:
    return items_of(hint) is not None


def _is_literal(hint: Any) -> bool:
    return get_origin(bare(hint)) is Literal


def _literal_hook(hint: Any) -> Callable[..., Any]:
    terms = get_args(bare(hint))
    listed = ", ".join(f'"{term}"' for term in terms)

    def hook(value: Any, _: Any = None) -> Any:
        if type(value) is not str or value not in terms:
            raise Unfit(f"expected one of {listed}, got {shown(value)}")
        return value

    return hook


def _optional_out(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else inner(value)


def _tuple_out(inner: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def hook(value: Any) -> list[Any]:
        if type(value) is not tuple:
            raise Unfit(f"expected a tuple, got {shown(value)}")
        return [inner(item) for item in value]

    return hook


def _tuple_in(converter: BaseConverter, hint: Any) -> Callable[[Any, Any], tuple[Any, ...]]:
    item = items_of(hint)
    inner = converter.get_structure_hook(item)

    def hook(value: Any, _: Any = None) -> tuple[Any, ...]:
        if type(value) is not list:
            raise Unfit(f"expected a list, got {shown(value)}")
        if not converter.detailed_validation:
            return tuple([inner(each, item) for each in value])
        out, wrong = [], []
        for index, each in enumerate(value):
            try:
                out.append(inner(each, item))
            except Exception as error:  # noqa: BLE001 - whatever an item raises is reported with its index
                error.add_note(IterableValidationNote("", index, item))
                wrong.append(error)
        if wrong:
            raise IterableValidationError("", wrong, tuple)
        return tuple(out)

    return hook


def _object_in(converter: Converter, cls: type) -> Callable[[Any, Any], Any]:
    inner: Callable[..., Any] = make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True)

    def hook(value: Any, _: Any = None) -> Any:
        if type(value) is not dict:
            raise Unfit(f"expected an object, got {shown(value)}")
        return inner(value, cls)

    return hook


def _object_out(converter: "StrictConverter", cls: type) -> Callable[[Any], Any]:
    fields = attrs.fields(cls)
    overrides: dict[str, Any] = {field.name: override(unstruct_hook=_out(converter, field.type)) for field in fields}
    inner: Callable[[Any], Any] = make_dict_unstructure_fn(cls, converter, **overrides)

    def hook(value: Any) -> Any:
        if type(value) is not cls:
            raise Unfit(f"expected a {cls.__name__}, got {shown(value)}")
        return inner(value)

    return hook


def _out(converter: "StrictConverter", hint: Any) -> Callable[[Any], Any]:
    """The strict hook that writes a value declared as ``hint``.

    By declared type and not by the value's own, as cattrs does it: an int where text was declared must not pass.
    """
    hint = bare(hint)
    if is_fact(hint):
        write: Callable[[Any], Any] = converter.write_fact
        return write
    if (inner := optional_of(hint)) is not None:
        return _optional_out(_out(converter, inner))
    if (inner := items_of(hint)) is not None:
        if attrs.has(inner) and converter.rows_as_tables:
            return _table_out(converter, inner)
        return _tuple_out(_out(converter, inner))
    if _is_literal(hint):
        return _literal_hook(hint)
    if attrs.has(hint):
        return _object_out(converter, hint)
    plain: dict[Any, Callable[[Any], Any]] = {
        int: whole,
        bool: truth,
        str: text,
        Fraction: fraction_out,
        datetime.date: date_out,
    }
    return plain[hint]


def _table_out(converter: "StrictConverter", cls: type) -> Callable[[Any], list[list[Any]]]:
    columns = [(field.name, _out(converter, field.type)) for field in attrs.fields(cls)]
    header = [name for name, _ in columns]

    def hook(value: Any) -> list[list[Any]]:
        if type(value) is not tuple or not all(type(row) is cls for row in value):
            raise Unfit(f"expected a tuple of {cls.__name__}, got {shown(value)}")
        return [header, *([write(getattr(row, name)) for name, write in columns] for row in value)]

    return hook


def _table_in(converter: BaseConverter, hint: Any) -> Callable[[Any, Any], tuple[Any, ...]]:
    cls: Any = items_of(hint)
    fields = attrs.fields(cls)
    header = [field.name for field in fields]
    readers = [(converter.get_structure_hook(field.type), field.type) for field in fields]

    def hook(value: Any, _: Any = None) -> tuple[Any, ...]:
        if type(value) is not list or not value or value[0] != header:
            raise Unfit(f"expected a table with the columns {header}")
        return tuple(
            [cls(*[read(cell, kind) for cell, (read, kind) in zip(row, readers, strict=True)]) for row in value[1:]]
        )

    return hook


def _optional_in(converter: BaseConverter, hint: Any) -> Callable[[Any, Any], Any]:
    kind = optional_of(hint)
    inner = converter.get_structure_hook(kind)

    def hook(value: Any, _: Any = None) -> Any:
        return None if value is None else inner(value, kind)

    return hook


_READING: Final = (
    (int, whole),
    (bool, truth),
    (str, text),
    (Fraction, fraction_in),
    (datetime.date, date_in),
)


class StrictConverter(Converter):
    """A converter with the strict hooks; ``rows_as_tables`` writes lists of objects as rows under one header.

    A header once and rows after it make a classification of twenty cars less than half as long. ``read_fact`` and
    ``write_fact`` are how this form reads and writes a fact that stands inside another, as in a correction.
    """

    def __init__(
        self,
        *,
        rows_as_tables: bool,
        detailed_validation: bool,
        read_fact: Callable[[Any, Any], Any],
        write_fact: Callable[[Any], Any],
    ) -> None:
        super().__init__(detailed_validation=detailed_validation, forbid_extra_keys=True)
        self.rows_as_tables = rows_as_tables
        self.write_fact = write_fact
        self._writers: dict[type, Callable[[Any], dict[str, Any]]] = {}
        for kind, hook in _READING:
            self.register_structure_hook_func(_is_kind(kind), hook)
            self.register_structure_hook(kind, hook)  # before cattrs' own for the bare type, which coerces
        self.register_structure_hook_factory(_is_literal, _literal_hook)
        self.register_structure_hook_factory(lambda hint: optional_of(hint) is not None, self._read_optional)
        self.register_structure_hook_factory(_is_tuple, self._read_tuple)
        self.register_structure_hook_factory(attrs.has, self._read_object)
        self.register_structure_hook_func(is_fact, read_fact)

    def _read_optional(self, hint: Any) -> Callable[[Any, Any], Any]:
        return _optional_in(self, hint)

    def _read_tuple(self, hint: Any) -> Callable[[Any, Any], Any]:
        item: Any = items_of(hint)
        if self.rows_as_tables and attrs.has(item):
            return _table_in(self, hint)
        return _tuple_in(self, hint)

    def _read_object(self, cls: type) -> Callable[[Any, Any], Any]:
        return _object_in(self, cls)

    def writer_of(self, cls: type) -> Callable[[Any], dict[str, Any]]:
        """The function that turns a fact of class ``cls`` into a plain object. It raises :class:`Unfit`."""
        write = self._writers.get(cls)
        if write is None:  # made on first use: all of them would cost every start tens of milliseconds
            write = self._writers[cls] = _object_out(self, cls)
        return write

    def writer_of_value(self, hint: Any) -> Callable[[Any], Any]:
        """The function that writes a value declared as ``hint``. It raises :class:`Unfit`."""
        return _out(self, hint)


def objections(error: Exception, path: str = "$") -> tuple[Objection, ...]:
    """Every refusal inside an error of a detailed converter, each with the path to its value."""
    if isinstance(error, IterableValidationError):
        noted, rest = error.group_exceptions()
        return tuple(found for inner, note in noted for found in objections(inner, f"{path}[{note.index}]")) + tuple(
            found for inner in rest for found in objections(inner, path)
        )
    if isinstance(error, BaseValidationError):
        out: list[Objection] = []
        for inner in error.exceptions:
            notes = [note for note in getattr(inner, "__notes__", ()) if isinstance(note, AttributeValidationNote)]
            if isinstance(inner, KeyError) and notes:
                out.append(Objection(f"{path}.{notes[-1].name}", "is missing"))
            else:
                out.extend(objections(inner, f"{path}.{notes[-1].name}" if notes else path))
        return tuple(out)
    if isinstance(error, Refused):
        return tuple(Objection(path + inner.path.removeprefix("$"), inner.problem) for inner in error.objections)
    if isinstance(error, ForbiddenExtraKeysError):
        return tuple(
            Objection(f"{path}.{_key(name)}", "is not a field of this type") for name in sorted(error.extra_fields)
        )
    return (Objection(path, str(error)),)


def _key(name: str) -> str:
    return shown(name)[1:-1]
