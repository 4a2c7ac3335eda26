"""The grid that fans know: position, name, a column a race grouped by round, points; coloured by result."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final

from events.frozen import frozen
from ledger.cli.failing import printable
from ledger.cli.page import Block, Line

# The colours of results tables everywhere: gold, silver, bronze, green for points, blue for none, purple for a
# retirement, black for a disqualification, white for a missed start. Dark text on each, whatever the screen's own.
_PLACES: Final = {"1": "black on #ffe26b", "2": "black on #d9d9d9", "3": "black on #e8b878"}
_SCORED: Final = "black on #c6efc6"
_UNSCORED: Final = "black on #c9d3f7"
_STATUSES: Final = {
    "DNF": "black on #e3c6f2",
    "NC": "black on #c9d3f7",
    "DSQ": "white on #303030",
    "DNS": "black on #f4f4f4",
}
_SHORTEST_NAME: Final = 14


@frozen
class GridRow:
    """One row of a grid."""

    position: str
    name: str
    cells: Sequence[str]
    """One for each race, empty where there is nothing to show."""
    styles: Sequence[str]
    total: str


def result_style(shown: str, points: Fraction) -> str:
    """The colour of a result that a table shows."""
    return _PLACES.get(shown) or _STATUSES.get(shown) or (_SCORED if points > 0 else _UNSCORED)


@frozen
class _Round:
    code: str
    first: int
    labels: Sequence[str]
    widths: Sequence[int]

    @property
    def width(self) -> int:
        return max(sum(self.widths) + len(self.widths) - 1, len(self.code))


def grid(
    heading: str, races: Sequence[str], code_of: Callable[[str], str], rows: Sequence[GridRow], total: str, width: int
) -> list[Block]:
    """The grid, in as many tables below each other as ``width`` columns of the screen need.

    ``code_of`` gives the code of a race's round; ``total`` is the heading of the last column, which only the last
    table has.
    """
    if not rows:
        return [Block([[("no results yet", "dim")]])]
    rounds = _rounds(races, code_of, rows)
    positions = max(len("Pos"), *(len(row.position) for row in rows))
    totals = max(len(total), *(len(row.total) for row in rows))
    names = max(len(heading), *(_cells(row.name) for row in rows))
    wanted = positions + 2 + names + sum(one.width + 2 for one in rounds) + 2 + totals
    if wanted > width:
        names = max(min(names, _SHORTEST_NAME), names - (wanted - width))
    panels = _packed(rounds, width - positions - 2 - names, totals + 2)
    out: list[Block] = []
    for index, panel in enumerate(panels):
        last = index == len(panels) - 1
        lines = _panel(heading, panel, rows, (positions, names, totals if last else 0), total)
        if not last:
            lines.append([("continued below", "dim italic")])
        out.append(Block(lines))
    return out


def _packed(rounds: Sequence[_Round], room: int, total: int) -> list[list[_Round]]:
    """The rounds side by side as far as there is room; the last of these panels has room for the total as well."""
    panels: list[list[_Round]] = [[]]
    for one in rounds:
        if panels[-1] and sum(inside.width + 2 for inside in panels[-1]) + one.width + 2 > room:
            panels.append([])
        panels[-1].append(one)
    if len(panels[-1]) > 1 and sum(inside.width + 2 for inside in panels[-1]) + total > room:
        panels.append([panels[-1].pop()])
    return panels


def _rounds(races: Sequence[str], code_of: Callable[[str], str], rows: Sequence[GridRow]) -> list[_Round]:
    out, first = [], 0
    for code, inside in groupby(races, key=code_of):
        names = list(inside)
        short = [name.removeprefix(code).removeprefix("-") or ("" if len(names) == 1 else name) for name in names]
        labels = [printable(label) for label in short]
        widths = [
            max(len(label), 2, *(len(row.cells[first + offset]) for row in rows)) for offset, label in enumerate(labels)
        ]
        out.append(_Round(printable(code), first, labels, widths))
        first += len(names)
    return out


def _panel(
    heading: str, rounds: Sequence[_Round], rows: Sequence[GridRow], widths: tuple[int, int, int], total: str
) -> list[Line]:
    positions, names, totals = widths
    top = " " * (positions + 2 + names)
    below = f"{'Pos':>{positions}}  {heading:<{names}}"
    for one in rounds:
        top += f"  {one.code:<{one.width}}"
        labels = " ".join(f"{label:>{width}}" for label, width in zip(one.labels, one.widths, strict=True))
        below += f"  {labels:<{one.width}}"
    if totals:
        below += f"  {total:>{totals}}"
    lines: list[Line] = [[(top, "bold")], [(below, "bold")], [("─" * _cells(below), "dim")]]
    for row in rows:
        line = [(f"{row.position:>{positions}}  {_fit(row.name, names)}", "")]
        for one in rounds:
            line.append(("  ", ""))
            cells = range(one.first, one.first + len(one.labels))
            for offset, (cell, width) in enumerate(zip(cells, one.widths, strict=True)):
                if offset:
                    line.append((" ", ""))
                line.append((f"{row.cells[cell]:>{width}}", row.styles[cell]))
            line.append((" " * (one.width - sum(one.widths) - len(one.widths) + 1), ""))
        if totals:
            line.append((f"  {row.total:>{totals}}", "bold"))
        lines.append(line)
    return lines


def _cells(text: str) -> int:
    """How many columns of a screen a text takes: two for each wide character of East Asia."""
    text = printable(text)
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _fit(text: str, width: int) -> str:
    """A text cut or filled to a width, with an ellipsis where something is missing."""
    text = printable(text)
    if text.isascii() and len(text) <= width:
        return text.ljust(width)
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)
