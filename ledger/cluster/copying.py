"""The records of another log as messages: so that every node makes the very same records of them again."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from ledger.codec.commit import Commit, write_commit
from ledger.store.port import StoredRecord

AT_ONCE: Final = 64
"""Messages that are sent without waiting between them. One at a time, each would wait for its own quorum."""
_ENVELOPE: Final = 64
"""Bytes that a record takes in a message beside its texts and its payload, at most; and the message itself."""


def runs(records: Iterable[StoredRecord], most: int) -> Iterator[tuple[StoredRecord, ...]]:
    """Records that follow one another in one season at one time, as one append has left them.

    No run takes more than ``most`` bytes as a message.
    """
    run: list[StoredRecord] = []
    size = _ENVELOPE
    for record in records:
        grown = size + _size(record)
        if run and ((record.season, record.recorded_at_us) != (run[0].season, run[0].recorded_at_us) or grown > most):
            yield tuple(run)
            run, grown = [], _ENVELOPE + _size(record)
        run.append(record)
        size = grown
    if run:
        yield tuple(run)


def message_of(run: Sequence[StoredRecord]) -> bytes:
    """The message that makes these records, where they stand and at the time that they have."""
    first = run[0]
    proposed = tuple((one.id, one.tag, one.payload, one.recorded_by, one.source) for one in run)
    return write_commit(Commit(first.version - 1, first.position - 1, first.recorded_at_us, proposed))


def at_once(runs_: Iterator[tuple[StoredRecord, ...]]) -> Iterator[list[tuple[StoredRecord, ...]]]:
    """As many runs as are sent at once."""
    while some := list(islice(runs_, AT_ONCE)):
        yield some


def _size(record: StoredRecord) -> int:
    texts = (record.tag, record.recorded_by or "", record.source or "")
    return _ENVELOPE + len(record.payload) + sum(len(text.encode()) for text in texts)


__all__ = ["AT_ONCE", "at_once", "message_of", "runs"]
