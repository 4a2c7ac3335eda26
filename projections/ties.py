"""Why one competitor stands before another: the keys that the table is sorted by, rule by rule, in figures.

The keys are those of :mod:`projections.ranking`, so that what is said of a tie cannot disagree with the table.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

from events import points_text
from events.frozen import frozen
from events.rules import TieRule
from projections.book import Book
from projections.errors import UnknownName
from projections.ranking import Ranking, TieKey, compared_place, telling, worth_by_race
from projections.scoring import Award
from projections.standings import Standings, StandingsRow, standings
from projections.words import ordinal

Ground: TypeAlias = Literal["excluded", "points"] | TieRule
"""What two competitors are compared by, in this order: exclusion, points, then the rules for ties of the table."""


@frozen
class Comparison:
    """Two competitors under one rule."""

    ground: Ground
    decides: bool
    """Whether it tells them apart. The last comparison of a tie either decides, or nothing does."""
    what: str
    """What the figures count: ``"points"``, ``"places"``, ``"1st places"``, ``"best place"``, ``"points in DON"``."""
    figures: tuple[str, str]
    """The first competitor's and the second's."""
    records: tuple[int, ...]
    """The positions of the records behind the figures that decide, ascending; empty: it does not decide."""


@frozen
class Tie:
    """How two competitors of a table are told apart."""

    season: str
    championship: str
    title: str
    as_of: str | None
    round: int | None
    known_at: int
    first: StandingsRow
    """The one that stands before the other, or was named first where they share the position."""
    second: StandingsRow
    comparisons: tuple[Comparison, ...]
    """Each rule that was tried, the one that decides last."""

    @property
    def decided_by(self) -> Comparison | None:
        """What tells them apart; ``None``: nothing does, and they share the position."""
        last = self.comparisons[-1]
        return last if last.decides else None


def tie(book: Book, championship: str, one: str, other: str, as_of: str | int | None = None) -> Tie:
    """Which rule decides between two competitors of a table, and by what figures.

    Raises :class:`~projections.errors.UnknownName` where the table has no such championship, race or competitor.
    """
    table = standings(book, championship, as_of)
    rows = {row.competitor: row for row in table.rows}
    for each in (one, other):
        if each not in rows:
            raise UnknownName("competitor", each, sorted(rows))
    ranking = Ranking(
        table.rules,
        {row.competitor: row.points for row in table.rows},
        {row.competitor: row.awards for row in table.rows},
        table.races,
    )
    first, second = rows[one], rows[other]
    if (bool(first.excluded) - bool(second.excluded) or ranking.compare(one, other)) > 0:
        first, second = second, first
    comparisons = tuple(_comparisons(table, first, second, ranking))
    return Tie(
        table.season,
        table.championship,
        table.title,
        table.as_of,
        table.round,
        table.known_at,
        first,
        second,
        comparisons,
    )


def _comparisons(table: Standings, first: StandingsRow, second: StandingsRow, ranking: Ranking) -> Iterator[Comparison]:
    """Each rule in turn, up to the one that tells them apart."""
    if bool(first.excluded) != bool(second.excluded):
        yield Comparison("excluded", True, "championship", ("in it", "excluded"), second.excluded)
        return
    apart = first.points != second.points
    records = tuple(sorted({*_behind(first), *_behind(second)})) if apart else ()
    yield Comparison("points", apart, "points", (points_text(first.points), points_text(second.points)), records)
    if apart:
        return
    for rule in table.rules.ties:
        mine, theirs = (ranking.tie_key(rule, row.competitor) for row in (first, second))
        at = _first_difference(mine, theirs)
        sides = (first, mine, theirs), (second, theirs, mine)
        told = [_figure(rule, table.races, key, other, at) for _, key, other in sides]
        seen: set[int] = set()
        if at is not None:
            for row, key, other in sides:
                seen.update(_records(rule, table.races, row.awards, key, other, at))
        yield Comparison(rule, at is not None, told[0][0], (told[0][1], told[1][1]), tuple(sorted(seen)))
        if at is not None:
            return


def _behind(row: StandingsRow) -> set[int]:
    return {one for award in row.awards for one in award.records} | {
        one for adjustment in row.adjustments for one in adjustment.records
    }


def _first_difference(mine: Sequence[object], theirs: Sequence[object]) -> int | None:
    """Where two keys first differ; ``None``: nowhere. One that ends earlier differs where it ends."""
    for index in range(max(len(mine), len(theirs))):
        if mine[index : index + 1] != theirs[index : index + 1]:
            return index
    return None


def _figure(rule: TieRule, races: Sequence[str], key: TieKey, other: TieKey, at: int | None) -> tuple[str, str]:
    """What a key says, in words: of the figure at which it differs from the other, or of them all."""
    match rule:
        case "countback" | "scoring-countback" | "all-cars-countback":
            if at is not None:
                place = int(min(key[at], other[at]))
                return f"{ordinal(place)} places", str(key.count(place))
            taken = [f"{key.count(place)} x {ordinal(int(place))}" for place in dict.fromkeys(key[:-1])]
            return "places", ", ".join(taken) or "none"
        case "best-results":
            if at is not None:
                which = "best result" if at == 0 else f"{ordinal(at + 1)} best result"
                return which, points_text(abs(Fraction(key[at])))
            return "results, best first", "the same"
        case "first-achieved" | "last-achieved":
            if at is not None:
                which = "best place" if at == 0 else f"{ordinal(at + 1)} best place"
                return f"{which} achieved in", races[abs(int(key[at]))] if at < len(key) - 1 else "no race"
            return "best places achieved in", ", ".join(races[abs(int(index))] for index in key[:-1]) or "no race"
        case "last-race":
            if at is not None:
                return f"points in {races[-1 - at]}", points_text(abs(Fraction(key[at])))
            return "points race by race", "the same"
        case _:
            assert_never(rule)


def _records(
    rule: TieRule,
    races: Sequence[str],
    awards: Sequence[Award],
    key: TieKey,
    other: TieKey,
    at: int,
) -> Iterator[int]:
    """The positions of the records behind the figure of a key at which it differs."""
    looked_at = telling(rule, awards)
    worth = worth_by_race(looked_at)
    for award in looked_at:
        match rule:
            case "countback" | "scoring-countback" | "all-cars-countback":
                of_it = compared_place(award) == min(key[at], other[at])
            case "best-results":
                of_it = abs(worth[award.race]) == abs(Fraction(key[at]))
            case "first-achieved" | "last-achieved":
                of_it = at < len(key) - 1 and award.race == races[abs(int(key[at]))]
            case "last-race":
                of_it = award.race == races[-1 - at]
            case _:
                assert_never(rule)
        if of_it:
            yield from award.records
