"""``parc append``: events from JSON Lines into the ledger, all or none."""

import click

from ledger.cli.app import Asked
from ledger.cli.failing import Failure, printable
from ledger.cli.lines import by_line, counted, facts_of, read_lines, season_of
from ledger.cli.output import confirm, write


@click.command("append", short_help="Append events from JSON Lines.")
@click.argument("file", metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Only scrutineer; record nothing.")
@click.option("--recorded-by", metavar="NAME", help="Who records it, for the lines that do not say.")
@click.option("--source", metavar="TEXT", help="The document that says so, for the lines that do not say.")
@click.option(
    "--expect-version",
    type=click.IntRange(min=0),
    metavar="N",
    help="Refuse unless the season is at this version, the one you have seen.",
)
@click.pass_obj
def command(
    asked: Asked, file: str, dry_run: bool, recorded_by: str | None, source: str | None, expect_version: int | None
) -> None:
    """Append events from a file of JSON Lines, or from standard input (-): all of them, or none.

    \b
    A line is one event, with or without its envelope:
      {"type": "driver-swapped", "car": "59", ..., "source": "Bulletin 24-03"}

    or a whole record as `parc log --format json` prints it. `parc schema` says what each type takes.

    A line with an id that is recorded already, with the same event, changes nothing. The first append creates the
    ledger.
    """  # noqa: D301 - the mark is click's, for a paragraph that keeps its lines
    from ledger import IdTaken, Ledger, Refused, WrongHead

    for name, said in (("--recorded-by", recorded_by), ("--source", source)):
        if said == "":
            raise click.UsageError(f"{name} is empty; leave it out, or say it.", click.get_current_context())
    lines = read_lines(file)
    with Ledger.open(asked.path) as ledger:
        season = ledger.season(season_of(ledger, asked, lines))
        ids = [line.id for line in lines]
        before = season.version_seen()
        try:
            if dry_run:
                fresh = season.check_each(
                    facts_of(ledger, lines, recorded_by, source), ids=ids, expected_version=expect_version
                )
                what = f"{counted(fresh)} would be recorded" if fresh else "nothing to record"
                write(f"{what} in {printable(season.id)}{_also(len(lines) - fresh)}\n")
                return
            while True:
                facts = facts_of(ledger, lines, recorded_by, source)
                try:
                    records = season.append_each(facts, ids=ids, expected_version=expect_version)
                    break
                except WrongHead:
                    continue  # another season was appended to between the two lines above: count again
        except Refused as error:
            raise Failure(by_line(error)) from None
        except IdTaken as error:
            raise Failure(f"line {ids.index(error.id) + 1}: $.id: {error}") from None
        new = list({record.position: record for record in records if record.version > before}.values())
        also = _also(len(records) - len(new))
        if new:
            span = (
                f"position {new[0].position}" if len(new) == 1 else f"positions {new[0].position} to {new[-1].position}"
            )
            confirm(f"{counted(len(new))} recorded in {printable(season.id)} at {span}{also}\n")
        else:
            confirm(f"nothing to record in {printable(season.id)}{also}\n")


def _also(known: int) -> str:
    return f"; {counted(known)} recorded already" if known else ""
