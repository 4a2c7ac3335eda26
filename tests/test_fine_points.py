"""Fine points of the rules, each a small season that tells two readings of them apart."""

from fractions import Fraction
from inspect import cleandoc
from typing import Literal

import pytest
from attrs import evolve

from events import (
    Bonus,
    CarClassDefined,
    ChampionshipDefined,
    DidNotStart,
    DriverRegistered,
    EntryRegistered,
    Event,
    LapsLed,
    Line,
    ManufacturerRegistered,
    PointsDeducted,
    PointsRestored,
    PointsScaleAdopted,
    PointsWithheld,
    PoleTaken,
    RaceClassified,
    RacePostponed,
    RacesApart,
    RaceScheduled,
    ResultsAnnulled,
    RoundScheduled,
    Rules,
    RulingRescinded,
    SeasonOpened,
    WinnerReported,
    points,
    points_text,
)
from ledger.scrutineering import scrutinise
from ledger.testing import recorded, table_text
from projections import Book, concerned_races, fold, standings

FRAME: tuple[Event, ...] = (
    SeasonOpened("club-2026", "Club Cup 2026", 2026),
    PointsScaleAdopted("race", points(10, 8, 6, 4), Fraction(1)),
    PointsScaleAdopted("low", points(1, 2, 3, 4, 5, 6, 7, 8), Fraction(9), "rising"),
    CarClassDefined("GT", "GT cars"),
    CarClassDefined("LMP3", "Prototypes"),
    RoundScheduled(1, "OUL", "Oulton Park"),
    RaceScheduled("OUL-1", 1),
    RaceScheduled("OUL-2", 1),
    RoundScheduled(2, "DON", "Donington"),
    RaceScheduled("DON", 2, kind="sprint"),
    *(DriverRegistered(driver, driver.title()) for driver in ("ann", "bob", "cid", "dee", "eve", "fay")),
    *(ManufacturerRegistered(make, make.title()) for make in ("ford", "kia", "opel")),
    EntryRegistered("1", "GT", "Team One", "ford", drivers=("ann",)),
    EntryRegistered("2", "GT", "Team Two", "ford", drivers=("bob",)),
    EntryRegistered("3", "GT", "Team Three", "kia", drivers=("cid",)),
    EntryRegistered("5", "GT", "Team Five", "opel", drivers=("eve", "fay")),
)
"""Places are worth 10, 8, 6, 4, then 1; or on the low scale what they are."""

DRIVERS = Rules("driver", ("GT",), "race")
TEAMS = Rules("team", ("GT",), "race")
MAKES = Rules("manufacturer", ("GT",), "race")
LOW = Rules("team", ("GT",), "low", wins="fewest", unplaced="after-last-entry")


def book(rules: Rules, *told: Event) -> Book:
    """The season of the frame, with one championship, and what happened in it."""
    return fold(recorded((*FRAME, ChampionshipDefined("cup", "The Cup", rules), *told)))


def table(rules: Rules, *told: Event, as_of: str | None = None) -> str:
    """Its standings, as text."""
    return table_text(standings(book(rules, *told), "cup", as_of))


def result(race: str, placed: str, out: str = "") -> RaceClassified:
    """A classification: the cars in order of place, then those that retired."""
    lines = [Line(place, car) for place, car in enumerate(placed.split(), start=1)]
    return RaceClassified(race, "GT", (*lines, *(Line(None, car, "DNF") for car in out.split())))


@pytest.mark.parametrize("appears", ["started", "placed", "scored", "entered"])
def test_nobody_whose_points_a_ruling_changed_is_left_out(
    appears: Literal["started", "placed", "scored", "entered"],
) -> None:
    """Who was given points, or had them taken, is in the table, with a result or without."""
    expected = """
    pos  competitor  OUL-1  points
      1  ann             1      10
      2  cid             -       3
      3  dee             -      -5
    """
    rules = evolve(DRIVERS, appears=appears, competitors=("ann", "dee"))
    deducted = PointsDeducted("cup", "dee", Fraction(5), "the stewards", "fuel", "OUL-1")
    restored = PointsRestored("cup", "cid", Fraction(3), "the stewards", "a mistake", "OUL-1")
    assert cleandoc(expected) == table(rules, result("OUL-1", "1 3"), deducted, restored)


