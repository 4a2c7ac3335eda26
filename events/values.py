"""The words that facts are written in: identifiers with their shapes, and closed lists of terms.

Every identifier is a ``str`` that carries its rule as :class:`Text` metadata, every count an ``int`` that carries
its :class:`Whole`. The rules are data: scrutineering holds new facts against them, the JSON Schema prints them,
and reading what was once recorded never pays for them.
"""

from fractions import Fraction
from typing import Annotated, Final, Literal, TypeAlias

from events.frozen import frozen


@frozen
class Text:
    """The shape of a text: a pattern that the whole text must match, and the same in words for people."""

    pattern: str
    meaning: str


@frozen
class Whole:
    """The bounds of a whole number, both inclusive."""

    least: int
    most: int = 2**63 - 1


@frozen
class Exact:
    """The bounds of an exact number, and the same in words for people. ``None``: unbounded on that side."""

    meaning: str
    least: Fraction | None = None
    """The smallest one allowed."""
    above: Fraction | None = None
    """All allowed ones are greater than this."""
    most: Fraction | None = None
    """The greatest one allowed."""


LONGEST_TEXT: Final = 1_000
"""Characters in one text."""
UNSAFE: Final = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
"""What no text may hold, as the inside of a pattern's brackets: control characters, line and paragraph separators,
and the marks that reverse the direction of a line. In a name they could act on a terminal, in a number they could
hide. Ordinary right-to-left names need none of them."""
_INK: Final = rf"[^\s{UNSAFE}]"

Name: TypeAlias = Annotated[
    str,
    Text(
        rf"{_INK}(?:[^{UNSAFE}]*{_INK})?",
        "text on one line, without control characters or spaces at its ends",
    ),
]
_SLUG: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
Slug: TypeAlias = Annotated[str, Text(_SLUG, "a slug: lower-case letters and digits joined by hyphens")]

SeasonId: TypeAlias = Slug
"""One championship year, one stream of events: ``imsa-vp-2024``."""
ChampionshipId: TypeAlias = Slug
"""One table of a season: ``gsx-drivers``."""
ScaleId: TypeAlias = Slug
"""One points scale of a season: ``race``."""
DriverId: TypeAlias = Slug
"""A slug of the driver's name: ``luca-mars``."""
ManufacturerId: TypeAlias = Slug
"""A slug of the make's name: ``aston-martin``."""
EntrantId: TypeAlias = Slug
"""A slug of the name of who enters cars: ``archer-racing``."""
RaceKind: TypeAlias = Slug
"""A kind of race within a season: ``race``, ``sprint``."""
RoundCode: TypeAlias = Annotated[
    str, Text(r"[A-Z][A-Z0-9]{1,7}", "a round's code: two to eight capitals or digits, a capital first")
]
"""The short name of a round: ``DAY``."""
RaceId: TypeAlias = Annotated[
    str,
    Text(r"[A-Z][A-Z0-9]{1,7}(?:-[1-9][0-9]?)?", "a race's id: its round's code, and -1, -2... where it has several"),
]
"""One race of a round: ``DAY-1``, or ``DAY`` where the round holds a single race."""
ClassId: TypeAlias = Annotated[
    str, Text(r"[A-Za-z0-9]+(?:[ +._/-][A-Za-z0-9]+)*", "a class's id: letters and digits, such as GSX or LMP3")
]
"""A class of cars, as the series writes it: ``GSX``."""
CarNumber: TypeAlias = Annotated[
    str, Text(r"[0-9A-Za-z]{1,8}", "a car number: one to eight digits or letters, without a #")
]
"""The number on the door. Text, since ``"08"`` is not ``"8"``."""
CompetitorId: TypeAlias = Annotated[str, Text(rf"{_INK}+", "a competitor's id: luca-mars, #59, aston-martin")]
"""Who holds a row of a table: the id of a driver, a manufacturer or an entrant; ``#`` and a car number; or the chassis
and the engine of a constructor, ``lotus/ford``."""
Country: TypeAlias = Annotated[str, Text(r"[A-Z]{3}", "a country: three capitals, such as USA")]
"""A country as motorsport abbreviates it, in three capitals."""
ShownResult: TypeAlias = Annotated[
    str, Text(r"[1-9][0-9]{0,3}|[A-Z]{2,4}", 'a result as tables show it: "1" to "9999", or capitals such as "DNS"')
]
"""A cell of a published table."""

Place: TypeAlias = Annotated[int, Whole(1, 9999)]
"""Where a car finished in its class, from 1. A place is never a position."""
Year: TypeAlias = Annotated[int, Whole(1880, 9999)]
"""A year of the calendar."""
RoundNumber: TypeAlias = Annotated[int, Whole(1, 999)]
"""A round of a season, numbered from 1 in calendar order."""
CarCount: TypeAlias = Annotated[int, Whole(1, 9999)]
"""A number of cars."""
ResultCount: TypeAlias = Annotated[int, Whole(1, 999)]
"""A number of results, 1 at least."""
Decimals: TypeAlias = Annotated[int, Whole(0, 15)]
"""A number of decimals."""
Laps: TypeAlias = Annotated[int, Whole(0, 99_999)]
"""Laps completed."""
LapCount: TypeAlias = Annotated[int, Whole(1, 99_999)]
"""A number of laps, 1 at least."""
GapMs: TypeAlias = Annotated[int, Whole(0)]
"""Time behind the class winner, in milliseconds."""
LapTimeMs: TypeAlias = Annotated[int, Whole(1)]
"""The time of a lap, in milliseconds."""
AddedMs: TypeAlias = Annotated[int, Whole(1, 86_400_000)]
"""A time penalty, in milliseconds: at most a day."""
PlacesDown: TypeAlias = Annotated[int, Whole(1, 9999)]
"""A number of places lost."""
Position: TypeAlias = Annotated[int, Whole(1)]
"""Where a record stands in the log, from 1."""

Points: TypeAlias = Annotated[Fraction, Exact("points")]
"""Points, exactly. Never a float."""
ScalePoints: TypeAlias = Annotated[Fraction, Exact("points, 0 or more", least=Fraction(0))]
"""What a place is worth: 0 or more."""
Times: TypeAlias = Annotated[Fraction, Exact("a multiple, above 0", above=Fraction(0))]
"""A multiple of points: above 0."""
PointsAmount: TypeAlias = Annotated[Fraction, Exact("points, above 0", above=Fraction(0))]
"""An amount of points: above 0."""
Part: TypeAlias = Annotated[Fraction, Exact("a part of the whole, from 0 to 1", least=Fraction(0), most=Fraction(1))]
"""A part of a race's points: from 0 to 1."""

Rating: TypeAlias = Literal["platinum", "gold", "silver", "bronze"]
"""What a driver is rated as, in the terms of the FIA's categorisation."""
ClassificationStatus: TypeAlias = Literal["provisional", "official"]
"""Whether a result may still change without a ruling."""
LineStatus: TypeAlias = Literal["finished", "DNF", "NC", "DSQ"]
"""How a car's race ended: at the flag, retired, running but not classified, or disqualified from it."""
MissedStart: TypeAlias = Literal["DNS", "DNQ", "DNPQ", "WD"]
"""How a car missed a start: it did not start, did not qualify, did not pre-qualify, or was withdrawn from the race."""
