"""The calendar as it stands: rounds, their races, and what became of each."""

import datetime

from events.frozen import frozen
from projections.book import Book
from projections.races import races_run, races_up_to, resolve_race, round_of
from projections.rulings import Docket


@frozen
class CalendarRace:
    """One race of the calendar as it stands."""

    race: str
    round: int | None
    """The round in which it runs; ``None``: postponed, and no round decided yet."""
    starts_on: datetime.date | None
    kind: str
    state: str
    """``"scheduled"``, ``"run"`` (something of its result is known), ``"postponed"`` or ``"cancelled"``."""
    part: str | None
    """The part of the points that it pays, such as ``"1/2"``; ``None``: all of them."""


@frozen
class CalendarRound:
    """One round of the calendar."""

    round: int
    code: str
    circuit: str
    country: str | None
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    races: tuple[CalendarRace, ...]


def calendar(book: Book, as_of: str | int | None = None) -> tuple[CalendarRound, ...]:
    """The rounds in order with their races; ``as_of`` leaves out what runs after that race.

    A race that is postponed with no round decided yet is listed with the round that it was scheduled in.
    """
    upto = races_up_to(book, None if as_of is None else resolve_race(book, as_of))
    run, docket = races_run(book), Docket(book, upto)
    inside: dict[int, list[CalendarRace]] = {number: [] for number in sorted(book.rounds)}
    for race in upto:
        filed, number = book.races[race].event, round_of(book, race)
        if race in book.cancelled:
            state = "cancelled"
        elif race in run:
            state = "run"
        else:
            state = "postponed" if race in book.postponed else "scheduled"
        shortened = docket.shortened(race)
        part = str(shortened.event.part) if shortened is not None else None
        inside[filed.round if number is None else number].append(
            CalendarRace(race, number, filed.starts_on, filed.kind, state, part)
        )
    return tuple(
        CalendarRound(
            filed.round, filed.code, filed.circuit, filed.country, filed.starts_on, filed.ends_on, tuple(inside[number])
        )
        for number, filed in ((number, book.rounds[number].event) for number in inside)
        if as_of is None or inside[number]
    )
