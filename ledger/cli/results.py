"""``parc results``: one race, class by class."""

import datetime
from typing import TYPE_CHECKING

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, reading
from ledger.cli.sheet import Cell, Column, Format, Sheet, show

if TYPE_CHECKING:
    from projections import Book, ClassResult, RaceResult, ResultLine


@click.command("results", short_help="Print the result of a race.")
@click.argument("race")
@clocks
@format_option
@click.pass_obj
def command(asked: Asked, race: str, as_of: str | None, known_at: int | datetime.datetime | None, form: Format) -> None:
    """Print the result of a race, class by class.

    RACE is an id that `parc calendar` lists, or a round's number or code, which mean its last race. Places that rulings
    changed are marked with a star beside the place as classified; the rulings stand below, with what each changed.
    With --as-of, rulings that count from a later race do not show yet.
    """
    import projections

    with reading(asked, known_at) as what:
        result = projections.race_result(what.book, race, as_of)
        round_ = what.book.rounds.get(result.round or 0)
        where = f"round {round_.event.round}, {round_.event.circuit}, " if round_ is not None else ""
        when = "" if as_of is None else f"as of {projections.resolve_race(what.book, as_of)}, "
        sheets = [_sheet(what.book, one, form) for one in result.classes if one.lines or form == "csv"]
        if result.rulings and form != "csv":
            sheets.append(_rulings(result))
        show(
            form,
            title=f"{result.race}, {what.title}",
            subtitle=f"{where}{when}known at position {what.book.known_at}",
            sheets=sheets or [Sheet(_columns(), [])],
            data=_json(what.book, result),
            notes=_notes(what.book, result),
        )


def _json(book: "Book", result: "RaceResult") -> dict[str, object]:
    from ledger.codec.jsonform import event_to_json

    return {
        "season": book.season,
        "race": result.race,
        "round": result.round,
        "known_at": book.known_at,
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
                        "classified": line.classified,
                        "added_ms": line.added_ms,
                        "rulings": list(line.rulings),
                        "withheld": list(line.withheld),
                    }
                    for line in one.lines
                ],
            }
            for one in result.classes
        ],
        "rulings": [
            {
                "position": one.position,
                "car_class": one.car_class,
                "event": event_to_json(one.event),
                "outcomes": [
                    {"state": each.state, "by": each.by, "counts_from": each.counts_from} for each in one.outcomes
                ],
                "changes": [{"car": each.car, "before": each.before, "after": each.after} for each in one.changes],
            }
            for one in result.rulings
        ],
    }


def _notes(book: "Book", result: "RaceResult") -> list[str]:
    out = [
        f"{one.car_class}: only the winner is known, {book.drivers[one.winner].event.name}."
        for one in result.classes
        if one.winner is not None
    ]
    lines = [line for one in result.classes for line in one.lines]
    if any(_moved(line) for line in lines):
        out.append("* stands elsewhere than classified, by the rulings above.")
    if any(line.added_ms for line in lines):
        out.append("Gaps are those at the flag, without penalties.")
    return out


def _moved(line: "ResultLine") -> bool:
    """Whether a ruling changed what is shown of a car; of one that an amendment brought in too."""
    return bool(line.rulings) and line.classified != line.shown


def _rulings(result: "RaceResult") -> Sheet:
    from ledger.cli.describing import became, describe, moves

    columns = [
        Column("Record", "position", right=True),
        Column("Ruling", "ruling", stretch=True),
        Column("What it changed", "changes", stretch=True),
        Column("Now", "outcome", stretch=True),
    ]
    rows = [
        [str(one.position), describe(one.event), moves(one.changes), became(one.outcomes)] for one in result.rulings
    ]
    if not any(one.changes for one in result.rulings):
        columns, rows = [columns[0], columns[1], columns[3]], [[row[0], row[1], row[3]] for row in rows]
    return Sheet(columns, rows, heading="Rulings")


