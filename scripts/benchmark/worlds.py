"""Made-up seasons of any size, of facts that scrutineering admits; and files that hold many of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from events import (
    CarClassDefined,
    ChampionshipDefined,
    DriverRated,
    DriverRegistered,
    EntryRegistered,
    Event,
    FastestLapSet,
    Line,
    ManufacturerRegistered,
    PointsScaleAdopted,
    PoleTaken,
    RaceClassified,
    RaceScheduled,
    RoundScheduled,
    Rules,
    SeasonOpened,
    points,
)
from events.rules import CompetitorKind
from events.values import ClassificationStatus
from ledger.codec import encode
from ledger.ids import new_id
from ledger.moments import now_us
from ledger.store import Draft
from ledger.store.sqlite import SqliteLog

KINDS: Final[tuple[CompetitorKind, ...]] = ("driver", "team", "manufacturer")
MOST_RACES_OF_A_ROUND: Final = 99
SCALE: Final = points(25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
_MAKES: Final = 10


@frozen
class World:
    """How large a season is. As it comes: 24 races, two classes of 20 cars, six championships, 312 facts."""

    season: str = "made-2026"
    races: int = 24
    races_a_round: int = 1
    classes: tuple[str, ...] = ("GTA", "GTB")
    cars: int = 20
    """In each class."""
    championships: int = 6

    def frame(self) -> Iterator[Event]:
        """All that is known before the first race."""
        yield SeasonOpened(self.season, "A made-up season", 2026)
        yield PointsScaleAdopted("race", SCALE)
        yield from (CarClassDefined(one, f"Class {one}") for one in self.classes)
        for index in range(self.championships):
            kind, car_class = KINDS[index % len(KINDS)], self.classes[index // len(KINDS) % len(self.classes)]
            yield ChampionshipDefined(f"table-{index}", f"Table {index}", Rules(kind, (car_class,), "race"))
        for number, races in enumerate(self._rounds(), start=1):
            yield RoundScheduled(number, f"R{number}", f"Circuit {number}", "USA")
            yield from (RaceScheduled(race, number) for race in races)
        yield from (ManufacturerRegistered(f"make-{index}", f"Make {index}") for index in range(_MAKES))
        for car_class in self.classes:
            for index, car in enumerate(self.numbers(car_class)):
                driver = f"driver-{car.lower()}"
                yield DriverRegistered(driver, f"Driver {car}", "USA")
                yield EntryRegistered(
                    car, car_class, f"Team {car}", f"make-{index % _MAKES}", "GT3", (driver,), country="USA"
                )
                if car_class == self.classes[0]:
                    yield DriverRated(driver, "silver")

    def weekend(self, number: int) -> Iterator[Event]:
        """A race, from 0: its classifications, poles and fastest laps."""
        race = self.race_ids()[number]
        for car_class in self.classes:
            result = self.classified(number, car_class)
            yield result
            yield PoleTaken(race, result.lines[0].car)
            yield FastestLapSet(race, result.lines[-1].car, time_ms=91_234)

    def facts(self) -> Iterator[Event]:
        """The whole season."""
        yield from self.frame()
        for number in range(self.races):
            yield from self.weekend(number)

    def classified(self, number: int, car_class: str, status: ClassificationStatus = "official") -> RaceClassified:
        """The result of a race, from 0: another order in each, with laps and gaps as timekeepers print them."""
        cars = self.numbers(car_class)
        step = 1 + number * 7 % len(cars)
        order = cars[step:] + cars[:step]
        lines = tuple(Line(place, car, laps=57, gap_ms=(place - 1) * 1_873) for place, car in enumerate(order, start=1))
        return RaceClassified(self.race_ids()[number], car_class, lines, status)

    def race_ids(self) -> tuple[str, ...]:
        """Every race, in sporting order."""
        return tuple(race for races in self._rounds() for race in races)

    def numbers(self, car_class: str) -> tuple[str, ...]:
        """The car numbers of a class."""
        first = self.classes.index(car_class) * self.cars
        return tuple(str(1 + first + index) for index in range(self.cars))

    def _rounds(self) -> Iterator[tuple[str, ...]]:
        for number, first in enumerate(range(0, self.races, self.races_a_round), start=1):
            inside = min(self.races_a_round, self.races - first)
            yield tuple(f"R{number}-{index}" for index in range(1, inside + 1))


def small_facts(count: int, first: int = 0) -> list[Event]:
    """Small events: drivers who register, of whom a season takes any number."""
    return [
        DriverRegistered(f"small-driver-{number:06}", f"Small Driver {number:06}", "USA")
        for number in range(first, first + count)
    ]


def write(path: Path, season: str, facts: Sequence[Event]) -> None:
    """Writes a season into a ledger's file, through its store.

    For files that are only read afterwards: made of facts that scrutineering would admit, which is not asked again.
    """
    write_many(path, [season], facts)


def write_many(path: Path, seasons: Sequence[str], facts: Sequence[Event]) -> None:
    """Writes the same facts as each of the seasons, one commit each; the first fact opens each by its own name."""
    encoded = [encode(fact) for fact in facts[1:]]
    log = SqliteLog(path)
    for season in seasons:
        opened = encode(SeasonOpened(season, "A made-up season", 2026))
        drafts = [Draft(new_id(), tag, payload, "scripts/bench.py", None) for tag, payload in (opened, *encoded)]
        log.append(season, 0, drafts, now_us())
    log.close()
