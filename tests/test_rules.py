"""Every rule of a championship by itself: a small season, and the table that follows from it, written as text."""

from fractions import Fraction
from inspect import cleandoc
from typing import Any

import pytest
from attrs import evolve

from events import (
    Bonus,
    CarChanged,
    CountedPart,
    DidNotStart,
    DriverAssigned,
    DriverRated,
    EntryRegistered,
    EntryWithdrawn,
    Event,
    FastestLapSet,
    LapsLed,
    PointsScaleAdopted,
    PoleTaken,
    RaceCancelled,
    RacesApart,
    RaceScheduled,
    RaceShortened,
    RoundScheduled,
    Rules,
    points,
    points_text,
)
from ledger.testing import table_text
from projections import standings, why
from tests.clubcup import DRIVERS, MAKES, OULTON, TEAMS, book, result, table

HALF, ONE = Fraction(1, 2), Fraction(1)
Case = tuple[str, Rules, tuple[Event, ...], str]
"""A truth, the rules, what happened, and the table."""

# Races apart.

SPRINT = PointsScaleAdopted("sprint", points(3, 2, 1))
SPA = (RoundScheduled(4, "SPA", "Spa"), RaceScheduled("SPA-1", 4, kind="sprint"), RaceScheduled("SPA-2", 4))
SPRINT_WEEKEND = (SPRINT, *SPA, result("SPA-1", "2 1 3"), result("SPA-2", "1 2 3"))
APART: list[Case] = [
    (
        "a kind of race pays by a scale of its own",
        evolve(TEAMS, apart=(RacesApart(("sprint",), scale="sprint"),)),
        SPRINT_WEEKEND,
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  SPA-1  SPA-2  points
          1  #1              -      -    -    -      2      1      12
          2  #2              -      -    -    -      1      2      11
          3  #3              -      -    -    -      3      3       7
        """,
    ),
    (
        "a kind of race that no rule names pays like any other",
        TEAMS,
        SPRINT_WEEKEND,
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  SPA-1  SPA-2  points
          1  #2              -      -    -    -      1      2      18
          2  #1              -      -    -    -      2      1      18
          3  #3              -      -    -    -      3      3      12
        """,
    ),
    (
        "a race pays double",
        evolve(TEAMS, apart=(RacesApart((), ("OUL-2",), times=Fraction(2)),)),
        (result("OUL-1", "1 2"), result("OUL-2", "2 1")),
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #2              2      1      28
          2  #1              1      2      26
        """,
    ),
    (
        "a multiple is exact",
        evolve(TEAMS, apart=(RacesApart((), ("OUL-1",), times=Fraction(4, 7)),)),
        (result("OUL-1", "1 2"),),
        """
        pos  competitor  OUL-1  points
          1  #1              1   5 5/7
          2  #2              2   4 4/7
        """,
    ),
    (
        "a shortened race pays a part of the multiple",
        evolve(TEAMS, apart=(RacesApart((), ("OUL-1",), times=Fraction(2)),)),
        (result("OUL-1", "1 2 3"), RaceShortened("OUL-1", Fraction(1, 4))),
        """
        pos  competitor  OUL-1  points
          1  #1              1       5
          2  #2              2       4
          3  #3              3       3
        """,
    ),
    (
        "a race may be no part of a championship, and has no column in its table",
        evolve(TEAMS, apart=(RacesApart((), ("OUL-2",), counts=False),)),
        (result("OUL-1", "1 2"), result("OUL-2", "3 2 1"), result("DON", "2 1")),
        """
        pos  competitor  OUL-1  DON  points
          1  #1              1    2      18
          2  #2              2    1      18
        """,
    ),
    (
        "a kind of race may be no part of it",
        evolve(TEAMS, apart=(RacesApart(("sprint",), counts=False),)),
        SPRINT_WEEKEND,
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  SPA-2  points
          1  #1              -      -    -    -      1      10
          2  #2              -      -    -    -      2       8
          3  #3              -      -    -    -      3       6
        """,
    ),
    (
        "a named race goes before its kind",
        evolve(
            TEAMS,
            apart=(
                RacesApart(("sprint",), counts=False),
                RacesApart((), ("SPA-1",), scale="sprint", times=Fraction(3)),
            ),
        ),
        SPRINT_WEEKEND,
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  SPA-1  SPA-2  points
          1  #2              -      -    -    -      1      2      17
          2  #1              -      -    -    -      2      1      16
          3  #3              -      -    -    -      3      3       9
        """,
    ),
    (
        "a win in a sprint tells nobody apart where its places break no ties",
        evolve(TEAMS, scale="sprint", apart=(RacesApart(("sprint",), break_ties=False),)),
        (SPRINT, *SPA, result("SPA-1", "1 2"), result("SPA-2", "3 2 1")),
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  SPA-1  SPA-2  points
          1  #2              -      -    -    -      2      2       4
          2  #1              -      -    -    -      1      3       4
          3  #3              -      -    -    -      -      1       3
        """,
    ),
]

