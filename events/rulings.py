"""Facts about what was decided after the flag: by stewards, an organiser, a court of appeal.

Each names its authority and its reason; the document is the source of its record. A ruling never edits what it is
about: it stands beside it, and :class:`RulingRescinded` takes it back. ``counts_from`` is the first race as of which a
table shows it, ``None`` for the race that it concerns: a ruling of October about a race of May may leave the tables of
the summer as they were published.

What changes the order of a race (disqualifications, penalties, amendments) applies in the order of the log, each to
the order that the one before it left. A classification that states the whole order, be it the official one after a
provisional one or an amendment, spends the rulings before it.
"""

from typing import Literal

from events.frozen import frozen
from events.results import Line
from events.values import (
    AddedMs,
    CarNumber,
    ChampionshipId,
    ClassId,
    CompetitorId,
    DriverId,
    Name,
    Part,
    Place,
    PlacesDown,
    PointsAmount,
    Position,
    RaceId,
)


@frozen
class Disqualified:
    """A car was disqualified from a race. It loses its place, and every car behind it moves up one."""

    race: RaceId
    car: CarNumber
    authority: Name
    reason: Name
    counts_from: RaceId | None = None


@frozen
class MovedToPlace:
    """A car was given another place of its class in a race. The cars between move by one."""

    race: RaceId
    car: CarNumber
    place: Place
    """The place in the class that it gets, from 1."""
    authority: Name
    reason: Name
    counts_from: RaceId | None = None


@frozen
class MovedDown:
    """A car lost places of its class in a race. The cars that it falls behind move up one."""

    race: RaceId
    car: CarNumber
    places: PlacesDown
    """How many places it lost. Past the end of the class it is last."""
    authority: Name
    reason: Name
    counts_from: RaceId | None = None


@frozen
class MovedToRear:
    """A car was moved behind every other placed car of its class in a race."""

    race: RaceId
    car: CarNumber
    authority: Name
    reason: Name
    counts_from: RaceId | None = None


@frozen
class TimePenaltyImposed:
    """Time was added to what a car took for a race. It falls behind the cars of the same lap that were then faster.

    It falls behind the next car, then the next after that, and so on, up to one of another lap, or that was not faster
    with the penalties of both. Needs the finishing times of the car and of the cars of its lap behind it. Of equal
    times, the car that crossed the line first stays ahead.
    """

    race: RaceId
    car: CarNumber
    added_ms: AddedMs
    """The time added, in milliseconds."""
    authority: Name
    reason: Name
    counts_from: RaceId | None = None


@frozen
class ClassificationAmended:
    """A new official order of one class in one race was published. It replaces the one before, as a whole."""

    race: RaceId
    car_class: ClassId
    lines: tuple[Line, ...]
    """The classified cars in order of place, 1, 2, 3... without a hole; then those that were not classified."""
    authority: Name
    reason: Name
    counts_from: RaceId | None = None


@frozen
class RaceShortened:
    """A race was declared too short for full points, and pays a part of them."""

    race: RaceId
    part: Part
    """The part of the points that it pays: 1/2 for half points, 0 for none."""
    reason: Name | None = None
    authority: Name | None = None
    """``None``: not stated."""
    counts_from: RaceId | None = None


@frozen
class PointsWithheld:
    """A car, or one driver of it, was declared not eligible for the points of a race. Its place stays as it is."""

    race: RaceId
    authority: Name
    reason: Name
    behind: Literal["move-up", "stay"]
    """Whether the next cars score as if this one had not been there, or its points go to nobody.

    Where drivers alone are named, the next cars move up once nobody is left who may score with the car. Of several
    rulings on a car, one that lets them move up is enough.
    """
    car: CarNumber | None = None
    """The car whose competitors score nothing; ``None``: a driver alone is named."""
    driver: DriverId | None = None
    """The driver who scores nothing, in that car or in any; ``None``: the car with all its competitors.

    Where a car's drivers split its points, the others split them without this one.
    """
    championships: tuple[ChampionshipId, ...] = ()
    """The championships in which it holds; empty: all of them."""
    counts_from: RaceId | None = None


@frozen
class PointsDeducted:
    """Points were taken from one competitor of one championship. A team's deduction does not touch its drivers."""

    championship: ChampionshipId
    competitor: CompetitorId
    points: PointsAmount
    """How many points were taken, above 0."""
    authority: Name
    reason: Name
    race: RaceId | None = None
    """The race that it was imposed for; ``None``: none in particular, and ``counts_from`` says from when it shows."""
    counts_from: RaceId | None = None


@frozen
class PointsRestored:
    """Points were given to one competitor of one championship beside what its results earned, or given back."""

    championship: ChampionshipId
    competitor: CompetitorId
    points: PointsAmount
    """How many points were given, above 0."""
    authority: Name
    reason: Name
    race: RaceId | None = None
    """The race that they were given for; ``None``: none in particular, and ``counts_from`` says from when it shows."""
    counts_from: RaceId | None = None


@frozen
class ResultsAnnulled:
    """A competitor's results in some races were struck from a championship. Nobody moves up, and no race changes.

    As where a team is sold in mid-season, and its new owner starts from nothing.
    """

    championship: ChampionshipId
    competitor: CompetitorId
    races: tuple[RaceId, ...]
    """The races whose results no longer count, at least one."""
    authority: Name
    reason: Name
    counts_from: RaceId | None = None
    """``None``: from each of the races itself."""


@frozen
class CompetitorExcluded:
    """A competitor was excluded from a championship. It keeps its results and has no position; no race changes."""

    championship: ChampionshipId
    competitor: CompetitorId
    authority: Name
    reason: Name
    race: RaceId | None = None
    """The race that it was excluded for; ``None``: none in particular, and ``counts_from`` says from when it shows."""
    counts_from: RaceId | None = None


@frozen
class RulingRescinded:
    """A ruling was taken back, as by a court of appeal. A rescission can be rescinded too: then the ruling stands."""

    position: Position
    """The position of the ruling's record in the log."""
    authority: Name
    reason: Name
    counts_from: RaceId | None = None
    """``None``: from where the ruling itself counts, as if it had never been."""