BOTH = result("OUL-1", "5 1 2 3")


def withheld(behind: Literal["move-up", "stay"], car: str | None = None, driver: str | None = None) -> PointsWithheld:
    """The points of a car or driver in the first race are withheld."""
    return PointsWithheld("OUL-1", "the stewards", "not eligible", behind, car, driver)


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ((withheld("stay", "1"), withheld("move-up", driver="ann")), "10"),
        ((withheld("move-up", driver="ann"), withheld("stay", "1")), "10"),
        ((withheld("stay", driver="ann"), withheld("move-up", driver="ann")), "10"),
        ((withheld("stay", "1"), withheld("stay", driver="ann")), "8"),
        ((withheld("move-up", "1"), ResultsAnnulled("cup", "ann", ("OUL-1",), "the organiser", "sold")), "10"),
    ],
)
def test_several_rulings_on_one_car_move_the_next_up_where_one_does(told: tuple[Event, ...], first: str) -> None:
    """Points withheld twice, or of an annulled result: the next cars move up where one of the rulings says so."""
    rows = standings(book(DRIVERS, result("OUL-1", "1 2"), *told), "cup").rows
    assert {"ann": "0", "bob": first} == {row.competitor: points_text(row.points) for row in rows}


def test_a_reported_winner_can_have_points_withheld() -> None:
    """A driver whose points of a race are withheld scores nothing as a reported winner of it."""
    told = (result("OUL-1", "1 2"), WinnerReported("OUL-1", "LMP3", "ann"))
    rules = evolve(DRIVERS, classes=("LMP3",))
    assert "10" == points_text(standings(book(rules, *told), "cup").rows[0].points)
    assert "0" == points_text(standings(book(rules, *told, withheld("stay", driver="ann")), "cup").rows[0].points)


def test_a_car_stays_shared_where_one_driver_scores_nothing() -> None:
    """Where a shared car scores for nobody, it does so too when the points of one of its drivers are withheld."""
    told = result("OUL-1", "5 1"), withheld("stay", driver="eve")
    rows = standings(book(evolve(DRIVERS, shared_car="nobody"), *told), "cup").rows
    assert {"ann": "8", "eve": "0", "fay": "0"} == {row.competitor: points_text(row.points) for row in rows}
    rows = standings(book(evolve(DRIVERS, shared_car="split"), *told), "cup").rows
    assert {"ann": "8", "eve": "0", "fay": "10"} == {row.competitor: points_text(row.points) for row in rows}


LATE = EntryRegistered("9", "GT", "Team Nine", "opel", drivers=("dee",), from_race="DON")


def test_who_is_entered_from_a_later_race_is_not_entered_before() -> None:
    """A competitor is entered from the first race that it is entered for until it is withdrawn."""
    entered = evolve(DRIVERS, appears="entered", competitors=("ann", "dee"))
    told = LATE, result("OUL-1", "1"), result("DON", "9")
    assert ["ann"] == [row.competitor for row in standings(book(entered, *told), "cup", "OUL-1").rows]
    assert ["ann", "dee"] == [row.competitor for row in standings(book(entered, *told), "cup", "DON").rows]


def test_a_place_after_the_last_entry_counts_the_entries_of_the_day() -> None:
    """A result without a place is worth a place more than there are entries, as of the race that is asked about."""
    told = LATE, result("OUL-1", "1 2 3", out="5"), result("DON", "9 1 2 3")
    rows = {row.competitor: row for row in standings(book(LOW, *told), "cup", "OUL-2").rows}
    assert {"#1": 1, "#2": 2, "#3": 3, "#5": 5} == {name: row.points for name, row in rows.items()}
    rows = {row.competitor: row for row in standings(book(LOW, *told), "cup", "DON").rows}
    assert {"#1": 3, "#2": 5, "#3": 7, "#5": 12, "#9": 7} == {name: row.points for name, row in rows.items()}


