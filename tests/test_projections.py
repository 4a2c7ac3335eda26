"""What follows from what happened: small seasons, and the tables that follow from them, written as text."""

import datetime
from collections.abc import Sequence
from fractions import Fraction
from inspect import cleandoc
from typing import Any, cast

import pytest
from attrs import evolve

from events import (
    CarChanged,
    ChampionshipDefined,
    DidNotStart,
    DriverAssigned,
    DriverRated,
    DriverSwapped,
    EntryRegistered,
    EntryWithdrawn,
    Event,
    FastestLapSet,
    Line,
    PointsScaleAdopted,
    PoleTaken,
    PublishedRow,
    PublishedWinner,
    RaceCancelled,
    RaceClassified,
    RacePostponed,
    RacesApart,
    RaceScheduled,
    RaceShortened,
    Rules,
    StandingsPublished,
    WinnerReported,
    WinnersPublished,
    points,
    points_text,
)
from ledger.testing import recorded
from projections import (
    Award,
    Book,
    Discrepancy,
    NoRace,
    UnknownName,
    audit,
    calendar,
    entry_list,
    fold,
    progression,
    race_order,
    race_result,
    races_run,
    resolve_race,
    standings,
    why,
)
from tests.clubcup import DRIVERS, FRAME, MAKES, OULTON, TEAMS, book, result, table

# One race, under every rule.


@pytest.mark.parametrize(
    ("truth", "rules", "expected"),
    [
        (
            "each driver of a car scores the place of the car",
            DRIVERS,
            """
            pos  competitor  OUL-1  points
              1  ann             1      10
              2  bob             2       8
              3  cid             3       6
              4  dee             4       4
              5  eve             5       1
              5  fay             5       1
            """,
        ),
        (
            "a team is a car number, whoever drives it",
            TEAMS,
            """
            pos  competitor  OUL-1  points
              1  #1              1      10
              2  #2              2       8
              3  #3              3       6
              4  #4              4       4
              5  #5              5       1
            """,
        ),
        (
            "every car of a make counts, and the table shows the best",
            MAKES,
            """
            pos  competitor  OUL-1  points
              1  ford            1      18
              2  kia             3      10
              3  opel            5       1
            """,
        ),
        (
            "the best car of each make counts, at its place in the class",
            evolve(MAKES, cars=1),
            """
            pos  competitor  OUL-1  points
              1  ford            1      10
              2  kia             3       6
              3  opel            5       1
            """,
        ),
        (
            "the best car of each make counts, and the makes are re-ranked among themselves",
            evolve(MAKES, cars=1, place="re-ranked"),
            """
            pos  competitor  OUL-1  points
              1  ford            1      10
              2  kia             2       8
              3  opel            3       6
            """,
        ),
        (
            "the re-ranked place scores, and the table shows the one in the class",
            evolve(MAKES, cars=1, place="re-ranked", shown="class"),
            """
            pos  competitor  OUL-1  points
              1  ford            1      10
              2  kia             3       8
              3  opel            5       6
            """,
        ),
        (
            "the two best cars of each make count",
            evolve(MAKES, cars=2, place="re-ranked"),
            """
            pos  competitor  OUL-1  points
              1  ford            1      18
              2  kia             3      10
              3  opel            5       1
            """,
        ),
        (
            "a cup is for the drivers of a rating, who are re-ranked among themselves",
            evolve(DRIVERS, ratings=("bronze",), place="re-ranked"),
            """
            pos  competitor  OUL-1  points
              1  bob             1      10
              2  dee             2       8
              3  fay             3       6
            """,
        ),
        (
            "a cup may show the place in the class",
            evolve(DRIVERS, ratings=("bronze",), place="re-ranked", shown="class"),
            """
            pos  competitor  OUL-1  points
              1  bob             2      10
              2  dee             4       8
              3  fay             5       6
            """,
        ),
        (
            "a cup may keep the place in the class",
            evolve(DRIVERS, ratings=("bronze", "silver")),
            """
            pos  competitor  OUL-1  points
              1  bob             2       8
              2  cid             3       6
              3  dee             4       4
              4  fay             5       1
            """,
        ),
        (
            "drivers who share a car split its points",
            evolve(DRIVERS, shared_car="split"),
            """
            pos  competitor  OUL-1  points
              1  ann             1      10
              2  bob             2       8
              3  cid             3       6
              4  dee             4       4
              5  eve             5     0.5
              5  fay             5     0.5
            """,
        ),
        (
            "a driver's share is of the whole crew, eligible or not",
            evolve(DRIVERS, ratings=("bronze",), place="re-ranked", shared_car="split"),
            """
            pos  competitor  OUL-1  points
              1  bob             1      10
              2  dee             2       8
              3  fay             3       3
            """,
        ),
        (
            "a shared car scores for nobody",
            evolve(DRIVERS, shared_car="nobody"),
            """
            pos  competitor  OUL-1  points
              1  ann             1      10
              2  bob             2       8
              3  cid             3       6
              4  dee             4       4
              5  eve             5       0
              5  fay             5       0
            """,
        ),
        (
            "a championship of another class has nobody in it yet",
            evolve(DRIVERS, classes=("LMP3",)),
            "pos  competitor  points",
        ),
        (
            "a championship of two classes scores each by itself",
            evolve(TEAMS, classes=("LMP3", "GT")),
            """
            pos  competitor  OUL-1  points
              1  #1              1      10
              2  #2              2       8
              3  #3              3       6
              4  #4              4       4
              5  #5              5       1
            """,
        ),
    ],
)
def test_the_rules_decide_what_a_race_is_worth(truth: str, rules: Rules, expected: str) -> None:
    """One race, read by every rule: who competes, which place counts, what is shown, how a car is shared."""
    rated = (*(DriverRated(driver, "bronze") for driver in ("bob", "dee", "fay")), DriverRated("cid", "silver"))
    assert cleandoc(expected) == table(rules, *rated, OULTON), truth


