"""A championship's rules as one declarative value. The scoring engine reads it; nothing else decides a point."""

from typing import Literal, TypeAlias

from attrs import frozen

from events.values import CarCount, ClassId, Rating, ScaleId

CompetitorKind: TypeAlias = Literal["driver", "team", "manufacturer"]
"""Who competes: each driver, each team entry (a car number, whoever drives it), or each make."""
TieRule: TypeAlias = Literal["countback", "first-achieved"]
"""How equal points are told apart.

``countback``: more wins, then more second places, and so on down, over the places that scored.
``first-achieved``: whoever took the best of those places in the earlier race, then the next best, and so on.
"""


@frozen
class Rules:
    """What a championship counts, and how.

    Places are places in the class. A competitor appears in the table with its first start, made or missed.
    """

    competitor: CompetitorKind
    classes: tuple[ClassId, ...]
    """The classes whose cars take part, at least one."""
    scale: ScaleId
    """The points scale that the scoring place is looked up in."""
    ratings: tuple[Rating, ...] | None = None
    """Only drivers with one of these ratings take part; ``None``: every driver. For drivers' championships."""
    cars: CarCount | None = None
    """How many of a competitor's cars count in each class of a race, the best-placed first; ``None``: all of them."""
    place: Literal["class", "re-ranked"] = "class"
    """The place that scores: the car's place in its class, or its place among the cars that count here."""
    shown: Literal["class", "scored"] = "scored"
    """The place that the table shows: the place in the class, or the one that scores."""
    shared_car: Literal["each", "split", "nobody"] = "each"
    """A car with several drivers: each scores its points in full, they split them equally, or nobody scores."""
    ties: tuple[TieRule, ...] = ("countback", "first-achieved")
    """Tried in this order on equal points; competitors that none of them tells apart share the position."""
