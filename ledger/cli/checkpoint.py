"""``parc checkpoint``: the head of the log, signed."""

import click

from ledger.cli.app import Asked
from ledger.cli.asking import opened
from ledger.cli.output import write
from ledger.cli.papers import signer_in


@click.command("checkpoint", short_help="Sign how far the log goes.")
@click.option("--key", metavar="FILE", required=True, help="The private key, as `parc keygen` made it.")
@click.pass_obj
def command(asked: Asked, key: str) -> None:
    """Sign how far the log goes and the root of its Merkle tree, and print that as a checkpoint.

    Publish it. From then on nobody can change, remove or insert a record up to there, or show two people two logs,
    without being found out: `parc verify --against`, `parc prove --since` and `parc check` hold a log against it. The
    form is that of c2sp.org/tlog-checkpoint, which other programs and witnesses know.
    """
    from ledger import evidence

    signer = signer_in(key)
    with opened(asked) as ledger:
        write(str(evidence.head(ledger.log, signer)))
