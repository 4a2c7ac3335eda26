"""Standings: the sum of the awards up to a race, in order, with ties broken as the rules say."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

from attrs import frozen

from events import ChampionshipDefined, Rules
from events.rules import CompetitorKind, TieRule
from projections.book import Book, Filed
from projections.calendar import race_order, resolve_race, round_of
from projections.entries import Paddock
from projections.errors import UnknownName
from projections.scoring import Award, Engine


@frozen
class StandingsRow:
    """One competitor of a table."""

    position: int
    """From 1; shared by competitors that nothing tells apart."""
    competitor: str
    name: str
    points: Fraction
    results: tuple[tuple[str, str], ...]
    """Race and what the table shows for it, in sporting order; a race that the competitor had no part in is absent."""
    awards: tuple[Award, ...]
    """All that the points are the sum of, in sporting order."""


@frozen
class Standings:
    """The table of one championship as of one race."""

    season: str
    championship: str
    title: str
    rules: Rules
    as_of: str | None
    """The last race that counts; ``None``: none has been run."""
    round: int | None
    known_at: int
    """The position of the log up to which the results were known."""
    races: tuple[str, ...]
    """The races up to ``as_of``, in sporting order."""
    rows: tuple[StandingsRow, ...]
    winner_only: tuple[str, ...]
    """Those of the races of which nothing but a winner is known in a class of this championship."""
    not_run: tuple[str, ...]
    """Those of the races that have no result yet in any class of this championship, cancelled ones left out."""
    scale: tuple[Fraction, ...]
    """What each listed place is worth, from the first; for colouring."""
    beyond: Fraction
    """What each place past the listed ones is worth."""
    records: tuple[int, ...]
    """The positions of the records that set the rules: championship and scale."""


def standings(book: Book, championship: str, as_of: str | int | None = None) -> Standings:
    """The table of ``championship`` after the race ``as_of``.

    ``as_of`` is a race id, or a round's number or code, which mean its last race; ``None`` is the latest race with a
    result in the championship's classes. Raises :class:`~projections.errors.UnknownName` for a championship or race
    that the book does not hold.
    """
    definition = _definition(book, championship)
    order = race_order(book)
    last = _latest(book, definition.event, order) if as_of is None else resolve_race(book, as_of)
    races = () if last is None else order[: order.index(last) + 1]
    return _tabulate(book, definition, races, _awards(book, definition.event, races))


def progression(book: Book, championship: str, as_of: str | int | None = None) -> tuple[Standings, ...]:
    """The tables after each race up to ``as_of`` that has a result in the championship's classes."""
    definition = _definition(book, championship)
    order = race_order(book)
    last = _latest(book, definition.event, order) if as_of is None else resolve_race(book, as_of)
    races = () if last is None else order[: order.index(last) + 1]
    awards = _awards(book, definition.event, races)
    return tuple(
        _tabulate(book, definition, races[: index + 1], awards)
        for index, race in enumerate(races)
        if _has_result(book, definition.event, race)
    )


def competitor_name(book: Book, kind: CompetitorKind, competitor: str) -> str:
    """What a competitor is called in print."""
    match kind:
        case "driver":
            return book.drivers[competitor].event.name
        case "team":
            return book.entries[competitor.removeprefix("#")].event.team
        case "manufacturer":
            return book.manufacturers[competitor].event.name
        case _:
            assert_never(kind)


def _definition(book: Book, championship: str) -> Filed[ChampionshipDefined]:
    filed = book.championships.get(championship)
    if filed is None:
        raise UnknownName("championship", championship, book.championships)
    return filed


def _awards(book: Book, championship: ChampionshipDefined, races: Iterable[str]) -> dict[str, tuple[Award, ...]]:
    engine = Engine(book, championship)
    return {race: engine.awards(race) for race in races}


def _has_result(book: Book, championship: ChampionshipDefined, race: str) -> bool:
    """Whether something is known of a race that this championship could score. A reported winner is a driver only."""
    classes = championship.rules.classes
    return (
        any((race, one) in book.classified for one in classes)
        or _only_winner(book, championship, race)
        or any(where == race and book.entries[car].event.car_class in classes for where, car in book.did_not_start)
    )