@pytest.mark.parametrize(
    ("truth", "rules", "told", "expected"),
    [
        (
            "a shortened race pays a part of its points",
            DRIVERS,
            (result("OUL-1", "1 2"), RaceShortened("OUL-1", Fraction(1, 2)), result("OUL-2", "2 1")),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  bob             2      1      14
              2  ann             1      2      13
            """,
        ),
        (
            "a part of a share is exact",
            evolve(DRIVERS, shared_car="split"),
            (
                result("OUL-1", "5 1"),
                RaceShortened("OUL-1", Fraction(1, 3)),
                DriverAssigned("5", "gil", "OUL-1", "OUL-1"),
            ),
            """
            pos  competitor  OUL-1  points
              1  ann             2   2 2/3
              2  eve             1   1 1/9
              2  fay             1   1 1/9
              2  gil             1   1 1/9
            """,
        ),
        (
            "who has no place scores nothing, and the table says why; who retired may have one",
            DRIVERS,
            (
                RaceClassified(
                    "OUL-1",
                    "GT",
                    (
                        Line(1, "1"),
                        Line(2, "2", "DNF"),
                        Line(None, "3", "DNF"),
                        Line(None, "4", "NC"),
                        Line(None, "5", "DSQ"),
                    ),
                ),
                result("OUL-2", "3", DNF="1"),
                DidNotStart("OUL-2", "2", "gearbox"),
            ),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  ann             1    DNF      10
              2  cid           DNF      1      10
              3  bob             2    DNS       8
              4  dee            NC      -       0
              4  eve           DSQ      -       0
              4  fay           DSQ      -       0
            """,
        ),
        (
            "a missed start lists a car, scores nothing, and moves nobody",
            evolve(TEAMS, place="re-ranked"),
            (result("OUL-1", "2 4"), DidNotStart("OUL-1", "1"), DidNotStart("OUL-1", "3")),
            """
            pos  competitor  OUL-1  points
              1  #2              1      10
              2  #4              2       8
              3  #1            DNS       0
              3  #3            DNS       0
            """,
        ),
        (
            "of several cars without a place, a make shows the one that started",
            MAKES,
            (result("OUL-1", "5", NC="2"), DidNotStart("OUL-1", "1"), DidNotStart("OUL-1", "3")),
            """
            pos  competitor  OUL-1  points
              1  opel            1      10
              2  ford           NC       0
              2  kia           DNS       0
            """,
        ),
        (
            "places past the listed ones are worth what is beyond",
            DRIVERS,
            (result("OUL-1", "1 2 3 4 5"), result("OUL-2", "5 1 2 3 4")),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  ann             1      2      18
              2  bob             2      3      14
              3  eve             5      1      11
              3  fay             5      1      11
              5  cid             3      4      10
              6  dee             4      5       5
            """,
        ),
        (
            "who drives two cars scores with both",
            DRIVERS,
            (DriverSwapped("2", "bob", "ann", "OUL-1"), result("OUL-1", "3 2 1")),
            """
            pos  competitor  OUL-1  points
              1  ann             2      14
              2  cid             1      10
            """,
        ),
        (
            "or with the better one, where one counts; the other leaves a gap",
            evolve(DRIVERS, cars=1),
            (DriverSwapped("2", "bob", "ann", "OUL-1"), result("OUL-1", "3 2 1 4")),
            """
            pos  competitor  OUL-1  points
              1  cid             1      10
              2  ann             2       8
              3  dee             4       4
            """,
        ),
        (
            "or none, where the others are re-ranked",
            evolve(DRIVERS, cars=1, place="re-ranked"),
            (DriverSwapped("2", "bob", "ann", "OUL-1"), result("OUL-1", "3 2 1 4")),
            """
            pos  competitor  OUL-1  points
              1  cid             1      10
              2  ann             2       8
              3  dee             3       6
            """,
        ),
        (
            "an official classification replaces the provisional one",
            DRIVERS,
            (evolve(OULTON, status="provisional"), result("OUL-1", "2 1", DSQ="3")),
            """
            pos  competitor  OUL-1  points
              1  bob             1      10
              2  ann             2       8
              3  cid           DSQ       0
            """,
        ),
        (
            "lines may stand in any order",
            TEAMS,
            (RaceClassified("OUL-1", "GT", (Line(None, "3", "DNF"), Line(2, "1"), Line(1, "2"))),),
            """
            pos  competitor  OUL-1  points
              1  #2              1      10
              2  #1              2       8
              3  #3            DNF       0
            """,
        ),
        (
            "two classes with the same places: the makes add up, and show the better one",
            evolve(MAKES, classes=("GT", "LMP3"), cars=1),
            (result("OUL-1", "3 1"), result("OUL-1", "31", car_class="LMP3")),
            """
            pos  competitor  OUL-1  points
              1  ford            1      18
              2  kia             1      10
            """,
        ),
        (
            "before any race there is an empty table",
            DRIVERS,
            (),
            "pos  competitor  points",
        ),
    ],
)
def test_results_make_a_table(truth: str, rules: Rules, told: tuple[Event, ...], expected: str) -> None:
    """Races, and what happens at them, as the table shows it."""
    assert cleandoc(expected) == table(rules, *told), truth


# Who was in which car.


@pytest.mark.parametrize(
    ("truth", "rules", "told", "expected"),
    [
        (
            "a swap holds from its race on",
            DRIVERS,
            (DriverSwapped("1", "ann", "gil", "OUL-2"), result("OUL-1", "1"), result("OUL-2", "1")),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  ann             1      -      10
              2  gil             -      1      10
            """,
        ),
        (
            "it is the race that counts, not when the swap was recorded",
            DRIVERS,
            (result("OUL-1", "1"), result("OUL-2", "1"), DriverSwapped("1", "ann", "gil", "OUL-2")),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  ann             1      -      10
              2  gil             -      1      10
            """,
        ),
        (
            "two cars swap their drivers, and the teams keep their points",
            DRIVERS,
            (
                result("OUL-1", "1 2"),
                DriverSwapped("1", "ann", "bob", "OUL-2"),
                DriverSwapped("2", "bob", "ann", "OUL-2"),
                result("OUL-2", "1 2"),
            ),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  ann             1      2      18
              2  bob             2      1      18
            """,
        ),
        (
            "a driver is in a car for as long as assigned",
            DRIVERS,
            (
                DriverAssigned("1", "gil", "OUL-2", "DON"),
                result("OUL-1", "1"),
                result("OUL-2", "1"),
                result("DON", "1"),
                result("SIL", "1"),
            ),
            """
            pos  competitor  OUL-1  OUL-2  DON  SIL  points
              1  ann             1      1    1    1      40
              2  gil             -      1    1    -      20
            """,
        ),
        (
            "nobody is in a car twice: whoever is swapped in before an assignment takes the seat",
            DRIVERS,
            (
                DriverAssigned("1", "gil", "OUL-2"),
                DriverSwapped("1", "ann", "gil", "OUL-1"),
                result("OUL-1", "1"),
                result("OUL-2", "1"),
            ),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  gil             1      1      20
            """,
        ),
        (
            "a car that changes make scores for each make in its time",
            MAKES,
            (CarChanged("1", "opel", "OUL-2"), result("OUL-1", "1 3"), result("OUL-2", "1 3")),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  kia             2      2      16
              2  ford            1      -      10
              3  opel            -      1      10
            """,
        ),
        (
            "of two changes of car the later in the season holds, whichever was recorded first",
            MAKES,
            (
                CarChanged("1", "kia", "DON"),
                CarChanged("1", "opel", "OUL-2"),
                result("OUL-2", "1"),
                result("DON", "1"),
            ),
            """
            pos  competitor  OUL-1  OUL-2  DON  points
              1  opel            -      1    -      10
              2  kia             -      -    1      10
            """,
        ),
        (
            "a rating holds from its race on",
            evolve(DRIVERS, ratings=("bronze",), place="re-ranked"),
            (
                DriverRated("ann", "bronze"),
                DriverRated("ann", "silver", "OUL-2"),
                DriverRated("bob", "bronze", "OUL-2"),
                result("OUL-1", "2 1"),
                result("OUL-2", "1 2"),
            ),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  ann             1      -      10
              2  bob             -      1      10
            """,
        ),
        (
            "a withdrawn car keeps what it scored",
            TEAMS,
            (result("OUL-1", "1 2"), EntryWithdrawn("1", "OUL-2"), result("OUL-2", "2")),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  #2              2      1      18
              2  #1              1      -      10
            """,
        ),
    ],
)
def test_a_car_is_who_is_in_it_at_that_race(truth: str, rules: Rules, told: tuple[Event, ...], expected: str) -> None:
    """A classification names cars; drivers and makes are those of the entry as it stood at that race."""
    assert cleandoc(expected) == table(rules, *told), truth


