"""``parc results``: one race, class by class."""

import datetime
from typing import TYPE_CHECKING

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, reading
from ledger.cli.sheet import Cell, Column, Format, Sheet, show

if TYPE_CHECKING:
    from projections import Book, ClassResult, ResultLine


@click.command("results", short_help="Print the result of a race.")
@click.argument("race")
@clocks
@format_option
@click.pass_obj
def command(asked: Asked, race: str, as_of: str | None, known_at: int | datetime.datetime | None, form: Format) -> None:
    """Print the result of a race, class by class.

    RACE is an id that `parc calendar` lists, or a round's number or code, which mean its last race.
    """
    import projections

    with reading(asked, known_at) as what:
        result = projections.race_result(what.book, race, as_of)
        data = {
            "season": what.book.season,
            "race": result.race,
            "round": result.round,
            "known_at": what.book.known_at,
            "classes": [
                {
                    "car_class": one.car_class,
                    "status": one.status,
                    "winner": one.winner,
                    "lines": [
                        {
                            "shown": line.shown,
                            "place": line.place,
                            "car": line.car,
                            "drivers": list(line.drivers),
                            "team": line.team,
                            "manufacturer": line.manufacturer,
                            "status": line.status,
                            "laps": line.laps,
                            "gap_ms": line.gap_ms,
                            "pole": line.pole,
                            "fastest_lap": line.fastest_lap,
                            "fastest_lap_ms": line.fastest_lap_ms,
                            "records": list(line.records),
                        }
                        for line in one.lines
                    ],
                }
                for one in result.classes
            ],
        }
        round_ = what.book.rounds.get(result.round or 0)
        where = f"round {round_.event.round}, {round_.event.circuit}, " if round_ is not None else ""
        notes = [
            f"{one.car_class}: only the winner is known, {what.book.drivers[one.winner].event.name}."
            for one in result.classes
            if one.winner is not None
        ]
        show(
            form,
            title=f"{result.race}, {what.title}",
            subtitle=f"{where}known at position {what.book.known_at}",
            sheets=[_sheet(what.book, one, form) for one in result.classes if one.lines or form == "csv"]
            or [Sheet(_columns(), [])],
            data=data,
            notes=notes,
        )


def _columns(*, laps: bool = True, gap: bool = True, extras: bool = True) -> list[Column]:
    return [
        Column("Class", "car_class"),
        Column("Place", "place", right=True),
        Column("No.", "car", right=True),
        Column("Drivers", "drivers", stretch=True),
        Column("Team", "team", stretch=True),
        Column("Make", "manufacturer", stretch=True),
        *([Column("Laps", "laps", right=True)] if laps else []),
        *([Column("Gap", "gap_ms", right=True)] if gap else []),
        *([Column("Distinctions", "distinctions", stretch=True)] if extras else []),
    ]


def _sheet(book: "Book", one: "ClassResult", form: Format) -> Sheet:
    # A column in which nothing is known would only take room; a file keeps its columns whatever is in it.
    every = form == "csv"
    laps = every or any(line.laps is not None for line in one.lines)
    gap = every or any(line.gap_ms is not None for line in one.lines)
    extras = every or any(line.pole or line.fastest_lap for line in one.lines)
    columns = _columns(laps=laps, gap=gap, extras=extras)
    rows = [_row(book, one.car_class, line, laps, gap, extras, every) for line in one.lines]
    status = f", {one.status}" if one.status else ""
    if every:
        return Sheet(columns, rows)
    return Sheet(columns[1:], [row[1:] for row in rows], heading=f"{one.car_class}{status}")


def _row(
    book: "Book", car_class: str, line: "ResultLine", laps: bool, gap: bool, extras: bool, plain: bool
) -> list[str | Cell]:
    from fractions import Fraction

    from ledger.cli.describing import lap_time
    from ledger.cli.grid import result_style

    lap = "fastest lap" if line.fastest_lap_ms is None else f"fastest lap {lap_time(line.fastest_lap_ms)}"
    finished = [name for name, set_ in (("pole", line.pole), (lap, line.fastest_lap)) if set_]
    return [
        car_class,
        Cell(line.shown, result_style(line.shown, Fraction(line.place is not None))),
        line.car,
        ", ".join(book.drivers[driver].event.name for driver in line.drivers),
        line.team,
        book.manufacturers[line.manufacturer].event.name,
        *([str(line.laps) if line.laps is not None else ""] if laps else []),
        *([_gap(line.gap_ms, plain)] if gap else []),
        *([", ".join(finished)] if extras else []),
    ]


def _gap(gap_ms: int | None, plain: bool) -> str:
    """A gap as timing screens show it, ``+1:02.345``; plain milliseconds for programs."""
    if gap_ms is None or (gap_ms == 0 and not plain):
        return ""
    if plain:
        return str(gap_ms)
    minutes, rest = divmod(gap_ms, 60_000)
    seconds = f"{rest // 1000:02d}.{rest % 1000:03d}" if minutes else f"{rest // 1000}.{rest % 1000:03d}"
    return f"+{minutes}:{seconds}" if minutes else f"+{seconds}"
