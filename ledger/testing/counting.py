"""Points and ties counted out by hand, from a table's awards and the rules: what the laws hold tables against.

Simple and slow on purpose, and without the scoring engine, so that the two can disagree.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import assert_never

from attrs import evolve

import events
from events import PointsScaleAdopted, RacesApart, Rules, points_text
from projections import Award, Book, Paddock, Standings, StandingsRow, race_order
from projections.rulings import Docket


def faults_of(book: Book, table: Standings, race: str) -> Iterator[str]:
    """What is wrong with the points that a race gave out for places, in words."""
    order = race_order(book)
    docket = Docket(book, order if table.as_of is None else order[: order.index(table.as_of) + 1])
    awards = [award for row in table.rows for award in row.awards if award.race == race]
    for award in awards:
        due = _due(book, docket, table, award)
        if award.points - award.bonus != due:
            given = points_text(award.points - award.bonus)
            yield f"{award.competitor} gets {given} for its place with #{award.car}, and is due {points_text(due)}"
        if award.place is not None and award.scored is None and award.note is None:
            yield f"{award.competitor} is placed with #{award.car}, scores no place, and nothing says why"
    for car_class in table.rules.classes:
        of_class = [award for award in awards if award.car_class == car_class]
        yield from _places_out_of_turn(table, of_class, ruled=bool(docket.withheld(race)))


def _places_out_of_turn(table: Standings, awards: Sequence[Award], *, ruled: bool) -> Iterator[str]:
    """Places that score are taken in the order of the class, each by one car; re-ranked, without a hole."""
    cars = {(award.place or 0, award.car or "", award.scored) for award in awards if award.scored is not None}
    scored = [one for _, _, one in sorted(cars)]
    if any(before >= after for before, after in pairwise(scored)):
        yield f"places that score are not in the order of the class: {scored}"
    annulled = any(award.place is not None and award.scored is None and award.rulings for award in awards)
    whole = not ruled and not annulled and table.rules.appears != "scored"
    if table.rules.place == "re-ranked" and whole and scored != [*range(1, len(scored) + 1)]:
        yield f"re-ranked places leave a hole: {scored}"
    if table.rules.place == "class" and whole and any(place != one for place, _, one in cars):
        yield f"another place scores than that of the class: {scored}"


def _due(book: Book, docket: Docket, table: Standings, award: Award) -> Fraction:
    """What an award is worth by the place that it says scores; a result without a place, what it says itself."""
    rules, terms = table.rules, _terms(book, table.rules, award.race)
    shortened = docket.shortened(award.race)
    pays = terms.times * (Fraction(1) if shortened is None else shortened.event.part)
    if award.scored is None:
        # Where the fewest points win, none would be a prize: whoever may not score is worth what the unplaced are.
        ruled_out = rules.wins == "fewest" and bool(award.rulings)
        unplaced = rules.unplaced == "after-last-entry" and (award.place is None or ruled_out)
        return award.value * pays * award.share if unplaced else Fraction(0)
    scale = book.scales[terms.scale or rules.scale].event
    return _worth(scale, award.scored) * pays * _share(book, docket, table, award)


def _terms(book: Book, rules: Rules, race: str) -> RacesApart:
    kind = book.races[race].event.kind
    named = [apart for apart in rules.apart if race in apart.races]
    return (*named, *(apart for apart in rules.apart if kind in apart.kinds), RacesApart())[0]


def _worth(scale: PointsScaleAdopted, place: int) -> Fraction:
    return dict(enumerate(scale.points, start=1)).get(place, scale.beyond)


def _share(book: Book, docket: Docket, table: Standings, award: Award) -> Fraction:
    """What part of a car's points one of its drivers gets."""
    if award.car is None:
        return Fraction(1)
    crew = Paddock(book).crew(award.car, award.race).drivers
    match table.rules.shared_car:
        case "each":
            return Fraction(1)
        case "nobody":
            return Fraction(len(crew) <= 1)
        case "split":
            out = {
                filed.event.driver
                for filed in docket.withheld(award.race)
                if _is_here(filed.event, table.championship) and filed.event.car in (None, award.car)
            }
            return Fraction(1, len({*crew} - out) or 1)


def _is_here(event: events.PointsWithheld, championship: str) -> bool:
    return not event.championships or championship in event.championships


def ahead(table: Standings, one: StandingsRow, other: StandingsRow) -> int:
    """Above 0 where ``one`` is ahead of ``other``, below 0 where it is behind, 0 where nothing tells them apart."""
    better = 1 if table.rules.wins == "most" else -1
    if one.points != other.points:
        return better if one.points > other.points else -better
    when = {race: index for index, race in enumerate(table.races)}
    told = [[award for award in row.awards if award.breaks_ties] for row in (one, other)]
    mine, theirs = ([award for award in awards if award.scored is not None and not award.dropped] for awards in told)
    for rule in table.rules.ties:
        match rule:
            case "countback":
                verdict = _more_of_the_best(mine, theirs, lambda _: True)
            case "scoring-countback":
                verdict = _more_of_the_best(mine, theirs, lambda award: award.points > award.bonus)
            case "all-cars-countback":
                left, right = map(_with_surplus, told)
                verdict = _more_of_the_best(left, right, lambda _: True)
            case "best-results":
                verdict = better * _better_results(better, *told)
            case "first-achieved":
                verdict = _earlier(*([(one.scored or 0, when[one.race]) for one in them] for them in (mine, theirs)))
            case "last-achieved":
                verdict = _earlier(*([(one.scored or 0, -when[one.race]) for one in them] for them in (mine, theirs)))
            case "last-race":
                verdict = better * _later_better(table.races, *told)
            case _:
                assert_never(rule)
        if verdict:
            return verdict
    return 0


def _more_of_the_best(mine: Sequence[Award], theirs: Sequence[Award], counts: Callable[[Award], bool]) -> int:
    left, right = ([award.scored or 0 for award in them if counts(award)] for them in (mine, theirs))
    for place in sorted({*left, *right}):
        if left.count(place) != right.count(place):
            return left.count(place) - right.count(place)
    return 0


def _with_surplus(awards: Sequence[Award]) -> Sequence[Award]:
    """What earned points, and what would have if better cars of the competitor had not counted."""
    earned = [
        award for award in awards if not award.dropped and award.scored is not None and award.points > award.bonus
    ]
    return [
        *earned,
        *(evolve(one, scored=one.surplus) for one in awards if not one.dropped and one.surplus is not None),
    ]


def _better_results(better: int, mine: Sequence[Award], theirs: Sequence[Award]) -> int:
    """Whose results by race are worth more, or ``better`` below 0 less, the best of each first. None is worth 0."""
    sums = []
    for awards in (mine, theirs):
        worth: dict[str, Fraction] = {}
        for award in awards:
            if not award.dropped:
                worth[award.race] = worth.get(award.race, Fraction(0)) + award.points
        sums.append(sorted(worth.values(), reverse=better > 0))
    for left, right in zip_longest(*sums, fillvalue=Fraction(0)):
        if left != right:
            return 1 if left > right else -1
    return 0


def _earlier(mine: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]) -> int:
    for (_, early), (_, late) in zip(sorted(mine), sorted(theirs), strict=False):
        if early != late:
            return late - early
    return len(mine) - len(theirs)


def _later_better(races: Sequence[str], mine: Sequence[Award], theirs: Sequence[Award]) -> int:
    for race in reversed(races):
        left, right = (
            sum((award.points for award in them if award.race == race), Fraction(0)) for them in (mine, theirs)
        )
        if left != right:
            return 1 if left > right else -1
    return 0