# Bonuses.


def bonus(what: Any, **more: Any) -> tuple[Bonus, ...]:
    """One bonus of one point."""
    return (Bonus(what, ONE, **more),)


FASTEST = (FastestLapSet("OUL-1", "1", "ann"), FastestLapSet("OUL-1", "3", "cid"), FastestLapSet("OUL-1", "5", "fay"))
BONUSES: list[Case] = [
    (
        "the pole pays a point, placed or not",
        evolve(DRIVERS, bonuses=bonus("pole")),
        (result("OUL-1", "2 3"), PoleTaken("OUL-1", "1"), DidNotStart("OUL-1", "1")),
        """
        pos  competitor  OUL-1  points
          1  bob             1      10
          2  cid             2       8
          3  ann           DNS       1
        """,
    ),
    (
        "the driver of a shared car who took the pole has the point alone, and undivided",
        evolve(DRIVERS, bonuses=bonus("pole"), shared_car="split"),
        (result("OUL-1", "1 5"), PoleTaken("OUL-1", "5", "fay")),
        """
        pos  competitor  OUL-1  points
          1  ann             1      10
          2  fay             2       5
          3  eve             2       4
        """,
    ),
    (
        "where the driver is not known, the crew divides the point as it divides the points of the car",
        evolve(DRIVERS, bonuses=bonus("pole"), shared_car="split"),
        (result("OUL-1", "1 5"), PoleTaken("OUL-1", "5")),
        """
        pos  competitor  OUL-1  points
          1  ann             1      10
          2  eve             2     4.5
          2  fay             2     4.5
        """,
    ),
    (
        "a shared car that scores for nobody has a point for its driver's lap",
        evolve(DRIVERS, bonuses=bonus("fastest-lap"), shared_car="nobody"),
        (result("OUL-1", "1 5"), FastestLapSet("OUL-1", "5", "eve")),
        """
        pos  competitor  OUL-1  points
          1  ann             1      10
          2  eve             2       1
          3  fay             2       0
        """,
    ),
    (
        "and none where the driver is not known",
        evolve(DRIVERS, bonuses=bonus("fastest-lap"), shared_car="nobody"),
        (result("OUL-1", "1 5"), FastestLapSet("OUL-1", "5")),
        """
        pos  competitor  OUL-1  points
          1  ann             1      10
          2  eve             2       0
          2  fay             2       0
        """,
    ),
    (
        "equal fastest laps split the point",
        evolve(DRIVERS, bonuses=bonus("fastest-lap")),
        (OULTON, *FASTEST),
        """
        pos  competitor  OUL-1  points
          1  ann             1  10 1/3
          2  bob             2       8
          3  cid             3   6 1/3
          4  dee             4       4
          5  fay             5   1 1/3
          6  eve             5       1
        """,
    ),
    (
        "or have it each",
        evolve(DRIVERS, bonuses=bonus("fastest-lap", equal="each")),
        (OULTON, *FASTEST),
        """
        pos  competitor  OUL-1  points
          1  ann             1      11
          2  bob             2       8
          3  cid             3       7
          4  dee             4       4
          5  fay             5       2
          6  eve             5       1
        """,
    ),
    (
        "a share of the point is lost with a place outside the first three",
        evolve(DRIVERS, bonuses=bonus("fastest-lap", within=3)),
        (OULTON, *FASTEST),
        """
        pos  competitor  OUL-1  points
          1  ann             1  10 1/3
          2  bob             2       8
          3  cid             3   6 1/3
          4  dee             4       4
          5  eve             5       1
          5  fay             5       1
        """,
    ),
    (
        "a car without a place is not within any",
        evolve(TEAMS, bonuses=bonus("fastest-lap", within=9)),
        (result("OUL-1", "2", DNF="1"), FastestLapSet("OUL-1", "1")),
        """
        pos  competitor  OUL-1  points
          1  #2              1      10
          2  #1            DNF       0
        """,
    ),
    (
        "a shortened race pays a bonus in full",
        evolve(TEAMS, bonuses=bonus("fastest-lap")),
        (result("OUL-1", "1 2"), FastestLapSet("OUL-1", "2"), RaceShortened("OUL-1", HALF)),
        """
        pos  competitor  OUL-1  points
          1  #1              1       5
          2  #2              2       5
        """,
    ),
    (
        "or in part",
        evolve(TEAMS, bonuses=bonus("fastest-lap", shortened="part")),
        (result("OUL-1", "1 2"), FastestLapSet("OUL-1", "2"), RaceShortened("OUL-1", HALF)),
        """
        pos  competitor  OUL-1  points
          1  #1              1       5
          2  #2              2     4.5
        """,
    ),
    (
        "or not at all",
        evolve(TEAMS, bonuses=bonus("fastest-lap", shortened="none")),
        (result("OUL-1", "1 2"), FastestLapSet("OUL-1", "2"), RaceShortened("OUL-1", HALF)),
        """
        pos  competitor  OUL-1  points
          1  #1              1       5
          2  #2              2       4
        """,
    ),
    (
        "a race of its full points pays it, whatever it is when shortened",
        evolve(TEAMS, bonuses=bonus("fastest-lap", shortened="none")),
        (result("OUL-1", "1 2"), FastestLapSet("OUL-1", "2"), RaceShortened("OUL-1", ONE)),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #2              2       9
        """,
    ),
    (
        "a bonus is not doubled with the race",
        evolve(TEAMS, bonuses=bonus("pole"), apart=(RacesApart((), ("OUL-1",), times=Fraction(2)),)),
        (result("OUL-1", "1 2"), PoleTaken("OUL-1", "2")),
        """
        pos  competitor  OUL-1  points
          1  #1              1      20
          2  #2              2      17
        """,
    ),
    (
        "only some kinds of races pay it",
        evolve(TEAMS, bonuses=bonus("pole", kinds=("race",))),
        (*SPRINT_WEEKEND, PoleTaken("SPA-1", "3"), PoleTaken("SPA-2", "3")),
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  SPA-1  SPA-2  points
          1  #2              -      -    -    -      1      2      18
          2  #1              -      -    -    -      2      1      18
          3  #3              -      -    -    -      3      3      13
        """,
    ),
    (
        "each driver who led a lap has a point",
        evolve(DRIVERS, bonuses=bonus("led-a-lap", equal="each")),
        (
            result("OUL-1", "1 5"),
            LapsLed("OUL-1", "1", 9, "ann"),
            LapsLed("OUL-1", "5", 1, "eve"),
            LapsLed("OUL-1", "5", 4, "fay"),
        ),
        """
        pos  competitor  OUL-1  points
          1  ann             1      11
          2  eve             2       9
          2  fay             2       9
        """,
    ),
    (
        "a team has one point for it, whoever of its drivers led",
        evolve(TEAMS, bonuses=bonus("led-a-lap", equal="each")),
        (
            result("OUL-1", "1 5"),
            LapsLed("OUL-1", "1", 9, "ann"),
            LapsLed("OUL-1", "5", 1, "eve"),
            LapsLed("OUL-1", "5", 4, "fay"),
        ),
        """
        pos  competitor  OUL-1  points
          1  #1              1      11
          2  #5              2       9
        """,
    ),
    (
        "most laps led are those of one driver",
        evolve(DRIVERS, bonuses=bonus("most-laps-led")),
        (
            result("OUL-1", "1 5"),
            LapsLed("OUL-1", "1", 9, "ann"),
            LapsLed("OUL-1", "5", 8, "eve"),
            LapsLed("OUL-1", "5", 4, "fay"),
        ),
        """
        pos  competitor  OUL-1  points
          1  ann             1      11
          2  eve             2       8
          2  fay             2       8
        """,
    ),
    (
        "or of a car, whoever drove it",
        evolve(TEAMS, bonuses=bonus("most-laps-led")),
        (
            result("OUL-1", "1 5"),
            LapsLed("OUL-1", "1", 9, "ann"),
            LapsLed("OUL-1", "5", 8, "eve"),
            LapsLed("OUL-1", "5", 4, "fay"),
        ),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #5              2       9
        """,
    ),
    (
        "where as many laps were led, the point is split",
        evolve(TEAMS, bonuses=bonus("most-laps-led")),
        (result("OUL-1", "1 2 3"), LapsLed("OUL-1", "1", 9), LapsLed("OUL-1", "2", 9), LapsLed("OUL-1", "3", 1)),
        """
        pos  competitor  OUL-1  points
          1  #1              1    10.5
          2  #2              2     8.5
          3  #3              3       6
        """,
    ),
    (
        "several bonuses add up, and go with the car",
        evolve(MAKES, bonuses=(*bonus("pole"), Bonus("fastest-lap", HALF))),
        (OULTON, PoleTaken("OUL-1", "2"), FastestLapSet("OUL-1", "2"), FastestLapSet("OUL-1", "5")),
        """
        pos  competitor  OUL-1  points
          1  ford            1   19.25
          2  kia             3      10
          3  opel            5    1.25
        """,
    ),
    (
        "a car that does not count has no bonus either",
        evolve(MAKES, cars=1, bonuses=bonus("pole")),
        (OULTON, PoleTaken("OUL-1", "2")),
        """
        pos  competitor  OUL-1  points
          1  ford            1      10
          2  kia             3       6
          3  opel            5       1
        """,
    ),
    (
        "the pole of another class is nothing to this one",
        evolve(TEAMS, bonuses=bonus("pole")),
        (result("OUL-1", "1"), result("OUL-1", "31", car_class="LMP3"), PoleTaken("OUL-1", "31")),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
        """,
    ),
]

