"""``parc keygen``: a key to sign checkpoints with."""

import os
from contextlib import suppress
from pathlib import Path

import click

from ledger.cli.failing import Failure, printable
from ledger.cli.output import confirm
from ledger.errors import BadInput


@click.command("keygen", short_help="Make a key to sign checkpoints with.")
@click.argument("file", metavar="FILE")
@click.option(
    "--name",
    metavar="NAME",
    required=True,
    help="What the log is called in its checkpoints, such as example.com/club-cup.",
)
def command(file: str, name: str) -> None:
    """Make a key to sign checkpoints with: the private key in FILE, the public one in FILE.pub and on standard output.

    FILE can be read by its owner alone. Whoever has it can sign in your name; publish only the public key. Nothing is
    written over. The forms are those of signed notes (c2sp.org/signed-note), which other programs know; the algorithm
    is Ed25519.
    """
    import secrets

    from ledger.proof.note import SignerKey, key_name

    try:
        key = SignerKey(key_name(name), secrets.token_bytes(32))
    except BadInput as error:
        raise Failure(f"--name: {error}") from None
    public = f"{key.verifier}\n"
    _write_new(Path(file), f"{key.text}\n", 0o600)
    try:
        _write_new(Path(f"{file}.pub"), public, 0o644)
    except Failure:
        Path(file).unlink()
        raise
    confirm(public)


def _write_new(path: Path, text: str, mode: int) -> None:
    """Writes a file that was not there, with its mode from its first moment on."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except FileExistsError:
        raise Failure(f"{printable(str(path))} exists; a key is never written over") from None
    except OSError as error:
        raise Failure(f"cannot write {printable(str(path))}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise Failure(f"cannot write {printable(str(path))}: {error.strerror}") from None
