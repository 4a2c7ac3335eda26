"""Tables as plain text, alone or side by side: what a failing check shows."""

from itertools import zip_longest
from typing import Final

from events import points_text
from projections import Standings

_BETWEEN: Final = "  |  "


def table_text(table: Standings) -> str:
    """A table in lines: position, competitor, what it shows for each race, and points; ``-`` where there is nothing."""
    grid = [["pos", "competitor", *table.races, "points"]]
    for row in table.rows:
        shown = dict(row.results)
        cells = [shown.get(race, "-") for race in table.races]
        position = "-" if row.position is None else str(row.position)
        grid.append([position, row.competitor, *cells, points_text(row.points)])
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
    lines = []
    for position, competitor, *cells in grid:
        figures = (cell.rjust(width) for cell, width in zip(cells, widths[2:], strict=True))
        lines.append("  ".join((position.rjust(widths[0]), competitor.ljust(widths[1]), *figures)))
    return "\n".join(lines)


def side_by_side(left: str, right: str) -> str:
    """Two texts beside each other, with a mark between lines that differ."""
    lines = list(zip_longest(left.splitlines(), right.splitlines(), fillvalue=""))
    width = max((len(line) for line, _ in lines), default=0)
    return "\n".join(
        f"{line.ljust(width)}{_BETWEEN if line == other else _BETWEEN.replace('|', '≠')}{other}".rstrip()
        for line, other in lines
    )
