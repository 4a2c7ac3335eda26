"""The audit: every published figure held against what the results support."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, TypeAlias

import events
from events import points_text
from events.frozen import frozen
from projections.book import Book, Filed
from projections.entries import Paddock
from projections.errors import UnknownName
from projections.order import classification
from projections.races import race_order, resolve_race
from projections.rulings import Docket
from projections.standings import Scorer, StandingsRow

Figure: TypeAlias = Literal["points", "position", "missing", "unexpected", "winner", "result"]
"""What a discrepancy is about: a total, a position, a competitor that was left out or should not be there, the
winner of a race, or the cell of one race."""


@frozen
class Discrepancy:
    """One published figure that the log does not support."""

    championship: str | None
    """``None`` for a winner, who belongs to a race and not to a table."""
    as_of: str
    """The race as of which the table was published; for a winner, the race that was won."""
    competitor: str
    figure: Figure
    published: str | None
    """``None``: nothing was published."""
    computed: str | None
    """``None``: nothing follows from the log."""
    source: str | None
    """The document, as its record states it."""
    record: int
    """The position of the publication's record."""
    race: str | None = None
    """The race of the cell, where the figure is a ``result``."""


@frozen
class Audit:
    """What the audit of a season found."""

    season: str
    known_at: int
    checked: int
    """How many published figures were compared."""
    discrepancies: tuple[Discrepancy, ...]
    """In the order of the publications, then of their rows."""


def audit(book: Book, championship: str | None = None, as_of: str | int | None = None) -> Audit:
    """Compares every publication in the book, each as of the race at which it stands.

    ``championship`` keeps to the publications of one championship; ``as_of`` to those that stand at or before a race.
    Raises :class:`~projections.errors.UnknownName` for a championship or race that the book does not hold.
    """
    if championship is not None and championship not in book.championships:
        raise UnknownName("championship", championship, book.championships)
    order = race_order(book)
    races = frozenset(order if as_of is None else order[: order.index(resolve_race(book, as_of)) + 1])
    checked, found = 0, []
    for comparison in _comparisons(book, championship, races):
        checked += 1
        if comparison.published != comparison.computed:
            found.append(comparison)
    return Audit(book.season, book.known_at, checked, tuple(found))


def _comparisons(book: Book, championship: str | None, races: frozenset[str]) -> Iterator[Discrepancy]:
    """Every comparison; those whose two sides differ are discrepancies."""
    scorers: dict[str, Scorer] = {}
    for table in book.standings_published:
        name = table.event.championship
        if championship in (None, name) and table.event.as_of in races:
            if name not in scorers:
                # Tables after race 1, 2, 3... share the races before them: one scorer works each of them out once.
                scorers[name] = Scorer(book, name)
            yield from _table(scorers[name], table)
    for listed in book.winners_published if championship is None else ():
        for winner in listed.event.winners:
            if winner.race in races:
                yield from _winner(book, listed, winner)


def _table(scorer: Scorer, filed: Filed[events.StandingsPublished]) -> Iterator[Discrepancy]:
    printed = filed.event
    follows_from = scorer.table(printed.as_of)
    computed, counted = {row.competitor: row for row in follows_from.rows}, frozenset(follows_from.races)

    def compare(
        competitor: str, figure: Figure, published: str | None, follows: str | None, race: str | None = None
    ) -> Discrepancy:
        return Discrepancy(
            printed.championship,
            printed.as_of,
            competitor,
            figure,
            published,
            follows,
            filed.source,
            filed.position,
            race,
        )

    for row in printed.rows:
        ours = computed.get(row.competitor)
        if ours is None:
            yield compare(row.competitor, "unexpected", points_text(row.points), None)
            continue
        yield compare(row.competitor, "position", _number(row.position), _number(ours.position))
        points = row.points if _printed_as(ours.points, row.points, printed.decimals) else ours.points
        yield compare(row.competitor, "points", points_text(row.points), points_text(points))
        for race, cell, follows in _cells(printed, row, ours, counted):
            yield compare(row.competitor, "result", cell, follows, race)
    listed = {row.competitor for row in printed.rows}
    for competitor, ours in computed.items():
        if competitor not in listed and not ours.excluded:
            yield compare(competitor, "missing", None, points_text(ours.points))


def _number(position: int | None) -> str | None:
    return None if position is None else str(position)


def _printed_as(points: Fraction, figure: Fraction, decimals: int | None) -> bool:
    """Whether ``figure`` is how a table that rounds to so many decimals prints ``points``."""
    return points == figure if decimals is None else abs(points - figure) <= Fraction(1, 2 * 10**decimals)


def _cells(
    printed: events.StandingsPublished, row: events.PublishedRow, ours: StandingsRow, counted: frozenset[str]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Race, published cell and computed cell, for each column up to the race at which the table stands.

    A cell of a later race is compared where something was printed: it has no business in a table of that date.
    """
    computed = dict(ours.results)
    for race, cell in zip(printed.races, row.results, strict=False):
        if race in counted or cell is not None:
            yield race, cell, computed.get(race)


def _winner(book: Book, filed: Filed[events.WinnersPublished], winner: events.PublishedWinner) -> Iterator[Discrepancy]:
    drivers, car = _winner_of(book, winner.race, winner.car_class)
    pairs = []
    if winner.driver is not None:
        pairs.append((winner.driver, winner.driver if winner.driver in drivers else ", ".join(drivers) or None))
    if winner.car is not None:
        pairs.append((f"#{winner.car}", None if car is None else f"#{car}"))
    for published, computed in pairs:
        yield Discrepancy(None, winner.race, published, "winner", published, computed, filed.source, filed.position)


def _winner_of(book: Book, race: str, car_class: str) -> tuple[tuple[str, ...], str | None]:
    """The drivers and the car that won, as far as either is known."""
    order = classification(book, Docket(book, book.races), race, car_class)
    if order is not None:
        for one in order.lines:
            if one.line.place == 1:
                return Paddock(book).crew(one.line.car, race).drivers, one.line.car
        return (), None
    reported = book.winners.get((race, car_class))
    return ((reported.event.driver,), None) if reported is not None else ((), None)
