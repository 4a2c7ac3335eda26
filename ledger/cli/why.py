"""``parc why``: every event behind a competitor's total, or between two that are tied."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import click
from attrs import evolve

from ledger.cli.app import Asked
from ledger.cli.asking import Reading, clocks, format_option, reading
from ledger.cli.behind import behind_it, records_sheet, source_notes
from ledger.cli.page import page_width
from ledger.cli.sheet import Cell, Column, Format, Sheet, show
from ledger.cli.tied import show_tie

if TYPE_CHECKING:
    from fractions import Fraction

    from projections import Award, Explanation, Standings

_ROOMY: Final = 120
"""Columns of a screen from which on rulings, records and notes have columns of their own."""


@click.command("why", short_help="Explain a total or a tie, record by record.")
@click.argument("competitor", required=False)
@click.option("--championship", metavar="ID", required=True, help="The championship, as `parc championships` lists it.")
@click.option("--tie", "tied", nargs=2, metavar="A B", help="Explain which of two competitors stands before the other.")
@clocks
@format_option
@click.pass_obj
def command(
    asked: Asked,
    competitor: str | None,
    championship: str,
    tied: tuple[str, str] | None,
    as_of: str | None,
    known_at: int | datetime.datetime | None,
    form: Format,
) -> None:
    """Explain a total: each race, what it was worth and why, and the records that say so.

    COMPETITOR is an id such as luca-mars or aston-martin, a car number such as 59, or a name as the table prints it.
    With --tie A B instead, say which rule puts one of two competitors before the other, and by what figures.
    """
    import projections

    if (competitor is None) == (tied is None):
        raise click.UsageError("Name a competitor, or two with --tie.")
    with reading(asked, known_at) as what:
        table = projections.standings(what.book, championship, as_of)
        if tied is not None:
            one, other = (competitor_id(table, each) for each in tied)
            if one == other:
                raise click.UsageError(f"{one} is not tied with itself; name two competitors.")
            show_tie(what, projections.tie(what.book, championship, one, other, as_of), form)
        elif competitor is not None:
            found = projections.why(what.book, championship, competitor_id(table, competitor), as_of)
            _show_total(what, found, form)


def _show_total(what: Reading, found: "Explanation", form: Format) -> None:
    from events import points_text
    from ledger.codec import record_to_json

    behind = behind_it(what, found.records)
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
        "adjustments": [
            {
                "points": points_text(one.points),
                "race": one.race,
                "authority": one.authority,
                "reason": one.reason,
                "records": list(one.records),
            }
            for one in found.adjustments
        ],
        "excluded": list(found.excluded),
    }
    where = "excluded from the championship" if found.position is None else f"position {found.position}"
    notes = []
    if any(award.dropped for award in found.awards) and form != "csv":
        notes.append("Points in brackets are dropped: they are no part of the total.")
    if found.excluded:
        notes.append(f"Excluded by record {', '.join(map(str, found.excluded))}.")
    awards = _awards(found, whole=form == "csv")
    if form == "table" and page_width() < _ROOMY:
        awards = _narrowed(awards)
    show(
        form,
        title=f"{found.name}: {points_text(found.points)} points, {where}",
        subtitle=f"{found.title}, {what.title}\nas of {found.as_of}, known at position {found.known_at}",
        sheets=[awards] if form == "csv" else [awards, records_sheet(behind)],
        data=data,
        notes=[*notes, *source_notes(behind)] if form != "csv" else (),
    )


def competitor_id(table: "Standings", asked: str) -> str:
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
        "classified": award.classified,
        "times": points_text(award.times),
        "bonus": points_text(award.bonus),
        "dropped": award.dropped,
        "rulings": list(award.rulings),
    }


def _awards(found: "Explanation", *, whole: bool) -> Sheet:
    """Race by race, what each was worth, then what rulings took and gave. ``whole`` for a file: every column."""
    from events import points_text

    awards = found.awards
    classified = whole or any(award.rulings and award.classified != _stands(award) for award in awards)
    ruled = whole or any(award.rulings for award in awards)
    valued = whole or any(award.value != award.points for award in awards)
    factored = whole or any(_factor(award) for award in awards)
    bonus = whole or any(award.bonus for award in awards)
    columns = [
        Column("Race", "race"),
        Column("Car", "car", right=True),
        *([Column("Classified", "classified", right=True)] if classified else []),
        *([Column("Rulings", "rulings", stretch=True)] if ruled else []),
        Column("Place", "place", right=True),
        Column("Scores as", "scored", right=True),
        *([Column("Scale", "value", right=True)] if valued else []),
        *([Column("Of it", "factor", right=True)] if factored else []),
        *([Column("Bonus", "bonus", right=True)] if bonus else []),
        Column("Points", "points", right=True),
        Column("Total", "total", right=True),
        Column("Records", "records", stretch=True),
        Column("Note", "note", stretch=True),
    ]
    rows: list[list[str | Cell]] = []
    total = found.points - found.points
    for award in awards:
        total += 0 if award.dropped else award.points
        rows.append(
            [
                award.race,
                f"#{award.car}" if award.car is not None else "",
                *([award.classified or ""] if classified else []),
                *([_listed(award.rulings)] if ruled else []),
                Cell(_stands(award), _style(award)),
                str(award.scored) if award.scored is not None else Cell("-", empty=True),
                *([points_text(award.value)] if valued else []),
                *([_factor(award)] if factored else []),
                *([points_text(award.bonus) if award.bonus else ""] if bonus else []),
                points_text(award.points) if whole or not award.dropped else f"({points_text(award.points)})",
                points_text(total),
                _listed(award.records),
                award.note or "",
            ]
        )
    gap = [""] * (len(columns) - 6)
    for one in found.adjustments:
        total += one.points
        note = f"{'deducted' if one.points < 0 else 'given'}: {one.reason} ({one.authority})"
        rows.append([one.race or "", "", *gap, points_text(one.points), points_text(total), _listed(one.records), note])
    if not whole and not any(row[-1] for row in rows):
        return Sheet(columns[:-1], [row[:-1] for row in rows])
    return Sheet(columns, rows)


def _narrowed(sheet: Sheet) -> Sheet:
    """The same for a narrow screen: rulings, records and notes one below the other, in one column."""
    keys = [column.key for column in sheet.columns]
    if "note" not in keys and "rulings" not in keys:
        return sheet
    told = [keys.index(key) for key in ("records", "rulings", "note") if key in keys]
    kept = [index for index in range(len(keys)) if index not in told]
    columns = [
        *(evolve(sheet.columns[index], title=_BROKEN.get(keys[index], sheet.columns[index].title)) for index in kept),
        Column("Records and notes", "records", stretch=True),
    ]
    rows = []
    for row in sheet.rows:
        lines = [
            f"by ruling {row[index]}" if keys[index] == "rulings" else str(row[index]) for index in told if row[index]
        ]
        rows.append([*(row[index] for index in kept), "\n".join(lines)])
    return Sheet(columns, rows)


_BROKEN: Final = {"classified": "Classi-\nfied", "scored": "Scores\nas"}
"""Headings over two lines."""


def _stands(award: "Award") -> str:
    """The place in the class as it stands, or why there is none."""
    return str(award.place) if award.place is not None else award.status


def _style(award: "Award") -> str:
    from ledger.cli.grid import result_style

    return result_style(_stands(award), award.points)


def _factor(award: "Award") -> str:
    """What the scale's value is multiplied by: ``x 2``, ``x 1/2 x 1/3``; empty for nothing."""
    factors: list[Fraction] = [one for one in (award.times, award.part, award.share) if one != 1]
    return " ".join(f"x {one}" for one in factors)


def _listed(positions: Iterable[int]) -> str:
    return ", ".join(map(str, positions))