# Equal points.

LEVEL = Rules("team", ("GT",), "level")
SCALE = PointsScaleAdopted("level", points(5, 4, 3, 2, 1))


@pytest.mark.parametrize(
    ("truth", "ties", "told", "expected"),
    [
        (
            "more wins; and places that are all equal share the position",
            ("countback",),
            (result("OUL-1", "1 2 3"), result("OUL-2", "3 2 1")),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  #1              1      3       8
              1  #3              3      1       8
              3  #2              2      2       8
            """,
        ),
        (
            "more second places, where wins are equal",
            ("countback",),
            (result("OUL-1", "1 3 2"), result("OUL-2", "2 1"), result("DON", "3 4 5 2 1")),
            """
            pos  competitor  OUL-1  OUL-2  DON  points
              1  #1              1      2    5      10
              2  #2              3      1    4      10
              3  #3              2      -    1       9
              4  #4              -      -    2       4
              5  #5              -      -    3       3
            """,
        ),
        (
            "whoever took the best of those places first",
            ("countback", "first-achieved"),
            (result("OUL-1", "1 3 5 2"), result("OUL-2", "2 1 4 3"), result("DON", "5 2 4 1")),
            """
            pos  competitor  OUL-1  OUL-2  DON  points
              1  #1              1      2    4      11
              2  #2              4      1    2      11
              3  #5              3      -    1       8
              4  #3              2      4    -       6
              5  #4              -      3    3       6
            """,
        ),
        (
            "nothing tells apart what no rule is about: the position is shared, and the next one left out",
            (),
            (result("OUL-1", "1 2 3"), result("OUL-2", "2 1 4")),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  #1              1      2       9
              1  #2              2      1       9
              3  #3              3      -       3
              3  #4              -      3       3
            """,
        ),
        (
            "missed starts alone are equal under every rule",
            ("countback", "first-achieved"),
            (result("OUL-1", "2"), DidNotStart("OUL-1", "4"), DidNotStart("OUL-2", "1"), DidNotStart("DON", "3")),
            """
            pos  competitor  OUL-1  OUL-2  DON  points
              1  #2              1      -    -       5
              2  #1              -    DNS    -       0
              2  #3              -      -  DNS       0
              2  #4            DNS      -    -       0
            """,
        ),
    ],
)
def test_equal_points_are_told_apart_as_the_rules_say(
    truth: str, ties: Any, told: tuple[Event, ...], expected: str
) -> None:
    """On equal points the best places decide, in the order of the rules; what they leave equal shares a position."""
    assert cleandoc(expected) == table(evolve(LEVEL, ties=ties), SCALE, *told), truth


