"""The season book: every fact of a season, filed where a question will look for it.

The fold files facts and never scores, so that whatever is ruled later is a plain replacement and never a subtraction.
Each fact is filed with the position it was recorded at. The fold is total: what scrutineering admits is filed, and
what it would refuse replaces what stood there before, without an error.
"""

from collections.abc import Iterable
from copy import copy as shallow
from typing import Generic, Self, TypeVar, assert_never

from attrs import define, field, frozen

import events
from events import Event, Record

E_co = TypeVar("E_co", covariant=True)


@frozen
class Filed(Generic[E_co]):
    """A fact and where it stands in the log."""

    event: E_co
    position: int
    source: str | None = None


CrewChange = events.DriverAssigned | events.DriverSwapped
"""What changes who drives a car."""
RaceAndClass = tuple[str, str]
"""A race id and a class id."""
RaceAndCar = tuple[str, str]
"""A race id and a car number."""


@define
class Book:
    """What is known of one season. Shared by its readers: only :func:`fold` writes to it, and only to a copy.

    Dictionaries keep the order in which the facts were recorded.
    """

    season: str
    """The stream that it was folded from."""
    version: int = 0
    """The season's version that it holds: the number of its records folded so far."""
    known_at: int = 0
    """The position of the log up to which it knows everything about the season."""

    opened: Filed[events.SeasonOpened] | None = None
    closed: Filed[events.SeasonClosed] | None = None
    scales: dict[str, Filed[events.PointsScaleAdopted]] = field(factory=dict)
    classes: dict[str, Filed[events.CarClassDefined]] = field(factory=dict)
    championships: dict[str, Filed[events.ChampionshipDefined]] = field(factory=dict)

    rounds: dict[int, Filed[events.RoundScheduled]] = field(factory=dict)
    races: dict[str, Filed[events.RaceScheduled]] = field(factory=dict)
    postponed: dict[str, Filed[events.RacePostponed]] = field(factory=dict)
    cancelled: dict[str, Filed[events.RaceCancelled]] = field(factory=dict)
    shortened: dict[str, Filed[events.RaceShortened]] = field(factory=dict)

    drivers: dict[str, Filed[events.DriverRegistered]] = field(factory=dict)
    ratings: dict[str, tuple[Filed[events.DriverRated], ...]] = field(factory=dict)
    manufacturers: dict[str, Filed[events.ManufacturerRegistered]] = field(factory=dict)
    entries: dict[str, Filed[events.EntryRegistered]] = field(factory=dict)
    crew_changes: dict[str, tuple[Filed[CrewChange], ...]] = field(factory=dict)
    car_changes: dict[str, tuple[Filed[events.CarChanged], ...]] = field(factory=dict)
    withdrawn: dict[str, Filed[events.EntryWithdrawn]] = field(factory=dict)

    classified: dict[RaceAndClass, Filed[events.RaceClassified]] = field(factory=dict)
    """The newest classification of each class in each race."""
    did_not_start: dict[RaceAndCar, Filed[events.DidNotStart]] = field(factory=dict)
    poles: dict[RaceAndCar, Filed[events.PoleTaken]] = field(factory=dict)
    fastest_laps: dict[RaceAndCar, Filed[events.FastestLapSet]] = field(factory=dict)
    winners: dict[RaceAndClass, Filed[events.WinnerReported]] = field(factory=dict)

    standings_published: tuple[Filed[events.StandingsPublished], ...] = ()
    winners_published: tuple[Filed[events.WinnersPublished], ...] = ()

    def copy(self) -> Self:
        """A book of its own, which can be folded further without changing this one."""
        other = shallow(self)
        for name in _DICTIONARIES:
            setattr(other, name, dict(getattr(self, name)))
        return other

    def file(self, event: Event, position: int, source: str | None = None) -> None:
        """Files one fact. For :func:`fold`, and for whoever tries a fact on a copy."""
        match event:
            case events.SeasonOpened():
                self.opened = Filed(event, position, source)
            case events.SeasonClosed():
                self.closed = Filed(event, position, source)
            case events.PointsScaleAdopted():
                self.scales[event.scale] = Filed(event, position, source)
            case events.CarClassDefined():
                self.classes[event.car_class] = Filed(event, position, source)
            case events.ChampionshipDefined():
                self.championships[event.championship] = Filed(event, position, source)
            case events.RoundScheduled():
                self.rounds[event.round] = Filed(event, position, source)
            case events.RaceScheduled():
                self.races[event.race] = Filed(event, position, source)
            case events.RacePostponed():
                self.postponed[event.race] = Filed(event, position, source)
            case events.RaceCancelled():
                self.cancelled[event.race] = Filed(event, position, source)
            case events.RaceShortened():
                self.shortened[event.race] = Filed(event, position, source)
            case events.DriverRegistered():
                self.drivers[event.driver] = Filed(event, position, source)
            case events.DriverRated():
                before = self.ratings.get(event.driver, ())
                self.ratings[event.driver] = (*before, Filed(event, position, source))
            case events.ManufacturerRegistered():
                self.manufacturers[event.manufacturer] = Filed(event, position, source)
            case events.EntryRegistered():
                self.entries[event.car] = Filed(event, position, source)
            case events.DriverAssigned() | events.DriverSwapped():
                changes = self.crew_changes.get(event.car, ())
                self.crew_changes[event.car] = (*changes, Filed[CrewChange](event, position, source))
            case events.CarChanged():
                cars = self.car_changes.get(event.car, ())
                self.car_changes[event.car] = (*cars, Filed(event, position, source))
            case events.EntryWithdrawn():
                self.withdrawn[event.car] = Filed(event, position, source)
            case events.RaceClassified():
                self.classified[event.race, event.car_class] = Filed(event, position, source)
            case events.DidNotStart():
                self.did_not_start[event.race, event.car] = Filed(event, position, source)
            case events.PoleTaken():
                self.poles[event.race, event.car] = Filed(event, position, source)
            case events.FastestLapSet():
                self.fastest_laps[event.race, event.car] = Filed(event, position, source)
            case events.WinnerReported():
                self.winners[event.race, event.car_class] = Filed(event, position, source)
            case events.StandingsPublished():
                self.standings_published = (*self.standings_published, Filed(event, position, source))
            case events.WinnersPublished():
                self.winners_published = (*self.winners_published, Filed(event, position, source))
            case _:
                assert_never(event)
        self.version += 1
        self.known_at = position


_DICTIONARIES = tuple(
    name for name, annotation in Book.__annotations__.items() if getattr(annotation, "__origin__", None) is dict
)


def fold(records: Iterable[Record], onto: Book | None = None, *, season: str | None = None) -> Book:
    """The book that follows from ``records``, in the order of the log.

    With ``onto``, the book that follows from all that it holds and then ``records``; it is left as it was. An empty
    fold needs to be told its ``season``.
    """
    book = onto.copy() if onto is not None else None
    for record in records:
        if book is None:
            book = Book(record.season)
        book.file(record.event, record.position, record.source)
    if book is None:
        if season is None:
            raise ValueError("an empty fold belongs to no season; name it")
        book = Book(season)
    return book
