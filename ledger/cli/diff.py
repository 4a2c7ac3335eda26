"""``parc diff``: what changed in a table between two moments, and which records caused it."""

import datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.app import Asked
from ledger.cli.asking import Moment, clocks, format_option, reading
from ledger.cli.sheet import Column, Format, Sheet, show

if TYPE_CHECKING:
    from events import Record
    from projections import Diff, DiffRow, RaceChange, Standings, StandingsRow


@click.command("diff", short_help="Say what changed in a table, and why.")
@click.argument("championship")
@click.option("--from-as-of", metavar="RACE", help="The earlier table, as of this race; by default that of --as-of.")
@click.option(
    "--from-known-at",
    type=Moment(),
    metavar="MOMENT",
    help="The earlier table, as known at this moment; by default that of --known-at.",
)
@clocks
@format_option
@click.pass_obj
def command(
    asked: Asked,
    championship: str,
    from_as_of: str | None,
    from_known_at: int | datetime.datetime | None,
    as_of: str | None,
    known_at: int | datetime.datetime | None,
    form: Format,
) -> None:
    """Say what changed in a table between two moments of either clock: who moved, by how much, and by which records.

    The earlier moment is given with --from-as-of, --from-known-at or both; the later one with --as-of and --known-at,
    by default the latest race and now. Exit status 0, whether anything changed or not.
    """
    import projections
    from ledger.cli.behind import records_sheet, source_notes

    if from_as_of is None and from_known_at is None:
        raise click.UsageError("Say from when: --from-as-of, --from-known-at, or both.")
    with reading(asked, known_at) as what:
        earlier = what.book if from_known_at is None else what.season.book(from_known_at)
        found = projections.diff(earlier, what.book, championship, as_of if from_as_of is None else from_as_of, as_of)
        upto = max(earlier.known_at, what.book.known_at)
        records = behind(list(what.season.records(known_at=upto)), found, found.changed)
        changed = sheet(found, found.changed, whole=form == "csv")
        count = len(found.changed)
        verdict = "nothing changed" if not count else "1 competitor changed" if count == 1 else f"{count} changed"
        show(
            form,
            title=f"{found.after.title}: {verdict}",
            subtitle=f"{what.title}\nfrom {moment(found.before)}\nto   {moment(found.after)}",
            sheets=[changed, *([records_sheet(records)] if records and form != "csv" else [])],
            data=diff_json(found, found.changed, records),
            notes=source_notes(records) if form != "csv" else (),
            parts=None if count else [],
        )


def behind(records: "list[Record]", found: "Diff", rows: "tuple[DiffRow, ...]") -> "list[Record]":
    """Those of the records that caused what changed; where a table is new, what is behind it is no news."""
    wanted = {position for row in rows for position in row.causes} if found.before is not None else set()
    return [record for record in records if record.position in wanted]


def moment(table: "Standings | None") -> str:
    """When a table stands, on both clocks."""
    if table is None:
        return "before there was such a championship"
    when = "before the first race" if table.as_of is None else f"as of {table.as_of}"
    return f"{when}, known at position {table.known_at}"


def diff_json(found: "Diff", rows: "tuple[DiffRow, ...]", records: "list[Record]") -> dict[str, Any]:
    """Two tables side by side in the form that other programs read."""
    from events import points_text
    from ledger.codec import record_to_json

    return {
        "season": found.after.season,
        "championship": found.after.championship,
        "title": found.after.title,
        "from": _moment_json(found.before),
        "to": _moment_json(found.after),
        "rows": [
            {
                "competitor": row.competitor,
                "name": row.name,
                "changed": row.changed,
                "from": _side_json(row.before),
                "to": _side_json(row.after),
                "gained": row.gained,
                "points": points_text(row.points),
                "races": [_race_json(one) for one in row.races],
                "records": list(row.causes),
            }
            for row in rows
        ],
        "records": [record_to_json(record) for record in records],
    }


def sheet(found: "Diff", rows: "tuple[DiffRow, ...]", *, whole: bool) -> Sheet:
    """Two tables side by side. ``whole`` for a file: every column, and numbers alone."""
    from events import points_text

    races = whole or any(row.races for row in rows)
    team = found.after.rules.competitor == "team"
    earlier = found.before.races if found.before is not None else ()
    columns = [
        Column("Pos", "position", right=True),
        Column("Was", "position_before", right=True),
        Column("Move", "gained"),
        *([Column("Id", "competitor")] if whole else []),
        Column("Name", "name", stretch=True),
        Column("Points", "points", right=True),
        Column("Were", "points_before", right=True),
        Column("Change", "points_change", right=True),
        *([Column("Races", "races", stretch=True)] if races else []),
        Column("Records", "records", stretch=True),
    ]
    out = [
        [
            _position(row.after, whole=whole),
            _position(row.before, whole=whole),
            ("" if row.gained is None else str(row.gained)) if whole else _move(row),
            *([row.competitor] if whole else []),
            f"{row.competitor} {row.name}" if team and not whole else row.name,
            "" if row.after is None else points_text(row.after.points),
            "" if row.before is None else points_text(row.before.points),
            _signed(points_text(row.points)) if row.points or whole else "",
            *(["; ".join(_race_text(one, earlier) for one in row.races)] if races else []),
            ", ".join(map(str, row.causes)) if found.before is not None or whole else "",
        ]
        for row in rows
    ]
    if not whole and not any(row[-1] for row in out):
        return Sheet(columns[:-1], [row[:-1] for row in out])
    return Sheet(columns, out)


def _position(row: "StandingsRow | None", *, whole: bool) -> str:
    if row is None:
        return ""
    return str(row.position) if row.position is not None else "" if whole else "-"


def _move(row: "DiffRow") -> str:
    """In which direction a competitor went, and how far."""
    if row.before is None or row.after is None:
        return "joined" if row.before is None else "left"
    if row.gained is None:
        now, was = bool(row.after.excluded), bool(row.before.excluded)
        return "excluded" if now and not was else "back" if was and not now else ""
    return f"▲ {row.gained}" if row.gained > 0 else f"▼ {-row.gained}" if row.gained < 0 else ""


def _signed(points: str) -> str:
    return points if points.startswith("-") or points == "0" else f"+{points}"


def _race_text(change: "RaceChange", earlier: "tuple[str, ...]") -> str:
    """``OUL-1: 1 -> DSQ``; where the table shows the same, what it is worth; of a race that is new, its result."""
    from events import points_text

    one, other = (
        f"({shown})" if gone else shown or "nothing" for shown, gone in zip(change.shown, change.dropped, strict=True)
    )
    if change.race not in earlier:
        return f"{change.race}: {other}"
    if one == other:
        one, other = (points_text(each) for each in change.points)
        return f"{change.race}: {one} -> {other} points"
    return f"{change.race}: {one} -> {other}"


def _moment_json(table: "Standings | None") -> dict[str, Any] | None:
    if table is None:
        return None
    return {
        "championship": table.championship,
        "as_of": table.as_of,
        "round": table.round,
        "known_at": table.known_at,
    }


def _side_json(row: "StandingsRow | None") -> dict[str, Any] | None:
    from events import points_text

    return None if row is None else {"position": row.position, "points": points_text(row.points)}


def _race_json(change: "RaceChange") -> dict[str, Any]:
    from events import points_text

    before, after = (
        {"shown": shown, "points": points_text(points), "dropped": dropped}
        for shown, points, dropped in zip(change.shown, change.points, change.dropped, strict=True)
    )
    return {"race": change.race, "from": before, "to": after}
