"""``parc prove``: a proof that a record is in the log, or that the log has only grown."""

import click

from ledger.cli.app import Asked
from ledger.cli.asking import opened
from ledger.cli.failing import Failure
from ledger.cli.output import write
from ledger.cli.papers import checkpoint_in, signer_in


@click.command("prove", short_help="Prove that a record is in the log, or that the log has only grown.")
@click.argument("position", type=click.IntRange(min=1), required=False)
@click.option("--since", metavar="CHECKPOINT", help="Prove that the log has only grown since this checkpoint (a file).")
@click.option("--key", metavar="FILE", help="Sign the log as it is now with this private key, and prove it by that.")
@click.option("--checkpoint", metavar="FILE", help="Prove it by this published checkpoint instead.")
@click.pass_obj
def command(asked: Asked, position: int | None, since: str | None, key: str | None, checkpoint: str | None) -> None:
    """Print a proof that the record at POSITION is in the log, or, with --since, that the log has only grown.

    `parc check` checks it, with the public key and without the ledger. A proof of a record holds the record itself, in
    the form of c2sp.org/tlog-proof. Without --key and --checkpoint the head that it leads to is not signed: whoever
    checks it then needs a checkpoint from elsewhere.
    """
    from ledger import evidence

    if (position is None) == (since is None):
        raise Failure("name a position, or a checkpoint with --since: one of the two")
    if key is not None and checkpoint is not None:
        raise Failure("give --key or --checkpoint, not both")
    with opened(asked) as ledger:
        if checkpoint is not None:
            head = checkpoint_in(checkpoint)
        else:
            head = evidence.head(ledger.log, None if key is None else signer_in(key))
        if position is not None:
            write(str(evidence.prove_record(ledger.log, position, head)))
        elif since is not None:
            write(str(evidence.prove_growth(ledger.log, checkpoint_in(since), head)))