def test_the_next_best_place_decides_where_the_best_were_taken_together() -> None:
    """Places taken in the same race, in two classes, are told apart by when the next best were taken."""
    told = (
        SCALE,
        EntryRegistered("32", "LMP3", "Team Hal", "ford", drivers=("fay",)),
        result("OUL-1", "1 2"),
        result("OUL-1", "31 32", car_class="LMP3"),
        result("OUL-2", "32 31", car_class="LMP3"),
        result("DON", "2 1"),
    )
    expected = """
        pos  competitor  OUL-1  OUL-2  DON  points
          1  #31             1      2    -       9
          2  #1              1      -    2       9
          3  #32             2      1    -       9
          4  #2              2      -    1       9
        """
    assert cleandoc(expected) == table(evolve(LEVEL, classes=("GT", "LMP3")), *told)


def test_the_places_that_scored_break_the_tie() -> None:
    """Counted back are the places among those who compete, not those in the class."""
    told = (
        DriverRated("bob", "bronze"),
        DriverRated("dee", "bronze"),
        result("OUL-1", "1 2 4"),
        result("OUL-2", "4 1 2"),
    )
    expected = """
        pos  competitor  OUL-1  OUL-2  points
          1  bob             1      2      18
          2  dee             2      1      18
        """
    assert cleandoc(expected) == table(evolve(DRIVERS, ratings=("bronze",), place="re-ranked"), *told)


# Races of which only the winner is known.


@pytest.mark.parametrize(
    ("truth", "rules", "told", "expected"),
    [
        (
            "the winner has first place and its points",
            DRIVERS,
            (WinnerReported("OUL-1", "GT", "gil"),),
            """
            pos  competitor  OUL-1  points
              1  gil             1      10
            """,
        ),
        (
            "nobody shares with the winner, since the crew is not known",
            evolve(DRIVERS, shared_car="split"),
            (WinnerReported("OUL-1", "GT", "eve"),),
            """
            pos  competitor  OUL-1  points
              1  eve             1      10
            """,
        ),
        (
            "teams get nothing from it, since the car is not known",
            TEAMS,
            (WinnerReported("OUL-1", "GT", "ann"), result("OUL-2", "1")),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  #1              -      1      10
            """,
        ),
        (
            "a cup is for the winner only where the winner is known to be eligible",
            evolve(DRIVERS, ratings=("bronze",), place="re-ranked"),
            (
                DriverRated("bob", "bronze"),
                WinnerReported("OUL-1", "GT", "ann"),
                WinnerReported("OUL-2", "GT", "bob"),
            ),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  bob             -      1      10
            """,
        ),
        (
            "a classification replaces it, whichever was first",
            DRIVERS,
            (WinnerReported("OUL-1", "GT", "gil"), result("OUL-1", "2 1")),
            """
            pos  competitor  OUL-1  points
              1  bob             1      10
              2  ann             2       8
            """,
        ),
        (
            "who missed the start is listed beside the winner",
            DRIVERS,
            (WinnerReported("OUL-1", "GT", "gil"), DidNotStart("OUL-1", "1")),
            """
            pos  competitor  OUL-1  points
              1  gil             1      10
              2  ann           DNS       0
            """,
        ),
    ],
)
def test_a_known_winner_scores(truth: str, rules: Rules, told: tuple[Event, ...], expected: str) -> None:
    """Where only the winner of a race is known, that is what the table knows."""
    assert cleandoc(expected) == table(rules, *told), truth


def test_a_table_says_where_it_is_incomplete() -> None:
    """A table names the races of which it knows only the winner, and those without a result, cancelled ones apart."""
    told = (WinnerReported("OUL-1", "GT", "ann"), RaceCancelled("OUL-2"), result("SIL", "1"))
    known = standings(book(DRIVERS, *told), "cup")
    assert (("OUL-1",), ("DON",)) == (known.winner_only, known.not_run)
    assert (("OUL-1", "OUL-2", "DON", "SIL"), "SIL", 3) == (known.races, known.as_of, known.round)


# The calendar, and as of when.


@pytest.mark.parametrize(
    ("truth", "told", "expected"),
    [
        ("as it was scheduled", (), "OUL-1 OUL-2 DON SIL"),
        ("a race moves behind those of its new round", (RacePostponed("OUL-1", 2),), "OUL-2 DON OUL-1 SIL"),
        (
            "races that move into one round run in the order in which they were moved",
            (RacePostponed("OUL-2", 3), RacePostponed("OUL-1", 3)),
            "DON SIL OUL-2 OUL-1",
        ),
        ("a race without a round comes last", (RacePostponed("OUL-1", None),), "OUL-2 DON SIL OUL-1"),
        (
            "until a round is found",
            (RacePostponed("OUL-1", None), RacePostponed("OUL-1", 2)),
            "OUL-2 DON OUL-1 SIL",
        ),
        ("a cancelled race keeps its place", (RaceCancelled("OUL-2"),), "OUL-1 OUL-2 DON SIL"),
        ("a race that joins a round late runs in it", (RaceScheduled("OUL-3", 1),), "OUL-1 OUL-2 OUL-3 DON SIL"),
        (
            "and before those that were moved there",
            (RacePostponed("SIL", 1), RaceScheduled("OUL-3", 1)),
            "OUL-1 OUL-2 OUL-3 SIL DON",
        ),
    ],
)
def test_races_have_one_order(truth: str, told: tuple[Event, ...], expected: str) -> None:
    """Races run by round, within a round as scheduled, then what was moved into it."""
    assert expected == " ".join(race_order(book(DRIVERS, *told))), truth


def test_cancelled_and_moved_races_in_a_table() -> None:
    """A cancelled race has a column and pays nothing; a moved one stands where it was run."""
    told = (
        RacePostponed("OUL-1", 2),
        RaceCancelled("DON"),
        result("OUL-2", "1 2"),
        result("OUL-1", "2 1"),
    )
    expected = """
        pos  competitor  OUL-2  DON  OUL-1  points
          1  ann             1    -      2      18
          2  bob             2    -      1      18
        """
    assert cleandoc(expected) == table(DRIVERS, *told)


