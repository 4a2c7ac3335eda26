"""What happens at a race of a made-up season, and what is printed of it afterwards."""

from typing import Final, get_args

from attrs import evolve

from events import (
    DidNotStart,
    FastestLapSet,
    LapsLed,
    Line,
    PoleTaken,
    PublishedRow,
    PublishedWinner,
    RaceClassified,
    StandingsPublished,
    WinnerReported,
    WinnersPublished,
)
from events.values import LineStatus, MissedStart
from ledger.testing.story import Story, drivers_score_in, racing, some
from projections import Paddock, race_order, races_run, standings

_FATES: Final = ("placed",) * 6 + ("DNF", "placed DNF", "DNS", "NC", "DSQ", "absent")
_MISSED: Final[tuple[MissedStart, ...]] = get_args(MissedStart)
_TIMES: Final = ("known",) * 3 + ("unknown", "lapped", "in part", "level")
_OUTCOMES: Final = ("official",) * 3 + ("provisional", "both", "winner", "winner, then official", "nothing")


def weekend(story: Story, race: str) -> None:
    """Runs one race, class by class, and has it printed."""
    for car_class in story.book.classes:
        _class_race(story, race, car_class)
    publications(story, race)


def _class_race(story: Story, race: str, car_class: str) -> None:
    book, paddock = story.book, Paddock(story.book)
    manned = drivers_score_in(book, car_class)
    cars = [
        car
        for car in _drivable(story, race, paddock)
        if book.entries[car].event.car_class == car_class and (not manned or paddock.crew(car, race).drivers)
    ]
    fates = {car: story.one_of(_FATES) for car in cars}
    pole = story.one_of(cars) if story.chance(3) else None
    if pole is not None:
        story.tell(PoleTaken(race, pole, story.one_of((None, *paddock.crew(pole, race).drivers))))
    missed = [DidNotStart(race, car, "gearbox", story.one_of(_MISSED) or "DNS") for car in cars if fates[car] == "DNS"]
    early = story.chance(2)
    if early:
        story.tell(*missed)
    outcome = story.one_of(_OUTCOMES)
    if outcome in ("winner", "winner, then official"):
        gone = {driver for one in missed for driver in paddock.crew(one.car, race).drivers}
        winner = story.one_of(driver for driver in book.drivers if driver not in gone)
        if winner is not None:
            story.tell(WinnerReported(race, car_class, winner))
    lines = _lines(story, fates)
    if lines and outcome in ("provisional", "both"):
        story.tell(RaceClassified(race, car_class, lines, "provisional"))
        lines = _lines(story, fates)
    if lines and outcome in ("official", "both", "winner, then official"):
        story.tell(RaceClassified(race, car_class, lines))
    if not early:
        story.tell(*missed)
    started = [line.car for line in lines]
    for car in story.draw(some(started, most=2)) if started and story.chance(3) else ():
        story.tell(FastestLapSet(race, car, story.one_of((None, *paddock.crew(car, race).drivers)), 91_234))
    for car in story.draw(some(started, most=3)) if started and story.chance(3) else ():
        for driver in story.draw(some((None, *paddock.crew(car, race).drivers), least=1, most=2)):
            story.tell(LapsLed(race, car, story.one_of((1, 10, 25)) or 1, driver))


def _drivable(story: Story, race: str, paddock: Paddock) -> list[str]:
    """The cars that can race at once: of those that have nobody but the same driver, the first."""
    out: dict[object, str] = {}
    for car in racing(story, race):
        crew = paddock.crew(car, race).drivers
        out.setdefault(crew if len(crew) == 1 else car, car)
    return list(out.values())


def _lines(story: Story, fates: dict[str, str | None]) -> tuple[Line, ...]:
    """A classification of the cars that started: the placed ones in some order, then the others."""
    statuses: dict[str, LineStatus] = {"DNF": "DNF", "NC": "NC", "DSQ": "DSQ"}
    placed = story.shuffled([car for car, fate in fates.items() if fate in ("placed", "placed DNF")])
    times = story.one_of(_TIMES) or "known"
    return (
        *(
            Line(place, car, "DNF" if fates[car] == "placed DNF" else "finished", *_time(times, place, len(placed)))
            for place, car in enumerate(placed, start=1)
        ),
        *(Line(None, car, statuses[fate]) for car, fate in fates.items() if fate in statuses),
    )


def _time(times: str, place: int, cars: int) -> tuple[int | None, int | None]:
    """Laps and gap of a placed car: all known, none, those of lapped cars not, some missing, or several level."""
    match times:
        case "unknown":
            return None, None
        case "lapped" if 2 * place > cars + 1:
            return 29, None
        case "in part" if place % 2 == 0:
            return 30, None
        case "level":
            return 30, (place // 2) * 1_000
        case _:
            return 30, (place - 1) * 1_000


def publications(story: Story, race: str) -> None:
    """Now and then somebody prints a table, with or without its cells and misprints, or a list of winners."""
    book = story.book
    if story.chance(4):
        championship = story.one_of(book.championships)
        table = standings(book, championship, race) if championship is not None else None
        if table is not None and table.rows:
            cells, slip = story.chance(2), story.number(0, 2)
            rows = [
                PublishedRow(
                    row.competitor,
                    row.position,
                    row.points,
                    tuple(dict(row.results).get(each) for each in table.races) if cells else (),
                )
                for row in table.rows
            ]
            rows[-1] = evolve(rows[-1], points=rows[-1].points + slip)
            story.tell(StandingsPublished(table.championship, race, tuple(rows), table.races if cells else ()))
    run = [(where, car_class) for where in race_order(book) for car_class in book.classes if where in races_run(book)]
    if run and story.chance(6):
        driver, car = story.one_of(book.drivers), story.one_of((None, *book.entries))
        named = driver if car is None or story.chance(2) else None
        story.tell(WinnersPublished(tuple(PublishedWinner(*each, named, car) for each in run[:3])))
