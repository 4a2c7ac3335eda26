"""Facts to the bytes that the log keeps: a tag, and msgpack with lists of objects as rows under one header."""

from collections.abc import Callable
from typing import Any, Final

import msgpack

from events import Event
from ledger.codec.strict import StrictConverter, Unfit
from ledger.codec.tags import TAG_OF, TAGS
from ledger.errors import BadInput, CannotRead

_CONVERTER: Final = StrictConverter(rows_as_tables=True, detailed_validation=False)
_READERS: Final[dict[str, Callable[[Any, Any], Event]]] = {}


def encode(event: Event) -> tuple[str, bytes]:
    """A fact as the log keeps it: its tag, such as ``race-classified/1``, and its payload.

    Raises :class:`~ledger.errors.BadInput` where the object is no fact, or one of its values is of a wrong type.
    """
    cls = type(event)
    tag = TAG_OF.get(cls)
    if tag is None:
        raise BadInput(f"a {cls.__name__} is not an event that can be recorded")
    try:
        return tag, msgpack.packb(_CONVERTER.writer_of(cls)(event))
    except Unfit as error:
        raise BadInput(str(error)) from None


def decode(tag: str, payload: bytes) -> Event:
    """The fact that :func:`encode` turned into ``payload`` under ``tag``.

    Raises :class:`~ledger.errors.CannotRead` where the tag is unknown, as one of a newer version is, or the payload
    is not what such a tag holds.
    """
    read = _READERS.get(tag)
    if read is None:
        if tag not in TAGS:
            raise CannotRead(f"unknown kind of event {tag!r}: a newer version of parc wrote it")
        read = _READERS[tag] = _CONVERTER.get_structure_hook(TAGS[tag])
    try:
        return read(msgpack.unpackb(payload), TAGS[tag])
    except Exception as error:
        raise CannotRead(f"damaged payload of a {tag}: {_said(error)}") from error


def _said(error: Exception) -> str:
    try:
        return str(error)
    except TypeError:  # cattrs sorts and joins the keys that it does not know; in msgpack they may be bytes
        return "its keys are no texts"