FOUR_RACES = (result("OUL-1", "1 2"), result("OUL-2", "2 1"), result("DON", "1"), result("SIL", "2"))


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("OUL-1", "OUL-1"),
        ("OUL-2", "OUL-2"),
        ("OUL", "OUL-2"),
        ("1", "OUL-2"),
        (1, "OUL-2"),
        ("DON", "DON"),
        (2, "DON"),
        ("03", "SIL"),
        (3, "SIL"),
        (None, "SIL"),
    ],
)
def test_as_of_is_a_race_or_a_round(as_of: str | int | None, expected: str) -> None:
    """A table is as of a race, or of a round by number or code, which mean its last race; by default the latest run."""
    known = standings(book(DRIVERS, *FOUR_RACES), "cup", as_of)
    assert expected == known.as_of
    assert expected == known.races[-1]


def test_a_round_means_its_last_race_as_the_calendar_stands() -> None:
    """A race that was moved into a round is its last one; a round that lost its only race has none."""
    moved = book(DRIVERS, RacePostponed("DON", 3))
    assert ("DON", "OUL-2") == (resolve_race(moved, 3), resolve_race(moved, "OUL"))
    with pytest.raises(NoRace) as caught:
        resolve_race(moved, 2)
    assert "round 2 (DON) has no race" == str(caught.value)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (
            "OUL-1",
            """
            pos  competitor  OUL-1  points
              1  ann             1      10
              2  bob             2       8
            """,
        ),
        (
            1,
            """
            pos  competitor  OUL-1  OUL-2  points
              1  ann             1      2      18
              2  bob             2      1      18
            """,
        ),
        (
            "SIL",
            """
            pos  competitor  OUL-1  OUL-2  DON  SIL  points
              1  ann             1      2    1    -      28
              2  bob             2      1    -    1      28
            """,
        ),
    ],
)
def test_a_table_counts_the_races_up_to_its_own(as_of: str | int, expected: str) -> None:
    """Races after the one asked about neither score nor show, nor bring anybody into the table."""
    assert cleandoc(expected) == table(DRIVERS, *FOUR_RACES, as_of=as_of)


def test_a_race_that_has_not_been_run_may_be_asked_about() -> None:
    """A table as of a race to come is the latest one, with a column for what is to come."""
    expected = """
        pos  competitor  OUL-1  OUL-2  DON  points
          1  ann             1      -    -      10
          2  bob             2      -    -       8
        """
    assert cleandoc(expected) == table(DRIVERS, FOUR_RACES[0], as_of="DON")


def test_the_progression_is_a_table_after_each_race() -> None:
    """One table for each race that has a result in the championship's classes, each as it stood then."""
    told = (*FOUR_RACES[:2], result("SIL", "2"), result("DON", "31", car_class="LMP3"))
    tables = progression(book(DRIVERS, *told), "cup")
    assert ["OUL-1", "OUL-2", "SIL"] == [each.as_of for each in tables]
    assert [["ann", "bob"], ["ann", "bob"], ["bob", "ann"]] == [
        [row.competitor for row in each.rows] for each in tables
    ]
    assert tables[:2] == progression(book(DRIVERS, *told), "cup", as_of=1)
    assert () == progression(book(DRIVERS), "cup")


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda known: standings(known, "cub"), "unknown championship 'cub'; did you mean 'cup'?"),
        (lambda known: standings(known, "x"), "unknown championship 'x'; known: cup"),
        (lambda known: standings(known, "cup", "OUL-7"), "unknown race 'OUL-7'; did you mean 'OUL-2'?"),
        (lambda known: standings(known, "cup", "oul-1"), "unknown race 'oul-1'; did you mean 'OUL-1'?"),
        (lambda known: standings(known, "cup", 7), "unknown round '7'; known: 1, 2, 3"),
        (lambda known: standings(known, "cup", "-1"), "unknown race '-1'; known: OUL-1, OUL-2, DON, SIL"),
        (lambda known: standings(known, "cup", "9" * 9), "unknown race '999999999'; known: OUL-1, OUL-2, DON, SIL"),
        (lambda known: progression(known, "x"), "unknown championship 'x'; known: cup"),
        (lambda known: race_result(known, "X"), "unknown race 'X'; known: OUL-1, OUL-2, DON, SIL"),
        (lambda known: race_result(known, "SIL", as_of="DON"), "unknown race 'SIL'; known: OUL-1, OUL-2, DON"),
        (lambda known: entry_list(known, "X"), "unknown race 'X'; known: OUL-1, OUL-2, DON, SIL"),
        (lambda known: calendar(known, "X"), "unknown race 'X'; known: OUL-1, OUL-2, DON, SIL"),
        (lambda known: audit(known, "x"), "unknown championship 'x'; known: cup"),
        (lambda known: audit(known, None, "X"), "unknown race 'X'; known: OUL-1, OUL-2, DON, SIL"),
        (lambda known: why(known, "cup", "amn"), "unknown competitor 'amn'; did you mean 'ann'?"),
        (lambda known: why(known, "cup", "#1"), "unknown competitor '#1'; known: ann, bob"),
        (lambda known: standings(known, cast("str", None)), "unknown championship None; known: cup"),
        (lambda _: standings(Book("empty"), "cup"), "unknown championship 'cup': none is recorded yet"),
    ],
)
def test_a_question_about_nothing_is_answered_with_what_there_is(ask: Any, expected: str) -> None:
    """An unknown name is an error that says what was meant, or what is known."""
    with pytest.raises(UnknownName) as caught:
        ask(book(DRIVERS, FOUR_RACES[0]))
    assert expected == str(caught.value)


# Why.


