"""What happened. Frozen facts and the values they are made of; imports nothing else of this project."""

from typing import Final, TypeAlias, get_args

from events.entries import (
    CarChanged,
    DriverAssigned,
    DriverRated,
    DriverRegistered,
    DriverSwapped,
    EntryRegistered,
    EntryWithdrawn,
    ManufacturerRegistered,
)
from events.points import points, points_text, read_points
from events.publications import PublishedRow, PublishedWinner, StandingsPublished, WinnersPublished
from events.record import Record
from events.results import DidNotStart, FastestLapSet, Line, PoleTaken, RaceClassified, WinnerReported
from events.rules import Rules
from events.season import (
    CarClassDefined,
    ChampionshipDefined,
    PointsScaleAdopted,
    RaceCancelled,
    RacePostponed,
    RaceScheduled,
    RaceShortened,
    RoundScheduled,
    SeasonClosed,
    SeasonOpened,
)

Event: TypeAlias = (
    SeasonOpened
    | PointsScaleAdopted
    | CarClassDefined
    | ChampionshipDefined
    | RoundScheduled
    | RaceScheduled
    | RacePostponed
    | RaceCancelled
    | RaceShortened
    | SeasonClosed
    | DriverRegistered
    | DriverRated
    | ManufacturerRegistered
    | EntryRegistered
    | DriverAssigned
    | DriverSwapped
    | CarChanged
    | EntryWithdrawn
    | RaceClassified
    | DidNotStart
    | PoleTaken
    | FastestLapSet
    | WinnerReported
    | StandingsPublished
    | WinnersPublished
)
"""Everything that can be recorded. Closed: whoever matches on it ends in ``assert_never``."""

EVENT_TYPES: Final[tuple[type[Event], ...]] = get_args(Event)
"""The members of :data:`Event`, in the order of the catalogue."""

__all__ = [
    "EVENT_TYPES",
    "CarChanged",
    "CarClassDefined",
    "ChampionshipDefined",
    "DidNotStart",
    "DriverAssigned",
    "DriverRated",
    "DriverRegistered",
    "DriverSwapped",
    "EntryRegistered",
    "EntryWithdrawn",
    "Event",
    "FastestLapSet",
    "Line",
    "ManufacturerRegistered",
    "PointsScaleAdopted",
    "PoleTaken",
    "PublishedRow",
    "PublishedWinner",
    "RaceCancelled",
    "RaceClassified",
    "RacePostponed",
    "RaceScheduled",
    "RaceShortened",
    "Record",
    "RoundScheduled",
    "Rules",
    "SeasonClosed",
    "SeasonOpened",
    "StandingsPublished",
    "WinnerReported",
    "WinnersPublished",
    "points",
    "points_text",
    "read_points",
]