def test_whoever_did_not_come_to_a_race_is_after_the_last_entry() -> None:
    """A race that was run is worth the place after the last entry to all who did not come, be it everybody."""
    rules = evolve(LOW, competitors=("#1", "#2"))
    told = result("OUL-1", "1 2"), result("OUL-2", "3 5")
    expected = """
    pos  competitor  OUL-1  OUL-2  points
      1  #1              1    DNC       4
      2  #2              2    DNC       5
    """
    assert cleandoc(expected) == table(rules, *told)


def test_an_annulled_result_of_who_did_not_come_is_worth_what_it_was() -> None:
    """Where the fewest points win, an annulled result is worth a place after the last entry, as a missed race is."""
    annulled = ResultsAnnulled("cup", "#2", ("OUL-1",), "the organiser", "sold")
    rules = evolve(LOW, appears="entered")
    rows = {row.competitor: row for row in standings(book(rules, result("OUL-1", "1 3 5"), annulled), "cup").rows}
    assert 5 == rows["#2"].points
    assert [("DNC", "result annulled; did not come", (26,))] == [
        (award.shown, award.note, award.rulings) for award in rows["#2"].awards
    ]


@pytest.mark.parametrize(
    ("what", "equal", "rules", "expected"),
    [
        ("led-a-lap", "each", TEAMS, {"#1": "11", "#5": "9"}),
        ("led-a-lap", "split", TEAMS, {"#1": "10.5", "#5": "8.5"}),
        ("most-laps-led", "each", TEAMS, {"#1": "10", "#5": "9"}),
        ("led-a-lap", "each", DRIVERS, {"ann": "11", "eve": "9", "fay": "9"}),
        ("most-laps-led", "each", DRIVERS, {"ann": "11", "eve": "8", "fay": "8"}),
    ],
)
def test_laps_led_are_a_cars_where_drivers_do_not_compete(
    what: Literal["led-a-lap", "most-laps-led"], equal: Literal["split", "each"], rules: Rules, expected: dict[str, str]
) -> None:
    """The laps that the drivers of one car led are added up for a team, and are each driver's own for drivers."""
    led = LapsLed("OUL-1", "1", 15, "ann"), LapsLed("OUL-1", "5", 10, "eve"), LapsLed("OUL-1", "5", 10, "fay")
    rules = evolve(rules, bonuses=(Bonus(what, Fraction(1), equal),))
    rows = standings(book(rules, result("OUL-1", "1 5"), *led), "cup").rows
    assert expected == {row.competitor: points_text(row.points) for row in rows}


def test_only_so_many_cars_count_placed_or_not() -> None:
    """Where the best car of a make counts, its other cars earn nothing, be it a bonus or a last place."""
    best = evolve(LOW, competitor="manufacturer", cars=1)
    expected = """
    pos  competitor  OUL-1  points
      1  kia             1       1
      2  ford            2       2
      3  opel          DNF       4
    """
    assert cleandoc(expected) == table(best, result("OUL-1", "3 1", out="2 5"))
    both_out = """
    pos  competitor  OUL-1  points
      1  kia             1       1
      2  ford          DNF       4
    """
    assert cleandoc(both_out) == table(best, result("OUL-1", "3", out="1 2"))
    pole = evolve(MAKES, cars=1, bonuses=(Bonus("pole", Fraction(1)),))
    rows = standings(book(pole, PoleTaken("OUL-1", "2"), result("OUL-1", "1 3", out="2")), "cup").rows
    assert {"ford": "10", "kia": "8"} == {row.competitor: points_text(row.points) for row in rows}
    assert "only its best car counts" == rows[0].awards[1].note


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((PointsWithheld("OUL-1", "the stewards", "not eligible", "stay", "1"),), {"ford": "2", "kia": "3"}),
        ((ResultsAnnulled("cup", "ford", ("OUL-1",), "the organiser", "sold"),), {"ford": "4", "kia": "3"}),
    ],
)
def test_only_so_many_cars_cost_points_where_the_fewest_win(told: tuple[Event, ...], expected: dict[str, str]) -> None:
    """Where the best car of a make counts, a car that may not score costs points only if no other car counts."""
    best = evolve(LOW, competitor="manufacturer", cars=1)
    rows = standings(book(best, result("OUL-1", "1 2 3"), *told), "cup").rows
    assert expected == {row.competitor: points_text(row.points) for row in rows}