def award_text(award: Award) -> str:
    """One award in a line."""
    figures = " * ".join(points_text(figure) for figure in (award.value, award.part, award.share))
    car = "-" if award.car is None else f"#{award.car}"
    return (
        f"{award.race} {car} place {award.place} scored {award.scored} shown {award.shown}: "
        f"{figures} = {points_text(award.points)} {list(award.records)} {award.note or ''}".rstrip()
    )


@pytest.mark.parametrize(
    ("competitor", "rules", "expected", "behind"),
    [
        (
            "eve",
            evolve(DRIVERS, shared_car="split"),
            [
                "OUL-1 #5 place 2 scored 2 shown 2: 8 * 0.5 * 0.5 = 2 [26, 29, 30] shared by 2 drivers",
                "OUL-2 - place 1 scored 1 shown 1: 10 * 1 * 1 = 10 [33] only the winner of this race is known",
                "SIL #5 place None scored None shown DNS: 0 * 1 * 0.5 = 0 [26, 34] shared by 2 drivers",
            ],
            [2, 16, 26, 28, 29, 30, 33, 34],
        ),
        (
            "eve",
            evolve(DRIVERS, ratings=("gold",), place="re-ranked", shared_car="nobody"),
            [
                "OUL-1 #5 place 2 scored 1 shown 1: 10 * 0.5 * 0 = 0 [26, 29, 30, 36] a shared car scores for nobody",
                "OUL-2 - place 1 scored 1 shown 1: 10 * 1 * 1 = 10 [33, 36] only the winner of this race is known",
                "SIL #5 place None scored None shown DNS: 0 * 1 * 0 = 0 [26, 34, 36] a shared car scores for nobody",
            ],
            [2, 16, 26, 28, 29, 30, 33, 34, 36],
        ),
        (
            "ford",
            evolve(MAKES, cars=1, place="re-ranked", shown="class"),
            [
                "OUL-1 #1 place 1 scored 1 shown 1: 10 * 0.5 * 1 = 5 [22, 29, 30]",
                "OUL-1 #2 place 3 scored None shown 3: 0 * 0.5 * 1 = 0 [23, 29, 30] only its best car counts",
                "DON #2 place 2 scored 2 shown 2: 8 * 1 * 1 = 8 [23, 32]",
            ],
            [2, 19, 22, 23, 28, 29, 30, 32],
        ),
        (
            "kia",
            evolve(MAKES, cars=1),
            ["DON #1 place 1 scored 1 shown 1: 10 * 1 * 1 = 10 [22, 31, 32]"],
            [2, 20, 22, 28, 31, 32],
        ),
        (
            "#5",
            TEAMS,
            [
                "OUL-1 #5 place 2 scored 2 shown 2: 8 * 0.5 * 1 = 4 [26, 29, 30]",
                "SIL #5 place None scored None shown DNS: 0 * 1 * 1 = 0 [26, 34]",
            ],
            [2, 26, 28, 29, 30, 34],
        ),
        (
            "gil",
            DRIVERS,
            ["SIL #1 place 1 scored 1 shown 1: 10 * 1 * 1 = 10 [22, 35, 37]"],
            [2, 18, 22, 28, 35, 37],
        ),
    ],
)
def test_why_lists_every_award_and_record(
    competitor: str, rules: Rules, expected: list[str], behind: list[int]
) -> None:
    """Why a competitor has its points is its awards, each with the records behind it; the rules' and its own too."""
    told: Sequence[Event] = (
        result("OUL-1", "1 5 2"),
        RaceShortened("OUL-1", Fraction(1, 2)),
        CarChanged("1", "kia", "DON"),
        result("DON", "1 2"),
        WinnerReported("OUL-2", "GT", "eve"),
        DidNotStart("SIL", "5"),
        DriverSwapped("1", "ann", "gil", "SIL"),
        DriverRated("eve", "gold"),
        result("SIL", "1"),
    )
    if competitor in ("ford", "kia"):
        told = told[:-1]
    explained = why(book(rules, *told), "cup", competitor)
    assert expected == [award_text(award) for award in explained.awards]
    assert ([2, 28], behind) == (list(explained.rule_records), list(explained.records))
    assert explained.points == sum((award.points for award in explained.awards), Fraction(0))


def test_a_row_names_its_competitor() -> None:
    """A driver, a team and a make are called what they were registered as."""
    names = [standings(book(rules, OULTON), "cup").rows[0].name for rules in (DRIVERS, TEAMS, MAKES)]
    assert ["Ann Archer", "Team One", "Ford"] == names


def test_a_table_stands_on_its_rules() -> None:
    """A table names the records of its rules, and how much was known; of several scales, each that a race pays by."""
    known = standings(book(DRIVERS, OULTON), "cup")
    assert ((2, 28), 29) == (known.records, known.known_at)
    double = evolve(DRIVERS, apart=(RacesApart((), ("OUL-2",), scale="double"),))
    twice = fold(
        recorded(
            (
                *FRAME,
                PointsScaleAdopted("double", points(20)),
                ChampionshipDefined("cup", "The Cup", double),
                OULTON,
                result("OUL-2", "1"),
            )
        )
    )
    assert [(2, 29), (2, 28, 29)] == [standings(twice, "cup", race).records for race in ("OUL-1", "OUL-2")]
    assert ("club-2026", "cup", "The Cup", DRIVERS) == (known.season, known.championship, known.title, known.rules)


# The audit.


def printed(*rows: PublishedRow, as_of: str = "OUL-2", races: tuple[str, ...] = ()) -> StandingsPublished:
    """A published table."""
    return StandingsPublished("cup", as_of, rows, races)


def found(known: Book, **asked: Any) -> list[str]:
    """What the audit says, a discrepancy a line."""
    return [discrepancy_text(each) for each in audit(known, **asked).discrepancies]


