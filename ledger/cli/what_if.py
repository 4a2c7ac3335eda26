"""``parc what-if``: a table as it would be with some events, beside the one that stands. Nothing is recorded."""

import datetime
from typing import TYPE_CHECKING

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, opened
from ledger.cli.failing import Failure, printable
from ledger.cli.sheet import Format, show

if TYPE_CHECKING:
    from projections import Book, Diff


@click.command("what-if", short_help="Show a table as it would be with some events.")
@click.argument("file", metavar="FILE")
@click.argument("championship")
@click.option(
    "--against",
    metavar="ID",
    help="The championship to show beside it, where FILE defines CHAMPIONSHIP anew.",
)
@clocks
@format_option
@click.pass_obj
def command(
    asked: Asked,
    file: str,
    championship: str,
    against: str | None,
    as_of: str | None,
    known_at: int | datetime.datetime | None,
    form: Format,
) -> None:
    """Show a table as it would be with the events of a file (-: standard input), beside the one that stands.

    The events are scrutineered as `parc append` would, and go to a branch in memory: the ledger is opened for reading
    only. Whatever can be recorded can be tried: rulings, results, other points (a record-corrected of the scale's
    record), other rules.

    FILE may define CHAMPIONSHIP itself, with rules of its own; --against names the one to compare it with.
    """
    import projections
    from ledger.cli.behind import records_sheet, source_notes
    from ledger.cli.diff import behind, diff_json, moment, sheet
    from ledger.cli.lines import by_line, counted, facts_of, read_lines, season_of
    from ledger.cli.standings import standings_grid
    from ledger.errors import Refused

    lines = read_lines(file)
    with opened(asked) as ledger:
        branch = ledger.branch(known_at)
        season = branch.season(season_of(branch, asked, lines))
        now = season.book()
        try:
            added = season.append_each(facts_of(branch, lines), ids=[line.id for line in lines])
        except Refused as error:
            raise Failure(by_line(error)) from None
        book = season.book()
        found = projections.diff(now, book, championship, as_of, as_of, against=against)
        new = [record for record in added if record.version > now.version]
        records = behind(list(season.records()), found, found.rows)
        title = book.opened.event.title if book.opened is not None else book.season
        tried = f"{counted(len(new))} of {'standard input' if file == '-' else printable(file)}"
        show(
            form,
            title=f"{found.after.title}: what if",
            subtitle=f"{title}\nnow  {_now(found)}\nthen {moment(found.after)}, with {tried}",
            sheets=[
                sheet(found, found.rows, whole=form == "csv"),
                *([records_sheet(records)] if records and form != "csv" else []),
            ],
            data={**diff_json(found, found.rows, records), "events": len(new)},
            notes=[*_notes(found, book), *source_notes(records)] if form != "csv" else (),
            # A table that stands beside nothing is shown as any other.
            parts=standings_grid(found.after, book) if found.before is None and form == "table" else None,
        )


def _now(found: "Diff") -> str:
    from ledger.cli.diff import moment

    if found.before is None:
        return "there is no such championship"
    other = found.before.championship != found.after.championship
    return f"{found.before.title}, {moment(found.before)}" if other else moment(found.before)


def _notes(found: "Diff", book: "Book") -> list[str]:
    from ledger.cli.standings import notes

    out = ["Nothing was recorded; positions past the end of the log are those that the events would have."]
    if found.before is None:
        return [*notes(found.after, book), *out]
    return out if found.changed else ["Nothing would change.", *out]
