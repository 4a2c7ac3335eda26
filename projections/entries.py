"""The entry list: who drove what, race by race, as registrations, swaps and changes of car leave it."""

from collections.abc import Iterable, Sequence

import events
from events.frozen import frozen
from events.values import Rating
from projections.book import Book
from projections.races import race_order, resolve_race


@frozen
class Crew:
    """Who was in a car at a race, and the positions of the records that say so."""

    drivers: tuple[str, ...]
    records: tuple[int, ...]


@frozen
class Car:
    """What make an entry raced at a race, and the positions of the records that say so."""

    manufacturer: str
    model: str | None
    engine: str | None
    records: tuple[int, ...]


@frozen
class Drive:
    """The races in which a driver was in a car, started or not."""

    driver: str
    races: tuple[str, ...]


@frozen
class ListedEntry:
    """One line of the entry list."""

    car: str
    car_class: str
    team: str
    country: str | None
    manufacturer: str
    model: str | None
    drivers: tuple[str, ...]
    """The crew at the race that was asked about, or at the last one."""
    withdrawn: bool
    drives: tuple[Drive, ...]
    """Every driver of the car, in the order in which they came, with the races of which a result is known."""


class Paddock:
    """Answers who drove what at any race of one book. Holds the race order, so that it is worked out once."""

    def __init__(self, book: Book, order: Sequence[str] | None = None) -> None:
        """``order`` is the book's :func:`~projections.races.race_order`, where it is at hand."""
        self._book = book
        self._order = {race: index for index, race in enumerate(race_order(book) if order is None else order)}

    def _holds(self, race: str, from_race: str | None, to_race: str | None = None) -> bool:
        # An unknown race is objected to where it is named; what holds from it on is then not in doubt everywhere else.
        index = self._order[race]
        return (from_race is None or self._order.get(from_race, -1) <= index) and (
            to_race is None or index <= self._order.get(to_race, index)
        )

    def crew(self, car: str, race: str) -> Crew:
        """The crew of ``car`` at ``race``: as registered, with every change that holds there, as recorded."""
        entry = self._book.entries[car]
        drivers, records = list(entry.event.drivers), [*entry.records]
        for change in self._book.crew_changes.get(car, ()):
            match change.event:
                case events.DriverAssigned(driver=driver, from_race=start, to_race=end):
                    if self._holds(race, start, end) and driver not in drivers:
                        drivers.append(driver)
                        records += change.records
                case events.DriverSwapped(outgoing=outgoing, incoming=incoming, from_race=start):
                    if self._holds(race, start) and outgoing in drivers:
                        seat = drivers.index(outgoing)
                        drivers[seat : seat + 1] = [] if incoming in drivers else [incoming]
                        records += change.records
        return Crew(tuple(drivers), tuple(records))

    def car(self, car: str, race: str) -> Car:
        """The car that the entry raced at ``race``."""
        entry = self._book.entries[car]
        found = Car(entry.event.manufacturer, entry.event.model, entry.event.engine, entry.records)
        latest = -1
        for change in self._book.car_changes.get(car, ()):
            event, since = change.event, self._order[change.event.from_race]
            if self._holds(race, event.from_race) and since >= latest:
                latest = since
                found = Car(event.manufacturer, event.model, event.engine, (*entry.records, *change.records))
        return found

    def withdrawn(self, car: str, race: str) -> bool:
        """Whether the entry was out of the season by ``race``."""
        gone = self._book.withdrawn.get(car)
        return gone is not None and self._holds(race, gone.event.from_race)

    def begun(self, car: str, race: str) -> bool:
        """Whether the entry was in the season by ``race``, be it withdrawn since."""
        return self._holds(race, self._book.entries[car].event.from_race)

    def entered(self, car: str, race: str) -> bool:
        """Whether the entry is in the season at ``race``: entered for it, and not withdrawn."""
        return self.begun(car, race) and not self.withdrawn(car, race)

    def rating(self, driver: str, race: str) -> tuple[Rating | None, tuple[int, ...]]:
        """The driver's rating at ``race`` and the positions of its records; ``(None, ())``: not rated."""
        found: tuple[Rating | None, tuple[int, ...]] = (None, ())
        latest = -1
        for filed in self._book.ratings.get(driver, ()):
            since = -1 if filed.event.from_race is None else self._order[filed.event.from_race]
            if self._holds(race, filed.event.from_race) and since >= latest:
                latest, found = since, (filed.event.rating, filed.records)
        return found


def entry_list(book: Book, as_of: str | int | None = None) -> tuple[ListedEntry, ...]:
    """Every entry, by class as the classes were defined, then by number.

    With ``as_of``, crew and car as they stood at that race, without what was entered from a later race on; without
    it, all of them as they stand at the last race.
    """
    paddock, order = Paddock(book), race_order(book)
    race = resolve_race(book, as_of) if as_of is not None else order[-1] if order else None
    upto = order if race is None else order[: order.index(race) + 1]
    ranks = {name: index for index, name in enumerate(book.classes)}
    out = []
    for number, filed in book.entries.items():
        entry = filed.event
        if as_of is not None and race is not None and not paddock.begun(number, race):
            continue
        car = paddock.car(number, race) if race is not None else Car(entry.manufacturer, entry.model, entry.engine, ())
        drivers = paddock.crew(number, race).drivers if race is not None else entry.drivers
        out.append(
            ListedEntry(
                number,
                entry.car_class,
                entry.team,
                entry.country,
                car.manufacturer,
                car.model,
                drivers,
                race is not None and paddock.withdrawn(number, race),
                _drives(paddock, number, _races_of(book, number, upto), drivers),
            )
        )
    return tuple(sorted(out, key=lambda one: (ranks[one.car_class], number_key(one.car))))


def number_key(car: str) -> tuple[int, int, str]:
    """Sorts car numbers as people do: 2 before 10, digits before letters, ``08`` beside ``8``."""
    return (0, int(car), car) if car.isascii() and car.isdigit() else (1, 0, car)


def _races_of(book: Book, car: str, races: Iterable[str]) -> tuple[str, ...]:
    """Those of the races in which the car was classified or missed its start."""
    car_class = book.entries[car].event.car_class
    return tuple(
        race
        for race in races
        if (race, car) in book.did_not_start
        or (
            (race, car_class) in book.classified
            and any(line.car == car for line in book.classified[race, car_class].event.lines)
        )
    )


def _drives(paddock: Paddock, car: str, races: Iterable[str], crew: Iterable[str]) -> tuple[Drive, ...]:
    """The drivers who had a race in the car, then those of its crew who had none yet."""
    driven: dict[str, list[str]] = {}
    for race in races:
        for driver in paddock.crew(car, race).drivers:
            driven.setdefault(driver, []).append(race)
    for driver in crew:
        driven.setdefault(driver, [])
    return tuple(Drive(driver, tuple(inside)) for driver, inside in driven.items())