def discrepancy_text(each: Discrepancy) -> str:
    """One discrepancy in a line."""
    where = f"{each.championship or '-'} {each.as_of}" + (f" in {each.race}" if each.race else "")
    return f"{where} {each.competitor} {each.figure}: {each.published} is {each.computed} [{each.record}]"


ANN, BOB = PublishedRow("ann", 1, Fraction(18)), PublishedRow("bob", 2, Fraction(18))


@pytest.mark.parametrize(
    ("truth", "publication", "checked", "expected"),
    [
        ("a table that is right", printed(ANN, BOB), 4, []),
        (
            "a wrong total",
            printed(evolve(ANN, points=Fraction(37, 2)), BOB),
            4,
            ["cup OUL-2 ann points: 18.5 is 18 [33]"],
        ),
        (
            "wrong positions",
            printed(evolve(ANN, position=2), evolve(BOB, position=None)),
            4,
            ["cup OUL-2 ann position: 2 is 1 [33]", "cup OUL-2 bob position: None is 2 [33]"],
        ),
        ("a competitor left out", printed(ANN), 3, ["cup OUL-2 bob missing: None is 18 [33]"]),
        (
            "a competitor who should not be there",
            printed(ANN, BOB, PublishedRow("eve", 3, Fraction(1))),
            5,
            ["cup OUL-2 eve unexpected: 1 is None [33]"],
        ),
        (
            "each at its own race",
            printed(evolve(ANN, points=Fraction(10)), evolve(BOB, points=Fraction(8)), as_of="OUL-1"),
            4,
            [],
        ),
        (
            "a wrong cell, a cell of nothing, and a cell left out",
            printed(evolve(ANN, results=("1", None)), evolve(BOB, results=("DNF", "1")), races=("OUL-1", "OUL-2")),
            8,
            ["cup OUL-2 in OUL-2 ann result: None is 2 [33]", "cup OUL-2 in OUL-1 bob result: DNF is 2 [33]"],
        ),
        (
            "cells of one row alone",
            printed(ANN, evolve(BOB, results=("2",)), races=("OUL-1",)),
            5,
            [],
        ),
        (
            "winners by driver and by car",
            WinnersPublished(
                (
                    PublishedWinner("OUL-1", "GT", "ann", "1"),
                    PublishedWinner("OUL-2", "GT", "ann", "1"),
                    PublishedWinner("DON", "GT", "fay"),
                    PublishedWinner("SIL", "GT", "gil", "1"),
                    PublishedWinner("DON", "LMP3", "gil"),
                )
            ),
            8,
            [
                "- OUL-2 ann winner: ann is bob [33]",
                "- OUL-2 #1 winner: #1 is #2 [33]",
                "- SIL #1 winner: #1 is None [33]",
                "- DON gil winner: gil is None [33]",
            ],
        ),
    ],
)
def test_the_audit_compares_every_printed_figure(
    truth: str, publication: Event, checked: int, expected: list[str]
) -> None:
    """Each position, total, cell and winner that was printed is held against what follows from the results."""
    told = (FOUR_RACES[0], FOUR_RACES[1], result("DON", "5"), WinnerReported("SIL", "GT", "gil"), publication)
    known = book(DRIVERS, *told)
    assert (expected, checked) == (found(known), audit(known).checked), truth


def test_the_audit_can_be_asked_about_less() -> None:
    """Asked about a championship it leaves out winners; asked as of a race, what stands later."""
    known = book(
        DRIVERS,
        *FOUR_RACES,
        printed(ANN, as_of="OUL-1"),
        printed(ANN, as_of="SIL"),
        WinnersPublished((PublishedWinner("SIL", "GT", "ann"), PublishedWinner("OUL-1", "GT", "bob"))),
    )
    lines = [
        "cup OUL-1 ann points: 18 is 10 [33]",
        "cup OUL-1 bob missing: None is 8 [33]",
        "cup SIL ann points: 18 is 28 [34]",
        "cup SIL bob missing: None is 28 [34]",
        "- SIL ann winner: ann is bob [35]",
        "- OUL-1 bob winner: bob is ann [35]",
    ]
    assert lines == found(known)
    assert lines[:4] == found(known, championship="cup")
    assert [lines[0], lines[1], lines[5]] == found(known, as_of="OUL")
    assert lines[:2] == found(known, championship="cup", as_of="OUL-1")


def test_a_discrepancy_names_its_source() -> None:
    """The document behind a publication is that of its record."""
    told = (*FRAME, ChampionshipDefined("cup", "The Cup", DRIVERS), FOUR_RACES[0], printed(ANN))
    records = [evolve(record, source=f"sheet {record.position}") for record in recorded(told)]
    assert ["sheet 30", "sheet 30"] == [each.source for each in audit(fold(records)).discrepancies]


# What else a book tells.


def test_a_race_is_shown_class_by_class() -> None:
    """Each class that has a result is shown with its cars in order, their crews, makes, poles and fastest laps."""
    known = book(
        DRIVERS,
        CarChanged("1", "opel", "DON"),
        DriverAssigned("2", "gil", "OUL-1", "OUL-1"),
        PoleTaken("OUL-1", "3"),
        RaceClassified(
            "OUL-1",
            "GT",
            (Line(1, "2", laps=30, gap_ms=0), Line(2, "1", "DNF", 29), Line(None, "5", "NC"), Line(None, "4", "DSQ")),
            "provisional",
        ),
        DidNotStart("OUL-1", "3"),
        FastestLapSet("OUL-1", "2"),
        WinnerReported("OUL-1", "LMP3", "gil"),
    )
    gt, lmp3 = race_result(known, "OUL-1").classes
    expected = """
        1 #2 bob gil (Team Two, ford) finished 30 0 fastest lap
        2 #1 ann (Team One, ford) DNF 29 None
        NC #5 eve fay (Team Five, opel) NC None None
        DSQ #4 dee (Team Four, kia) DSQ None None
        DNS #3 cid (Team Three, kia) DNS None None pole
        """
    lines = [
        f"{line.shown} #{line.car} {' '.join(line.drivers)} ({line.team}, {line.manufacturer}) {line.status} "
        f"{line.laps} {line.gap_ms}{' pole' * line.pole}{' fastest lap' * line.fastest_lap}"
        for line in gt.lines
    ]
    assert cleandoc(expected) == "\n".join(lines)
    assert [[23, 30, 32, 34], [22, 32], [26, 32], [25, 32], [24, 31, 33]] == [list(line.records) for line in gt.lines]
    assert ("GT", "provisional", None) == (gt.car_class, gt.status, gt.winner)
    assert ("LMP3", None, (), "gil") == (lmp3.car_class, lmp3.status, lmp3.lines, lmp3.winner)
    assert ("SIL", 3, ()) == (race_result(known, 3).race, race_result(known, 3).round, race_result(known, 3).classes)


