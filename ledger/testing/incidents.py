"""Incidents: what may happen on the way to a race. Each is told to the story, and does nothing where it cannot be."""

from collections.abc import Callable, Collection
from itertools import combinations
from typing import Final

from events import (
    CarChanged,
    DriverAssigned,
    DriverRated,
    DriverSwapped,
    EntryRegistered,
    EntryWithdrawn,
    RaceCancelled,
    RacePostponed,
    RulingRescinded,
)
from ledger.testing.names import CARS, ENTRANTS
from ledger.testing.story import RATINGS, Story, drivers_score_in, racing, some
from projections import Book, Paddock, race_order, races_run
from projections.book import rescissions
from projections.races import round_of


def enter(
    story: Story,
    race: str | None = None,
    *,
    car: str | None = None,
    classes: Collection[str] = (),
    entrant: str | None = None,
) -> None:
    """Enters one more car, of one of the classes; empty: of any. Its crew is mostly of drivers who have no car yet."""
    book = story.book
    car = car or next((number for number in CARS if number not in book.entries), None)
    car_class, make = story.one_of(classes or book.classes), story.one_of(book.manufacturers)
    if car is None or car_class is None or make is None:
        return
    taken = {driver for filed in book.entries.values() for driver in filed.event.drivers}
    free = [driver for driver in book.drivers if driver not in taken]
    crew = story.draw(some(tuple(book.drivers) if not free or story.chance(4) else free, 1, 3))
    if not drivers_score_in(book, car_class) and story.chance(4):
        crew = ()
    engine = story.one_of((None, *book.manufacturers))
    since = (race if race is not None and story.chance(2) else story.one_of(book.races)) if story.chance(4) else None
    entrant = entrant or story.one_of((None, *ENTRANTS))
    story.tell(
        EntryRegistered(
            car, car_class, f"Team {car}", make, drivers=crew, engine=engine, from_race=since, entrant=entrant
        )
    )


def _since(story: Story, race: str) -> str:
    """From which race on a change holds: mostly the next one, sometimes one that was run long ago."""
    return (story.one_of(race_order(story.book)) if story.chance(4) else None) or race


def _swap(story: Story, race: str) -> None:
    since = _since(story, race)
    crews = {car: Paddock(story.book).crew(car, since).drivers for car in racing(story, race)}
    car = story.one_of(car for car, crew in crews.items() if crew)
    if car is not None:
        outgoing = story.one_of(crews[car])
        incoming = story.one_of(driver for driver in story.book.drivers if driver not in crews[car])
        if outgoing is not None and incoming is not None:
            story.tell(DriverSwapped(car, outgoing, incoming, since))


def _exchange(story: Story, race: str) -> None:
    """Two cars swap two of their drivers."""
    crews = {car: Paddock(story.book).crew(car, race).drivers for car in racing(story, race)}
    pairs = [
        (one, other, left, right)
        for one, other in combinations(crews, 2)
        for left in crews[one]
        for right in crews[other]
        if left not in crews[other] and right not in crews[one]
    ]
    pair = story.one_of(pairs)
    if pair is not None:
        one, other, left, right = pair
        story.tell(DriverSwapped(one, left, right, race), DriverSwapped(other, right, left, race))


def _assign(story: Story, race: str) -> None:
    book, order = story.book, race_order(story.book)
    since = None if story.chance(4) else _since(story, race)
    first = 0 if since is None else order.index(since)
    until = story.one_of((None, *order[first:]))
    races = order[first:] if until is None else order[first : order.index(until) + 1]
    car = story.one_of(racing(story, race))
    if car is not None:
        paddock = Paddock(book)
        inside = {driver for each in races for driver in paddock.crew(car, each).drivers}
        driver = story.one_of(driver for driver in book.drivers if driver not in inside)
        if driver is not None:
            story.tell(DriverAssigned(car, driver, since, until))


def _change_car(story: Story, race: str) -> None:
    since, car = _since(story, race), story.one_of(racing(story, race))
    if car is not None:
        before = Paddock(story.book).car(car, since)
        make = story.one_of(make for make in story.book.manufacturers if make != before.manufacturer)
        model = None if make is not None else "Evo II" if before.model is None else None
        engine = story.one_of((before.engine, None, *story.book.manufacturers))
        story.tell(CarChanged(car, make or before.manufacturer, since, model, engine))


def _withdraw(story: Story, race: str) -> None:
    car = story.one_of(car for car in story.book.entries if car not in story.book.withdrawn)
    if car is not None:
        story.venture(EntryWithdrawn(car, race, "out of money"))


def _rate(story: Story, race: str) -> None:
    since, driver, rating = _since(story, race), story.one_of(story.book.drivers), story.one_of(RATINGS)
    if driver is not None and rating is not None:
        story.venture(DriverRated(driver, rating, since))


def _postpone(story: Story, race: str) -> None:
    """Moves the race to a round, or to no round yet; or finds a round for one that waits for it."""
    book = story.book
    waiting = story.one_of(
        other for other in book.postponed if round_of(book, other) is None and other not in book.cancelled
    )
    if waiting is not None:
        story.venture(RacePostponed(waiting, story.one_of(book.rounds)))
    elif race not in book.postponed and not _begun(book, race):
        story.venture(RacePostponed(race, story.one_of((None, *book.rounds)), "fog", "race control"))


def _begun(book: Book, race: str) -> bool:
    """Whether anything that happened in a race is known of it."""
    return race in races_run(book) or any(race == where for where, _ in book.fastest_laps)


def _cancel(story: Story, race: str) -> None:
    if story.chance(2) and not _begun(story.book, race):
        story.venture(RaceCancelled(race, "flooded"))


def _reinstate(story: Story, _race: str) -> None:
    """A postponement or a cancellation is taken back."""
    book = story.book
    decided = (
        position for position, filed in book.rulings.items() if isinstance(filed.event, RacePostponed | RaceCancelled)
    )
    gone = rescissions(book.rulings)
    position = story.one_of(position for position in decided if position not in gone)
    if position is not None:
        story.venture(RulingRescinded(position, "race control", "the weather cleared"))


INCIDENTS: Final[tuple[Callable[[Story, str], None], ...]] = (
    _swap,
    _exchange,
    _assign,
    _change_car,
    _rate,
    enter,
    _withdraw,
    _postpone,
    _cancel,
    _reinstate,
)
