"""``parc append``: events from JSON Lines into the ledger, all or none."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from ledger.cli.app import Asked
from ledger.cli.asking import season_id
from ledger.cli.failing import Failure, printable
from ledger.cli.sheet import write

if TYPE_CHECKING:
    from events import Event
    from ledger import Ledger, Refused
    from ledger.codec import Submitted


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
    """  # noqa: D301 - click asks for this very character
    from ledger import IdTaken, Ledger, Refused, WrongHead

    for name, said in (("--recorded-by", recorded_by), ("--source", source)):
        if said == "":
            raise click.UsageError(f"{name} is empty; leave it out, or say it.", click.get_current_context())
    lines = _read(file)
    with Ledger.open(asked.path) as ledger:
        season = ledger.season(_season(ledger, asked, lines))
        ids = [line.id for line in lines]
        before = season.version_seen()
        try:
            if dry_run:
                fresh = season.check_each(
                    _facts(ledger, lines, recorded_by, source), ids=ids, expected_version=expect_version
                )
                what = f"{_events(fresh)} would be recorded" if fresh else "nothing to record"
                write(f"{what} in {printable(season.id)}{_also(len(lines) - fresh)}\n")
                return
            while True:
                facts = _facts(ledger, lines, recorded_by, source)
                try:
                    records = season.append_each(facts, ids=ids, expected_version=expect_version)
                    break
                except WrongHead:
                    continue  # another season was appended to between the two lines above: count again
        except Refused as error:
            raise Failure(_by_line(error)) from None
        except IdTaken as error:
            raise Failure(f"line {ids.index(error.id) + 1}: $.id: {error}") from None
        new = list({record.position: record for record in records if record.version > before}.values())
        also = _also(len(records) - len(new))
        if new:
            span = (
                f"position {new[0].position}" if len(new) == 1 else f"positions {new[0].position} to {new[-1].position}"
            )
            write(f"{_events(len(new))} recorded in {printable(season.id)} at {span}{also}\n")
        else:
            write(f"nothing to record in {printable(season.id)}{also}\n")


def _facts(
    ledger: "Ledger", lines: "list[Submitted]", recorded_by: str | None, source: str | None
) -> "list[tuple[Event, str | None, str | None]]":
    """The events with who records them and from what; whole records of another log refer to this one's positions."""
    from ledger.moving import moved

    known = ledger.positions([line.id for line in lines if line.id is not None])
    return [
        (event, _said(line.recorded_by, recorded_by), _said(line.source, source))
        for event, line in zip(moved(lines, known, ledger.head()), lines, strict=True)
    ]


def _said(line: str | None, option: str | None) -> str | None:
    """What a line says goes before the option, be it empty: then it is refused, and not passed over."""
    return option if line is None else line


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count} events"


def _also(known: int) -> str:
    return f"; {_events(known)} recorded already" if known else ""


def _by_line(error: "Refused") -> str:
    return "\n".join(f"line {objection.index + 1}: {objection}" for objection in error.objections)


def _read(file: str) -> "list[Submitted]":
    from ledger.codec import read_line
    from ledger.errors import BadInput, Refused

    out, wrong = [], []
    for number, line in enumerate(_lines(file), start=1):
        try:
            out.append(read_line(line))
        except BadInput as error:
            wrong.append(f"line {number}: {error}")
        except Refused as error:
            wrong += [f"line {number}: {objection}" for objection in error.objections]
    if wrong:
        raise Failure("\n".join(wrong))
    if not out:
        raise Failure(f"{printable(_name(file))} is empty; there is nothing to append")
    return out


def _lines(file: str) -> Iterator[bytes]:
    """The lines of the file, each cut off soon after it has become too long to be an event."""
    if file == "-":
        yield from _cut(sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as opened:
            yield from _cut(opened)
    except OSError as error:
        raise Failure(f"cannot read {printable(file)}: {error.strerror}") from None


def _cut(stream: BinaryIO) -> Iterator[bytes]:
    from ledger.codec.jsonform import LONGEST_LINE

    while line := stream.readline(LONGEST_LINE + 2):
        rest = line
        while not rest.endswith(b"\n") and len(rest) > LONGEST_LINE:
            rest = stream.readline(LONGEST_LINE + 2)
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _season(ledger: "Ledger", asked: Asked, lines: "list[Submitted]") -> str:
    """The season that the lines belong to: as named, as they say themselves, or the only one of the ledger."""
    from events import SeasonOpened

    said: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        name = line.event.season if isinstance(line.event, SeasonOpened) else line.season
        if name is not None:
            said.setdefault(name, number)
    if asked.season is not None:
        said = {asked.season: 0, **said}
    if len(said) > 1:
        (first, _), (second, number) = list(said.items())[:2]
        raise Failure(
            f"line {number}: $.season: is of the season {second}, the others of {first}; one append, one season"
        )
    if not said and not ledger.season_heads():
        raise Failure(
            f"{printable(asked.path)} holds no season yet; begin with season-opened, or name it with --season"
        )
    return next(iter(said)) if said else season_id(ledger, asked)