def test_missed_starts_are_listed_as_people_count() -> None:
    """Cars without a place are listed by number: 2 before 10, digits before letters."""
    numbers = ("10", "9", "08", "8", "A1", "1")
    known = book(
        TEAMS,
        *(EntryRegistered(car, "LMP3", f"Team {car}", "kia") for car in numbers),
        *(DidNotStart("DON", car) for car in numbers),
    )
    lines = race_result(known, "DON").classes[0].lines
    assert ["1", "08", "8", "9", "10", "A1"] == [line.car for line in lines if line.car != "31"]


def test_the_calendar_tells_how_each_race_stands() -> None:
    """A race is scheduled, run, postponed or cancelled; a moved one stands in its new round, or still in its old."""
    may = datetime.date(2026, 5, 2)
    known = book(
        DRIVERS,
        RaceScheduled("OUL-3", 1, may),
        RacePostponed("OUL-2", None),
        RacePostponed("DON", 3),
        RaceCancelled("SIL"),
        RaceShortened("OUL-1", Fraction(1, 2)),
        DidNotStart("OUL-1", "1"),
    )
    expected = """
        1 OUL Oulton Park: OUL-1 run 1/2, OUL-3 scheduled, OUL-2 postponed
        2 DON Donington:
        3 SIL Silverstone: SIL cancelled, DON postponed
        """

    def shown(as_of: str | None = None) -> list[str]:
        return [
            f"{each.round} {each.code} {each.circuit}: "
            + ", ".join(f"{race.race} {race.state} {race.part or ''}".rstrip() for race in each.races)
            for each in calendar(known, as_of)
        ]

    assert cleandoc(expected).splitlines() == [line.rstrip() for line in shown()]
    assert ["1 OUL Oulton Park: OUL-1 run 1/2, OUL-3 scheduled"] == shown("OUL-3")
    assert [(1, None), (1, may), (None, None)] == [(r.round, r.starts_on) for r in calendar(known)[0].races]
    assert frozenset({"OUL-1"}) == races_run(known)


def test_the_entry_list_tells_who_drove_when() -> None:
    """Entries are listed by class and number, with the crew, the car and the races of each driver as of a race."""
    known = book(
        DRIVERS,
        EntryRegistered("08", "GT", "Team Late", "kia", "Stinger", ("gil",), "FIN"),
        result("OUL-1", "1 08"),
        DriverSwapped("1", "ann", "eve", "OUL-2"),
        CarChanged("1", "opel", "OUL-2", "Manta"),
        DidNotStart("OUL-2", "1"),
        EntryWithdrawn("1", "DON"),
    )

    def shown(as_of: str | None) -> list[str]:
        return [
            f"{each.car_class} #{each.car} {each.manufacturer} {each.model or '-'} {'+'.join(each.drivers) or 'nobody'}"
            f"{' out' if each.withdrawn else ''}: "
            + "; ".join(f"{drive.driver} {' '.join(drive.races)}".rstrip() for drive in each.drives)
            for each in entry_list(known, as_of)
            if each.car in ("1", "5", "08", "31")
        ]

    assert [
        "GT #1 opel Manta eve out: ann OUL-1; eve OUL-2",
        "GT #5 opel - eve+fay: eve; fay",
        "GT #08 kia Stinger gil: gil OUL-1",
        "LMP3 #31 ford - gil: gil",
    ] == shown(None)
    assert [
        "GT #1 ford - ann: ann OUL-1",
        "GT #5 opel - eve+fay: eve; fay",
        "GT #08 kia Stinger gil: gil OUL-1",
        "LMP3 #31 ford - gil: gil",
    ] == shown("OUL-1")


def test_a_book_without_races_has_entries_and_tables() -> None:
    """Before the calendar is known, entries are listed as registered, and every table is empty."""
    told = (*FRAME[:4], *FRAME[11:], ChampionshipDefined("cup", "The Cup", DRIVERS))
    known = fold(recorded(told))
    assert ["eve", "fay"] == list(entry_list(known)[4].drivers)
    assert ((), None, None) == (
        standings(known, "cup").rows,
        standings(known, "cup").as_of,
        standings(known, "cup").round,
    )
    assert ((), ()) == (calendar(known), race_order(known))


def test_a_fold_of_nothing_is_told_its_season() -> None:
    """An empty fold is an empty book of the season that it is told, and an error where it is told none."""
    assert Book("club-2026") == fold([], season="club-2026")
    with pytest.raises(ValueError, match="belongs to no season"):
        fold([])


def test_a_fact_is_filed_with_its_position() -> None:
    """The book knows of each fact where its record stands, and how far the log is known."""
    known = book(DRIVERS, OULTON)
    assert (29, 29, 29) == (known.classified["OUL-1", "GT"].position, known.known_at, known.version)
    assert (1, 24, 28) == (
        known.opened.position if known.opened is not None else None,
        known.entries["3"].position,
        known.championships["cup"].position,
    )
