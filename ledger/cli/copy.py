"""``parc copy``: a ledger from a file into a cluster, out of one, or from one to another."""

from contextlib import ExitStack

import click

from ledger.cli.app import Asked
from ledger.cli.asking import opened
from ledger.cli.failing import printable
from ledger.cli.output import confirm
from ledger.cli.waiting import bar


@click.command("copy", short_help="Move a ledger into a cluster, or out of one.")
@click.argument("origin", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--from-mirror", metavar="PATH", help="The mirror of FROM, where that is an address.")
@click.option("--to-mirror", metavar="PATH", help="The mirror of TO, where that is an address.")
@click.pass_obj
def command(asked: Asked, origin: str, target: str, from_mirror: str | None, to_mirror: str | None) -> None:
    """Copy the records of FROM to TO, each of them a file or the address of a cluster: the same records, the same root.

    TO is empty, or holds the beginning of FROM: then the copy goes on from there. Positions, times, ids and authors
    stay what they were. A file takes all of it or nothing. A cluster takes one append after another, scrutineers them
    as it does any, and nobody else may append to it meanwhile: the copy ends then, and says so. FROM may be a mirror's
    file: so a cluster that is lost comes back from what a node has.
    """
    from ledger.archive import copied_onto
    from ledger.proof.note import to_base64

    to = asked.at(target, to_mirror)
    with ExitStack() as stack:
        source = stack.enter_context(opened(asked.at(origin, from_mirror)))
        onto = stack.enter_context(opened(to, read_only=False))
        progress = stack.enter_context(bar("copying"))
        new, root = copied_onto(source.log, onto.log, progress)
    confirm(f"{new} record{'' if new == 1 else 's'} copied to {printable(to.path)}\nroot: {to_base64(root)}\n")
