"""Why a competitor has the points it has: the awards behind the total, and the records behind each."""

from fractions import Fraction

from events.frozen import frozen
from projections.book import Book
from projections.competitors import naming_records
from projections.errors import UnknownName
from projections.scoring import Award
from projections.standings import Adjustment, standings


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
    position: int | None
    """``None``: excluded from the championship."""
    points: Fraction
    awards: tuple[Award, ...]
    """In sporting order, dropped results too."""
    adjustments: tuple[Adjustment, ...]
    """What rulings took or gave. The points are the sum of these and of the awards that are not dropped."""
    excluded: tuple[int, ...]
    """The positions of the records that exclude it; empty: it is not."""
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
            behind = {*row.excluded, *(position for award in row.awards for position in award.records)}
            behind.update(*(one.records for one in row.adjustments))
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
                row.adjustments,
                row.excluded,
                table.records,
                tuple(sorted({*behind, *table.records, *naming_records(book, table.rules.competitor, competitor)})),
            )
    raise UnknownName("competitor", competitor, sorted(row.competitor for row in table.rows))
