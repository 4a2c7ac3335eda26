"""Cars and crews: the rows of results as entries, one for each car number of a season, and how they changed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import ascii_uppercase
from typing import Final

from attrs import frozen, mutable

from events import CarChanged, DriverAssigned, DriverSwapped, EntryRegistered, Event
from f1db.rows import Result
from f1db.years import CLASS

SEVERAL_ENTRANTS: Final = "various entrants"
"""The team of a number that cars of several makes carried: the files of the races do not say who entered a car."""


@frozen
class Car:
    """One car of a race."""

    number: str
    """Its number as an entry: that of the door, with a letter where two cars of the race had the same."""
    first: Result
    """Its row; of a shared car, the row of the first driver."""
    crew: tuple[str, ...]

    @property
    def what(self) -> tuple[str, str]:
        """The makes of chassis and engine."""
        return self.first.chassis, self.first.engine


def cars_of(results: Sequence[Result], taken: Iterable[str]) -> Iterator[Car]:
    """The cars of a race, in the order of the file. ``taken`` are the numbers of the season.

    Raises :class:`~f1db.tree.Unreadable` for a driver who shares a car that no row above names.
    """
    rows: list[list[Result]] = []
    for result in results:
        if not result.shared:
            rows.append([result])
            continue
        same = [one for one in rows if _car_key(one[0]) == _car_key(result)]
        if not same:
            raise result.row.unreadable("sharedCar", f"no row above is of #{result.number} with the same result")
        if any(one.driver == result.driver for one in same[-1]):
            raise result.row.unreadable("driverId", f"{result.driver} is in #{result.number} already")
        same[-1].append(result)
    in_use = set(taken)
    seen: Counter[str] = Counter()
    for drivers in rows:
        first = drivers[0]
        number = first.number
        if seen[number]:
            free = (f"{number}{letter}" for letter in ascii_uppercase[seen[number] :])
            number = next((one for one in free if one not in in_use), number)
        seen[first.number] += 1
        yield Car(number, first, tuple(one.driver for one in drivers))


def _car_key(result: Result) -> tuple[object, ...]:
    return result.number, result.row.get("position"), result.chassis, result.engine


@mutable
class _Entry:
    """An entry as the facts so far leave it."""

    driver: str
    what: tuple[str, str]


class Garage:
    """Follows the entries through a season, and says as facts what changed from race to race."""

    def __init__(self, makes: Mapping[str, set[str]], names: Mapping[str, str]) -> None:
        """``makes`` are the chassis makes of each number in the season; ``names`` what makes are called."""
        self._makes = makes
        self._names = names
        self._entries: dict[str, _Entry] = {}

    def arrive(self, car: Car, race: str, first: str) -> Iterator[Event]:
        """What is to be recorded before ``car`` can have a result in ``race``; ``first`` is the season's first race."""
        entry = self._entries.get(car.number)
        if entry is None:
            entry = self._entries[car.number] = _Entry(car.crew[0], car.what)
            chassis, engine = car.what
            several = len(self._makes[car.number]) > 1
            yield EntryRegistered(
                car.number,
                CLASS,
                SEVERAL_ENTRANTS if several else self._names[chassis],
                chassis,
                drivers=car.crew[:1],
                engine=engine,
                from_race=None if race == first else race,
            )
        if entry.what != car.what:
            entry.what = car.what
            yield CarChanged(car.number, car.what[0], race, engine=car.what[1])
        if entry.driver not in car.crew:
            yield DriverSwapped(car.number, outgoing=entry.driver, incoming=car.crew[0], from_race=race)
            entry.driver = car.crew[0]
        for driver in car.crew:
            if driver != entry.driver:
                yield DriverAssigned(car.number, driver, from_race=race, to_race=race)


def makes_by_number(races: Iterable[Iterable[Car]]) -> dict[str, set[str]]:
    """The chassis makes that carried each number of a season."""
    makes: dict[str, set[str]] = defaultdict(set)
    for cars in races:
        for car in cars:
            makes[car.number].add(car.first.chassis)
    return makes


def car_of(cars: Sequence[Car], number: str, driver: str) -> Car | None:
    """The car of a driver: that of the number on the door, where the driver was in several; ``None``: there is none."""
    theirs = [car for car in cars if driver in car.crew]
    numbered = [car for car in theirs if car.first.number == number]
    return next(iter(numbered), theirs[0] if len(theirs) == 1 else None)
