"""Race results: each class of a race as classified and as it stands, with the crew and the car of every line."""

from attrs import frozen

import events
from projections.book import Book, Filed
from projections.entries import Paddock, number_key
from projections.errors import UnknownName
from projections.order import ResultStatus, StandingLine, classification
from projections.races import races_up_to, resolve_race, round_of
from projections.rulings import Docket


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
    """As classified, before penalties."""
    pole: bool
    fastest_lap: bool
    records: tuple[int, ...]
    classified: str | None
    """What it was shown as when the race was classified; ``None``: it was not classified."""
    added_ms: int
    """Penalty time, in milliseconds."""
    rulings: tuple[int, ...]
    """The positions of the rulings that named it or moved it, and of those that withhold its points."""


@frozen
class ClassResult:
    """All that is known of one class in one race."""

    car_class: str
    status: ResultStatus | None
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


def missed_starts(book: Book, race: str, car_class: str) -> tuple[Filed[events.DidNotStart], ...]:
    """The missed starts of one class in one race, as recorded: a number is a name, and decides nothing."""
    return tuple(
        filed
        for (where, car), filed in book.did_not_start.items()
        if where == race and book.entries[car].event.car_class == car_class
    )


def race_result(book: Book, race: str | int, as_of: str | int | None = None) -> RaceResult:
    """The result of ``race``, which is asked as a race id or, for a round's last race, its number or code.

    ``as_of`` is the race after which the question is asked: rulings that count from a later one do not show yet. Raises
    :class:`~projections.errors.UnknownName` where the race is unknown, or runs after ``as_of``.
    """
    where = resolve_race(book, race)
    paddock = Paddock(book)
    upto = races_up_to(book, None if as_of is None else resolve_race(book, as_of))
    if where not in upto:
        raise UnknownName("race", where, upto)
    docket = Docket(book, upto)
    known = {car_class for filed in (book.classified, book.winners) for at, car_class in filed if at == where}
    known |= {book.entries[car].event.car_class for at, car in book.did_not_start if at == where}
    return RaceResult(
        where,
        round_of(book, where),
        tuple(_class_result(book, paddock, docket, where, one) for one in book.classes if one in known),
    )


def _class_result(book: Book, paddock: Paddock, docket: Docket, race: str, car_class: str) -> ClassResult:
    order = classification(book, docket, race, car_class)
    lines = []
    if order is not None:
        lines += [_line(book, paddock, docket, race, line) for line in order.lines]
    for missed in sorted(missed_starts(book, race, car_class), key=lambda filed: number_key(filed.event.car)):
        line = events.Line(None, missed.event.car)
        standing = StandingLine(line, None, 0, missed.records, ())
        lines.append(_line(book, paddock, docket, race, standing, missed.event.status))
    reported = book.winners.get((race, car_class)) if order is None else None
    return ClassResult(
        car_class,
        order.status if order is not None else None,
        tuple(lines),
        reported.event.driver if reported is not None else None,
    )


def shown(line: events.Line) -> str:
    """What a table shows for a line: its place, or why it has none."""
    return str(line.place) if line.place is not None else line.status


def _line(
    book: Book, paddock: Paddock, docket: Docket, race: str, one: StandingLine, status: str | None = None
) -> ResultLine:
    line = one.line
    crew, car = paddock.crew(line.car, race), paddock.car(line.car, race)
    withheld = [
        position
        for filed in docket.withheld(race)
        if line.car == filed.event.car or filed.event.driver in crew.drivers
        for position in filed.records
    ]
    return ResultLine(
        shown=status or shown(line),
        place=line.place,
        car=line.car,
        drivers=crew.drivers,
        team=book.entries[line.car].event.team,
        manufacturer=car.manufacturer,
        status=status or line.status,
        laps=line.laps,
        gap_ms=line.gap_ms,
        pole=(race, line.car) in book.poles,
        fastest_lap=(race, line.car) in book.fastest_laps,
        records=tuple(sorted({*one.records, *crew.records, *car.records})),
        classified=None if one.classified is None else shown(one.classified),
        added_ms=one.added_ms,
        rulings=tuple(sorted({*one.rulings, *withheld})),
    )
