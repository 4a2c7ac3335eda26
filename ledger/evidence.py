"""Evidence: whether a log is still what was written, and proofs of that for those who do not have it."""

from collections.abc import Callable, Iterator
from typing import Final

from events.frozen import frozen
from ledger.codec import decode
from ledger.errors import BadInput, CannotRead, Damaged, NewerVersion
from ledger.moments import from_us
from ledger.proof import tree
from ledger.proof.checkpoint import UNSIGNED, Checkpoint, checkpoint
from ledger.proof.note import Note, SignerKey
from ledger.proof.proofs import Consistency, Inclusion
from ledger.store import ProvableLog, StoredRecord
from ledger.store.entries import Chain, entry_of, leaf_of

MOST_FAULTS: Final = 100
"""Faults that one verification lists. It counts all of them."""


@frozen
class Fault:
    """One thing that is wrong with a log."""

    problem: str
    position: int | None = None
    """The record that it is about, or the first of those that it is about; ``None``: the log as a whole."""


@frozen
class Verdict:
    """What a verification found."""

    size: int
    """How many records the log holds."""
    seasons: int
    root: bytes | None
    """The root of the tree over them; ``None`` where something is wrong."""
    faults: tuple[Fault, ...]
    """The first of them, in the order of the log, those of the log as a whole last."""
    count: int
    """How many faults there are."""

    @property
    def first_damaged(self) -> int | None:
        """The first position that is damaged."""
        return min((fault.position for fault in self.faults if fault.position is not None), default=None)


def verify(
    log: ProvableLog, *, against: Checkpoint | None = None, progress: Callable[[int, int], None] | None = None
) -> Verdict:
    """Checks everything that a log holds: records, ids, tree, the chain of positions, versions and times, the medium.

    With ``against``, it must also have grown out of what that checkpoint states. ``progress`` is told how many records
    of how many have been looked at. Raises :class:`~ledger.errors.NewerVersion` where nothing is wrong but that
    records are of a newer version, so that what they say cannot be checked.
    """
    faults: list[Fault] = []
    size = seasons = 0
    try:
        size = log.head()
        seasons = len(log.seasons())
    except Damaged as error:
        faults.append(Fault(str(error), error.position))
    newer: list[NewerVersion] = []
    faults += _record_faults(log, size, progress, newer)
    faults += [Fault(problem) for problem in log.faults()]
    if newer and len(faults) == len(newer):
        raise newer[0]
    if against is not None and not faults:
        faults += _departures(log, size, against)
    root = None if faults else tree.root(size, log.node)
    ordered = sorted(faults, key=lambda fault: (fault.position is None, fault.position or 0))
    return Verdict(size, seasons, root, tuple(ordered[:MOST_FAULTS]), len(faults))


def head(log: ProvableLog, key: SignerKey | None = None) -> Checkpoint:
    """The log as it is now, signed by ``key``."""
    size = log.head()
    stated = checkpoint(UNSIGNED if key is None else key.name, size, tree.root(size, log.node))
    if key is None:
        return stated
    return Checkpoint(stated.origin, size, stated.root, Note(stated.note.text, (key.sign(stated.note.text),)))


def prove_record(log: ProvableLog, position: int, at: Checkpoint) -> Inclusion:
    """That the record at a position is in the log that a checkpoint of it states.

    Raises :class:`~ledger.errors.BadInput` where it is not, and for a checkpoint that is not of this log.
    """
    _require_ours(log, at)
    if not 1 <= position <= at.size:
        raise BadInput(f"position {position}: the checkpoint states the positions 1 to {at.size}")
    [record] = log.read(after=position - 1, upto=position)
    path = tree.inclusion_path(position - 1, at.size, log.node)
    return Inclusion(entry_of(record), position - 1, tuple(path), at)


