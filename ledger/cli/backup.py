"""``parc backup``: a copy of the ledger, while others write to it."""

from pathlib import Path

import click

from ledger.cli.app import Asked
from ledger.cli.asking import opened
from ledger.cli.failing import printable
from ledger.cli.output import confirm
from ledger.cli.waiting import bar


@click.command("backup", short_help="Copy the ledger while others write to it.")
@click.argument("file", metavar="FILE")
@click.pass_obj
def command(asked: Asked, file: str) -> None:
    """Copy the ledger into FILE, as it is at one moment, while others may write to it.

    The copy is verified, and appears whole or not at all; nothing is written over. It is a ledger like any other, and
    can be read where it lies.
    """
    from ledger.archive import copy_ledger

    with opened(asked) as ledger, bar("verifying the copy") as progress:
        size = copy_ledger(ledger.log, Path(file), progress)
    confirm(f"{size} record{'' if size == 1 else 's'} copied to {printable(file)}\n")
