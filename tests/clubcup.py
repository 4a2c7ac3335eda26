"""A club's season for tests of tables: its frame, and its standings as text."""

from fractions import Fraction
from typing import Any

from events import (
    CarClassDefined,
    ChampionshipDefined,
    DriverRegistered,
    EntryRegistered,
    Event,
    Line,
    ManufacturerRegistered,
    PointsScaleAdopted,
    RaceClassified,
    RaceScheduled,
    RoundScheduled,
    Rules,
    SeasonOpened,
    points,
)
from ledger.testing import recorded, table_text
from projections import Book, fold, standings

FRAME: tuple[Event, ...] = (
    SeasonOpened("club-2026", "Club Cup 2026", 2026),
    PointsScaleAdopted("race", points(10, 8, 6, 4), Fraction(1)),
    CarClassDefined("GT", "GT cars"),
    CarClassDefined("LMP3", "Prototypes"),
    RoundScheduled(1, "OUL", "Oulton Park"),
    RaceScheduled("OUL-1", 1),
    RaceScheduled("OUL-2", 1),
    RoundScheduled(2, "DON", "Donington"),
    RaceScheduled("DON", 2),
    RoundScheduled(3, "SIL", "Silverstone"),
    RaceScheduled("SIL", 3),
    DriverRegistered("ann", "Ann Archer"),
    DriverRegistered("bob", "Bob Baker"),
    DriverRegistered("cid", "Cid Cook"),
    DriverRegistered("dee", "Dee Dyer"),
    DriverRegistered("eve", "Eve Earl"),
    DriverRegistered("fay", "Fay Fox"),
    DriverRegistered("gil", "Gil Gray"),
    ManufacturerRegistered("ford", "Ford"),
    ManufacturerRegistered("kia", "Kia"),
    ManufacturerRegistered("opel", "Opel"),
    EntryRegistered("1", "GT", "Team One", "ford", drivers=("ann",)),
    EntryRegistered("2", "GT", "Team Two", "ford", drivers=("bob",)),
    EntryRegistered("3", "GT", "Team Three", "kia", drivers=("cid",)),
    EntryRegistered("4", "GT", "Team Four", "kia", drivers=("dee",)),
    EntryRegistered("5", "GT", "Team Five", "opel", drivers=("eve", "fay")),
    EntryRegistered("31", "LMP3", "Team Gil", "ford", drivers=("gil",)),
)
"""Records 1 to 27; the championship is the 28th. Places are worth 10, 8, 6, 4, then 1."""

DRIVERS = Rules("driver", ("GT",), "race")
TEAMS = Rules("team", ("GT",), "race")
MAKES = Rules("manufacturer", ("GT",), "race")


def book(rules: Rules, *told: Event) -> Book:
    """The season of the frame, with one championship, and what happened in it."""
    return fold(recorded((*FRAME, ChampionshipDefined("cup", "The Cup", rules), *told)))


def table(rules: Rules, *told: Event, as_of: str | int | None = None) -> str:
    """Its standings, as text."""
    return table_text(standings(book(rules, *told), "cup", as_of))


def result(race: str, placed: str, car_class: str = "GT", **others: str) -> RaceClassified:
    """A classification: the cars in order of place, then those of each status."""
    statuses: Any = others
    return RaceClassified(
        race,
        car_class,
        (
            *(Line(place, car) for place, car in enumerate(placed.split(), start=1)),
            *(Line(None, car, status) for status, cars in statuses.items() for car in cars.split()),
        ),
    )


OULTON = result("OUL-1", "1 2 3 4 5")
