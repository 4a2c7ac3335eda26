"""Rules that the first decades of racing needed: cars that nobody scores with, and ties told apart by every car."""

from fractions import Fraction

from attrs import evolve

from events import (
    CarClassDefined,
    ChampionshipDefined,
    CompetitorExcluded,
    DriverRegistered,
    EntryRegistered,
    Event,
    Line,
    ManufacturerRegistered,
    PointsScaleAdopted,
    PointsWithheld,
    RaceClassified,
    RaceScheduled,
    RoundScheduled,
    Rules,
    SeasonOpened,
    points,
)
from ledger.testing import recorded, table_text
from projections import fold, standings, title_race

FRAME: tuple[Event, ...] = (
    SeasonOpened("old-1960", "Old Cup 1960", 1960),
    PointsScaleAdopted("race", points(8, 6, 4)),
    CarClassDefined("F1", "Formula One"),
    *(
        event
        for n, code in enumerate(("AAA", "BBB", "CCC"), 1)
        for event in (RoundScheduled(n, code, code), RaceScheduled(code, n))
    ),
    *(DriverRegistered(f"d{n}", f"Driver {n}") for n in range(1, 7)),
    *(ManufacturerRegistered(make, make.title()) for make in ("alta", "brm", "cooper")),
    EntryRegistered("1", "F1", "Alta", "alta", drivers=("d1", "d5")),
    EntryRegistered("2", "F1", "Alta", "alta", drivers=("d2",)),
    EntryRegistered("3", "F1", "BRM", "brm", drivers=("d3",)),
    EntryRegistered("4", "F1", "BRM", "brm", drivers=("d4",)),
    EntryRegistered("5", "F1", "Cooper", "cooper", drivers=("d6",)),
)
MAKES = Rules("constructor", ("F1",), "race", cars=1, ties=("all-cars-countback",), appears="scored")


def table(rules: Rules, *told: Event) -> str:
    """The table after what happened, as text."""
    return table_text(standings(fold(recorded((*FRAME, ChampionshipDefined("cup", "Cup", rules), *told))), "cup"))


def result(race: str, order: str) -> RaceClassified:
    """A classification in that order."""
    return RaceClassified(race, "F1", tuple(Line(place, car) for place, car in enumerate(order.split(), 1)))


def test_a_shared_car_can_score_for_nobody_not_even_for_its_make() -> None:
    """Where a shared car scores for nobody, its make gets nothing with it, and nobody moves up."""
    expected = "pos  competitor     AAA  points\n  1  brm/brm          2       6\n  2  cooper/cooper    3       4"
    assert expected == table(evolve(MAKES, shared_car="nobody"), result("AAA", "1 3 5"))


def test_ties_can_be_told_apart_by_cars_that_do_not_score() -> None:
    """With the best car alone scoring, the second place of a make's other car still tells equal points apart."""
    both = result("AAA", "3 4 2"), result("BBB", "2 5 3")
    assert [
        "  1  alta/alta        3    1      12",
        "  1  brm/brm          1    3      12",
    ] == table(evolve(MAKES, ties=("scoring-countback",)), *both).splitlines()[1:3]
    assert [
        "  1  brm/brm          1    3      12",
        "  2  alta/alta        3    1      12",
    ] == table(MAKES, *both).splitlines()[1:3]


def test_a_car_outside_the_points_tells_nothing() -> None:
    """Only places that are worth points tell all cars apart."""
    level = result("AAA", "2 3 5 4"), result("BBB", "3 2 5")
    expected = ["  1  alta/alta        1    2      14", "  1  brm/brm          2    1      14"]
    assert expected == table(MAKES, *level).splitlines()[1:3]


def test_a_car_whose_points_are_withheld_tells_nothing() -> None:
    """A surplus car that was not eligible for points tells nobody apart."""
    both = result("AAA", "3 4 2"), result("BBB", "2 5 3")
    withheld = PointsWithheld("AAA", "stewards", "weight", "stay", car="4")
    expected = ["  1  alta/alta        3    1      12", "  1  brm/brm          1    3      12"]
    assert expected == table(MAKES, *both, withheld).splitlines()[1:3]


def test_the_title_counts_cars_that_only_break_ties() -> None:
    """A make can still win on a tie by the car that does not score."""
    # BRM can come level on points, wins and second places. Alta has a third place besides, BRM a second car to come.
    told = (result("AAA", "2 3 1"), result("BBB", "5 2"))
    book = fold(recorded((*FRAME, ChampionshipDefined("cup", "Cup", MAKES), *told)))
    can_win = {one.competitor: one.can_win for one in title_race(book, "cup", "BBB").contenders}
    assert {"alta/alta": True, "brm/brm": True, "cooper/cooper": True} == can_win


def test_an_excluded_competitor_is_listed_without_points() -> None:
    """Who is excluded stands in the table without a position, even where only who has points is in it."""
    told = (
        RaceClassified("AAA", "F1", (Line(1, "2"), Line(2, "5"), Line(None, "3", "DSQ"))),
        CompetitorExcluded("cup", "brm/brm", "FISA", "lead in the water", race="AAA"),
    )
    rows = standings(fold(recorded((*FRAME, ChampionshipDefined("cup", "Cup", MAKES), *told))), "cup").rows
    assert [("alta/alta", 1), ("cooper/cooper", 2), ("brm/brm", None)] == [(r.competitor, r.position) for r in rows]
    assert Fraction(0) == rows[-1].points