def _only_winner(book: Book, championship: ChampionshipDefined, race: str) -> bool:
    """Whether in one of the championship's classes nothing but a winner is known, who can score in it."""
    rules = championship.rules
    if rules.competitor != "driver":
        return False
    reported = [
        book.winners[race, one].event.driver
        for one in rules.classes
        if (race, one) in book.winners and (race, one) not in book.classified
    ]
    return any(rules.ratings is None or Paddock(book).rating(driver, race)[0] in rules.ratings for driver in reported)


def _latest(book: Book, championship: ChampionshipDefined, order: Sequence[str]) -> str | None:
    return next((race for race in reversed(order) if _has_result(book, championship, race)), None)


def _tabulate(
    book: Book,
    definition: Filed[ChampionshipDefined],
    races: tuple[str, ...],
    awards: Mapping[str, tuple[Award, ...]],
) -> Standings:
    rules = definition.event.rules
    scale = book.scales[rules.scale]
    earned: dict[str, list[Award]] = {}
    for race in races:
        for award in awards[race]:
            earned.setdefault(award.competitor, []).append(award)
    return Standings(
        season=book.season,
        championship=definition.event.championship,
        title=definition.event.title,
        rules=rules,
        as_of=races[-1] if races else None,
        round=round_of(book, races[-1]) if races else None,
        known_at=book.known_at,
        races=races,
        rows=tuple(
            StandingsRow(
                position,
                competitor,
                competitor_name(book, rules.competitor, competitor),
                points,
                _cells(earned[competitor]),
                tuple(earned[competitor]),
            )
            for position, competitor, points in _ranked(rules, earned, races)
        ),
        winner_only=tuple(race for race in races if _only_winner(book, definition.event, race)),
        not_run=tuple(
            race for race in races if race not in book.cancelled and not _has_result(book, definition.event, race)
        ),
        scale=scale.event.points,
        beyond=scale.event.beyond,
        records=tuple(sorted((definition.position, scale.position))),
    )


def _cells(awards: Iterable[Award]) -> tuple[tuple[str, str], ...]:
    """What the table shows for each race: of several cars, the one that counts most."""
    best: dict[str, Award] = {}
    for award in awards:
        if award.race not in best or _weight(award) < _weight(best[award.race]):
            best[award.race] = award
    return tuple((race, award.shown) for race, award in best.items())


def _weight(award: Award) -> tuple[bool, bool, int]:
    return (not award.counts, award.place is None, award.place or 0)


def _ranked(
    rules: Rules, earned: Mapping[str, Sequence[Award]], races: tuple[str, ...]
) -> list[tuple[int, str, Fraction]]:
    """Position, competitor and points, from the first; those who share a position by their ids."""
    points = {competitor: sum((one.points for one in awards), Fraction(0)) for competitor, awards in earned.items()}
    when = {race: index for index, race in enumerate(races)}
    deepest = max((one.scored or 0 for awards in earned.values() for one in awards), default=0)

    def merit(competitor: str) -> tuple[Fraction | tuple[int, ...], ...]:
        places = sorted((one.scored, when[one.race]) for one in earned[competitor] if one.scored is not None)
        return (-points[competitor], *(_tie_key(rule, places, deepest) for rule in rules.ties))

    merits = {competitor: merit(competitor) for competitor in earned}
    out: list[tuple[int, str, Fraction]] = []
    for index, competitor in enumerate(sorted(earned, key=lambda one: (merits[one], one))):
        shared = bool(out) and merits[out[-1][1]] == merits[competitor]
        out.append((out[-1][0] if shared else index + 1, competitor, points[competitor]))
    return out


def _tie_key(rule: TieRule, places: Sequence[tuple[int, int]], deepest: int) -> tuple[int, ...]:
    """What a tie rule compares, less being better; ``places`` is each scoring place and when it was taken, sorted."""
    match rule:
        case "countback":
            taken = Counter(place for place, _ in places)
            return tuple(-taken[place] for place in range(1, deepest + 1))
        case "first-achieved":
            return tuple(race for _, race in places)
        case _:
            assert_never(rule)
