"""``parc standings``: the table of a championship after a race."""

import datetime
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, reading, table_format_option
from ledger.cli.failing import Failure
from ledger.cli.output import write
from ledger.cli.page import page_width
from ledger.cli.sheet import Cell, Column, Format, Sheet, json_text, show

if TYPE_CHECKING:
    from ledger.cli.grid import GridRow
    from ledger.cli.page import Block
    from projections import Book, Standings, StandingsRow


@click.command("standings", short_help="Print a table after a race.")
@click.argument("championship")
@clocks
@table_format_option
@click.pass_obj
def command(
    asked: Asked,
    championship: str,
    as_of: str | None,
    known_at: int | datetime.datetime | None,
    form: Format | Literal["event"],
) -> None:
    """Print the standings of a championship: position, name, a column a race, points.

    CHAMPIONSHIP is an id that `parc championships` lists. Without --as-of the table is the latest one.
    """
    import projections

    with reading(asked, known_at) as what:
        table = projections.standings(what.book, championship, as_of)
        if form == "event":
            _print_event(table)
            return
        data = standings_json(table)
        if form == "json":
            show(form, title="", subtitle="", sheets=(), data=data)
            return
        show(
            form,
            title=table.title,
            subtitle=subtitle(what.title, table, what.book),
            sheets=[_sheet(table, whole=form == "csv")],
            data=data,
            notes=notes(table, what.book),
            parts=standings_grid(table, what.book) if form == "table" else None,
        )


def _print_event(table: "Standings") -> None:
    """One line for ``parc append``."""
    from ledger.codec import event_to_json
    from projections import publication

    try:
        event = publication(table)
    except ValueError as error:
        raise Failure(str(error)) from None
    write(json_text(event_to_json(event)) + "\n")


def standings_json(table: "Standings") -> dict[str, Any]:
    """The table in the form that other programs read."""
    from events import points_text

    return {
        "season": table.season,
        "championship": table.championship,
        "title": table.title,
        "as_of": table.as_of,
        "round": table.round,
        "known_at": table.known_at,
        "races": list(table.races),
        "rows": [
            {
                "position": row.position,
                "competitor": row.competitor,
                "name": row.name,
                "points": points_text(row.points),
                "results": dict(row.results),
            }
            for row in table.rows
        ],
    }


def subtitle(season: str, table: "Standings", book: "Book") -> str:
    """What a table is about, in two lines."""
    if table.as_of is None:
        when = "before the first race"
    else:
        number = "no round yet" if table.round is None else f"round {table.round} of {len(book.rounds)}"
        when = f"as of {table.as_of} ({number})"
    return f"{season}\n{when}, known at position {table.known_at}"


def notes(table: "Standings", book: "Book") -> list[str]:
    """What a reader of the table should know besides its figures."""
    out = []
    rules = table.rules
    if rules.place == "re-ranked" and rules.shown == "class":
        out.append("Shown is the place in the class; the place among those that count here scores.")
    elif rules.place == "re-ranked":
        out.append("Shown is the place among those that count here, which scores.")
    if any(award.dropped for row in table.rows for award in row.awards):
        out.append("Results in brackets are dropped: they are no part of the total.")
    return [*out, *standing_notes(table, book)]


def standing_notes(table: "Standings", book: "Book") -> list[str]:
    """What is behind the totals besides places: shortened races, deductions, exclusions, results that are missing."""
    import projections
    from events import points_text

    out = []
    parts = {award.race: award.part for row in table.rows for award in row.awards if award.part != 1}
    out += [f"{race} pays {part} of its points." for race in table.races if (part := parts.get(race)) is not None]
    for row in table.rows:
        for one in row.adjustments:
            what = f"{points_text(abs(one.points))} points {'deducted' if one.points < 0 else 'given'}"
            where = f" for {one.race}" if one.race is not None else ""
            out.append(
                f"{row_name(table, row)}: {what}{where}, {one.reason} ({one.authority}; {_recorded(one.records)})."
            )
    out += [
        f"{row_name(table, row)} is excluded from the championship ({_recorded(row.excluded)})."
        for row in table.rows
        if row.excluded
    ]
    if table.winner_only:
        out.append(f"Of {', '.join(table.winner_only)} only the winner is known.")
    if table.as_of is not None:
        unofficial = projections.provisional_races(book, table.rules.classes, table.as_of)
        provisional = [race for race in table.races if race in unofficial]
        if provisional:
            out.append(f"Provisional: {', '.join(provisional)}.")
    if table.not_run:
        out.append(f"No result yet: {', '.join(table.not_run)}.")
    return out


def _recorded(positions: "tuple[int, ...]") -> str:
    return f"record {positions[0]}" if len(positions) == 1 else f"records {', '.join(map(str, positions))}"


def position_text(row: "StandingsRow", *, whole: bool = False) -> str:
    """A position as tables print it, ``-`` for who is excluded; ``whole`` for a file, which leaves that empty."""
    return str(row.position) if row.position is not None else "" if whole else "-"


def shown_results(row: "StandingsRow") -> dict[str, str]:
    """What a row shows for each race, dropped results in brackets."""
    dropped = {award.race for award in row.awards if award.dropped}
    return {race: f"({shown})" if race in dropped else shown for race, shown in row.results}


def row_name(table: "Standings", row: "StandingsRow") -> str:
    """A competitor as a table names it: a team with its car number."""
    return f"{row.competitor} {row.name}" if table.rules.competitor == "team" else row.name


def heading(table: "Standings") -> str:
    """The heading of the names."""
    return table.rules.competitor.capitalize()


def _sheet(table: "Standings", *, whole: bool) -> Sheet:
    from events import points_text

    columns = [
        Column("Pos", "position", right=True),
        *([Column("No.", "competitor")] if table.rules.competitor == "team" else [Column("Id", "competitor")]),
        Column(heading(table), "name"),
        *(Column(race, race, right=True) for race in table.races),
        Column("Points", "points", right=True),
    ]
    rows: list[list[str | Cell]] = []
    for row in table.rows:
        results = dict(row.results) if whole else shown_results(row)
        cells = [results.get(race, "") for race in table.races]
        rows.append([position_text(row, whole=whole), row.competitor, row.name, *cells, points_text(row.points)])
    return Sheet(columns, rows)


def standings_grid(table: "Standings", book: "Book") -> "list[Block]":
    """The grid of a table as a terminal shows it."""
    from ledger.cli.grid import grid

    rows = [_grid_row(table, row) for row in table.rows]
    return grid(heading(table), table.races, round_code(book), rows, "Points", page_width())


def round_code(book: "Book") -> Callable[[str], str]:
    """A function from a race to the code that its column stands under."""
    from projections.races import round_of

    def code(race: str) -> str:
        number = round_of(book, race)
        return book.rounds[number if number is not None else book.races[race].event.round].event.code

    return code


def _grid_row(table: "Standings", row: "StandingsRow") -> "GridRow":
    from events import points_text
    from ledger.cli.grid import GridRow, result_style

    plain, results = dict(row.results), shown_results(row)
    earned = {race: sum((award.points for award in row.awards if award.race == race), Fraction(0)) for race in results}
    return GridRow(
        position_text(row),
        row_name(table, row),
        [results.get(race, "") for race in table.races],
        [result_style(plain[race], earned[race]) if race in results else "" for race in table.races],
        points_text(row.points),
    )
