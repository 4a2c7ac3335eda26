"""Facts about what somebody printed. They score nothing; the audit holds them against the results."""

from events.frozen import frozen
from events.values import (
    CarNumber,
    ChampionshipId,
    ClassId,
    CompetitorId,
    Decimals,
    DriverId,
    Place,
    Points,
    RaceId,
    ShownResult,
)


@frozen
class PublishedRow:
    """One row of a published table."""

    competitor: CompetitorId
    position: Place | None
    """The printed position; ``None``: none was printed, as for an excluded competitor."""
    points: Points
    results: tuple[ShownResult | None, ...] = ()
    """The printed cells, one for each of the publication's races, ``None`` for an empty one."""


@frozen
class StandingsPublished:
    """Somebody printed the standings of a championship."""

    championship: ChampionshipId
    as_of: RaceId
    """The last race that the printed figures take into account."""
    rows: tuple[PublishedRow, ...]
    races: tuple[RaceId, ...] = ()
    """The races that have a column in it; empty: the table had none, or they were not copied."""
    decimals: Decimals | None = None
    """To how many decimals it rounds points; ``None``: it prints them in full."""


@frozen
class PublishedWinner:
    """One printed winner: the driver, the car, or both."""

    race: RaceId
    car_class: ClassId
    driver: DriverId | None = None
    """``None``: no driver was printed."""
    car: CarNumber | None = None
    """``None``: no car was printed."""


@frozen
class WinnersPublished:
    """Somebody printed a list of race winners."""

    winners: tuple[PublishedWinner, ...]