# What counts.

FOUR = (result("OUL-1", "1 2 3"), result("OUL-2", "2 1 3"), result("DON", "3 1 2"), result("SIL", "3 2"))
COUNTING: list[Case] = [
    (
        "every result counts",
        TEAMS,
        FOUR,
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #3              3      3    1    1      32
          2  #2              2      1    3    2      32
          3  #1              1      2    2    -      26
        """,
    ),
    (
        "the best three count",
        evolve(TEAMS, counting=(CountedPart(best=3),)),
        FOUR,
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #3              3      3    1    1      26
          2  #1              1      2    2    -      26
          3  #2              2      1    3    2      26
        """,
    ),
    (
        "the best one counts",
        evolve(TEAMS, counting=(CountedPart(best=1),)),
        FOUR,
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #1              1      2    2    -      10
          2  #2              2      1    3    2      10
          3  #3              3      3    1    1      10
        """,
    ),
    (
        "all but the worst count",
        evolve(TEAMS, counting=(CountedPart(all_but=1),)),
        FOUR,
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #3              3      3    1    1      26
          2  #1              1      2    2    -      26
          3  #2              2      1    3    2      26
        """,
    ),
    (
        "all but more than there are leaves one",
        evolve(TEAMS, counting=(CountedPart(all_but=9),)),
        FOUR,
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #1              1      2    2    -      10
          2  #2              2      1    3    2      10
          3  #3              3      3    1    1      10
        """,
    ),
    (
        "the best of each part count",
        evolve(TEAMS, counting=(CountedPart(best=1, last_round=1), CountedPart(all_but=1, first_round=2))),
        FOUR,
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #1              1      2    2    -      18
          2  #2              2      1    3    2      18
          3  #3              3      3    1    1      16
        """,
    ),
    (
        "a missed race may be the one that is dropped",
        evolve(TEAMS, counting=(CountedPart(all_but=1),)),
        (*FOUR[:3], DidNotStart("OUL-2", "4"), result("SIL", "4")),
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #1              1      2    2    -      26
          2  #2              2      1    3    -      24
          3  #3              3      3    1    -      22
          4  #4              -    DNS    -    1      10
        """,
    ),
    (
        "a race that cannot be dropped is kept, and the next worst goes",
        evolve(TEAMS, counting=(CountedPart(best=2),), kept_races=("SIL",)),
        (result("OUL-1", "1 2"), result("OUL-2", "2 1"), result("SIL", "2 3 4 5 1")),
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #2              2      1    -    1      20
          2  #1              1      2    -    5      11
          3  #3              -      -    -    2       8
          4  #4              -      -    -    3       6
          5  #5              -      -    -    4       4
        """,
    ),
    (
        "a disqualification that cannot be dropped is kept, and a retirement is dropped",
        evolve(TEAMS, counting=(CountedPart(best=2),), kept_statuses=("DSQ",)),
        (result("OUL-1", "1 2"), result("OUL-2", "3", DSQ="1", DNF="2"), result("SIL", "1 2")),
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #2              2    DNF    -    2      16
          2  #3              -      1    -    -      10
          3  #1              1    DSQ    -    1      10
        """,
    ),
    (
        "a result is all that was earned in a race, the bonus too",
        evolve(TEAMS, counting=(CountedPart(best=1),), bonuses=(Bonus("pole", Fraction(3)),)),
        (result("OUL-1", "1 2"), result("OUL-2", "1 2"), PoleTaken("OUL-2", "2"), PoleTaken("OUL-1", "1")),
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #1              1      1      13
          2  #2              2      2      11
        """,
    ),
    (
        "a make drops a race with all of its cars",
        evolve(MAKES, counting=(CountedPart(best=1),)),
        (result("OUL-1", "3 1 2"), result("OUL-2", "1 3 4 5 2")),
        """
        pos  competitor  OUL-1  OUL-2  points
          1  ford            2      1      14
          2  kia             1      2      14
          3  opel            -      4       4
        """,
    ),
    (
        "a race that was not run is no result to drop",
        evolve(TEAMS, counting=(CountedPart(all_but=1),)),
        (result("OUL-1", "1 2"), RaceCancelled("OUL-2"), result("SIL", "2 1")),
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #1              1      -    -    2      10
          2  #2              2      -    -    1      10
        """,
    ),
    (
        "a dropped win tells nobody apart",
        evolve(TEAMS, scale="flat", counting=(CountedPart(best=1, last_round=1), CountedPart(best=1, first_round=2))),
        (
            PointsScaleAdopted("flat", points(5, 5, 3)),
            result("OUL-1", "1 3 2"),
            result("OUL-2", "3 1 2"),
            result("DON", "2 3 1"),
            result("SIL", "4 5 2 1"),
        ),
        """
        pos  competitor  OUL-1  OUL-2  DON  SIL  points
          1  #3              2      1    2    -      10
          2  #2              3      3    1    3       8
          3  #1              1      2    3    4       8
          4  #4              -      -    -    1       5
          5  #5              -      -    -    2       5
        """,
    ),
]

# The fewest points win.

LOW = PointsScaleAdopted("low", points(1, 2, 3, 4, 5), Fraction(6), "rising")
SAILING = Rules(
    "team",
    ("GT",),
    "low",
    wins="fewest",
    unplaced="after-last-entry",
    appears="entered",
    ties=("countback", "last-race"),
)
FEWEST: list[Case] = [
    (
        "the fewest points win; who has no place, or did not come, pays for one more than there are entries",
        SAILING,
        (LOW, result("OUL-1", "1 2 3", DNF="4"), result("OUL-2", "2 1", DSQ="3"), DidNotStart("OUL-2", "4")),
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #2              2      1       3
          2  #1              1      2       3
          3  #3              3    DSQ       9
          4  #4            DNF    DNS      12
          4  #5            DNC    DNC      12
        """,
    ),
    (
        "the worst are the most points, and of equal worst the earliest is dropped",
        evolve(SAILING, counting=(CountedPart(all_but=1),)),
        (LOW, result("OUL-1", "3 1 2 4 5"), result("OUL-2", "1 2 3 4 5"), result("DON", "2 1 3 4 5")),
        """
        pos  competitor  OUL-1  OUL-2  DON  points
          1  #2              3      2    1       3
          2  #1              2      1    2       3
          3  #3              1      3    3       4
          4  #4              4      4    4       8
          5  #5              5      5    5      10
        """,
    ),
    (
        "a disqualification that may not be dropped stays, whatever it costs",
        evolve(SAILING, counting=(CountedPart(all_but=1),), kept_statuses=("DSQ",)),
        (LOW, result("OUL-1", "2 3 4 5", DSQ="1"), result("OUL-2", "1 2 3 4 5"), result("DON", "2 1 3 4 5")),
        """
        pos  competitor  OUL-1  OUL-2  DON  points
          1  #2              1      2    1       2
          2  #3              2      3    3       5
          3  #1            DSQ      1    2       7
          4  #4              3      4    4       7
          5  #5              4      5    5       9
        """,
    ),
    (
        "whoever did better in the last race is ahead, dropped or not",
        evolve(SAILING, counting=(CountedPart(all_but=1),), ties=("last-race",)),
        (LOW, result("OUL-1", "1 2 3 4 5"), result("OUL-2", "2 1 3 4 5"), result("DON", "3 4 1 2 5")),
        """
        pos  competitor  OUL-1  OUL-2  DON  points
          1  #1              1      2    3       3
          2  #2              2      1    4       3
          3  #3              3      3    1       4
          4  #4              4      4    2       6
          5  #5              5      5    5      10
        """,
    ),
    (
        "of the cars of a make only the best counts, where another has no place too",
        evolve(SAILING, competitor="manufacturer", cars=1),
        (LOW, result("OUL-1", "1 4", DNF="2 5"), DidNotStart("OUL-1", "3"), result("OUL-2", "3", DNF="1 2 4")),
        """
        pos  competitor  OUL-1  OUL-2  points
          1  kia             2      1       3
          2  ford            1    DNF       5
          3  opel          DNF    DNC       8
        """,
    ),
    (
        "an entry that came late pays for what it missed",
        SAILING,
        (
            LOW,
            EntryRegistered("6", "GT", "Team Six", "kia", from_race="OUL-2"),
            result("OUL-1", "1 2 3 4 5"),
            result("OUL-2", "6 1 2 3 4 5"),
        ),
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #1              1      2       3
          2  #2              2      3       5
          3  #6            DNC      1       7
          4  #3              3      4       7
          5  #4              4      5       9
          6  #5              5      6      11
        """,
    ),
]

# Who competes, and who is listed.

COMPETING: list[Case] = [
    (
        "a constructor is a chassis and an engine; without another engine its own",
        Rules("constructor", ("GT",), "race"),
        (
            CarChanged("2", "ford", "OUL-1", engine="opel"),
            CarChanged("4", "kia", "OUL-1", engine="opel"),
            OULTON,
        ),
        """
        pos  competitor  OUL-1  points
          1  ford/ford       1      10
          2  ford/opel       2       8
          3  kia/kia         3       6
          4  kia/opel        4       4
          5  opel/opel       5       1
        """,
    ),
    (
        "only the listed compete, re-ranked among themselves",
        evolve(TEAMS, competitors=("#2", "#5"), place="re-ranked"),
        (OULTON,),
        """
        pos  competitor  OUL-1  points
          1  #2              1      10
          2  #5              2       8
        """,
    ),
    (
        "or at the places of their class",
        evolve(DRIVERS, competitors=("bob", "fay")),
        (OULTON,),
        """
        pos  competitor  OUL-1  points
          1  bob             2       8
          2  fay             5       1
        """,
    ),
    (
        "two cars of each make count, and the third does not",
        evolve(MAKES, cars=2),
        (EntryRegistered("6", "GT", "Team Six", "ford"), result("OUL-1", "1 3 2 6 5")),
        """
        pos  competitor  OUL-1  points
          1  ford            1      16
          2  kia             2       8
          3  opel            5       1
        """,
    ),
    (
        "a driver of two shared cars has a share of both",
        evolve(DRIVERS, shared_car="split"),
        (DriverAssigned("1", "eve"), result("OUL-1", "5 1")),
        """
        pos  competitor  OUL-1  points
          1  eve             1       9
          2  fay             1       5
          3  ann             2       4
        """,
    ),
    (
        "or of the better one, where one counts",
        evolve(DRIVERS, shared_car="split", cars=1),
        (DriverAssigned("1", "eve"), result("OUL-1", "5 1")),
        """
        pos  competitor  OUL-1  points
          1  eve             1       5
          1  fay             1       5
          3  ann             2       4
        """,
    ),
]
APPEARING = (
    EntryRegistered("6", "GT", "Team Six", "kia", from_race="SIL"),
    EntryRegistered("7", "GT", "Team Seven", "kia"),
    EntryWithdrawn("7", "OUL-1"),
    result("OUL-1", "1 2", DNF="3"),
    RaceShortened("OUL-1", Fraction(0)),
    result("OUL-2", "1"),
    DidNotStart("OUL-2", "4"),
)
APPEARS: list[Case] = [
    (
        "whoever is entered",
        evolve(TEAMS, appears="entered"),
        APPEARING,
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #1              1      1      10
          2  #2              2      -       0
          3  #3            DNF      -       0
          3  #4              -    DNS       0
          3  #5              -      -       0
        """,
    ),
    (
        "whoever started or missed a start",
        evolve(TEAMS, appears="started"),
        APPEARING,
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #1              1      1      10
          2  #2              2      -       0
          3  #3            DNF      -       0
          3  #4              -    DNS       0
        """,
    ),
    (
        "whoever was placed, be it for nothing",
        evolve(TEAMS, appears="placed"),
        APPEARING,
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #1              1      1      10
          2  #2              2      -       0
        """,
    ),
    (
        "whoever has points",
        evolve(TEAMS, appears="scored"),
        APPEARING,
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #1              1      1      10
        """,
    ),
]

# Ties.

LEVEL = evolve(TEAMS, scale="level")
SCALE = PointsScaleAdopted("level", points(5, 4, 3, 2, 1))
TIES: list[Case] = [
    (
        "more places that scored, be it nothing",
        evolve(LEVEL, scale="one", ties=("countback",)),
        (
            PointsScaleAdopted("one", points(1)),
            result("OUL-1", "1 2 3 4 5"),
            result("OUL-2", "2 1 5 3 4"),
        ),
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #1              1      2       1
          1  #2              2      1       1
          3  #3              3      4       0
          4  #5              5      3       0
          5  #4              4      5       0
        """,
    ),
    (
        "or only places that earned points",
        evolve(LEVEL, scale="one", ties=("scoring-countback",)),
        (
            PointsScaleAdopted("one", points(1)),
            result("OUL-1", "1 2 3 4 5"),
            result("OUL-2", "2 1 5 3 4"),
        ),
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #1              1      2       1
          1  #2              2      1       1
          3  #3              3      4       0
          3  #4              4      5       0
          3  #5              5      3       0
        """,
    ),
    (
        "a point for the pole makes no place of it",
        evolve(LEVEL, scale="one", ties=("scoring-countback",), bonuses=(*bonus("pole"), *bonus("fastest-lap"))),
        (
            PointsScaleAdopted("one", points(1)),
            result("OUL-1", "1 2 3"),
            PoleTaken("OUL-1", "2"),
            FastestLapSet("OUL-1", "3"),
        ),
        """
        pos  competitor  OUL-1  points
          1  #1              1       1
          2  #2              2       1
          2  #3              3       1
        """,
    ),
    (
        "the better of the last race, then of the one before",
        evolve(LEVEL, ties=("last-race",)),
        (SCALE, result("OUL-1", "1 2 3"), result("OUL-2", "2 1 4"), result("DON", "5 4 3")),
        """
        pos  competitor  OUL-1  OUL-2  DON  points
          1  #2              2      1    -       9
          2  #1              1      2    -       9
          3  #4              -      3    2       7
          4  #3              3      -    3       6
          5  #5              -      -    1       5
        """,
    ),
    (
        "a race that breaks no ties is not looked at",
        evolve(LEVEL, ties=("last-race",), apart=(RacesApart((), ("OUL-2",), break_ties=False),)),
        (SCALE, result("OUL-1", "1 2"), result("OUL-2", "2 1")),
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #1              1      2       9
          2  #2              2      1       9
        """,
    ),
]


