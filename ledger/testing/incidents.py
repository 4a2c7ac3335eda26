"""Incidents: what may happen on the way to a race. Each is told to the story, and does nothing where it cannot be."""

from collections.abc import Callable
from fractions import Fraction
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
    RaceShortened,
)
from ledger.testing.story import RATINGS, Story, drivers_score_in, racing, some
from projections import Book, Paddock, race_order, races_run
from projections.races import round_of
from projections.rulings import Docket

CARS: Final = ("7", "8", "08", "11", "27A", "59", "60", "99")
"""The numbers on the doors, in the order in which they are given out."""


def enter(story: Story, _race: str | None = None) -> None:
    """Enters one more car. Its crew is mostly of drivers who have no car yet."""
    book = story.book
    car = next((number for number in CARS if number not in book.entries), None)
    car_class, make = story.one_of(book.classes), story.one_of(book.manufacturers)
    if car is None or car_class is None or make is None:
        return
    taken = {driver for filed in book.entries.values() for driver in filed.event.drivers}
    free = [driver for driver in book.drivers if driver not in taken]
    crew = story.draw(some(tuple(book.drivers) if not free or story.chance(4) else free, 1, 3))
    if not drivers_score_in(book, car_class) and story.chance(4):
        crew = ()
    story.tell(EntryRegistered(car, car_class, f"Team {car}", make, drivers=crew))


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
        story.tell(CarChanged(car, make or before.manufacturer, since, model))


def _withdraw(story: Story, race: str) -> None:
    book, order = story.book, race_order(story.book)
    ahead = {*order[order.index(race) :]}
    absent = {car for where, car in book.did_not_start if where in ahead}
    listed = {line.car for (where, _), filed in book.classified.items() if where in ahead for line in filed.event.lines}
    free = [car for car in book.entries if car not in book.withdrawn and car not in absent and car not in listed]
    car = story.one_of(free)
    if car is not None:
        story.tell(EntryWithdrawn(car, race, "out of money"))


def _rate(story: Story, race: str) -> None:
    since, driver = _since(story, race), story.one_of(story.book.drivers)
    if driver is not None:
        known = {filed.event.from_race for filed in story.book.ratings.get(driver, ())}
        rating = story.one_of(RATINGS)
        if since not in known and rating is not None:
            story.tell(DriverRated(driver, rating, since))


def _postpone(story: Story, race: str) -> None:
    """Moves the race to a round, or to no round yet; or finds a round for one that waits for it."""
    book = story.book
    waiting = story.one_of(
        other for other in book.postponed if round_of(book, other) is None and other not in book.cancelled
    )
    if waiting is not None:
        story.tell(RacePostponed(waiting, story.one_of(book.rounds)))
    elif race not in book.postponed and not _begun(book, race):
        story.tell(RacePostponed(race, story.one_of((None, *book.rounds)), "fog"))


def _begun(book: Book, race: str) -> bool:
    """Whether anything that happened in a race is known of it."""
    return race in races_run(book) or any(race == where for where, _ in book.fastest_laps)


def _cancel(story: Story, race: str) -> None:
    if story.chance(2) and not _begun(story.book, race):
        story.tell(RaceCancelled(race, "flooded"))


def _shorten(story: Story, race: str) -> None:
    book = story.book
    moved = book.postponed.get(race)
    raceable = race not in book.cancelled and (moved is None or moved.event.to_round is not None)
    part = story.one_of((Fraction(1, 2), Fraction(1, 3), Fraction(3, 4), Fraction(1)))
    if raceable and Docket(book, book.races).shortened(race) is None and part is not None:
        story.tell(RaceShortened(race, part, "rain"))


INCIDENTS: Final[tuple[Callable[[Story, str], None], ...]] = (
    _swap,
    _exchange,
    _assign,
    _change_car,
    _rate,
    enter,
    _shorten,
    _withdraw,
    _postpone,
    _cancel,
)
