"""What commands share that read and write keys, checkpoints and proofs: small texts in files, or in standard input."""

import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.cli.failing import Failure, printable
from ledger.errors import BadInput

if TYPE_CHECKING:
    from ledger.proof.checkpoint import Checkpoint
    from ledger.proof.note import SignerKey, VerifierKey


def read_text(file: str, most: int) -> str:
    """The text in a file, or in standard input (``-``), of at most ``most`` bytes."""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(most + 1)
    except OSError as error:
        raise Failure(f"cannot read {printable(file)}: {error.strerror}") from None
    if len(data) > most:
        raise Failure(f"{printable(file)}: longer than {most:,} bytes")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Failure(f"{printable(file)}: not UTF-8 at byte {error.start + 1}") from None


def checkpoint_in(file: str) -> "Checkpoint":
    """The checkpoint in a file."""
    from ledger.proof.checkpoint import read_checkpoint
    from ledger.proof.note import LARGEST_NOTE

    with_name = read_text(file, LARGEST_NOTE)
    try:
        return read_checkpoint(with_name)
    except BadInput as error:
        raise Failure(f"{printable(file)}: {error}") from None


def signer_in(file: str) -> "SignerKey":
    """The private key in a file."""
    from ledger.proof.note import LARGEST_NOTE, read_signer_key

    _require_private(file)
    try:
        return read_signer_key(read_text(file, LARGEST_NOTE).strip())
    except BadInput as error:
        raise Failure(f"{printable(file)}: {error}") from None


def _require_private(file: str) -> None:
    """Refuses a key in a file that others than its owner may read or write: it may be theirs as well by now."""
    try:
        mode = Path(file).stat().st_mode
    except OSError:
        return  # reading it says why
    if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Failure(
            f"{printable(file)} is a private key that others may read (its mode is {stat.S_IMODE(mode):o}): "
            "make a new one, or, if you are sure that nobody has it, chmod 600"
        )


def verifier_of(key: str) -> "VerifierKey":
    """The public key that is given as its text, or that is in a file."""
    from ledger.proof.note import LARGEST_NOTE, read_verifier_key

    in_file = Path(key).is_file() if len(key) < 4096 and "\0" not in key else False  # noqa: PLR2004 - a path's length
    text = read_text(key, LARGEST_NOTE).strip() if in_file else key
    try:
        return read_verifier_key(text)
    except BadInput as error:
        name = printable(key) if in_file else "--key"
        more = "" if in_file or "+" in key else ", and no file has this name"
        raise Failure(f"{name}: {error}{more}") from None


def required_signed(key: "VerifierKey", *checkpoints: "Checkpoint") -> None:
    """Refuses checkpoints that a key has not signed."""
    from ledger.proof.proofs import unsigned_by

    problem = unsigned_by(key, *checkpoints)
    if problem is not None:
        raise Failure(problem)
