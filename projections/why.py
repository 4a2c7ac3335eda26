"""Why a competitor has the points it has: the awards behind the total, and the records behind each."""

from fractions import Fraction
from typing import assert_never

from attrs import frozen

from events.rules import CompetitorKind
from projections.book import Book
from projections.errors import UnknownName
from projections.scoring import Award
from projections.standings import standings


@frozen
class Explanation:
    """Everything behind one row of a table."""

    season: str
    championship: str
    title: str
    competitor: str
    name: str
    as_of: str | None
    round: int | None
    known_at: int
    position: int
    points: Fraction
    awards: tuple[Award, ...]
    """In sporting order; the points are their sum."""
    rule_records: tuple[int, ...]
    """The positions of the records that set the rules."""
    records: tuple[int, ...]
    """The positions of every record that the row follows from, ascending."""


def why(book: Book, championship: str, competitor: str, as_of: str | int | None = None) -> Explanation:
    """What the row of ``competitor`` in the table as of ``as_of`` follows from.

    Raises :class:`~projections.errors.UnknownName` where the table has no such championship, race or competitor.
    """
    table = standings(book, championship, as_of)
    for row in table.rows:
        if row.competitor == competitor:
            behind = {position for award in row.awards for position in award.records}
            return Explanation(
                table.season,
                table.championship,
                table.title,
                row.competitor,
                row.name,
                table.as_of,
                table.round,
                table.known_at,
                row.position,
                row.points,
                row.awards,
                table.records,
                tuple(sorted({*behind, *table.records, *_naming(book, table.rules.competitor, competitor)})),
            )
    raise UnknownName("competitor", competitor, sorted(row.competitor for row in table.rows))


def _naming(book: Book, kind: CompetitorKind, competitor: str) -> tuple[int, ...]:
    """The record that gives the competitor its name."""
    match kind:
        case "driver":
            return (book.drivers[competitor].position,)
        case "team":
            return (book.entries[competitor.removeprefix("#")].position,)
        case "manufacturer":
            return (book.manufacturers[competitor].position,)
        case _:
            assert_never(kind)
