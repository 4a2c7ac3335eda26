"""Race results: each class of a race as classified and as it stands, with the crew and the car of every line."""

from collections.abc import Iterator

import events
from events import Ruling
from events.frozen import frozen
from projections.becoming import Outcome, outcomes
from projections.book import Book
from projections.entries import Paddock, number_key
from projections.errors import UnknownName
from projections.order import Change, ResultStatus, StandingLine, classification, shown
from projections.races import races_up_to, resolve_race, round_of
from projections.rulings import Docket, concerned
from projections.starts import missed_starts


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
    fastest_lap_ms: int | None
    """The time of the fastest lap, in milliseconds; ``None``: it set none, or the time is not known."""
    records: tuple[int, ...]
    """The positions of the records that the line follows from: its place, its crew and car, pole and fastest lap."""
    classified: str | None
    """What it was shown as when the race was classified; ``None``: it was not classified."""
    added_ms: int
    """Penalty time, in milliseconds."""
    rulings: tuple[int, ...]
    """The positions of the rulings that named it or moved it, and of those that withhold its points."""
    withheld: tuple[int, ...]
    """The positions of the rulings that withhold its points, or those of one of its drivers."""


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
class RaceRuling:
    """One ruling about a race, and what became of it."""

    position: int
    event: Ruling
    car_class: str | None
    """The class that it is about; ``None``: the race, a driver or a championship."""
    outcomes: tuple[Outcome, ...]
    changes: tuple[Change, ...]
    """What it did to the order that it found; empty: nothing, or to no order."""


@frozen
class RaceResult:
    """One race, class by class."""

    race: str
    round: int | None
    classes: tuple[ClassResult, ...]
    rulings: tuple[RaceRuling, ...]
    """Every ruling about the race, in the order of the log; those that no longer hold too."""


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
        tuple(_race_rulings(book, docket, where, upto[-1])),
    )


def _race_rulings(book: Book, docket: Docket, race: str, as_of: str) -> Iterator[RaceRuling]:
    changes: dict[int, tuple[Change, ...]] = {}
    for car_class in book.classes:
        order = classification(book, docket, race, car_class)
        changes.update(order.changes if order is not None else ())
    for position, became in outcomes(book, as_of).items():
        filed = book.rulings.get(position)
        if filed is not None and race in concerned(book, filed.event):
            about = _class_of(book, filed.event)
            yield RaceRuling(position, filed.event, about, became, changes.get(position, ()))


def _class_of(book: Book, ruling: Ruling) -> str | None:
    match ruling:
        case events.ClassificationAmended():
            return ruling.car_class
        case (
            events.Disqualified()
            | events.MovedToPlace()
            | events.MovedDown()
            | events.MovedToRear()
            | events.TimePenaltyImposed()
        ):
            return book.entries[ruling.car].event.car_class
        case events.PointsWithheld():
            return None if ruling.car is None else book.entries[ruling.car].event.car_class
        case events.RulingRescinded():
            return _class_of(book, book.rulings[ruling.position].event)
        case _:
            return None


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
    pole, fastest = book.poles.get((race, line.car)), book.fastest_laps.get((race, line.car))
    distinctions = (position for filed in (pole, fastest) if filed is not None for position in filed.records)
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
        pole=pole is not None,
        fastest_lap=fastest is not None,
        fastest_lap_ms=None if fastest is None else fastest.event.time_ms,
        records=tuple(sorted({*one.records, *crew.records, *car.records, *distinctions})),
        classified=None if one.classified is None else shown(one.classified),
        added_ms=one.added_ms,
        rulings=tuple(sorted({*one.rulings, *withheld})),
        withheld=tuple(withheld),
    )
