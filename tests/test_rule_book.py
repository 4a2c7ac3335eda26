"""Rules one by one: what they make of a small season, and which of them cannot be meant."""

from fractions import Fraction
from inspect import cleandoc
from typing import Any

import pytest

from events import (
    Bonus,
    CarClassDefined,
    ChampionshipDefined,
    CountedPart,
    DidNotStart,
    DriverRegistered,
    EntryRegistered,
    Event,
    Line,
    ManufacturerRegistered,
    PointsDeducted,
    PointsScaleAdopted,
    PointsWithheld,
    RaceClassified,
    RacesApart,
    RaceScheduled,
    ResultsAnnulled,
    RoundScheduled,
    Rules,
    SeasonOpened,
    points,
)
from ledger.scrutineering import scrutinise
from ledger.testing import recorded, table_text
from projections import fold, standings

FRAME: tuple[Event, ...] = (
    SeasonOpened("club-2026", "Club Cup 2026", 2026),
    PointsScaleAdopted("race", points(10, 8, 6)),
    PointsScaleAdopted("low", points(1, 2, 3, 4, 5, 6), Fraction(7), order="rising"),
    CarClassDefined("GT", "GT cars"),
    CarClassDefined("TCR", "Touring cars"),
    ManufacturerRegistered("ford", "Ford"),
    DriverRegistered("ann", "Ann Archer"),
    DriverRegistered("bob", "Bob Brook"),
    DriverRegistered("cy", "Cy Cole"),
    EntryRegistered("1", "GT", "Archer", "ford", drivers=("ann",)),
    EntryRegistered("2", "GT", "Brook", "ford", drivers=("bob",)),
    EntryRegistered("3", "GT", "Cole", "ford", drivers=("cy",)),
    EntryRegistered("70", "TCR", "Touring", "ford"),
    RoundScheduled(1, "OUL", "Oulton Park"),
    RaceScheduled("OUL-1", 1, kind="heat"),
    RaceScheduled("OUL-2", 1),
    RoundScheduled(2, "DON", "Donington"),
    RaceScheduled("DON-1", 2, kind="heat"),
    RaceScheduled("DON-2", 2),
    RoundScheduled(3, "SIL", "Silverstone"),
    RaceScheduled("SIL-1", 3, kind="heat"),
    RaceScheduled("SIL-2", 3),
)


def rules(**changes: Any) -> Rules:
    """Rules of a drivers' championship with some changes."""
    return Rules(**{"competitor": "driver", "classes": ("GT",), "scale": "race", **changes})


def low(**changes: Any) -> Rules:
    """The same, where the fewest points win."""
    return rules(**{"scale": "low", "wins": "fewest", "unplaced": "after-last-entry", **changes})


def result(race: str, placed: str, **others: str) -> RaceClassified:
    """A classification: the cars in order of place, then those of each status."""
    statuses: Any = others
    placed_lines = [Line(place, car) for place, car in enumerate(placed.split(), start=1)]
    others_lines = [Line(None, car, status) for status, cars in statuses.items() for car in cars.split()]
    return RaceClassified(race, "GT", (*placed_lines, *others_lines))


