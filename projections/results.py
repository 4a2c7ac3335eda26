"""Race results: each class of a race as it stands, with the crew and the car of every line."""

from collections.abc import Iterable

from attrs import frozen

import events
from events.values import ClassificationStatus
from projections.book import Book, Filed
from projections.calendar import races_up_to, resolve_race, round_of
from projections.entries import Paddock, number_key
from projections.errors import UnknownName


@frozen
class Classification:
    """The order of one class in one race as it stands, and the positions of the records that make it so."""

    lines: tuple[events.Line, ...]
    status: ClassificationStatus
    records: tuple[int, ...]


@frozen
class ResultLine:
    """One car of a result."""

    shown: str
    """Its place in the class, or why it has none: ``"1"``, ``"DNF"``, ``"DNS"``..."""
    place: int | None
    car: str
    drivers: tuple[str, ...]
    team: str
    manufacturer: str
    status: str
    """``"finished"``, ``"DNF"``, ``"NC"``, ``"DSQ"`` or ``"DNS"``."""
    laps: int | None
    gap_ms: int | None
    pole: bool
    fastest_lap: bool
    records: tuple[int, ...]


@frozen
class ClassResult:
    """All that is known of one class in one race."""

    car_class: str
    status: ClassificationStatus | None
    """``None``: not classified."""
    lines: tuple[ResultLine, ...]
    """Classified cars by place, then those without a place, then missed starts by number."""
    winner: str | None
    """The reported winner, where there is no classification; a driver's id."""


@frozen
class RaceResult:
    """One race, class by class."""

    race: str
    round: int | None
    classes: tuple[ClassResult, ...]


def classification(book: Book, race: str, car_class: str) -> Classification | None:
    """The classification as it stands; ``None``: there is none. Every reader of a race's order asks here."""
    filed = book.classified.get((race, car_class))
    if filed is None:
        return None
    return Classification(filed.event.lines, filed.event.status, (filed.position,))


def by_place(lines: Iterable[events.Line]) -> list[events.Line]:
    """Placed cars by place, then the others as they are listed."""
    return sorted(lines, key=lambda line: (line.place is None, line.place or 0))


def missed_starts(book: Book, race: str, car_class: str) -> tuple[Filed[events.DidNotStart], ...]:
    """The missed starts of one class in one race, by car number."""
    found = [
        filed
        for (where, car), filed in book.did_not_start.items()
        if where == race and book.entries[car].event.car_class == car_class
    ]
    return tuple(sorted(found, key=lambda filed: number_key(filed.event.car)))


def race_result(book: Book, race: str | int, as_of: str | int | None = None) -> RaceResult:
    """The result of ``race``, which is asked as a race id or, for a round's last race, its number or code.

    ``as_of`` is the race after which the question is asked. Raises :class:`~projections.errors.UnknownName` where the
    race is unknown, or runs after ``as_of``.
    """
    where = resolve_race(book, race)
    paddock = Paddock(book)
    if as_of is not None and where not in (upto := races_up_to(book, resolve_race(book, as_of))):
        raise UnknownName("race", where, upto)
    known = {car_class for filed in (book.classified, book.winners) for at, car_class in filed if at == where}
    known |= {book.entries[car].event.car_class for at, car in book.did_not_start if at == where}
    return RaceResult(
        where,
        round_of(book, where),
        tuple(_class_result(book, paddock, where, car_class) for car_class in book.classes if car_class in known),
    )


def _class_result(book: Book, paddock: Paddock, race: str, car_class: str) -> ClassResult:
    order = classification(book, race, car_class)
    lines = []
    if order is not None:
        lines += [_line(book, paddock, race, line, order.records) for line in by_place(order.lines)]
    lines += [
        _line(book, paddock, race, events.Line(None, missed.event.car), (missed.position,), "DNS")
        for missed in missed_starts(book, race, car_class)
    ]
    reported = book.winners.get((race, car_class)) if order is None else None
    return ClassResult(
        car_class,
        order.status if order is not None else None,
        tuple(lines),
        reported.event.driver if reported is not None else None,
    )


def _line(
    book: Book, paddock: Paddock, race: str, line: events.Line, records: tuple[int, ...], status: str | None = None
) -> ResultLine:
    status = status or line.status
    crew, car = paddock.crew(line.car, race), paddock.car(line.car, race)
    return ResultLine(
        str(line.place) if line.place is not None else status,
        line.place,
        line.car,
        crew.drivers,
        book.entries[line.car].event.team,
        car.manufacturer,
        status,
        line.laps,
        line.gap_ms,
        (race, line.car) in book.poles,
        (race, line.car) in book.fastest_laps,
        tuple(sorted({*records, *crew.records, *car.records})),
    )
