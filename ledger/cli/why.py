"""``parc why``: every event behind a competitor's total."""

import datetime
from typing import TYPE_CHECKING

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, reading
from ledger.cli.sheet import Cell, Column, Format, Sheet, show, table

if TYPE_CHECKING:
    from events import Record
    from projections import Award, Explanation, Standings


@click.command("why", short_help="Explain a total, record by record.")
@click.argument("competitor")
@click.option("--championship", metavar="ID", required=True, help="The championship, as `parc championships` lists it.")
@clocks
@format_option
@click.pass_obj
def command(
    asked: Asked,
    competitor: str,
    championship: str,
    as_of: str | None,
    known_at: int | datetime.datetime | None,
    form: Format,
) -> None:
    """Explain a total: each race, what it was worth, and the records that say so.

    COMPETITOR is an id such as luca-mars or aston-martin, a car number such as 59, or a name as the table prints it.
    """
    import projections
    from events import points_text
    from ledger.codec import record_to_json

    with reading(asked, known_at) as what:
        standings = projections.standings(what.book, championship, as_of)
        found = projections.why(what.book, championship, _competitor(standings, competitor), as_of)
        behind = [record for record in what.season.records(known_at=known_at) if record.position in found.records]
        data = {
            "season": found.season,
            "championship": found.championship,
            "title": found.title,
            "competitor": found.competitor,
            "name": found.name,
            "as_of": found.as_of,
            "round": found.round,
            "known_at": found.known_at,
            "position": found.position,
            "points": points_text(found.points),
            "awards": [_award_json(award) for award in found.awards],
            "rule_records": list(found.rule_records),
            "records": [record_to_json(record) for record in behind],
        }
        awards = _awards(found)
        place = "excluded" if found.position is None else f"position {found.position}"
        show(
            form,
            title=f"{found.name}: {points_text(found.points)} points, {place}",
            subtitle=f"{found.title}, {what.title}\nas of {found.as_of}, known at position {found.known_at}",
            sheets=[awards] if form == "csv" else [awards, _records(behind)],
            data=data,
            notes=[f"[{number}] {source}" for source, number in _sources(behind).items()] if form != "csv" else (),
            parts=[table(awards), table(_records(behind))] if form == "table" else None,
        )


def _competitor(table: "Standings", asked: str) -> str:
    """The id that was meant: itself, a car number without its ``#``, or a name."""
    ids = {row.competitor for row in table.rows}
    if asked in ids:
        return asked
    if f"#{asked}" in ids:
        return f"#{asked}"
    named = [row.competitor for row in table.rows if row.name.casefold() == asked.casefold()]
    return named[0] if len(named) == 1 else asked


def _award_json(award: "Award") -> dict[str, object]:
    from events import points_text

    return {
        "race": award.race,
        "car_class": award.car_class,
        "car": award.car,
        "place": award.place,
        "status": award.status,
        "scored": award.scored,
        "shown": award.shown,
        "value": points_text(award.value),
        "part": points_text(award.part),
        "share": points_text(award.share),
        "points": points_text(award.points),
        "counts": award.counts,
        "note": award.note,
        "records": list(award.records),
    }


def _awards(found: "Explanation") -> Sheet:
    from events import points_text
    from ledger.cli.grid import result_style

    columns = [
        Column("Race", "race"),
        Column("Car", "car", right=True),
        Column("Place", "place", right=True),
        Column("Scores as", "scored", right=True),
        Column("Points", "points", right=True),
        Column("Total", "total", right=True),
        Column("Records", "records", stretch=True),
        Column("Note", "note", stretch=True),
    ]
    rows: list[list[str | Cell]] = []
    total = found.points - found.points
    for award in found.awards:
        total += award.points
        note = [award.note] if award.note else []
        if award.part != 1:
            note.append(f"{points_text(award.part)} of {points_text(award.value)}")
        place = str(award.place) if award.place is not None else award.status
        rows.append(
            [
                award.race,
                f"#{award.car}" if award.car is not None else "",
                Cell(place, result_style(place, award.points)),
                str(award.scored) if award.scored is not None else "-",
                points_text(award.points),
                points_text(total),
                ", ".join(str(position) for position in award.records),
                "; ".join(note),
            ]
        )
    if not any(row[-1] for row in rows):
        return Sheet(columns[:-1], [row[:-1] for row in rows])
    return Sheet(columns, rows)


def _records(behind: "list[Record]") -> Sheet:
    from ledger.cli.describing import describe
    from ledger.codec import KIND_OF

    columns = [
        Column("Record", "position", right=True),
        Column("Event", "type"),
        Column("What it says", "summary", stretch=True),
        Column("Source", "source"),
    ]
    numbers = _sources(behind)
    rows = [
        [
            str(record.position),
            KIND_OF[type(record.event)],
            describe(record.event),
            f"[{numbers[record.source]}]" if record.source is not None else "",
        ]
        for record in behind
    ]
    return Sheet(columns, rows, heading="The records behind it")


def _sources(behind: "list[Record]") -> dict[str, int]:
    """The documents that records name, numbered as they first come."""
    named = dict.fromkeys(record.source for record in behind if record.source is not None)
    return {source: number for number, source in enumerate(named, start=1)}