def _columns(
    *, laps: bool = True, gap: bool = True, extras: bool = True, classified: bool = False, whole: bool = False
) -> list[Column]:
    return [
        Column("Class", "car_class"),
        Column("Place", "place", right=True),
        *([Column("Classified", "classified", right=True)] if classified else []),
        Column("No.", "car", right=True),
        Column("Drivers", "drivers", stretch=True),
        Column("Team", "team", stretch=True),
        Column("Make", "manufacturer", stretch=True),
        *([Column("Laps", "laps", right=True)] if laps else []),
        *([Column("Gap", "gap_ms", right=True)] if gap else []),
        *([Column("Notes", "distinctions", stretch=True)] if extras else []),
        *(
            [
                Column("Classified", "classified"),
                Column("Penalty", "added_ms", right=True),
                Column("Withheld", "withheld"),
                Column("Rulings", "rulings"),
                Column("Status", "status"),
            ]
            if whole
            else []
        ),
    ]


def _sheet(book: "Book", one: "ClassResult", form: Format) -> Sheet:
    # A column in which nothing is known would only take room; a file keeps its columns whatever is in it.
    whole = form == "csv"
    laps = whole or any(line.laps is not None for line in one.lines)
    gap = whole or any(line.gap_ms is not None for line in one.lines)
    extras = whole or any(_remarks(line) for line in one.lines)
    classified = not whole and any(_moved(line) for line in one.lines)
    columns = _columns(laps=laps, gap=gap, extras=extras, classified=classified, whole=whole)
    if whole:
        return Sheet(columns, [_file_row(book, one, line) for line in one.lines])
    rows = [
        [
            *_place(line, classified=classified),
            *_car(book, line),
            *([str(line.laps) if line.laps is not None else ""] if laps else []),
            *([_gap(line.gap_ms)] if gap else []),
            *([", ".join(_remarks(line))] if extras else []),
        ]
        for line in one.lines
    ]
    status = f", {one.status}" if one.status else ""
    return Sheet(columns[1:], rows, heading=f"{one.car_class}{status}")


def _place(line: "ResultLine", *, classified: bool) -> list[str | Cell]:
    from fractions import Fraction

    from ledger.cli.grid import result_style

    style = result_style(line.shown, Fraction(line.place is not None))
    if not classified:
        return [Cell(line.shown, style)]
    # The mark has a column of its own on the other lines, so that places stay below each other.
    return [Cell(f"{line.shown}*" if _moved(line) else f"{line.shown} ", style), line.classified or "-"]


def _car(book: "Book", line: "ResultLine") -> list[str | Cell]:
    return [
        line.car,
        ", ".join(book.drivers[driver].event.name for driver in line.drivers),
        line.team,
        book.manufacturers[line.manufacturer].event.name,
    ]


def _remarks(line: "ResultLine") -> list[str]:
    """What is to be said of a car beside its place."""
    from ledger.cli.describing import lap_time, seconds

    lap = "" if line.fastest_lap_ms is None else f" {lap_time(line.fastest_lap_ms)}"
    return [
        *(["pole"] if line.pole else []),
        *([f"fastest lap{lap}"] if line.fastest_lap else []),
        *([f"+{seconds(line.added_ms)}"] if line.added_ms else []),
        *(["points withheld"] if line.withheld else []),
    ]


def _file_row(book: "Book", one: "ClassResult", line: "ResultLine") -> list[str | Cell]:
    """A line for programs: times in milliseconds, positions of records."""
    return [
        one.car_class,
        line.shown,
        *_car(book, line),
        str(line.laps) if line.laps is not None else "",
        str(line.gap_ms) if line.gap_ms is not None else "",
        ", ".join(name for name, held in (("pole", line.pole), ("fastest lap", line.fastest_lap)) if held),
        line.classified or "",
        str(line.added_ms) if line.added_ms else "",
        ", ".join(map(str, line.withheld)),
        ", ".join(map(str, line.rulings)),
        one.status or "",
    ]


def _gap(gap_ms: int | None) -> str:
    """A gap as timing screens show it: ``+1:02.345``."""
    if not gap_ms:
        return ""
    minutes, rest = divmod(gap_ms, 60_000)
    seconds = f"{rest // 1000:02d}.{rest % 1000:03d}" if minutes else f"{rest // 1000}.{rest % 1000:03d}"
    return f"+{minutes}:{seconds}" if minutes else f"+{seconds}"
