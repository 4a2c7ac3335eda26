"""Facts to the bytes that the log keeps: a tag, and msgpack with lists of objects as rows under one header."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import msgpack

from events import FACT_TYPES, Event
from ledger.codec.readers import READERS, READERS_OF_MANY
from ledger.codec.tags import TAG_OF, TAGS
from ledger.codec.upcasts import UPCASTS
from ledger.codec.values import Unfit, shown
from ledger.codec.writers import WRITERS
from ledger.errors import BadInput, CannotRead, NewerVersion, Objection

if TYPE_CHECKING:
    from ledger.codec.strict import StrictConverter


_idle: Final[list[Callable[[Any], bytes]]] = []
"""Packers that nobody packs with at the moment. Each is lent to one at a time, and is not taken back from who fails.

One in Python would mix up what two threads pack, and keeps half of what was interrupted. msgpack.packb makes a packer
for each call, which takes 0.4 µs.
"""


def encode(event: Event) -> tuple[str, bytes]:
    """A fact as the log keeps it: its tag, such as ``race-classified/1``, and its payload.

    Raises :class:`~ledger.errors.BadInput` where the object is no fact, or where values of it are of wrong types,
    with an objection to each of them.
    """
    try:
        tag, write = WRITERS[type(event)]
        plain = write(event)
        pack = _idle.pop() if _idle else msgpack.Packer().pack
        payload = pack(plain)
    except Exception:  # noqa: BLE001 - whatever a writer stops at is written again, by what can say what is wrong
        return _strictly_encoded(event)
    _idle.append(pack)
    return tag, payload


def _strictly_encoded(event: Event) -> tuple[str, bytes]:
    """Any object as the log keeps facts; see :func:`encode`."""
    try:
        tag, plain = _plain(event)
        return tag, msgpack.packb(plain)
    except Unfit as error:
        from ledger.codec.misfits import misfits

        cls = type(event)
        found = tuple(misfits(_converter(), event, cls)) if cls in TAG_OF else (Objection("$", str(error)),)
        raise BadInput("; ".join(map(str, found)), found) from None


def decode(tag: str, payload: bytes) -> Event:
    """The fact that :func:`encode` turned into ``payload`` under ``tag``, be it of an older version.

    Raises :class:`~ledger.errors.NewerVersion` where the tag is unknown, as one of a newer version is, and
    :class:`~ledger.errors.CannotRead` where the payload is not what such a tag holds.
    """
    try:
        return READERS[tag](msgpack.unpackb(payload))
    except Exception:  # noqa: BLE001 - whatever a reader stops at is read again, by what can say what is wrong with it
        return _strictly(tag, payload)


def decode_all(tags: Sequence[str], payloads: Sequence[bytes]) -> list[Event]:
    """:func:`decode` of each of many payloads under its tag, for two thirds of the time.

    Raises what :func:`decode` raises for the first that cannot be read, without saying which that is.
    """
    try:
        return _all_read(tags, [*map(msgpack.unpackb, payloads)])
    except Exception:  # noqa: BLE001 - as in decode
        return [decode(tag, payload) for tag, payload in zip(tags, payloads, strict=True)]


def _all_read(tags: Sequence[str], plains: Sequence[Any]) -> list[Event]:
    """Facts from their plain values; each run of the same tag by one reader."""
    facts: list[Event] = []
    for tag, run in groupby(tags):
        facts += READERS_OF_MANY[tag](plains[len(facts) : len(facts) + len([*run])])
    return facts


def _strictly(tag: str, payload: bytes) -> Event:
    """The fact that any payload holds; see :func:`decode`."""
    require_known(tag)
    try:
        return _event(tag, msgpack.unpackb(payload))
    except CannotRead:
        raise
    except Exception as error:
        raise CannotRead(f"damaged payload of a {tag}: {_said(error)}") from error


def require_known(tag: str) -> None:
    """Refuses a tag that is of no version of a fact that is known here. Raises :class:`~ledger.errors.NewerVersion`."""
    if tag not in TAGS and tag not in UPCASTS:
        raise NewerVersion(f"unknown kind of event {tag!r}: a newer version of parc wrote it")


def _said(error: Exception) -> str:
    try:
        return str(error)
    except TypeError:  # cattrs sorts and joins the keys that it does not know; in msgpack they may be bytes
        return "its keys are no texts"


def _plain(event: Event) -> tuple[str, Any]:
    cls = type(event)
    tag = TAG_OF.get(cls)
    if tag is None:
        raise Unfit(f"a {cls.__name__} is not an event that can be recorded")
    return tag, _converter().writer_of(cls)(event)


def _event(tag: str, plain: Any) -> Event:
    while tag in UPCASTS:
        if type(plain) is not dict:
            raise Unfit(f"expected an object, got {shown(plain)}")
        tag, upcast = UPCASTS[tag]
        plain = upcast(plain)
    require_known(tag)
    return _converter().structure(plain, TAGS[tag])


def _write_fact(fact: Any) -> list[Any]:
    """A fact inside another: its own tag beside it, so that it is read for ever by that version."""
    if not isinstance(fact, FACT_TYPES):
        raise Unfit(f"expected a fact, got {shown(fact)}")
    return [*_plain(fact)]


def _read_fact(value: Any, _: Any = None) -> Event:
    tag, plain = value
    fact = _event(tag, plain)
    if not isinstance(fact, FACT_TYPES):
        raise Unfit(f"expected a fact, got a {tag}")
    return fact


@cache
def _converter() -> "StrictConverter":
    """The strict converter of the log. Made on first use: cattrs takes 20 ms to import, mostly for nothing."""
    from ledger.codec.strict import StrictConverter

    return StrictConverter(rows_as_tables=True, detailed_validation=False, read_fact=_read_fact, write_fact=_write_fact)
