"""Which rule puts one of two competitors before the other: what ``parc why --tie`` shows."""

from typing import TYPE_CHECKING, Final

from ledger.cli.asking import Reading
from ledger.cli.behind import behind_it, records_sheet, source_notes
from ledger.cli.sheet import Column, Format, Sheet, show

if TYPE_CHECKING:
    from projections import StandingsRow, Tie

_FULL_CELL: Final = 12
"""As many positions as a cell holds and can still be read."""


def show_tie(what: Reading, found: "Tie", form: Format) -> None:
    """Prints how two competitors are told apart."""
    from ledger.codec import record_to_json

    decisive = found.decided_by
    behind = behind_it(what, decisive.records if decisive is not None else ())
    data = {
        "season": found.season,
        "championship": found.championship,
        "title": found.title,
        "as_of": found.as_of,
        "round": found.round,
        "known_at": found.known_at,
        "first": _side_json(found.first),
        "second": _side_json(found.second),
        "decided_by": decisive.ground if decisive is not None else None,
        "comparisons": [
            {
                "ground": one.ground,
                "decides": one.decides,
                "what": one.what,
                "figures": list(one.figures),
                "records": list(one.records),
            }
            for one in found.comparisons
        ],
        "records": [record_to_json(record) for record in behind],
    }
    names = found.first.name, found.second.name
    columns = [
        Column("Compared by", "ground"),
        Column("What", "what", stretch=True),
        Column(names[0], "first", right=True, stretch=True),
        Column(names[1], "second", right=True, stretch=True),
        Column("Decides", "decides"),
        Column("Records", "records", stretch=True),
    ]
    rows = [
        [one.ground, one.what, *one.figures, "yes" if one.decides else "no", _records(one.records, form)]
        for one in found.comparisons
    ]
    if decisive is None:
        title = f"{names[0]} and {names[1]} share position {found.first.position}: no rule tells them apart"
    else:
        ground = "exclusion" if decisive.ground == "excluded" else decisive.ground
        title = f"{names[0]} stands before {names[1]}: decided by {ground}"
    compared = Sheet(columns, rows)
    show(
        form,
        title=title,
        subtitle=f"{found.title}, {what.title}\nas of {found.as_of}, known at position {found.known_at}",
        sheets=[compared, records_sheet(behind)] if behind and form != "csv" else [compared],
        data=data,
        notes=source_notes(behind) if form != "csv" else (),
    )


def _records(positions: "tuple[int, ...]", form: Format) -> str:
    """Positions of records; for people, where they would fill a column, how many are listed below."""
    if form != "csv" and len(positions) > _FULL_CELL:
        return f"{len(positions)}, below"
    return ", ".join(map(str, positions))


def _side_json(row: "StandingsRow") -> dict[str, object]:
    from events import points_text

    return {
        "competitor": row.competitor,
        "name": row.name,
        "position": row.position,
        "points": points_text(row.points),
    }
