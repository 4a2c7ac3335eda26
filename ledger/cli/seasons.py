"""``parc seasons``: what the ledger holds."""

import datetime

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, opened, season_id
from ledger.cli.sheet import Column, Format, Sheet, show


@click.command("seasons", short_help="List the seasons of the ledger.")
@clocks
@format_option
@click.pass_obj
def command(asked: Asked, as_of: str | None, known_at: int | datetime.datetime | None, form: Format) -> None:
    """List the seasons of the ledger."""
    with opened(asked) as ledger:
        if asked.season is not None:
            season_id(ledger, asked)
        found = [one for one in ledger.summaries(as_of=as_of, known_at=known_at) if asked.season in (None, one.season)]
        data = [
            {
                "season": one.season,
                "title": one.title,
                "year": one.year,
                "races": one.races,
                "run": one.run,
                "entries": one.entries,
                "championships": one.championships,
                "version": one.version,
            }
            for one in found
        ]
        columns = [
            Column("Season", "season"),
            Column("Title", "title", stretch=True),
            Column("Year", "year", right=True),
            Column("Races", "races", right=True),
            Column("Run", "run", right=True),
            Column("Entries", "entries", right=True),
            Column("Tables", "championships", right=True),
            Column("Records", "version", right=True),
        ]
        count = "1 season" if len(found) == 1 else f"{len(found)} seasons"
        show(
            form,
            title=count,
            subtitle=f"in {asked.path}",
            sheets=[Sheet(columns, [[str(value) for value in one.values()] for one in data])],
            data=data,
        )
