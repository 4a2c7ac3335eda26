"""Facts about a season's frame: its name, its rules, its classes and its calendar."""

import datetime
from fractions import Fraction
from typing import Literal

from events.frozen import frozen
from events.rules import Rules
from events.values import (
    ChampionshipId,
    ClassId,
    Country,
    Name,
    RaceId,
    RaceKind,
    RoundCode,
    RoundNumber,
    ScaleId,
    ScalePoints,
    SeasonId,
    Year,
)


@frozen
class SeasonOpened:
    """An organiser announced a season. The first fact of every stream."""

    season: SeasonId
    """The id of the stream that this fact opens."""
    title: Name
    year: Year


@frozen
class PointsScaleAdopted:
    """An organiser set what each place is worth."""

    scale: ScaleId
    points: tuple[ScalePoints, ...]
    """What 1st, 2nd, 3rd... are worth: at least one, and never more than the place before, or never less."""
    beyond: ScalePoints = Fraction(0)
    """What each place past the end of ``points`` is worth; 0 where only the listed places score."""
    order: Literal["falling", "rising"] = "falling"
    """Whether a better place is worth more points, or fewer: a rising scale is for tables that the fewest win."""


@frozen
class CarClassDefined:
    """An organiser set up a class of cars that race each other."""

    car_class: ClassId
    name: Name


@frozen
class ChampionshipDefined:
    """An organiser set up a championship, with its rules as data."""

    championship: ChampionshipId
    title: Name
    rules: Rules


@frozen
class RoundScheduled:
    """An organiser put a race weekend into the calendar."""

    round: RoundNumber
    """From 1, in calendar order, without holes."""
    code: RoundCode
    circuit: Name
    country: Country | None = None
    starts_on: datetime.date | None = None
    """First day of the meeting; ``None``: not announced."""
    ends_on: datetime.date | None = None
    """Last day of the meeting; ``None``: not announced."""


@frozen
class RaceScheduled:
    """An organiser put a race into a round. Races of a round run in the order in which they were scheduled."""

    race: RaceId
    round: RoundNumber
    starts_on: datetime.date | None = None
    """The day of the start; ``None``: not announced."""
    kind: RaceKind = "race"
    """What kind of race it is, in the words of the rules, which may pay kinds differently: ``"sprint"``."""


@frozen
class RacePostponed:
    """An organiser moved a race that has not been run out of its round. It can be rescinded, like any ruling."""

    race: RaceId
    to_round: RoundNumber | None
    """The round in which it will run, after that round's own races; ``None``: not decided yet."""
    reason: Name | None = None
    authority: Name | None = None
    """Who decided it; ``None``: not stated."""


@frozen
class RaceCancelled:
    """An organiser struck a race that has not been run from the calendar. It can be rescinded, like any ruling."""

    race: RaceId
    reason: Name | None = None
    authority: Name | None = None
    """Who decided it; ``None``: not stated."""


@frozen
class SeasonClosed:
    """An organiser declared the season over: no further schedule, entry or result follows."""
