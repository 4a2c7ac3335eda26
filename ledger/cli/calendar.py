"""``parc calendar``: rounds and races in the order in which they run."""

import datetime

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, reading
from ledger.cli.sheet import Column, Format, Sheet, show


@click.command("calendar", short_help="List rounds and races.")
@clocks
@format_option
@click.pass_obj
def command(asked: Asked, as_of: str | None, known_at: int | datetime.datetime | None, form: Format) -> None:
    """List the rounds and their races, and which have been run."""
    import projections

    with reading(asked, known_at) as what:
        rounds = projections.calendar(what.book, as_of)
        data = [
            {
                "round": one.round,
                "code": one.code,
                "circuit": one.circuit,
                "country": one.country,
                "starts_on": _day(one.starts_on),
                "ends_on": _day(one.ends_on),
                "races": [
                    {
                        "race": race.race,
                        "round": race.round,
                        "starts_on": _day(race.starts_on),
                        "kind": race.kind,
                        "state": race.state,
                        "part": race.part,
                    }
                    for race in one.races
                ],
            }
            for one in rounds
        ]
        countries = form == "csv" or any(one.country for one in rounds)
        kinds = form == "csv" or any(race.kind != "race" for one in rounds for race in one.races)
        columns = [
            Column("Round", "round", right=True),
            Column("Race", "race"),
            Column("Circuit", "circuit", stretch=True),
            *([Column("Country", "country")] if countries else []),
            Column("Date", "date"),
            Column("State", "state"),
            *([Column("Kind", "kind")] if kinds else []),
        ]
        rows = [
            [
                str(one.round) if index == 0 or form == "csv" else "",
                race.race,
                one.circuit if index == 0 or form == "csv" else "",
                *([one.country or "" if index == 0 or form == "csv" else ""] if countries else []),
                _days(race.starts_on or one.starts_on, race.starts_on or one.ends_on),
                race.state + (f", pays {race.part}" if race.part else ""),
                *([race.kind] if kinds else []),
            ]
            for one in rounds
            for index, race in enumerate(one.races)
        ]
        show(form, title=what.title, subtitle="", sheets=[Sheet(columns, rows)], data=data)


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _days(first: datetime.date | None, last: datetime.date | None) -> str:
    if first is None or last is None or first == last:
        return _day(first or last) or ""
    return f"{first.isoformat()}/{last.isoformat()[8:] if first.month == last.month else last.isoformat()[5:]}"
