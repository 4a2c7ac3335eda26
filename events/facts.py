"""The closed unions of facts: all that can be stated, and those of them that are rulings."""

from typing import TypeAlias

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
from events.publications import StandingsPublished, WinnersPublished
from events.results import DidNotStart, FastestLapSet, LapsLed, PoleTaken, RaceClassified, WinnerReported
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

SeasonFact: TypeAlias = (
    SeasonOpened
    | PointsScaleAdopted
    | CarClassDefined
    | ChampionshipDefined
    | RoundScheduled
    | RaceScheduled
    | RacePostponed
    | RaceCancelled
    | SeasonClosed
)
"""What is stated about a season's frame."""
EntryFact: TypeAlias = (
    DriverRegistered
    | DriverRated
    | ManufacturerRegistered
    | EntryRegistered
    | DriverAssigned
    | DriverSwapped
    | CarChanged
    | EntryWithdrawn
)
"""What is stated about who races."""
ResultFact: TypeAlias = RaceClassified | DidNotStart | PoleTaken | FastestLapSet | LapsLed | WinnerReported
"""What is stated about what happened on the track."""
OrderRuling: TypeAlias = (
    Disqualified | MovedToPlace | MovedDown | MovedToRear | TimePenaltyImposed | ClassificationAmended
)
"""Rulings that change the order of one class in one race."""
PointsRuling: TypeAlias = (
    RaceShortened | PointsWithheld | PointsDeducted | PointsRestored | ResultsAnnulled | CompetitorExcluded
)
"""Rulings that leave every order alone, and change what it is worth."""
CalendarRuling: TypeAlias = RacePostponed | RaceCancelled
"""Decisions about the calendar that can be taken back as rulings are."""
Ruling: TypeAlias = OrderRuling | PointsRuling | CalendarRuling | RulingRescinded
"""Everything that can be rescinded."""
PublicationFact: TypeAlias = StandingsPublished | WinnersPublished
"""What is stated about what somebody printed."""
Fact: TypeAlias = SeasonFact | EntryFact | ResultFact | OrderRuling | PointsRuling | RulingRescinded | PublicationFact
"""Everything that can be stated, and corrected."""
