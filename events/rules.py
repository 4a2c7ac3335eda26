"""A championship's rules as one declarative value. The scoring engine reads it; nothing else decides a point."""

from fractions import Fraction
from typing import Literal, TypeAlias

from events.frozen import frozen
from events.values import (
    CarCount,
    ClassId,
    CompetitorId,
    Name,
    Place,
    PointsAmount,
    RaceId,
    RaceKind,
    Rating,
    ResultCount,
    RoundNumber,
    ScaleId,
    Times,
)

CompetitorKind: TypeAlias = Literal["driver", "team", "entrant", "manufacturer", "constructor"]
"""Who competes: each driver, each team entry (a car number, whoever drives it), each entrant with all its cars, each
make, or each chassis with its engine."""
TieRule: TypeAlias = Literal[
    "countback",
    "scoring-countback",
    "all-cars-countback",
    "best-results",
    "first-achieved",
    "last-achieved",
    "last-race",
]
"""How equal points are told apart, over the results that count.

``countback``: more wins, then more second places, and so on down, over every place that scored, be it nothing.
``scoring-countback``: the same, over the places that earned points alone.
``all-cars-countback``: the same again, with the places of those cars too that would have earned points, had the
competitor not had better ones; for championships in which so many cars count.
``best-results``: the better best result in points, then the better next one, and so on.
``first-achieved``: whoever took the best of the places that scored in the earlier race, then the next best, and so on;
who has none left is behind.
``last-achieved``: the same, for whoever took it in the later race.
``last-race``: whoever scored better in the last race, dropped results too; then the race before it, and so on.

None of them looks at races whose ``break_ties`` is false.
"""
Unplaced: TypeAlias = Literal["DNF", "NC", "DSQ", "DNS"]
"""Why a car has no place: retired, running but not classified, disqualified, or not started."""


@frozen
class RacesApart:
    """Races that count otherwise than the others: all of some kinds, and some by name."""

    kinds: tuple[RaceKind, ...] = ()
    races: tuple[RaceId, ...] = ()
    """Named races go before kinds: a race that is named here is not looked for elsewhere by its kind."""
    counts: bool = True
    """``False``: they are no part of this championship."""
    scale: ScaleId | None = None
    """The scale that they pay by; ``None``: the championship's own."""
    times: Times = Fraction(1)
    """What the scale's values are multiplied by: 2 for double points."""
    break_ties: bool = True
    """Whether they tell equal points apart."""


@frozen
class Bonus:
    """Points beside those of the place. They are paid in full where a race is shortened, unless it says otherwise."""

    what: Literal["pole", "fastest-lap", "led-a-lap", "most-laps-led"]
    """What earns it, within the class of the car. Laps led are each driver's where drivers compete, else the car's."""
    points: PointsAmount
    equal: Literal["split", "each"] = "split"
    """Where several cars, or drivers, did the same: they split the points equally, or each gets them in full. The
    part of one who may not score it goes to nobody."""
    within: Place | None = None
    """Only for a car that is placed in its class so well or better; ``None``: for any car, placed or not."""
    shortened: Literal["full", "part", "none"] = "full"
    """What a shortened race pays of it: all, the part that it pays of everything, or nothing."""
    kinds: tuple[RaceKind, ...] = ()
    """The kinds of races that pay it; empty: all of them."""


@frozen
class CountedPart:
    """Rounds of a season of which not every result counts. Either ``best`` or ``all_but`` is given."""

    best: ResultCount | None = None
    """So many best results count."""
    all_but: ResultCount | None = None
    """All results count but so many, the worst."""
    first_round: RoundNumber = 1
    last_round: RoundNumber | None = None
    """``None``: to the end of the season."""
    name: Name | None = None
    """What the regulations call it; ``None``: it has no name."""
    unit: Literal["race", "round"] = "race"
    """What counts or is dropped as one: the result of a race, or those of all races of a round together."""
    dropped_after: tuple[ResultCount, ...] = ()
    """For ``all_but``: after how many races, or rounds, the first is dropped, the second, and so on; empty: each as
    soon as one is left without it."""


@frozen
class Rules:
    """What a championship counts, and how.

    Places are places in the class. A result is all that a competitor earned in one race.
    """

    competitor: CompetitorKind
    classes: tuple[ClassId, ...]
    """The classes whose cars take part, at least one."""
    scale: ScaleId
    """The points scale that the scoring place is looked up in."""
    ratings: tuple[Rating, ...] | None = None
    """Only drivers with one of these ratings take part; ``None``: every driver. For drivers' championships."""
    cars: CarCount | None = None
    """How many of a competitor's cars count in each class of a race, the best-placed first; ``None``: all of them.
    Its other cars earn it nothing, no bonus either."""
    place: Literal["class", "re-ranked"] = "class"
    """The place that scores: the car's place in its class, or its place among the cars that count here."""
    shown: Literal["class", "scored"] = "scored"
    """The place that the table shows: the place in the class, or the one that scores."""
    shared_car: Literal["each", "split", "nobody"] = "each"
    """A car with several drivers: each scores its points in full, they split them equally, or nobody scores with it,
    neither its drivers nor its team or make. Only drivers can split."""
    ties: tuple[TieRule, ...] = ("countback", "first-achieved")
    """Tried in this order on equal points; competitors that none of them tells apart share the position."""
    competitors: tuple[CompetitorId, ...] | None = None
    """Only these take part, such as the entrants of a full season; ``None``: whoever enters."""
    apart: tuple[RacesApart, ...] = ()
    """Races that pay by another scale, a multiple, or not at all here."""
    bonuses: tuple[Bonus, ...] = ()
    counting: tuple[CountedPart, ...] = ()
    """Which results count; empty: all of them. Parts cover the season from round 1 on, one after the other."""
    kept_statuses: tuple[Unplaced, ...] = ()
    """Results that are not dropped, whatever they are worth: such as a disqualification. ``"DNS"`` is every way to
    miss a start."""
    kept_races: tuple[RaceId, ...] = ()
    """Races whose results are not dropped."""
    wins: Literal["most", "fewest"] = "most"
    """Whether the most points win, or the fewest. Where the fewest do, the scale rises."""
    unplaced: Literal["nothing", "after-last-entry"] = "nothing"
    """What a result without a place is worth: nothing, or what the scale pays for a place more than there are entries.
    The latter goes to competitors that do not come at all as well. Entries are the competitors that are entered for one
    of the races up to the one asked about."""
    appears: Literal["entered", "started", "placed", "scored"] = "started"
    """Who is in the table: whoever is entered; whoever started or missed a start; who was placed in a race; or only who
    has points. Whoever a ruling gave points, or took them from, is in it too."""
