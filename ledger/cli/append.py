"""``parc append``: events from JSON Lines into the ledger, all or none."""

import os

import click

from ledger.cli.app import Asked
from ledger.cli.asking import opened
from ledger.cli.failing import Failure, Unknown, printable
from ledger.cli.lines import by_line, counted, facts_of, read_lines, season_of
from ledger.cli.output import confirm, write


@click.command("append", short_help="Append events from JSON Lines.")
@click.argument("file", metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Only scrutineer; record nothing.")
@click.option("--recorded-by", metavar="NAME", help="Who records it, for the lines that do not say.")
@click.option("--source", metavar="TEXT", help="The document that says so, for the lines that do not say.")
@click.option(
    "--key",
    metavar="NAME",
    help="A name of this append, unique in the season: doing it again under it changes nothing.",
)
@click.option(
    "--expect-version",
    type=click.IntRange(min=0),
    metavar="N",
    help="Refuse unless the season is at this version, the one you have seen.",
)
@click.pass_obj
def command(
    asked: Asked,
    file: str,
    dry_run: bool,
    recorded_by: str | None,
    source: str | None,
    key: str | None,
    expect_version: int | None,
) -> None:
    """Append events from a file of JSON Lines, or from standard input (-): all of them, or none.

    \b
    A line is one event, with or without its envelope:
      {"type": "driver-swapped", "car": "59", ..., "source": "Bulletin 24-03"}

    or a whole record as `parc log --format json` prints it. `parc schema` says what each type takes.

    A line with an id that is recorded already, with the same event, changes nothing. --key gives ids to the lines that
    have none. The first append creates the ledger.

    Where a cluster takes the append and does not answer, it ends with 3 and says the key to do it again with.
    """  # noqa: D301 - the mark is click's, for a paragraph that keeps its lines
    from ledger import IdTaken, Refused, Unacknowledged, WrongHead
    from ledger.ids import keyed_id, new_id
    from ledger.scrutineering import text_problem

    for name, said in (("--recorded-by", recorded_by), ("--source", source), ("--key", key)):
        if said == "":
            raise click.UsageError(f"{name} is empty; leave it out, or say it.", click.get_current_context())
    if key is not None and (problem := text_problem(key)) is not None:
        raise click.UsageError(f"--key: {problem}.", click.get_current_context())
    lines = read_lines(file)
    # A trial is not refused where a file may not be written, and it may be of the first append.
    with opened(asked, read_only=dry_run and asked.address is None and os.path.lexists(asked.path)) as ledger:
        season = ledger.season(season_of(ledger, asked, lines))
        if key is None and asked.address is not None:
            key = new_id()  # so that there is a name under which it can be done again
        ids = [
            line.id or (None if key is None else keyed_id(season.id, key, index)) for index, line in enumerate(lines)
        ]
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
        except (Unacknowledged, KeyboardInterrupt) as error:
            if asked.address is None:
                raise
            said = str(error).partition(";")[0] or "may or may not be recorded"
            raise Unknown(f"{said}; do it again with --key {key}") from None
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
