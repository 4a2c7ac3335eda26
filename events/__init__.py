"""What happened. Frozen facts and the values they are made of; imports nothing else of this project."""

from typing import Final, TypeAlias, get_args

from events.corrections import RecordCorrected, RecordStruck
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
from events.facts import Fact, Ruling
from events.points import points, points_text, read_points
from events.publications import PublishedRow, PublishedWinner, StandingsPublished, WinnersPublished
from events.record import Record
from events.results import DidNotStart, FastestLapSet, LapsLed, Line, PoleTaken, RaceClassified, WinnerReported
from events.rules import Bonus, CountedPart, RacesApart, Rules
from events.rulings import (
    ClassificationAmended,
    CompetitorExcluded,
    Disqualified,
    MovedDown,
    MovedToPlace,
    MovedToRear,
    PointsDeducted,
    PointsRestored,
    PointsWithheld,
    RaceShortened,
    ResultsAnnulled,
    RulingRescinded,
    TimePenaltyImposed,
)
from events.season import (
    CarClassDefined,
    ChampionshipDefined,
    PointsScaleAdopted,
    RaceCancelled,
    RacePostponed,
    RaceScheduled,
    RoundScheduled,
    SeasonClosed,
    SeasonOpened,
)

Event: TypeAlias = Fact | RecordCorrected | RecordStruck
"""Everything that can be recorded. Closed: whoever matches on it ends in ``assert_never``."""

EVENT_TYPES: Final[tuple[type[Event], ...]] = get_args(Event)
"""The members of :data:`Event`, in the order of the catalogue."""

FACT_TYPES: Final[tuple[type[Fact], ...]] = get_args(Fact)
"""The members of :data:`Fact`: all but corrections."""

RULING_TYPES: Final[tuple[type[Ruling], ...]] = get_args(Ruling)
"""The members of :data:`Ruling`."""

__all__ = [
    "EVENT_TYPES",
    "FACT_TYPES",
    "RULING_TYPES",
    "Bonus",
    "CarChanged",
    "CarClassDefined",
    "ChampionshipDefined",
    "ClassificationAmended",
    "CompetitorExcluded",
    "CountedPart",
    "DidNotStart",
    "Disqualified",
    "DriverAssigned",
    "DriverRated",
    "DriverRegistered",
    "DriverSwapped",
    "EntryRegistered",
    "EntryWithdrawn",
    "Event",
    "Fact",
    "FastestLapSet",
    "LapsLed",
    "Line",
    "ManufacturerRegistered",
    "MovedDown",
    "MovedToPlace",
    "MovedToRear",
    "PointsDeducted",
    "PointsRestored",
    "PointsScaleAdopted",
    "PointsWithheld",
    "PoleTaken",
    "PublishedRow",
    "PublishedWinner",
    "RaceCancelled",
    "RaceClassified",
    "RacePostponed",
    "RaceScheduled",
    "RaceShortened",
    "RacesApart",
    "Record",
    "RecordCorrected",
    "RecordStruck",
    "ResultsAnnulled",
    "RoundScheduled",
    "Rules",
    "Ruling",
    "RulingRescinded",
    "SeasonClosed",
    "SeasonOpened",
    "StandingsPublished",
    "TimePenaltyImposed",
    "WinnerReported",
    "WinnersPublished",
    "points",
    "points_text",
    "read_points",
]
