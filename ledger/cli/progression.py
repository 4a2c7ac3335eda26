"""``parc progression``: the standings after each race."""

import datetime
from typing import TYPE_CHECKING

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, reading
from ledger.cli.page import page_width
from ledger.cli.sheet import Column, Format, Sheet, show
from ledger.cli.standings import heading, position_text, round_code, row_name, standings_json

if TYPE_CHECKING:
    from ledger.cli.page import Block
    from projections import Book, Standings


@click.command("progression", short_help="Print a table race by race.")
@click.argument("championship")
@clocks
@format_option
@click.pass_obj
def command(
    asked: Asked, championship: str, as_of: str | None, known_at: int | datetime.datetime | None, form: Format
) -> None:
    """Print how the points of a championship grew, race by race.

    The table shows each competitor's total after each race, in the order of the last one. JSON holds the whole
    standings after each race, CSV and Markdown a line for each race and competitor.
    """
    import projections
    from ledger.cli.standings import standing_notes, subtitle

    with reading(asked, known_at) as what:
        tables = projections.progression(what.book, championship, as_of)
        data = {
            "season": what.book.season,
            "championship": championship,
            "standings": [standings_json(table) for table in tables],
        }
        last = tables[-1] if tables else projections.standings(what.book, championship, as_of)
        show(
            form,
            title=last.title,
            subtitle=f"{subtitle(what.title, last, what.book)}, points after each race",
            sheets=[_sheet(tables, whole=form == "csv")],
            data=data,
            notes=standing_notes(last, what.book),
            parts=_grid(last, tables, what.book) if form == "table" else None,
        )


def _sheet(tables: "tuple[Standings, ...]", *, whole: bool) -> Sheet:
    from events import points_text

    columns = [
        Column("After", "as_of"),
        Column("Pos", "position", right=True),
        Column("Id", "competitor"),
        Column("Name", "name"),
        Column("Points", "points", right=True),
    ]
    rows = [
        [table.as_of or "", position_text(row, whole=whole), row.competitor, row.name, points_text(row.points)]
        for table in tables
        for row in table.rows
    ]
    return Sheet(columns, rows)


def _grid(last: "Standings", tables: "tuple[Standings, ...]", book: "Book") -> "list[Block]":
    from events import points_text
    from ledger.cli.grid import GridRow, grid

    totals = [{row.competitor: points_text(row.points) for row in table.rows} for table in tables]
    positions = [{row.competitor: row.position for row in table.rows} for table in tables]
    rows = [
        GridRow(
            position_text(row),
            row_name(last, row),
            [after.get(row.competitor, "") for after in totals],
            ["bold" if after.get(row.competitor) == 1 else "" for after in positions],
            points_text(row.points),
        )
        for row in (last.rows if tables else ())
    ]
    races = [table.as_of or "" for table in tables]
    return grid(heading(last), races, round_code(book), rows, "Points", page_width())
