"""``parc check``: whether a proof holds, without the ledger."""

from typing import TYPE_CHECKING, Any

import click

from ledger.cli.failing import Failure, printable
from ledger.cli.output import write
from ledger.cli.papers import checkpoint_in, read_text, verifier_of
from ledger.cli.sheet import print_json
from ledger.errors import BadInput, CannotRead

if TYPE_CHECKING:
    from ledger.proof.checkpoint import Checkpoint
    from ledger.proof.note import VerifierKey
    from ledger.proof.proofs import Consistency, Inclusion


@click.command("check", short_help="Check a proof, without the ledger.")
@click.argument("proof", metavar="PROOF")
@click.option(
    "--key", metavar="KEY", required=True, help="The public key of the log: its text, or a file that holds it."
)
@click.option(
    "--checkpoint",
    metavar="FILE",
    help="The signed checkpoint that the proof leads to. Needed where the proof holds none that is signed.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to print it.",
)
def command(proof: str, key: str, checkpoint: str | None, form: str) -> int:
    """Check a proof in a file, or in standard input (-), by the public key of the log; no ledger is needed.

    Prints what is proved: the record, whole, or the two states of the log. Ends with 0 where the proof holds and 1
    where it does not.
    """
    from ledger.proof.note import VerifierKey
    from ledger.proof.proofs import LARGEST_PROOF, Inclusion, read_proof

    verifier: VerifierKey = verifier_of(key)
    try:
        found = read_proof(read_text(proof, LARGEST_PROOF))
    except BadInput as error:
        raise Failure(f"{printable(proof)}: {error}") from None
    signed = checkpoint_in(checkpoint) if checkpoint is not None else None
    problem = found.fault() or _unsigned(found, verifier, signed)
    shown = _inclusion(found) if isinstance(found, Inclusion) else _consistency(found)
    if form == "json":
        print_json({"holds": problem is None, "problem": problem, "log": verifier.name, **shown})
    elif problem is not None:
        write(f"the proof does not hold: {printable(problem)}\n")
    else:
        write(_said(shown, verifier.name))
    return 0 if problem is None else 1


def _unsigned(found: "Inclusion | Consistency", key: "VerifierKey", signed: "Checkpoint | None") -> str | None:
    from ledger.proof.proofs import Inclusion, unsigned_by

    head = found.checkpoint if isinstance(found, Inclusion) else found.new
    if signed is not None:
        if (head.size, head.root) != (signed.size, signed.root):
            return f"it leads to size {head.size}, and not to the checkpoint that was given, of size {signed.size}"
        head = signed
    elif not head.note.signatures:
        raise Failure(
            "the head that the proof leads to is not signed; give the checkpoint of its size with --checkpoint"
        )
    return unsigned_by(key, head) if isinstance(found, Inclusion) else unsigned_by(key, found.old, head)


def _inclusion(found: "Inclusion") -> dict[str, Any]:
    from ledger.codec import decode, event_to_json
    from ledger.codec.archive import instant_text
    from ledger.proof.note import to_base64

    position, season, version, recorded_at_us, id_, recorded_by, source, tag, payload = found.record
    try:
        event: Any = event_to_json(decode(tag, payload))
    except CannotRead:
        event = None  # proved all the same; it takes a newer version to say what it is
    return {
        "proves": "inclusion",
        "size": found.checkpoint.size,
        "root": to_base64(found.checkpoint.root),
        "record": {
            "position": position,
            "season": season,
            "version": version,
            "recorded_at": instant_text(recorded_at_us),
            "id": id_,
            "recorded_by": recorded_by,
            "source": source,
            "tag": tag,
            "event": event,
        },
    }


def _consistency(found: "Consistency") -> dict[str, Any]:
    from ledger.proof.note import to_base64

    return {
        "proves": "consistency",
        "old_size": found.old.size,
        "old_root": to_base64(found.old.root),
        "size": found.new.size,
        "root": to_base64(found.new.root),
    }


def _said(shown: dict[str, Any], name: str) -> str:
    import json

    if shown["proves"] == "consistency":
        return (
            f"the proof holds: the first {shown['old_size']} of the {shown['size']} records that {printable(name)} "
            "signed are those that it signed before\n"
        )
    record = shown["record"]
    event = record["tag"] if record["event"] is None else json.dumps(record["event"], ensure_ascii=False)
    lines = [
        f"the proof holds: record {record['position']} is among the {shown['size']} that {printable(name)} signed",
        f"  season       {record['season']}, version {record['version']}",
        f"  recorded at  {record['recorded_at']}",
        f"  recorded by  {record['recorded_by'] or '-'}",
        f"  source       {record['source'] or '-'}",
        f"  id           {record['id']}",
        f"  event        {event}",
    ]
    return "".join(f"{printable(line)}\n" for line in lines)
