"""Which facts say something of a race, so that a season can be looked at without what came later."""

from typing import assert_never

from events import (
    CarChanged,
    CarClassDefined,
    ChampionshipDefined,
    DidNotStart,
    DriverAssigned,
    DriverRated,
    DriverRegistered,
    DriverSwapped,
    EntryRegistered,
    EntryWithdrawn,
    Event,
    FastestLapSet,
    ManufacturerRegistered,
    PointsScaleAdopted,
    PoleTaken,
    RaceCancelled,
    RaceClassified,
    RacePostponed,
    RaceScheduled,
    RaceShortened,
    RoundScheduled,
    SeasonClosed,
    SeasonOpened,
    StandingsPublished,
    WinnerReported,
    WinnersPublished,
)


def is_about(event: Event, races: frozenset[str]) -> bool:
    """Whether a fact says something of one of the races, or holds only from one of them on; the calendar apart."""
    match event:
        case DriverRated() | DriverAssigned() | DriverSwapped() | CarChanged() | EntryWithdrawn():
            return event.from_race in races
        case (
            RaceCancelled()
            | RaceShortened()
            | RaceClassified()
            | DidNotStart()
            | PoleTaken()
            | FastestLapSet()
            | WinnerReported()
        ):
            return event.race in races
        case (
            SeasonOpened()
            | PointsScaleAdopted()
            | CarClassDefined()
            | ChampionshipDefined()
            | RoundScheduled()
            | RaceScheduled()
            | RacePostponed()
            | SeasonClosed()
            | DriverRegistered()
            | ManufacturerRegistered()
            | EntryRegistered()
            | StandingsPublished()
            | WinnersPublished()
        ):
            return False
        case _:
            assert_never(event)
