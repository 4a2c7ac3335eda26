"""Who can still win, and what a leader needs: held against every course of events that there is, played to its end."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations, product, takewhile

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from events import (
    Bonus,
    CarClassDefined,
    ChampionshipDefined,
    CompetitorExcluded,
    CountedPart,
    DidNotStart,
    DriverRated,
    DriverRegistered,
    EntryRegistered,
    EntryWithdrawn,
    Event,
    Line,
    ManufacturerRegistered,
    PointsDeducted,
    PointsScaleAdopted,
    RaceCancelled,
    RaceClassified,
    RaceScheduled,
    RoundScheduled,
    Rules,
    SeasonOpened,
    points,
    points_text,
)
from events.rules import TieRule
from ledger.testing import recorded
from projections import Book, TitleRace, UnknownName, fold, standings, title_race

CARS = ("1", "2", "3")
DRIVERS = {"1": "ann", "2": "bob", "3": "cid"}
RACES = ("AAA-1", "AAA-2", "AAA-3", "AAA-4")
Order = tuple[str, ...]
"""The cars of a result in order of place; whoever is not in it did not start."""


def frame(rules: Rules, scale: Sequence[int | str] = (5, 3, 2), *, rating: str | None = None) -> tuple[Event, ...]:
    """A season of four races and three drivers, each in a car of another make; with a rating, Bob is not of it."""
    return (
        SeasonOpened("club-2026", "Club Cup 2026", 2026),
        PointsScaleAdopted("race", points(*scale), order="rising" if rules.wins == "fewest" else "falling"),
        CarClassDefined("GT", "GT cars"),
        RoundScheduled(1, "AAA", "Anywhere"),
        *(RaceScheduled(race, 1) for race in RACES),
        *(DriverRegistered(driver, driver.title()) for driver in DRIVERS.values()),
        *(DriverRated(driver, "bronze") for driver in DRIVERS.values() if rating is not None and driver != "bob"),
        *(ManufacturerRegistered(f"make-{car}", f"Make {car}") for car in CARS),
        *(EntryRegistered(car, "GT", f"Team {car}", f"make-{car}", drivers=(DRIVERS[car],)) for car in CARS),
        ChampionshipDefined("cup", "The Cup", rules),
    )


def raced(race: str, order: Order) -> Iterator[Event]:
    """What is recorded of a race: its classification, and who did not start."""
    if order:
        yield RaceClassified(race, "GT", tuple(Line(place, car) for place, car in enumerate(order, start=1)))
    yield from (DidNotStart(race, car) for car in CARS if car not in order)


def season(rules: Rules, orders: Sequence[Order], *more: Event, scale: Sequence[int | str] = (5, 3, 2)) -> Book:
    """The season after some races."""
    rating = "bronze" if rules.ratings else None
    told = [event for race, order in zip(RACES, orders, strict=False) for event in raced(race, order)]
    return fold(recorded((*frame(rules, scale, rating=rating), *told, *more)))


ORDERS = [order for size in range(len(CARS) + 1) for order in permutations(CARS, size)]
"""Every result that a race of three cars can have."""


def courses(book: Book, left: Sequence[str]) -> Iterator[Book]:
    """The book after every way in which the races that are left can end."""
    for orders in product(ORDERS, repeat=len(left)):
        events = [event for race, order in zip(left, orders, strict=True) for event in raced(race, order)]
        trial = book.copy()
        for event in events:
            trial.file(event, trial.known_at + 1)
        yield trial


def positions(book: Book) -> dict[str, int | None]:
    """Who ends where, once all is over."""
    return {row.competitor: row.position for row in standings(book, "cup", RACES[-1]).rows}


def scored(book: Book, race: str) -> dict[str, int | None]:
    """The place that scored in a race, for each competitor."""
    return {
        row.competitor: award.scored
        for row in standings(book, "cup", RACES[-1]).rows
        for award in row.awards
        if award.race == race
    }


TIES: tuple[tuple[TieRule, ...], ...] = (
    ("countback", "first-achieved"),
    ("countback",),
    ("scoring-countback",),
    ("last-race",),
    (),
)
NAMES = {"driver": tuple(DRIVERS.values()), "team": ("#1", "#2", "#3"), "manufacturer": ("make-1", "make-2", "make-3")}
RULES = {
    "drivers": Rules("driver", ("GT",), "race"),
    "teams": Rules("team", ("GT",), "race"),
    "makes": Rules("manufacturer", ("GT",), "race", cars=1, place="re-ranked"),
    "cup": Rules("driver", ("GT",), "race", ratings=("bronze",), place="re-ranked"),
    "best two": Rules("driver", ("GT",), "race", counting=(CountedPart(best=2),)),
    "all but one": Rules("driver", ("GT",), "race", counting=(CountedPart(all_but=1),)),
    "scorers": Rules("driver", ("GT",), "race", appears="scored"),
}


def check(rules: Rules, past: Sequence[Order], scale: Sequence[int], deducted: int) -> None:
    """Holds the proof against every course that the rest of the season can take."""
    names = NAMES[rules.competitor]
    rules = evolve(rules, competitors=names)
    fine = PointsDeducted("cup", names[0], Fraction(deducted or 1), "Stewards", "fuel", race="AAA-1")
    book = season(rules, past, *((fine,) if deducted else ()), scale=scale)
    left = RACES[len(past) :]
    title = title_race(book, "cup", RACES[len(past) - 1])
    assert left == title.remaining
    ends = [(positions(end), scored(end, left[0])) for end in courses(book, left)]
    listed = {one.competitor for one in title.contenders}
    winners = {one for end, _ in ends for one, position in end.items() if position == 1}
    assert winners & listed == {one.competitor for one in title.contenders if one.can_win}
    assert bool(winners - listed) == title.newcomer
    for leader in title.leaders:
        seen = [(end[leader.competitor], places.get(leader.competitor)) for end, places in ends]
        assert all(position == 1 for position, _ in seen) == leader.safe
        deepest = max(place or 0 for _, place in seen)
        enough = [all(at == 1 for at, place in seen if place == tried) for tried in range(1, deepest + 1)]
        needed = len(list(takewhile(bool, enough)))
        assert (0 if leader.safe else needed) == min(leader.place or 0, deepest)
        assert leader.any_place is False or needed == deepest


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=25)
@given(
    past=st.lists(st.sampled_from(ORDERS), min_size=3, max_size=3),
    ties=st.sampled_from(TIES),
    scale=st.sampled_from(((5, 3, 2), (3, 2), (10, 9, 8), (1,))),
    deducted=st.integers(0, 3),
)
def test_before_the_last_race_the_proof_is_what_every_course_shows(
    name: str, past: list[Order], ties: tuple[TieRule, ...], scale: tuple[int, ...], deducted: int
) -> None:
    """Who can win wins in some course and nobody else does; the place that makes safe does, and no worse one."""
    check(evolve(RULES[name], ties=ties), past, scale, deducted)


@pytest.mark.parametrize(
    ("name", "past", "scale", "deducted"),
    [
        ("drivers", (("1", "2", "3"), ("1", "2", "3")), (5, 3, 2), 0),
        ("drivers", (("1", "2"), ("2", "1", "3")), (10, 9, 8), 1),
        ("cup", (("1", "2", "3"), ("2", "1", "3")), (5, 3, 2), 0),
        ("makes", (("3", "2", "1"), ("3", "1")), (3, 2), 0),
        ("best two", (("1", "2", "3"), ("1", "3", "2")), (10, 9, 8), 0),
        ("all but one", (("1", "2", "3"), ("2", "1")), (5, 3, 2), 2),
    ],
)
def test_with_two_races_left_it_is_too(
    name: str, past: tuple[Order, ...], scale: tuple[int, ...], deducted: int
) -> None:
    """What the leader needs in the next race is right whatever happens in the race after it."""
    check(RULES[name], past, scale, deducted)


DRIVERS_CUP = Rules("driver", ("GT",), "race")
TWICE = (("1", "2", "3"), ("1", "2", "3"))


def leader_of(title: TitleRace) -> tuple[str, bool, int | None, tuple[str, ...]]:
    """The leader, whether it is safe, the place that it needs, and who could pass it."""
    (leader,) = title.leaders
    return leader.competitor, leader.safe, leader.place, leader.rivals


def test_a_leader_is_safe_when_the_races_left_cannot_pay_the_lead() -> None:
    """Fifteen points ahead with five to win, nobody can pass; three behind with five to win, one can."""
    assert ("ann", True, None, ()) == leader_of(
        title_race(season(DRIVERS_CUP, [("1", "2", "3")] * 3, scale=(9, 1)), "cup")
    )
    close = season(DRIVERS_CUP, [("1", "2"), ("2", "1"), ("1", "2")])
    assert ("ann", False, 2, ("bob",)) == leader_of(title_race(close, "cup"))


def test_a_bonus_of_a_rival_is_reckoned_with() -> None:
    """Where a fastest lap pays a point, second place is no longer enough."""
    close = season(
        evolve(DRIVERS_CUP, bonuses=(Bonus("fastest-lap", Fraction(1)),)), [("1", "2"), ("2", "1"), ("1", "2")]
    )
    assert ("ann", False, 1, ("bob",)) == leader_of(title_race(close, "cup"))


def test_who_is_excluded_cannot_win() -> None:
    """An excluded competitor is no contender, and no rival of the leader."""
    out = CompetitorExcluded("cup", "bob", "Stewards", "fraud", race="AAA-2")
    title = title_race(season(DRIVERS_CUP, TWICE, out), "cup")
    assert ["ann", "cid"] == [one.competitor for one in title.contenders]
    assert "bob" not in title.leaders[0].rivals


def test_a_withdrawn_entry_wins_nothing_more() -> None:
    """A team that is out of the season has what it has."""
    teams = Rules("team", ("GT",), "race")
    gone = EntryWithdrawn("2", "AAA-3")
    assert [("#1", "20"), ("#2", "6"), ("#3", "14")] == [
        (one.competitor, points_text(one.most)) for one in title_race(season(teams, TWICE, gone), "cup").contenders
    ]


def test_a_cancelled_race_pays_nothing() -> None:
    """Only races that may still be run are left."""
    assert ("AAA-4",) == title_race(season(DRIVERS_CUP, TWICE, RaceCancelled("AAA-3")), "cup").remaining


def test_somebody_new_may_still_win_early_in_a_season() -> None:
    """With two races left that pay ten points, ten points can be passed by somebody who has none; not so if listed."""
    early = [("1", "2", "3")]
    assert title_race(season(DRIVERS_CUP, early), "cup").newcomer
    listed = evolve(DRIVERS_CUP, competitors=("ann", "bob", "cid"))
    assert not title_race(season(listed, early), "cup").newcomer


def test_crewmates_cannot_pass_each_other() -> None:
    """Two drivers who share a car all season end level: neither is a rival of the other."""
    shared = [
        evolve(event, drivers=("ann", "bob")) if isinstance(event, EntryRegistered) and event.car == "1" else event
        for event in frame(DRIVERS_CUP)
    ]
    alone = [evolve(e, drivers=()) if isinstance(e, EntryRegistered) and e.car == "2" else e for e in shared]
    told = [event for race in RACES[:3] for event in raced(race, ("1", "3"))]
    title = title_race(fold(recorded((*alone, *told))), "cup")
    assert [("ann", True), ("bob", True)] == [(one.competitor, one.safe) for one in title.leaders]


def test_a_bound_says_that_it_is_one() -> None:
    """Where not everything can be proved, the answer says why it is a bound."""
    assert title_race(season(DRIVERS_CUP, TWICE), "cup").exact
    makes = title_race(season(Rules("manufacturer", ("GT",), "race"), TWICE), "cup")
    assert not makes.exact
    assert [True] == [one.startswith("a bound: ") for one in makes.assumptions if "cars that are entered" in one]


def test_a_title_of_nothing_known_is_refused() -> None:
    """A championship that is not there has no title."""
    with pytest.raises(UnknownName, match="unknown championship 'cap'; did you mean 'cup'"):
        title_race(season(DRIVERS_CUP, TWICE), "cap")
