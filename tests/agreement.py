"""Where the scoring engine and the naive scorer disagree about a season: two tables beside each other."""

from collections.abc import Sequence
from fractions import Fraction

from events import Event, points_text
from ledger.testing import recorded, side_by_side
from projections import Book, fold, race_order, standings
from tests.naive import Row, races_in_order, table


def disagreement(season: Sequence[Event]) -> str | None:
    """The first table that the two do not agree on, as each has it; ``None``: they agree, as of every race."""
    book = fold(recorded(season))
    if list(race_order(book)) != races_in_order(season):
        return f"the races are in another order: {race_order(book)}, {races_in_order(season)}"
    for championship in book.championships:
        for race in race_order(book):
            engine, naive = engine_rows(book, championship, race), table(season, championship, race)
            if engine != naive:
                told = "\n".join(f"{position:3} {event}" for position, event in enumerate(season, start=1))
                tables = side_by_side(_text("the engine", engine), _text("the naive scorer", naive))
                return f"{championship} as of {race}\n{tables}\n{told}"
    return None


def engine_rows(book: Book, championship: str, race: str) -> list[Row]:
    """The engine's table, in the form of the naive scorer's."""
    rows = []
    for row in standings(book, championship, race).rows:
        worth: dict[str, Fraction] = {}
        for award in row.awards:
            worth[award.race] = worth.get(award.race, Fraction(0)) + award.points
        dropped = frozenset(award.race for award in row.awards if award.dropped)
        rows.append(Row(row.position, row.competitor, row.points, dict(row.results), worth, dropped))
    return rows


def _text(title: str, rows: Sequence[Row]) -> str:
    lines = [title]
    for row in rows:
        races = (
            f"{race}: {row.shown[race]} for {points_text(worth)}{' dropped' if race in row.dropped else ''}"
            for race, worth in row.worth.items()
        )
        lines.append("  ".join((str(row.position), row.competitor, points_text(row.points), *races)))
    return "\n".join(lines)
