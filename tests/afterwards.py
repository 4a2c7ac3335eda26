"""A season in which everything is decided afterwards: what the tests of rulings on the command line ask about."""

from fractions import Fraction
from pathlib import Path
from typing import Final

from events import (
    CarClassDefined,
    ChampionshipDefined,
    ClassificationAmended,
    CompetitorExcluded,
    CountedPart,
    DidNotStart,
    Disqualified,
    DriverRegistered,
    EntryRegistered,
    Event,
    Line,
    ManufacturerRegistered,
    MovedDown,
    PointsDeducted,
    PointsScaleAdopted,
    PointsWithheld,
    RaceClassified,
    RaceScheduled,
    RaceShortened,
    RecordCorrected,
    RecordStruck,
    RoundScheduled,
    Rules,
    RulingRescinded,
    SeasonOpened,
    TimePenaltyImposed,
    points,
)
from ledger import Ledger

DRIVERS: Final = {"7": "Ann Archer", "12": "Bob Brook", "8": "Cy Cole", "21": "Dee Drake", "33": "Eve Ellis"}
FRAME: Final[tuple[Event, ...]] = (
    SeasonOpened("cup-2026", "Club Cup 2026", 2026),
    PointsScaleAdopted("race", points(10, 8, 6, 5, 4)),
    CarClassDefined("GT", "GT cars"),
    ChampionshipDefined("drivers", "Drivers' Cup", Rules("driver", ("GT",), "race")),
    ChampionshipDefined("best", "Best of Two", Rules("driver", ("GT",), "race", counting=(CountedPart(best=2),))),
    RoundScheduled(1, "OUL", "Oulton Park"),
    RaceScheduled("OUL-1", 1),
    RaceScheduled("OUL-2", 1),
    RoundScheduled(2, "DON", "Donington"),
    RaceScheduled("DON", 2),
    ManufacturerRegistered("ford", "Ford"),
    *(DriverRegistered(name.lower().replace(" ", "-"), name) for name in DRIVERS.values()),
    *(
        EntryRegistered(car, "GT", f"{name.split()[1]} Racing", "ford", drivers=(name.lower().replace(" ", "-"),))
        for car, name in DRIVERS.items()
    ),
)
"""Records 1 to 21."""


def finish(*cars: str) -> tuple[Line, ...]:
    """A classification in which each car is two seconds behind the one before it."""
    return tuple(Line(place, car, laps=20, gap_ms=2000 * (place - 1)) for place, car in enumerate(cars, start=1))


RESULTS: Final[tuple[Event, ...]] = (
    RaceClassified("OUL-1", "GT", finish("7", "12", "8", "21", "33")),
    RaceClassified("OUL-2", "GT", finish("12", "7", "21", "8", "33"), "provisional"),
    DidNotStart("DON", "33"),
    RaceClassified("DON", "GT", finish("8", "12", "7", "21")),
)
"""Records 22 to 25."""
DECISIONS: Final[tuple[Event, ...]] = (
    Disqualified("OUL-2", "12", "Stewards", "ride height"),
    ClassificationAmended("OUL-2", "GT", finish("7", "21", "12", "8", "33"), "Organiser", "timing"),
    TimePenaltyImposed("OUL-2", "7", 3000, "Stewards", "track limits"),
    PointsWithheld("OUL-1", "Stewards", "late licence", "stay", car="8"),
    PointsDeducted("drivers", "bob-brook", Fraction(3), "Stewards", "conduct", race="OUL-1", counts_from="DON"),
    CompetitorExcluded("drivers", "eve-ellis", "Organiser", "no licence", race="DON"),
    RaceShortened("DON", Fraction(1, 2), "fog", "Organiser"),
    MovedDown("DON", "8", 1, "Stewards", "false start"),
    RulingRescinded(33, "Court of Appeal", "no start line"),
)
"""Records 26 to 34: the disqualification is spent by the amendment, the last ruling takes back the one before."""
CORRECTIONS: Final[tuple[Event, ...]] = (
    RecordCorrected(14, DriverRegistered("cy-cole", "Cyrus Cole"), "full name"),
    RecordStruck(24, "she was not entered"),
)
"""Records 35 and 36."""


def afterwards(path: Path, *, decided: bool = True) -> None:
    """The season in a ledger at ``path``; without its decisions, as it was when the flag had fallen."""
    with Ledger.open(path) as ledger:
        season = ledger.season("cup-2026")
        season.append(*FRAME, key="frame", source="Regulations")
        season.append(*RESULTS, key="results", source="Results")
        for number, ruling in enumerate(DECISIONS if decided else (), start=1):
            season.append(ruling, key=f"decision {number}", source=f"Decision {number}")
        for number, correction in enumerate(CORRECTIONS if decided else (), start=1):
            season.append(correction, key=f"correction {number}", source="Erratum")
