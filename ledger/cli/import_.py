"""``parc import``: a log from what ``parc export`` wrote."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ledger.cli.app import Asked
from ledger.cli.asking import opened
from ledger.cli.failing import Failure, printable
from ledger.cli.output import confirm
from ledger.cli.waiting import bar
from ledger.errors import BadInput

_CHUNK = 65_536


@click.command("import", short_help="Take over a log that was exported.")
@click.argument("file", metavar="FILE")
@click.pass_obj
def command(asked: Asked, file: str) -> None:
    """Take over the log that `parc export` wrote into FILE, or that comes from standard input (-): all of it, or none.

    The ledger must hold nothing yet, or the beginning of the same log; then only the rest is added. Positions, times,
    ids and authors stay what they were, and the root of the Merkle tree must be that of the header at the end. A file
    that is damaged, cut short or in another order is refused, and the line is named. The form, JSON Lines or msgpack,
    is recognised.
    """
    from ledger.archive import imported

    with opened(asked, read_only=False) as ledger, bar("importing") as progress:
        try:
            new, known = imported(ledger.log, _chunks(file), progress)
        except BadInput as error:
            raise Failure(f"{printable(file)}: {error}") from None
    also = f"; {known} were there already" if known else ""
    confirm(f"{new} record{'' if new == 1 else 's'} imported into {printable(asked.path)}{also}\n")


def _chunks(file: str) -> Iterator[bytes]:
    try:
        if file == "-":
            yield from iter(lambda: sys.stdin.buffer.read(_CHUNK), b"")
            return
        with Path(file).open("rb") as opened:
            yield from iter(lambda: opened.read(_CHUNK), b"")
    except OSError as error:
        raise Failure(f"cannot read {printable(file)}: {error.strerror}") from None
