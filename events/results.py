"""Facts about what happened on the track. Classifications name cars, as official results do."""

from events.frozen import frozen
from events.values import (
    CarNumber,
    ClassId,
    ClassificationStatus,
    DriverId,
    GapMs,
    LapCount,
    Laps,
    LapTimeMs,
    LineStatus,
    MissedStart,
    Name,
    Place,
    RaceId,
)


@frozen
class Line:
    """One car of a classification."""

    place: Place | None
    """Place in the class, from 1; ``None``: not classified, and the status says why."""
    car: CarNumber
    status: LineStatus = "finished"
    """How its race ended. A car that retired may hold a place, where the rules classify it."""
    laps: Laps | None = None
    """Laps completed; ``None``: not known."""
    gap_ms: GapMs | None = None
    """Time behind the class winner at the flag, in milliseconds, 0 for the winner; ``None``: not known, or in laps."""


@frozen
class RaceClassified:
    """Race control published the classification of one class in one race.

    A provisional one may be followed by one official one, which replaces it.
    """

    race: RaceId
    car_class: ClassId
    lines: tuple[Line, ...]
    """The classified cars in order of place, 1, 2, 3... without a hole; then those that were not classified."""
    status: ClassificationStatus = "official"


@frozen
class DidNotStart:
    """A car that was entered for a race missed its start. It scores nothing and nobody moves."""

    race: RaceId
    car: CarNumber
    reason: Name | None = None
    status: MissedStart = "DNS"
    """How it missed it."""


@frozen
class PoleTaken:
    """A car took the pole position of its class."""

    race: RaceId
    car: CarNumber
    driver: DriverId | None = None
    """Who set the time; ``None``: not known."""


@frozen
class FastestLapSet:
    """A car set the fastest lap of its class. Cars that set the same time have a fact each."""

    race: RaceId
    car: CarNumber
    driver: DriverId | None = None
    """Who drove the lap; ``None``: not known."""
    time_ms: LapTimeMs | None = None
    """The lap's time in milliseconds; ``None``: not known."""


@frozen
class LapsLed:
    """A car led laps of its class in a race."""

    race: RaceId
    car: CarNumber
    laps: LapCount
    """How many, 1 at least."""
    driver: DriverId | None = None
    """Who drove them; ``None``: not known."""


@frozen
class WinnerReported:
    """Somebody reported who won a class, where no classification is known: neither the car nor anybody else's place.

    A classification of that race and class replaces it.
    """

    race: RaceId
    car_class: ClassId
    driver: DriverId