def table(its_rules: Rules, *told: Event, as_of: str | None = None) -> str:
    """The standings under the rules, as text; everything has passed scrutineering."""
    season = (*FRAME, ChampionshipDefined("cup", "The Cup", its_rules), *told)
    book = fold(recorded(FRAME[:1]))
    assert () == scrutinise(book, season[1:])
    return table_text(standings(fold(recorded(season)), "cup", as_of))


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (
            ("countback", "first-achieved"),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  ann             1      2      18
              2  bob             2      1      18
            """,
        ),
        (
            ("countback", "last-achieved"),
            """
            pos  competitor  OUL-1  OUL-2  points
              1  bob             2      1      18
              2  ann             1      2      18
            """,
        ),
    ],
)
def test_a_win_each_goes_to_the_first_or_to_the_last(ties: Any, expected: str) -> None:
    """Of a win and a second place each, the rules prefer whoever won first, or whoever won last."""
    assert cleandoc(expected) == table(rules(ties=ties), result("OUL-1", "1 2"), result("OUL-2", "2 1"))


@pytest.mark.parametrize(
    ("ties", "expected"),
    [(("countback",), ["cy", "ann", "bob"]), (("best-results",), ["cy", "bob", "ann"])],
)
def test_best_results_compares_points_not_places(ties: Any, expected: list[str]) -> None:
    """A win of a race that counts twice is worth no better a result than a second place of one that counts once."""
    doubled = (RacesApart(races=("OUL-2",), times=Fraction(2)),)
    # All have 8: Cy 1, 6, 1; Ann 3, 2, 3, with a win; Bob 2, 4, 2, without one.
    told = (result("OUL-1", "3 2 1"), result("OUL-2", "1 2 3"), result("DON-1", "3 2 1"))
    shown = table(low(ties=ties, apart=doubled), *told).splitlines()
    assert expected == [line.split()[1] for line in shown[1:]]


def test_best_results_leaves_dropped_results_out_and_the_last_race_does_not() -> None:
    """Excluded scores tell nothing apart until the last race is asked, dropped or not."""
    # Ann 10, 8, 10, 6; Bob 8, 10, 8, 10.
    told = (result("OUL-1", "1 2"), result("OUL-2", "2 1"), result("DON-1", "1 2"), result("DON-2", "2 3 1"))
    shared = table(rules(ties=("best-results",), counting=(CountedPart(best=2),)), *told)
    broken = table(rules(ties=("best-results", "last-race"), counting=(CountedPart(best=2),)), *told)
    assert ["  1  ann", "  1  bob"] == [line[:8] for line in shared.splitlines()[1:3]]
    assert ["  1  bob", "  2  ann"] == [line[:8] for line in broken.splitlines()[1:3]]


@pytest.mark.parametrize("rule", ["countback", "best-results", "last-race"])
def test_races_that_break_no_ties_are_not_asked(rule: Any) -> None:
    """Who was better in a race that tells no equal points apart is not ahead for it."""
    silent = (RacesApart(kinds=("heat",), break_ties=False),)
    # In the heats Ann has 10 and 6, and Bob 8 and 8; in the race that tells neither started.
    told = (result("OUL-1", "1 2 3"), result("OUL-2", "3"), result("DON-1", "3 2 1"))
    tied = table(rules(ties=(rule,), apart=silent), *told).splitlines()
    assert ["1 cy", "2 ann", "2 bob"] == [" ".join(line.split()[:2]) for line in tied[1:]]


def test_a_named_race_goes_before_its_kind() -> None:
    """A heat that is named pays what is said of it, not what is said of heats."""
    apart = (RacesApart(kinds=("heat",), times=Fraction(2)), RacesApart(races=("DON-1",), times=Fraction(3)))
    expected = """
        pos  competitor  OUL-1  OUL-2  DON-1  points
          1  ann             1      1      1      60
    """
    told = [result(race, "1") for race in ("OUL-1", "OUL-2", "DON-1")]
    assert cleandoc(expected) == table(rules(apart=apart), *told)


ROUNDS = (
    result("OUL-1", "1 2"),
    result("OUL-2", "1 2"),
    result("DON-1", "2", DNF="1"),
    result("DON-2", "1 2"),
    result("SIL-1", "2 1"),
    result("SIL-2", "2 1"),
)
"""Ann 10+10, 0+10, 8+8; Bob 8+8, 10+8, 10+10."""


@pytest.mark.parametrize(
    ("counting", "as_of", "expected"),
    [
        (CountedPart(all_but=1), None, {"ann": 46, "bob": 46}),
        (CountedPart(all_but=1, unit="round"), None, {"ann": 36, "bob": 38}),
        (CountedPart(best=1, unit="round"), None, {"ann": 20, "bob": 20}),
        (CountedPart(best=2, unit="round"), "DON-2", {"ann": 30, "bob": 34}),
        (CountedPart(all_but=1, unit="round"), "OUL-2", {"ann": 20, "bob": 16}),
        (CountedPart(all_but=2, dropped_after=(4, 6)), "DON-1", {"ann": 20, "bob": 26}),
        (CountedPart(all_but=2, dropped_after=(4, 6)), "DON-2", {"ann": 30, "bob": 26}),
        (CountedPart(all_but=2, dropped_after=(4, 6)), "SIL-1", {"ann": 38, "bob": 36}),
        (CountedPart(all_but=2, dropped_after=(4, 6)), "SIL-2", {"ann": 38, "bob": 38}),
        (CountedPart(all_but=1, unit="round", dropped_after=(3,)), "DON-2", {"ann": 30, "bob": 34}),
    ],
)
def test_results_are_dropped_by_race_or_by_round_and_from_when_the_rules_say(
    counting: CountedPart, as_of: str | None, expected: dict[str, int]
) -> None:
    """The worst race goes, or the worst round as a whole; the first of them once so many have been run."""
    book = fold(recorded((*FRAME, ChampionshipDefined("cup", "The Cup", rules(counting=(counting,))), *ROUNDS)))
    assert expected == {row.competitor: row.points for row in standings(book, "cup", as_of).rows}


def test_a_round_is_kept_with_one_of_its_races() -> None:
    """A round that holds a result which may not be dropped is not dropped either."""
    counting = (CountedPart(all_but=1, unit="round"),)
    kept = rules(counting=counting, kept_statuses=("DNF",))
    book = fold(recorded((*FRAME, ChampionshipDefined("cup", "The Cup", kept), *ROUNDS)))
    assert {"ann": 30, "bob": 38} == {row.competitor: row.points for row in standings(book, "cup").rows}


@pytest.mark.parametrize("status", ["DNS", "DNQ", "DNPQ", "WD"])
def test_every_missed_start_is_kept_where_missed_starts_are(status: Any) -> None:
    """In the words of the rules a car that did not qualify did not start."""
    told = (result("OUL-1", "1 2"), result("OUL-2", "2"), DidNotStart("OUL-2", "1", status=status))
    kept = table(rules(counting=(CountedPart(best=1),), kept_statuses=("DNS",)), *told)
    assert ["2", "ann", "1", status, "0"] == kept.splitlines()[2].split()


def test_points_withheld_are_no_prize_where_the_fewest_win() -> None:
    """In a table of low points, who may not score is worth what a boat that did not come is."""
    told = (
        result("OUL-1", "1 2 3"),
        PointsWithheld("OUL-1", "Committee", "not measured", "stay", car="1"),
        result("OUL-2", "2 1 3"),
        ResultsAnnulled("cup", "cy", ("OUL-2",), "Committee", "entry void"),
    )
    expected = """
        pos  competitor  OUL-1  OUL-2  points
          1  bob             2      1       3
          2  ann             1      2       6
          3  cy              3      3       7
    """
    assert cleandoc(expected) == table(low(), *told)


def test_an_entrant_scores_with_all_its_cars() -> None:
    """Cars of one entrant add up under the team of the first; a car of nobody scores for nobody."""
    told = (
        EntryRegistered("7", "GT", "Blue", "ford", entrant="blue"),
        EntryRegistered("8", "GT", "Blue Junior", "ford", entrant="blue"),
        EntryRegistered("9", "GT", "Red", "ford", entrant="red"),
        result("OUL-1", "8 1 7 9"),
        result("OUL-2", "9 2 7"),
        PointsDeducted("cup", "red", Fraction(1), "Stewards", "late", race="OUL-2"),
    )
    expected = """
        pos  competitor  OUL-1  OUL-2  points
          1  blue            1      3      22
          2  red             4      1       9
    """
    assert cleandoc(expected) == table(rules(competitor="entrant"), *told)
    book = fold(recorded((*FRAME, ChampionshipDefined("cup", "The Cup", rules(competitor="entrant")), *told)))
    assert ["Blue", "Red"] == [row.name for row in standings(book, "cup").rows]
    listed = rules(competitor="entrant", competitors=("red", "green"))
    [found] = scrutinise(book, (ChampionshipDefined("listed", "Listed", listed),))
    assert ("$.rules.competitors[1]", "green is no entrant of this season") == (found.path, found.problem)


BAD: list[tuple[Rules, str, str]] = [
    (rules(ties=("first-achieved",)), "$.rules.ties[0]", "put countback before it"),
    (rules(ties=("last-race", "last-achieved")), "$.rules.ties[1]", "put countback before it"),
    (
        rules(ties=("countback", "first-achieved", "last-achieved")),
        "$.rules.ties",
        "holds first-achieved and last-achieved, which say the opposite",
    ),
    (
        rules(counting=(CountedPart(all_but=1, dropped_after=(4, 8)),)),
        "$.rules.counting[0].dropped_after",
        "says when 2 are dropped, and all_but says that 1 are",
    ),
    (
        rules(counting=(CountedPart(best=1, dropped_after=(4,)),)),
        "$.rules.counting[0].dropped_after",
        "says when all but some results count: give all_but",
    ),
    (
        rules(counting=(CountedPart(all_but=2, dropped_after=(4, 4)),)),
        "$.rules.counting[0].dropped_after[1]",
        "4 is not more than 4",
    ),
    (
        rules(counting=(CountedPart(all_but=1, dropped_after=(1,)),)),
        "$.rules.counting[0].dropped_after[0]",
        "1 is not more than 1",
    ),
    (
        low(unplaced="nothing"),
        "$.rules.unplaced",
        "the fewest points win here: a retirement worth nothing would beat every win",
    ),
    (
        low(shared_car="split"),
        "$.rules.shared_car",
        "the fewest points win here: to share a car would better its result",
    ),
    (
        rules(bonuses=(Bonus("pole", Fraction(1)), Bonus("pole", Fraction(2), kinds=("heat",)))),
        "$.rules.bonuses[1]",
        "pole stands in bonuses[0] already, for these races",
    ),
    (
        rules(
            bonuses=(Bonus("pole", Fraction(1), kinds=("race", "heat")), Bonus("pole", Fraction(2), kinds=("heat",)))
        ),
        "$.rules.bonuses[1]",
        "pole stands in bonuses[0] already, for these races",
    ),
    (
        rules(competitor="team", competitors=("#1", "#70")),
        "$.rules.competitors[1]",
        "#70 is entered in TCR, which takes no part here",
    ),
    (
        rules(
            apart=(RacesApart(kinds=("heat",), counts=False),), counting=(CountedPart(best=3),), kept_races=("OUL-1",)
        ),
        "$.rules.kept_races[0]",
        "OUL-1 does not count here: there is nothing to keep",
    ),
    (
        rules(
            counting=(CountedPart(best=1, last_round=2), CountedPart(best=2, first_round=3)),
            kept_races=("OUL-1", "DON-1"),
        ),
        "$.rules.kept_races",
        "keeps 2 results of which only the best 1 count",
    ),
    (
        rules(apart=(RacesApart(races=("DON-1",)),)),
        "$.rules.apart[0]",
        "says nothing that does not hold for every race",
    ),
    (
        rules(apart=(RacesApart(kinds=("heat",), scale="race"),)),
        "$.rules.apart[0].scale",
        "race is the championship's own scale; leave it out",
    ),
    (
        rules(
            apart=(RacesApart(kinds=("heat",), counts=False),),
            bonuses=(Bonus("pole", Fraction(1), kinds=("race", "heat")),),
        ),
        "$.rules.bonuses[0].kinds[1]",
        "races of the kind heat do not count here, and pay no bonus",
    ),
    (
        low(competitor="manufacturer"),
        "$.rules.cars",
        "the fewest points win here: with more than 1, each further car would cost points",
    ),
]
"""Rules that cannot be meant: where, and why."""
GOOD: list[Rules] = [
    rules(ties=("scoring-countback", "last-achieved")),
    rules(ties=("best-results", "last-race")),
    rules(counting=(CountedPart(all_but=2, dropped_after=(2, 3)),)),
    rules(bonuses=(Bonus("pole", Fraction(1), kinds=("race",)), Bonus("pole", Fraction(2), kinds=("heat",)))),
    rules(competitor="team", competitors=("#1", "#2")),
    rules(counting=(CountedPart(best=1, unit="round"),), kept_races=("OUL-1", "OUL-2")),
    rules(apart=(RacesApart(kinds=("heat",), counts=False), RacesApart(races=("DON-1",)))),
    low(),
    low(competitor="manufacturer", cars=1),
]
"""Rules that are near them, and sensible."""


@pytest.mark.parametrize(("bad", "path", "problem"), BAD)
def test_rules_that_cannot_be_meant_are_refused(bad: Rules, path: str, problem: str) -> None:
    """Each is objected to once, where it stands, with what is wrong with it."""
    found = scrutinise(fold(recorded(FRAME)), (ChampionshipDefined("cup", "The Cup", bad),))
    assert [path] == [one.path for one in found]
    assert problem in found[0].problem


@pytest.mark.parametrize("good", GOOD)
def test_sensible_rules_near_them_are_not(good: Rules) -> None:
    """Nobody objects to what regulations do say."""
    assert () == scrutinise(fold(recorded(FRAME)), (ChampionshipDefined("cup", "The Cup", good),))
