"""``parc verify``: whether the ledger is still what was written."""

from typing import TYPE_CHECKING

import click

from ledger.cli.app import Asked
from ledger.cli.asking import opened
from ledger.cli.failing import printable
from ledger.cli.output import write
from ledger.cli.papers import checkpoint_in, required_signed, verifier_of
from ledger.cli.sheet import print_json
from ledger.cli.waiting import bar
from ledger.errors import Damaged

if TYPE_CHECKING:
    from ledger import Ledger
    from ledger.cli.nodes import Nodes

_SHOWN = 20


@click.command("verify", short_help="Check every record, the tree and the file.")
@click.option("--against", metavar="CHECKPOINT", help="Also hold the log against this published checkpoint (a file).")
@click.option("--key", metavar="KEY", help="The public key that must have signed that checkpoint: its text, or a file.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to print it.",
)
@click.pass_obj
def command(asked: Asked, against: str | None, key: str | None, form: str) -> int:
    """Check that the ledger is still what was written.

    Every record can be read and has the leaf that was kept of it; every node of the Merkle tree is that of its leaves;
    positions, versions and times follow one another; every id leads to its record; the file is sound by SQLite's own
    check, and has the tables and guards that it was made with. With --against, the log has also only grown since the
    checkpoint. Ends with 1 where something is wrong, and names the first position that is damaged.

    Of a ledger in a cluster it checks this machine's mirror, and compares its root with what other nodes have published
    (`parc follow`): one that has something else is named, and ends it with 1. Messages that were set aside are listed.
    """
    from ledger.evidence import Fault, Verdict, verify
    from ledger.proof.note import to_base64

    earlier = None if against is None else checkpoint_in(against)
    if earlier is not None and key is not None:
        required_signed(verifier_of(key), earlier)
    elif key is not None:
        raise click.UsageError("--key belongs to --against.", click.get_current_context())
    try:
        with opened(asked) as ledger, bar("verifying") as progress:
            verdict = verify(ledger.log, against=earlier, progress=progress)
            nodes = None if asked.address is None else _nodes(ledger)
    except Damaged as error:  # so much so that it cannot even be opened
        verdict, nodes = Verdict(0, 0, None, (Fault(str(error), error.position),), 1), None
    root = None if verdict.root is None else to_base64(verdict.root)
    if form == "json":
        print_json(
            {
                "sound": not verdict.count,
                "records": verdict.size,
                "seasons": verdict.seasons,
                "root": root,
                "first_damaged": verdict.first_damaged,
                "faults": [{"position": fault.position, "problem": fault.problem} for fault in verdict.faults],
                "fault_count": verdict.count,
                **({} if nodes is None else {"cluster": nodes.as_json()}),
            }
        )
    elif not verdict.count:
        grown = "" if earlier is None else f"; the first {earlier.size} are those of the checkpoint"
        write(f"sound: {_count(verdict.size, 'record')} of {_count(verdict.seasons, 'season')}{grown}\nroot: {root}\n")
    else:
        first = verdict.first_damaged
        where = "" if first is None else f"; the first damaged position is {first}"
        write(f"damaged: {_count(verdict.count, 'fault')}{where}\n")
        for fault in verdict.faults[:_SHOWN]:
            place = "the log" if fault.position is None else f"position {fault.position}"
            write(f"  {place}: {printable(fault.problem)}\n")
        if verdict.count > _SHOWN:
            write(f"  and {verdict.count - _SHOWN} more\n")
    if nodes is not None and form == "text":
        write(str(nodes))
    return 1 if verdict.count or (nodes is not None and nodes.disagreements) else 0


def _nodes(ledger: "Ledger") -> "Nodes":
    from ledger.cli.nodes import nodes_of
    from ledger.cluster.log import ClusterLog

    log = ledger.log
    assert isinstance(log, ClusterLog)  # noqa: S101 - the address says so
    return nodes_of(log)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
