"""``parc audit``: each published figure that the log does not support."""

import datetime

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, reading
from ledger.cli.sheet import Cell, Column, Format, Sheet, show


@click.command("audit", short_help="Hold published figures against the results.")
@click.option("--championship", metavar="ID", help="Only the published tables of this championship.")
@clocks
@format_option
@click.pass_obj
def command(
    asked: Asked,
    championship: str | None,
    as_of: str | None,
    known_at: int | datetime.datetime | None,
    form: Format,
) -> int:
    """Hold every published figure against the results.

    Each table is compared as of the race at which it stands; with --as-of, only those that stand at or before it.
    Exit status 1 where a figure is not supported.
    """
    import projections

    with reading(asked, known_at) as what:
        found = projections.audit(what.book, championship, as_of)
        data = {
            "season": found.season,
            "checked": found.checked,
            "discrepancies": [
                {
                    "championship": one.championship,
                    "as_of": one.as_of,
                    "competitor": one.competitor,
                    "figure": one.figure,
                    "published": one.published,
                    "computed": one.computed,
                    "source": one.source,
                    **({"race": one.race} if one.race is not None else {}),
                }
                for one in found.discrepancies
            ],
        }
        columns = [
            Column("Table", "championship"),
            Column("As of", "as_of"),
            Column("Competitor", "competitor", stretch=True),
            Column("Figure", "figure"),
            Column("Published", "published", right=True),
            Column("Computed", "computed", right=True),
            Column("Record", "record", right=True),
            *([Column("Source", "source")] if form == "csv" else []),
        ]
        rows: list[list[str | Cell]] = [
            [
                one.championship or "winners",
                one.as_of,
                one.competitor,
                f"result of {one.race}" if one.race is not None else one.figure,
                Cell(one.published or "nothing", empty=one.published is None),
                Cell(one.computed or "nothing", empty=one.computed is None),
                str(one.record),
                *([one.source or ""] if form == "csv" else []),
            ]
            for one in found.discrepancies
        ]
        verdict = (
            f"{found.checked} published figures checked, {len(rows)} not supported by the results"
            if rows
            else f"{found.checked} published figures checked, all of them supported by the results"
            if found.checked
            else "nothing has been published: no figures to check"
        )
        sources = {one.record: one.source for one in found.discrepancies if one.source is not None}
        show(
            form,
            title=verdict,
            subtitle=what.title,
            sheets=[Sheet(columns, rows)],
            data=data,
            notes=[f"Record {record}: {source}" for record, source in sources.items()],
            parts=None if rows else [],
        )
        return 1 if rows else 0