@pytest.mark.parametrize(
    ("truth", "rules", "told", "expected"), [*APART, *BONUSES, *COUNTING, *FEWEST, *COMPETING, *APPEARS, *TIES]
)
def test_each_rule_makes_its_table(truth: str, rules: Rules, told: tuple[Event, ...], expected: str) -> None:
    """Each rule by itself, on a season that shows what it does."""
    assert cleandoc(expected) == table(rules, *told), truth


def test_who_is_entered_late_is_no_part_of_earlier_tables() -> None:
    """A table as of a race lists who was entered by then, and counts no later entry in what a missed race costs."""
    late = EntryRegistered("6", "GT", "Team Six", "kia", from_race="SIL")
    told = (LOW, result("OUL-1", "1 2 3"), result("SIL", "6 1"))
    early = table_text(standings(book(SAILING, *told), "cup", "OUL-1"))
    assert early == table_text(standings(book(SAILING, LOW, late, *told[1:]), "cup", "OUL-1"))


@pytest.mark.parametrize(
    ("truth", "rules", "told", "competitor", "expected"),
    [
        (
            "dropped results are listed, and say why",
            evolve(
                TEAMS,
                counting=(CountedPart(best=1, last_round=1, name="spring"), CountedPart(all_but=1, first_round=2)),
            ),
            FOUR,
            "#1",
            [
                "OUL-1 1: 10 * 1 * 1 * 1 + 0 = 10",
                "OUL-2 2: 8 * 1 * 1 * 1 + 0 = 8 (dropped) dropped: only the best 1 of spring count",
                "DON 2: 8 * 1 * 1 * 1 + 0 = 8",
            ],
        ),
        (
            "so are parts without a name, and the whole season",
            evolve(TEAMS, counting=(CountedPart(best=2),)),
            FOUR,
            "#2",
            [
                "OUL-1 2: 8 * 1 * 1 * 1 + 0 = 8 (dropped) dropped: only the best 2 count",
                "OUL-2 1: 10 * 1 * 1 * 1 + 0 = 10",
                "DON 3: 6 * 1 * 1 * 1 + 0 = 6 (dropped) dropped: only the best 2 count",
                "SIL 2: 8 * 1 * 1 * 1 + 0 = 8",
            ],
        ),
        (
            "bonuses are told in points, and shares",
            evolve(DRIVERS, shared_car="split", bonuses=(*bonus("pole"), *bonus("fastest-lap", equal="each"))),
            (result("OUL-1", "5"), PoleTaken("OUL-1", "5"), FastestLapSet("OUL-1", "5", "eve")),
            "eve",
            [
                "OUL-1 1: 10 * 1 * 1 * 0.5 + 1.5 = 6.5 shared by 2 drivers; 0.5 for pole position; 1 for fastest lap",
            ],
        ),
        (
            "a bonus that a shared car forfeits is not told",
            evolve(DRIVERS, shared_car="nobody", bonuses=bonus("pole")),
            (result("OUL-1", "5"), PoleTaken("OUL-1", "5")),
            "eve",
            [
                "OUL-1 1: 10 * 1 * 1 * 0 + 0 = 0 a shared car scores for nobody",
            ],
        ),
        (
            "a surplus car says that others count",
            evolve(MAKES, cars=1),
            (result("OUL-1", "1 2"), DidNotStart("OUL-2", "1")),
            "ford",
            [
                "OUL-1 1: 10 * 1 * 1 * 1 + 0 = 10",
                "OUL-1 2: 0 * 1 * 1 * 1 + 0 = 0 only its best car counts",
                "OUL-2 DNS: 0 * 1 * 1 * 1 + 0 = 0",
            ],
        ),
        (
            "two cars that count are told as two",
            evolve(MAKES, cars=2),
            (EntryRegistered("6", "GT", "Team Six", "ford"), result("OUL-1", "1 2 6")),
            "ford",
            [
                "OUL-1 1: 10 * 1 * 1 * 1 + 0 = 10",
                "OUL-1 2: 8 * 1 * 1 * 1 + 0 = 8",
                "OUL-1 3: 0 * 1 * 1 * 1 + 0 = 0 only its best 2 cars count",
            ],
        ),
        (
            "who did not come pays for it",
            SAILING,
            (LOW, result("OUL-1", "1 2 3")),
            "#4",
            [
                "OUL-1 DNC: 6 * 1 * 1 * 1 + 0 = 6 did not come",
            ],
        ),
        (
            "of equal worst the earliest is dropped",
            evolve(SAILING, counting=(CountedPart(all_but=1),)),
            (LOW, result("OUL-1", "3 1 2"), result("OUL-2", "1 2 3"), result("DON", "2 1 3")),
            "#1",
            [
                "OUL-1 2: 2 * 1 * 1 * 1 + 0 = 2 (dropped) dropped: all but the worst 1 count",
                "OUL-2 1: 1 * 1 * 1 * 1 + 0 = 1",
                "DON 2: 2 * 1 * 1 * 1 + 0 = 2",
            ],
        ),
        (
            "a multiple and a part are told apart",
            evolve(TEAMS, apart=(RacesApart((), ("OUL-1",), times=Fraction(2)),)),
            (result("OUL-1", "1"), RaceShortened("OUL-1", Fraction(1, 3))),
            "#1",
            [
                "OUL-1 1: 10 * 2 * 1/3 * 1 + 0 = 6 2/3",
            ],
        ),
    ],
)
def test_an_award_says_what_it_is_made_of(
    truth: str, rules: Rules, told: tuple[Event, ...], competitor: str, expected: list[str]
) -> None:
    """Each award tells the value of its place, the multiple, the part, the share and the bonus, and what is dropped."""
    awards = why(book(rules, *told), "cup", competitor).awards
    lines = [
        f"{one.race} {one.shown}: "
        f"{' * '.join(points_text(figure) for figure in (one.value, one.times, one.part, one.share))}"
        f" + {points_text(one.bonus)} = {points_text(one.points)}{' (dropped)' * one.dropped} {one.note or ''}".rstrip()
        for one in awards
    ]
    assert expected == lines, truth
    assert [one.points for one in awards] == [
        one.value * one.times * one.part * one.share + one.bonus for one in awards
    ], truth


def test_a_bonus_stands_on_the_records_that_say_so() -> None:
    """An award with a bonus names the records of the laps and poles that earned it."""
    told = (result("OUL-1", "1 2"), PoleTaken("OUL-1", "2"), LapsLed("OUL-1", "2", 4), DriverRated("bob", "gold"))
    rules = evolve(TEAMS, bonuses=(*bonus("pole"), *bonus("led-a-lap")))
    (award,) = why(book(rules, *told), "cup", "#2").awards
    assert (23, 29, 30, 31) == award.records
