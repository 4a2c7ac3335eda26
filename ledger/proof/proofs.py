"""Proofs as texts that stand alone: that a record is in a log, and that a log has grown out of an earlier state.

An inclusion proof has the form of c2sp.org/tlog-proof; its ``extra`` line holds the entry itself, so that whoever
checks it sees what is proved, and other programs can check it as well:

    c2sp.org/tlog-proof@v1
    extra BASE64(entry)
    index NUMBER                        from 0: the record's position less one
    BASE64(hash)                        each hash of the path, from the leaf upwards
                                        an empty line
    the checkpoint

A consistency proof is made alike; C2SP has no form for one that stands alone:

    parc-ferme/consistency-proof@v1
    BASE64(hash)                        each hash of the path
                                        an empty line
    the earlier checkpoint
                                        an empty line
    the later checkpoint
"""

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from ledger.errors import BadInput
from ledger.proof.checkpoint import Checkpoint, read_checkpoint, read_hash, read_number
from ledger.proof.entry import Fields, decode_entry
from ledger.proof.note import VerifierKey, from_base64, to_base64
from ledger.proof.tree import is_consistent, is_included, leaf_hash

LARGEST_PROOF: Final = 262_144
"""Bytes of a proof; the largest entry takes a third of it."""

_INCLUSION: Final = "c2sp.org/tlog-proof@v1"
_CONSISTENCY: Final = "parc-ferme/consistency-proof@v1"
_LONGEST_PATH: Final = 128


@frozen
class Inclusion:
    """That a record is in the log that a checkpoint states."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def __str__(self) -> str:
        head = (_INCLUSION, f"extra {to_base64(self.entry)}", f"index {self.index}")
        return _lines((*head, *map(to_base64, self.path), "")) + str(self.checkpoint)

    @property
    def record(self) -> Fields:
        """The record that is proved."""
        return decode_entry(self.entry)

    def fault(self) -> str | None:
        """Why it proves nothing; ``None``: the record is in the tree that the checkpoint states."""
        position = self.record[0]
        if position != self.index + 1:
            return f"the record says that it stands at position {position}, the proof that it does at {self.index + 1}"
        at = self.checkpoint
        if not is_included(self.index, at.size, leaf_hash(self.entry), self.path, at.root):
            return "the path does not lead from the record to the root of the checkpoint"
        return None


@frozen
class Consistency:
    """That a log has only grown between two checkpoints."""

    path: tuple[bytes, ...]
    old: Checkpoint
    new: Checkpoint

    def __str__(self) -> str:
        return _lines((_CONSISTENCY, *map(to_base64, self.path), "")) + f"{self.old}\n{self.new}"

    def fault(self) -> str | None:
        """Why it proves nothing; ``None``: the later log begins with the earlier one."""
        if self.old.origin != self.new.origin:
            return "the two checkpoints are of different logs"
        if not is_consistent(self.old.size, self.new.size, self.old.root, self.new.root, self.path):
            return "the path does not lead from the earlier root to the later one"
        return None


def unsigned_by(key: VerifierKey, *checkpoints: Checkpoint) -> str | None:
    """Which of the checkpoints the key has not signed as the head of the log of its name; ``None``: it signed all."""
    for one in checkpoints:
        if not one.note.signatures:
            return f"the checkpoint at size {one.size} is not signed"
        if not one.note.is_signed_by(key):
            return f"the checkpoint at size {one.size} does not have the signature of {key.name}"
        if one.origin != key.name:
            return f"the checkpoint at size {one.size} is of the log {one.origin}, not of {key.name}"
    return None


def read_proof(text: str) -> Inclusion | Consistency:
    """A proof of either kind. Raises :class:`~ledger.errors.BadInput`; whether it proves anything is not looked at."""
    if len(text) > LARGEST_PROOF:
        raise BadInput(f"not a proof: longer than {LARGEST_PROOF:,} bytes")
    head, _, rest = text.partition("\n\n")
    kind, *lines = head.split("\n")
    if kind == _INCLUSION:
        return _inclusion(lines, rest)
    if kind == _CONSISTENCY:
        return Consistency(_path(lines), *_two_checkpoints(rest))
    raise BadInput(f"not a proof: its first line is neither {_INCLUSION} nor {_CONSISTENCY}")


def _two_checkpoints(text: str) -> tuple[Checkpoint, Checkpoint]:
    """The earlier and the later one: texts parted by empty lines, with signatures after those that are signed."""
    found: list[str] = []
    for part in text.split("\n\n"):
        if part.startswith("— ") and found:
            found[-1] += f"\n\n{part}"
        else:
            found.append(part)
    if len(found) != 2:  # noqa: PLR2004 - an earlier and a later one
        raise BadInput("not a consistency proof: two checkpoints follow the path")
    return read_checkpoint(f"{found[0]}\n"), read_checkpoint(found[1])


def _inclusion(lines: list[str], rest: str) -> Inclusion:
    if len(lines) < 2 or not lines[0].startswith("extra ") or not lines[1].startswith("index "):  # noqa: PLR2004
        raise BadInput("not an inclusion proof of a record: the lines 'extra' with the entry and 'index' come first")
    entry = from_base64(lines[0].removeprefix("extra "), "the entry")
    decode_entry(entry)
    index = read_number(lines[1].removeprefix("index "), "the index")
    return Inclusion(entry, index, _path(lines[2:]), read_checkpoint(rest))


def _path(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > _LONGEST_PATH:
        raise BadInput(f"not a proof: a path has at most {_LONGEST_PATH} hashes")
    return tuple(read_hash(line, "a hash of the path") for line in lines)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
