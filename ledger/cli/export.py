"""``parc export``: the whole log as a stream that any program can read."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.cli.app import Asked
from ledger.cli.asking import opened
from ledger.cli.failing import Failure, printable
from ledger.cli.sheet import write_bytes
from ledger.cli.waiting import bar

if TYPE_CHECKING:
    from ledger.codec.archive import Form


@click.command("export", short_help="Write the whole log as JSON Lines or msgpack.")
@click.argument("file", metavar="[FILE]", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(("jsonl", "msgpack")),
    default="jsonl",
    show_default=True,
    help="JSON Lines, or a stream of msgpack of half the size.",
)
@click.pass_obj
def command(asked: Asked, file: str | None, form: "Form") -> None:
    """Write the whole log, every record in its exact bytes, into FILE or to standard output.

    First comes a header with the number of records and the root of the Merkle tree over them, then a record a line.
    `parc import` makes the same log of it, to the same root. FILE appears whole or not at all; nothing is written over.
    """
    from ledger.archive import exported
    from ledger.store.newfile import new_file

    if file is None and form == "msgpack" and sys.stdout.isatty():
        raise Failure("msgpack is not for a terminal; name a file, or send it into one")
    with opened(asked) as ledger, bar("exporting") as progress:
        items = exported(ledger.log, form, progress)
        if file is None:
            write_bytes(items)
            return
        try:
            with new_file(Path(file)) as draft, draft.open("wb") as out:
                out.writelines(items)
        except FileExistsError:
            raise Failure(f"{printable(file)} exists; nothing is ever written over") from None
