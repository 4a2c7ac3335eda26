"""``parc championships``: the tables of a season, and who leads them."""

import datetime

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, reading
from ledger.cli.sheet import Column, Format, Sheet, show


@click.command("championships", short_help="List the championships and their leaders.")
@clocks
@format_option
@click.pass_obj
def command(asked: Asked, as_of: str | None, known_at: int | datetime.datetime | None, form: Format) -> None:
    """List the championships of the season, each with its leader."""
    import projections
    from events import points_text

    with reading(asked, known_at) as what:
        tables = [projections.standings(what.book, name, as_of) for name in what.book.championships]
        data = [
            {
                "championship": table.championship,
                "title": table.title,
                "competitor": table.rules.competitor,
                "classes": list(table.rules.classes),
                "as_of": table.as_of,
                "leaders": [row.competitor for row in table.rows if row.position == 1],
                "points": points_text(table.rows[0].points) if table.rows else None,
            }
            for table in tables
        ]
        columns = [
            Column("Championship", "championship"),
            Column("Title", "title", stretch=True),
            Column("As of", "as_of"),
            Column("Leader", "leaders", stretch=True),
            Column("Points", "points", right=True),
        ]
        rows = [
            [
                table.championship,
                table.title,
                table.as_of or "",
                ", ".join(
                    f"{row.competitor} {row.name}" if table.rules.competitor == "team" else row.name
                    for row in table.rows
                    if row.position == 1
                ),
                points_text(table.rows[0].points) if table.rows else "",
            ]
            for table in tables
        ]
        show(form, title=what.title, subtitle="", sheets=[Sheet(columns, rows)], data=data)