def prove_growth(log: ProvableLog, old: Checkpoint, new: Checkpoint) -> Consistency:
    """That the log has only grown between two checkpoints of it. Raises :class:`~ledger.errors.BadInput`."""
    _require_ours(log, old)
    _require_ours(log, new)
    if old.size > new.size:
        raise BadInput(f"the earlier checkpoint states {old.size} records, the later one {new.size}")
    return Consistency(tuple(tree.consistency_path(old.size, new.size, log.node)), old, new)


def _require_ours(log: ProvableLog, at: Checkpoint) -> None:
    for fault in _departures(log, log.head(), at):
        raise BadInput(fault.problem)


def _departures(log: ProvableLog, size: int, at: Checkpoint) -> Iterator[Fault]:
    """Where a log is not what a checkpoint states of it."""
    if at.size > size:
        yield Fault(f"the checkpoint states {at.size} records, and the log holds {size}", size + 1)
    elif tree.root(at.size, log.node) != at.root:
        yield Fault(f"the first {at.size} records are not those that the checkpoint states: their root is another")


def _record_faults(
    log: ProvableLog, size: int, progress: Callable[[int, int], None] | None, newer: list[NewerVersion]
) -> list[Fault]:
    """What is wrong with single records, and with the tree over them. Those in ``newer`` are among it."""
    faults: list[Fault] = []
    chain = Chain()
    latest: dict[int, bytes] | None = {}  # of each level of the tree, the newest complete node
    for position, found in _each(log, size):
        if isinstance(found, StoredRecord):
            faults += [Fault(problem, position) for problem in _problems(log, chain, found, newer)]
            chain.skip(found)
        else:
            faults.append(Fault(found, position))
            chain.lose()
        leaf = _kept(log, 0, position - 1)
        if leaf is None:
            faults.append(Fault("its leaf is missing", position))
            latest = None  # and so whatever stands above it cannot be worked out
        if leaf is not None and latest is not None:
            faults += _tree_faults(log, position - 1, leaf, latest)
        if progress is not None:
            progress(position, size)
    return faults


def _tree_faults(log: ProvableLog, number: int, leaf: bytes, latest: dict[int, bytes]) -> Iterator[Fault]:
    """Which of the nodes that a leaf completes are not as they should be. Goes on to them in ``latest``."""
    above = tree.grown(number, leaf, lambda level, _: latest[level])  # the one beside it is the newest of its level
    latest.update(enumerate([leaf, *above]))
    for level, node in enumerate(above, start=1):
        if _kept(log, level, number >> level) != node:
            first = ((number >> level) << level) + 1
            yield Fault(f"the tree over the records {first} to {number + 1} is damaged", first)


def _kept(log: ProvableLog, level: int, number: int) -> bytes | None:
    try:
        return log.node(level, number)
    except Damaged:
        return None


def _each(log: ProvableLog, size: int) -> Iterator[tuple[int, StoredRecord | str]]:
    """Every position with its record, or with what is wrong there."""
    after = 0
    while after < size:
        try:
            for record in log.read(after=after, upto=size):
                after = record.position
                yield after, record
        except Damaged as error:
            after += 1
            while error.position is not None and after < error.position:
                yield after, str(error)
                after += 1
            yield after, str(error)


def _problems(log: ProvableLog, chain: Chain, record: StoredRecord, newer: list[NewerVersion]) -> Iterator[str]:
    problem = chain.problem(record)
    if problem is not None:
        yield problem
    as_written = False
    try:
        as_written = leaf_of(record) == log.node(0, record.position - 1)
        if not as_written:
            yield "its leaf is of another record"
        if log.find([record.id]).get(record.id) != record:
            yield "its id does not lead to it"
        decode(record.tag, record.payload)
        from_us(record.recorded_at_us)
    except NewerVersion as error:
        if as_written:
            newer.append(NewerVersion(f"record {record.position}: {error}"))
        yield str(error)
    except (CannotRead, BadInput) as error:
        yield str(error)
    except OverflowError:
        yield "its time is beyond the years that a calendar has"


__all__ = ["Fault", "Verdict", "head", "prove_growth", "prove_record", "verify"]
