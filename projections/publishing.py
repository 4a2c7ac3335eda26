"""The fact that a table was published as it stands: recorded, the audit holds it against the results for ever."""

from events import PublishedRow, StandingsPublished
from projections.standings import Standings


def publication(table: Standings) -> StandingsPublished:
    """What was printed, where ``table`` is printed whole: positions, points in full, and a column for each race.

    Raises :class:`ValueError` for a table before the first race, which stands as of none.
    """
    if table.as_of is None:
        raise ValueError(f"no race of {table.season} has been run: there is no table to publish")
    rows = []
    for row in table.rows:
        shown = dict(row.results)
        results = tuple(shown.get(race) for race in table.races)
        rows.append(PublishedRow(row.competitor, row.position, row.points, results))
    return StandingsPublished(table.championship, table.as_of, tuple(rows), table.races)
