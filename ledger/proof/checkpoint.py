"""Checkpoints: how far a log went and the root of its tree then, as c2sp.org/tlog-checkpoint has them."""

import re
from typing import Final

from attrs import frozen

from ledger.errors import BadInput
from ledger.proof.note import Note, from_base64, read_note, to_base64
from ledger.proof.tree import HASH_SIZE

UNSIGNED: Final = "unsigned"
"""The origin of a head that nobody signs."""

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,17}")
_LINES: Final = 3


@frozen
class Checkpoint:
    """The head of a log, and the note that states it."""

    origin: str
    """Which log; the name of its key."""
    size: int
    """How many records it held."""
    root: bytes
    note: Note

    def __str__(self) -> str:
        return str(self.note)


def checkpoint(origin: str, size: int, root: bytes) -> Checkpoint:
    """A checkpoint without signatures."""
    return Checkpoint(origin, size, root, Note(f"{origin}\n{size}\n{to_base64(root)}\n"))


def read_checkpoint(text: str) -> Checkpoint:
    """A checkpoint, signed or not, from its text. Raises :class:`~ledger.errors.BadInput`; checks no signature."""
    note = read_note(text)
    lines = note.text.split("\n")[:-1]
    if len(lines) < _LINES or not all(lines):
        raise BadInput("not a checkpoint: it has a line each for the origin, the size and the root")
    origin, size, root = lines[:_LINES]
    return Checkpoint(origin, read_number(size, "the size"), read_hash(root, "the root"), note)


def read_number(text: str, what: str) -> int:
    """A count in the one decimal form that it has, of at most 18 digits."""
    if _NUMBER.fullmatch(text) is None:
        raise BadInput(f"{what} is not a whole number")
    return int(text)


def read_hash(text: str, what: str) -> bytes:
    """A hash from its base64."""
    data = from_base64(text, what)
    if len(data) != HASH_SIZE:
        raise BadInput(f"{what} is not a hash of {HASH_SIZE} bytes")
    return data
