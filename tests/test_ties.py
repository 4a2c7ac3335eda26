"""Why one competitor stands before another: rule by rule, as the table itself is sorted."""

from itertools import permutations
from typing import Final

import pytest

from events import (
    ChampionshipDefined,
    CompetitorExcluded,
    CountedPart,
    Event,
    Line,
    PointsScaleAdopted,
    RaceClassified,
    Rules,
    points,
)
from events.rules import TieRule
from ledger import Ledger
from projections import Book, standings, tie
from tests.afterwards import FRAME

FLAT: Final = PointsScaleAdopted("flat", points(6, 4, 2, 0, 0))
"""A scale on which many are equal."""


def finish(race: str, *cars: str) -> RaceClassified:
    """A classification."""
    return RaceClassified(race, "GT", tuple(Line(place, car) for place, car in enumerate(cars, start=1)))


def book(ties: tuple[TieRule, ...], *told: Event, best: int | None = None) -> Book:
    """The season's frame, a championship with these rules for ties, and what happened."""
    with Ledger.in_memory() as ledger:
        season = ledger.season("cup-2026")
        counting = () if best is None else (CountedPart(best=best),)
        rules = Rules("driver", ("GT",), "flat", ties=ties, counting=counting)
        season.append(*FRAME, FLAT, ChampionshipDefined("tied", "Tied", rules))
        season.append(*told)
        return season.book()


CASES: Final[list[tuple[str, tuple[TieRule, ...], tuple[Event, ...], str | None, str, tuple[str, str]]]] = [
    (
        "more wins",
        ("countback",),
        (finish("OUL-1", "7", "12", "8"), finish("OUL-2", "8", "12", "7")),
        "countback",
        "1st places",
        ("1", "0"),
    ),
    (
        "a place worth nothing",
        ("countback",),
        (finish("OUL-1", "7", "12", "8", "21", "33"), finish("OUL-2", "12", "7", "21", "33", "8")),
        None,
        "places",
        ("1 x 1st, 1 x 2nd", "1 x 1st, 1 x 2nd"),
    ),
    (
        "the better place first",
        ("countback", "first-achieved"),
        (finish("OUL-1", "12", "7"), finish("OUL-2", "7", "12")),
        "first-achieved",
        "best place achieved in",
        ("OUL-1", "OUL-2"),
    ),
    (
        "the last race",
        ("scoring-countback", "last-race"),
        (finish("OUL-1", "12", "7"), finish("OUL-2", "7", "12"), finish("DON", "8")),
        "last-race",
        "points in OUL-2",
        ("6", "4"),
    ),
    ("no rule at all", (), (finish("OUL-1", "12", "7"), finish("OUL-2", "7", "12")), None, "points", ("10", "10")),
]


@pytest.mark.parametrize(
    ("ties", "told", "ground", "what", "figures"), [row[1:] for row in CASES], ids=[c[0] for c in CASES]
)
def test_the_rule_that_decides_is_told_with_its_figures(
    ties: tuple[TieRule, ...], told: tuple[Event, ...], ground: str | None, what: str, figures: tuple[str, str]
) -> None:
    """Of two on equal points, the last comparison is the one that decides, or says that none does."""
    found = tie(book(ties, *told), "tied", "ann-archer", "bob-brook")
    last = found.comparisons[-1]
    decided = found.decided_by
    assert (ground, what, figures) == (decided.ground if decided is not None else None, last.what, last.figures)
    assert bool(last.records) == (ground is not None)
    assert (ground is None) == (found.first.position == found.second.position)


EXCLUDED = CompetitorExcluded("tied", "ann-archer", "Organiser", "no licence", race="OUL-1")
SEASON = (
    finish("OUL-1", "7", "12", "8", "21", "33"),
    finish("OUL-2", "12", "7", "21", "33", "8"),
    finish("DON", "33", "21", "8", "12"),
)
RULES: Final[list[tuple[TieRule, ...]]] = [
    (),
    ("countback",),
    ("scoring-countback",),
    ("last-race",),
    ("countback", "first-achieved", "last-race"),
    ("scoring-countback", "last-race"),
    ("scoring-countback", "first-achieved"),
]


@pytest.mark.parametrize("best", [None, 1, 2])
@pytest.mark.parametrize("ties", RULES, ids=" ".join)
def test_what_is_said_of_a_tie_is_what_the_table_shows(ties: tuple[TieRule, ...], best: int | None) -> None:
    """For any two of a table, whoever is said to stand first has the better position, or they share it."""
    known = book(ties, *SEASON, EXCLUDED, best=best)
    table = standings(known, "tied")
    place = {row.competitor: index for index, row in enumerate(table.rows)}
    for one, other in permutations(place, 2):
        found = tie(known, "tied", one, other)
        shares = found.first.position == found.second.position and found.first.excluded == found.second.excluded
        assert shares == (found.decided_by is None)
        if found.decided_by is not None:
            assert place[found.first.competitor] < place[found.second.competitor]
            assert found.decided_by.figures[0] != found.decided_by.figures[1]
        assert [True] == [one.decides for one in found.comparisons if one.decides] or found.decided_by is None
