"""``parc restore``: a ledger from its backup."""

from pathlib import Path

import click

from ledger.cli.app import Asked
from ledger.cli.failing import printable
from ledger.cli.output import confirm
from ledger.cli.papers import checkpoint_in, required_signed, verifier_of
from ledger.cli.waiting import bar


@click.command("restore", short_help="Bring a ledger back from its backup.")
@click.argument("file", metavar="FILE")
@click.option(
    "--against", metavar="CHECKPOINT", help="Accept it only if it holds what this checkpoint states (a file)."
)
@click.option("--key", metavar="KEY", help="The public key that must have signed that checkpoint: its text, or a file.")
@click.pass_obj
def command(asked: Asked, file: str, against: str | None, key: str | None) -> None:
    """Bring the ledger back from a backup in FILE.

    The backup is verified before it is accepted, and an existing ledger is never written over: move it away first,
    together with what stands beside it under its name (-wal, -shm, -head). Records that were appended after the backup
    are not in it.
    """
    from ledger import Ledger
    from ledger.archive import copy_ledger

    earlier = None if against is None else checkpoint_in(against)
    if key is not None:
        if earlier is None:
            raise click.UsageError("--key belongs to --against.", click.get_current_context())
        required_signed(verifier_of(key), earlier)
    path = asked.path
    if asked.address is not None:
        from ledger.cluster import mirror_path

        path = str(mirror_path(asked.address, asked.mirror))
    with Ledger.open(file, read_only=True) as backup, bar("verifying the backup") as progress:
        size = copy_ledger(backup.log, Path(path), progress, against=earlier)
    confirm(f"{size} record{'' if size == 1 else 's'} restored to {printable(path)}\n")
