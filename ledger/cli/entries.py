"""``parc entries``: the entry list."""

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, reading
from ledger.cli.sheet import Column, Format, Sheet, show

if TYPE_CHECKING:
    from projections import Book, ListedEntry


@click.command("entries", short_help="List entries, and who drove when.")
@clocks
@format_option
@click.pass_obj
def command(asked: Asked, as_of: str | None, known_at: int | datetime.datetime | None, form: Format) -> None:
    """List the entries: car numbers, teams, cars, and who drove in which rounds.

    With --as-of, as they stood at that race, without those that joined later.
    """
    import projections

    with reading(asked, known_at) as what:
        listed = projections.entry_list(what.book, as_of)
        data = [
            {
                "car": one.car,
                "car_class": one.car_class,
                "team": one.team,
                "country": one.country,
                "manufacturer": one.manufacturer,
                "model": one.model,
                "drivers": list(one.drivers),
                "withdrawn": one.withdrawn,
                "drives": [{"driver": drive.driver, "races": list(drive.races)} for drive in one.drives],
            }
            for one in listed
        ]
        columns = [
            Column("Class", "car_class"),
            Column("No.", "car", right=True),
            Column("Team", "team", stretch=True),
            Column("Car", "model", stretch=True),
            Column("Driver", "drivers", stretch=True),
            Column("Rounds", "rounds", stretch=True),
        ]
        sheets = []
        for car_class in dict.fromkeys(one.car_class for one in listed):
            inside = [one for one in listed if one.car_class == car_class]
            hidden = 0 if form == "csv" else 1
            rows = [row[hidden:] for one in inside for row in _rows(what.book, one, apart=form == "table")]
            sheets.append(Sheet(columns[hidden:], rows, heading=f"{car_class}, {len(inside)} entries"))
        when = "" if as_of is None else f"as of {projections.resolve_race(what.book, as_of)}"
        show(form, title=what.title, subtitle=when, sheets=sheets or [Sheet(columns, [])], data=data)


def _rows(book: "Book", one: "ListedEntry", *, apart: bool) -> Iterator[list[str]]:
    """An entry in a row, or ``apart``: in one for each of its drivers, whose rounds then stand beside the name."""
    drives = [drive for drive in one.drives if drive.races or drive.driver in one.drivers]
    withdrawn = " (withdrawn)" if one.withdrawn else ""
    entry = [
        one.car_class,
        one.car,
        one.team + withdrawn,
        one.model or book.manufacturers[one.manufacturer].event.name,
    ]
    crew = [(book.drivers[drive.driver].event.name, _rounds(book, drive.races) or "-") for drive in drives]
    if apart:
        for name, rounds in crew or [("", "")]:
            yield [*entry, name, rounds]
            entry = [""] * len(entry)
    else:
        yield [*entry, "; ".join(name for name, _ in crew), "; ".join(rounds for _, rounds in crew)]


def _rounds(book: "Book", races: tuple[str, ...]) -> str:
    """The rounds of races, as entry lists write them: ``1-2, 5``."""
    from projections.races import round_of

    numbers = sorted({number for race in races if (number := round_of(book, race)) is not None})
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