@pytest.mark.parametrize("driver", [None, "eve"])
@pytest.mark.parametrize("rules", [MAKES, TEAMS])
def test_a_shared_car_earns_its_make_no_bonus_either(rules: Rules, driver: str | None) -> None:
    """Where a shared car scores for nobody, its make and team get no bonus, whether its driver is known or not."""
    rules = evolve(rules, shared_car="nobody", bonuses=(Bonus("pole", Fraction(1)),))
    rows = standings(book(rules, PoleTaken("OUL-1", "5", driver), result("OUL-1", "5 3")), "cup").rows
    assert ["8", "0"] == [points_text(row.points) for row in rows]


def test_more_places_taken_go_before_fewer() -> None:
    """First-achieved goes from the best place to the next; whoever has no place left to compare is behind."""
    rules = evolve(TEAMS, scale="none", ties=("last-race", "first-achieved"))
    nothing = PointsScaleAdopted("none", points(0))
    assert ["#2", "#1", "#3"] == order_of(rules, nothing, result("OUL-1", "1 2"), result("DON", "3 2"))
    assert ["#2", "#1"] == order_of(rules, nothing, result("OUL-1", "2"), result("OUL-2", "1 2"))


def test_a_race_that_breaks_no_ties_is_no_last_race() -> None:
    """Points of a race whose places break no ties do not tell equal totals apart, the last race or not."""
    rules = evolve(TEAMS, ties=("last-race",))
    told = result("OUL-1", "1 2"), result("DON", "2 1")
    assert ["#2", "#1"] == order_of(rules, *told)
    assert ["#1", "#2"] == order_of(evolve(rules, apart=(RacesApart(kinds=("sprint",), break_ties=False),)), *told)


def order_of(rules: Rules, *told: Event) -> list[str]:
    """The competitors of a table from the first; no two share a position."""
    season = (*FRAME, *(one for one in told if isinstance(one, PointsScaleAdopted)))
    rest = [one for one in told if not isinstance(one, PointsScaleAdopted)]
    rows = standings(fold(recorded((*season, ChampionshipDefined("cup", "The Cup", rules), *rest))), "cup").rows
    assert [*range(1, len(rows) + 1)] == [row.position for row in rows]
    return [row.competitor for row in rows]


def test_an_entry_from_an_unknown_race_is_objected_to_once() -> None:
    """A mistake in an entry is reported where it was made, and not by every result of that car."""
    entry = EntryRegistered("9", "GT", "Team Nine", "opel", drivers=("dee",), from_race="SPA")
    objections = scrutinise(fold(recorded(FRAME)), (entry, result("OUL-1", "9 1")))
    assert [(0, "$.from_race")] == [(one.index, one.path) for one in objections]


def test_of_two_missed_starts_the_first_recorded_shows() -> None:
    """Where a competitor missed a race with two cars, the table shows what was recorded first, whatever the numbers."""
    told = DidNotStart("OUL-1", "2", status="DNQ"), DidNotStart("OUL-1", "1", status="WD")
    assert (("OUL-1", "DNQ"),) == standings(book(MAKES, *told), "cup").rows[0].results
    assert (("OUL-1", "WD"),) == standings(book(MAKES, *reversed(told)), "cup").rows[0].results


def test_a_calendar_is_one_as_of_every_race() -> None:
    """A postponement that was taken back concerns every table, wherever its rescission is said to count from."""
    told = RacePostponed("OUL-1", 2), RulingRescinded(25, "race control", "dry again", counts_from="DON")
    concerned = concerned_races(book(TEAMS, *told))
    assert (None, None) == (concerned[25], concerned[26])
