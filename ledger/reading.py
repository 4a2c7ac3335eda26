"""What a ledger and its seasons read with: stored records decoded, and moments of the log as positions."""

import datetime
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, cast

from events import Event, Record
from events.blanks import blank_of
from ledger.codec import decode, decode_all
from ledger.errors import BadMoment, CannotRead
from ledger.moments import from_us, to_us
from ledger.store import Log, Stated, StoredRecord
from ledger.store.columns import columns_of

KnownAt = int | datetime.datetime | None
"""A moment of the log: a position, a time with an offset, or ``None`` for now."""


_RecordBlank: Final = blank_of(Record)


def read_facts(stated: Stated) -> list[Event]:
    """The facts that some records state. Raises :class:`~ledger.errors.CannotRead` naming the first unreadable one."""
    try:
        return decode_all(stated.tags, stated.payloads)
    except CannotRead:
        return [read_fact(*one) for one in zip(stated.positions, stated.tags, stated.payloads, strict=True)]


def read_fact(position: int, tag: str, payload: bytes) -> Event:
    """The fact of one record. Raises :class:`~ledger.errors.CannotRead` naming the record."""
    try:
        return decode(tag, payload)
    except CannotRead as error:
        raise type(error)(f"record {position}: {error}") from error


def read_record(stored: StoredRecord, event: Event | None = None) -> Record:
    """A stored record with its event, decoded unless it is at hand."""
    if event is None:
        event = read_fact(stored.position, stored.tag, stored.payload)
    return _record(
        stored.position,
        stored.season,
        stored.version,
        stored.recorded_at_us,
        stored.id,
        stored.recorded_by,
        stored.source,
        event,
    )


def read_records(stored: Sequence[StoredRecord], facts: Sequence[Event]) -> tuple[Record, ...]:
    """Stored records with their events. Raises :class:`~ledger.errors.CannotRead` for a time that no calendar has."""
    *envelopes, _, _ = columns_of(StoredRecord, stored)
    return tuple([_record(*row) for row in zip(*envelopes, facts, strict=True)])


def _record(
    position: int,
    season: str,
    version: int,
    recorded_at_us: int,
    id_: str,
    recorded_by: str | None,
    source: str | None,
    event: Event,
) -> Record:
    try:
        recorded_at = from_us(recorded_at_us)
    except OverflowError:
        raise CannotRead(f"record {position}: its time is beyond the years that a calendar has") from None
    record = _RecordBlank()
    record.position = position
    record.season = season
    record.version = version
    record.recorded_at = recorded_at
    record.id = id_
    record.recorded_by = recorded_by
    record.source = source
    record.event = event
    record.__class__ = Record
    return cast("Record", record)


MANY: Final = 50_000
"""Objects that are so many that they are not looked through for garbage once more: those of 25,000 small records."""


@contextmanager
def collecting_later() -> Iterator[None]:
    """Puts garbage collection off while a book is folded, or an append is made.

    Facts and what they are filed as hold no cycles, and all of them stay. Looking through them again and again takes an
    eighth of the time in a season of 100,000 records, and once, at the end, a thirteenth. So where there are very many,
    they are put with the old objects as they are: frozen and thawed, which moves the list of them from one place to
    another. Not where somebody keeps objects frozen, which would be thawed with them; and not where there are few: then
    the young garbage of whoever runs this would become old with each small append, and be looked for seldom.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] >= MANY and not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        gc.enable()


def resolve(log: Log, known_at: KnownAt, clock_us: Callable[[], int]) -> int:
    """The position that a moment means. Raises :class:`~ledger.errors.BadMoment`, or ``BadInput`` for what is none."""
    head = log.head()
    if known_at is None:
        return head
    if type(known_at) is not int and not isinstance(known_at, datetime.datetime):
        raise BadMoment(f"known_at is a position of the log or a time with its offset, not {known_at!r}")
    if isinstance(known_at, datetime.datetime):
        try:
            moment_us = to_us(known_at)
        except ValueError as error:
            raise BadMoment(f"known_at {known_at.isoformat()}: {error}") from None
        if moment_us > clock_us():
            raise BadMoment(f"known_at {known_at.isoformat()} is in the future")
        position = log.position_at(moment_us)
        if position == 0:
            first = next(log.read(upto=1), None)
            from ledger.codec import time_text  # which takes json and cattrs to import

            since = f", of {time_text(from_us(first.recorded_at_us))}" if first is not None else ""
            raise BadMoment(f"known_at {known_at.isoformat()} is before the first record of the log{since}")
        return position
    if not 1 <= known_at <= head:
        raise BadMoment(
            f"known_at {known_at}: the log holds the positions 1 to {head}"
            if head
            else f"known_at {known_at}: the log is empty"
        )
    return known_at
